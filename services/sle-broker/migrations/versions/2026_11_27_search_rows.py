"""Rows in which a search finds all that leaders are judged by, and nobody out of reach by latitude."""

import runpy
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

from service_kit.migration import protect_tenant_rows

revision = "2026_11_27_search_rows"
down_revision = "2026_11_27_search_profiles"
branch_labels = None
depends_on = None


def _released(revision: str) -> dict[str, Any]:
    """What an earlier migration is made of."""
    return runpy.run_path(str(Path(__file__).with_name(f"{revision}.py")))


PROFILES, ROWS = _released(down_revision), _released("2026_11_25_shortlist")
JUDGED = PROFILES["JUDGED"]
"""What leaders are judged by: in their profile, and again in each of their rows."""

# A leader who holds a specialism in several versions of it holds it from the first on.
KEEP_ROWS = f"""
    INSERT INTO leader_search_rows (leader_id, alliance_id, code, claimed_on, validated_on, latitude, longitude,
                                    {", ".join(JUDGED)})
    SELECT leader_id, held.alliance_id, code, claimed_on, validated_on, school.latitude, school.longitude,
           {", ".join(f"profile.{name}" for name in JUDGED)}
    FROM (
        SELECT leader_id, claim.alliance_id, code, min(claimed_on) AS claimed_on, min(validated_on) AS validated_on
        FROM leader_specialisms claim JOIN specialisms ON specialisms.id = claim.specialism_id
        {{which}} GROUP BY leader_id, claim.alliance_id, code
    ) held
    JOIN leader_search_profiles profile USING (leader_id)
    LEFT JOIN schools school ON school.urn = profile.home_school_urn
    ON CONFLICT (leader_id, code) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in ("claimed_on", "validated_on", "latitude", "longitude"))},
        {", ".join(f"{name} = excluded.{name}" for name in JUDGED)}
"""  # noqa: S608 -- our own words alone
KEEP_PROFILES_AND_ROWS = PROFILES["keeping"](
    "keep_search_profiles",
    PROFILES["LOCK_PROFILES"],
    PROFILES["KEEP_THESE_PROFILES"],
    f"""UPDATE leader_search_rows held SET {", ".join(f"{name} = profile.{name}" for name in JUDGED)}
        FROM leader_search_profiles profile
        WHERE profile.leader_id = ANY(ids) AND held.leader_id = profile.leader_id
          AND ({", ".join(f"held.{name}" for name in JUDGED)})
              IS DISTINCT FROM ({", ".join(f"profile.{name}" for name in JUDGED)})""",  # noqa: S608 -- our own words alone
)
# Profiles are locked before schools, and schools before rows. A school that is being moved on the map is waited for:
# whoever moves it changes the rows that there are.
KEEP_THESE_ROWS = PROFILES["keeping"](
    "keep_search_rows",
    PROFILES["LOCK_PROFILES"],
    """PERFORM 1 FROM schools WHERE urn IN (SELECT home_school_urn FROM leaders WHERE id = ANY(ids))
       ORDER BY urn FOR SHARE""",
    "PERFORM keep_search_profiles(ids)",
    """DELETE FROM leader_search_rows held WHERE leader_id = ANY(ids) AND NOT EXISTS (
           SELECT FROM leader_specialisms claim JOIN specialisms ON specialisms.id = claim.specialism_id
           WHERE claim.leader_id = held.leader_id AND specialisms.code = held.code)""",
    KEEP_ROWS.replace("{which}", "WHERE leader_id = ANY(ids)"),
)
KEPT_WITH_ROWS = {
    "leaders": ("keep_rows_of_leaders", "SELECT id FROM changed", ("INSERT", "UPDATE")),
    "leader_specialisms": (
        "keep_rows_of_claims", "SELECT DISTINCT leader_id FROM changed", ("INSERT", "UPDATE", "DELETE"),
    ),
}  # fmt: skip
"""At which changes of a table the rows of leaders are made anew, and whose."""
KEPT_BEFORE = {
    "leaders": "keep_profiles_of_leaders",
    "leader_specialisms": "keep_profiles_of_what_leaders_have",
}
"""Which function kept the profiles at the same changes."""

# How far they travel, and a kilometre more: a degree of latitude is more than 111.19 km. What is not known, or does not
# matter, keeps nobody away.
REACH = {
    "southernmost": ("latitude - (travel_limit_km + 1) / CAST(111.19 AS float8)", "-Infinity"),
    "northernmost": ("latitude + (travel_limit_km + 1) / CAST(111.19 AS float8)", "Infinity"),
}


def upgrade() -> None:
    """Makes the rows anew, and has the database keep them with the profiles."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("SET LOCAL app.tenants = '*'")
    for name in ("claim_is_searched", "leader_is_searched"):
        table, _, _, function = ROWS["TRIGGERS"][name]
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_table("leader_search_rows")
    op.create_table(
        "leader_search_rows",
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        *(
            sa.Column(
                name,
                sa.Double(),
                sa.Computed(f"coalesce(CASE WHEN longitude IS NOT NULL THEN {edge} END, '{all}')", persisted=True),
                nullable=False,
            )
            for name, (edge, all) in REACH.items()
        ),
        *(sa.Column(name, kind, nullable=nullable) for name, (kind, nullable) in JUDGED.items()),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_search_rows_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("leader_id", "code", name=op.f("pk_leader_search_rows")),
    )
    op.create_index("ix_leader_search_rows_searched", "leader_search_rows", ["alliance_id", "code", *REACH])
    op.create_index(op.f("ix_leader_search_rows_home_school_urn"), "leader_search_rows", ["home_school_urn"])
    protect_tenant_rows("leader_search_rows", "alliance_id")
    op.execute(KEEP_ROWS.replace("{which}", ""))
    op.execute(KEEP_PROFILES_AND_ROWS)
    op.execute(KEEP_THESE_ROWS)
    for table, (function, whose, changes) in KEPT_WITH_ROWS.items():
        op.execute(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN PERFORM keep_search_rows(ARRAY({whose})); RETURN NULL; END $$"
        )
        _keep_after(changes, table, function)


def downgrade() -> None:
    """Makes the rows as they were."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("SET LOCAL app.tenants = '*'")
    for table, (function, _, changes) in KEPT_WITH_ROWS.items():
        _keep_after(changes, table, KEPT_BEFORE[table])
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DROP FUNCTION keep_search_rows(uuid[])")
    op.execute(PROFILES["keeping"]("keep_search_profiles", PROFILES["LOCK_PROFILES"], PROFILES["KEEP_THESE_PROFILES"]))
    op.drop_table("leader_search_rows")
    op.execute("""
        CREATE TABLE leader_search_rows (
            leader_specialism_id uuid CONSTRAINT pk_leader_search_rows PRIMARY KEY
                CONSTRAINT fk_leader_search_rows_leader_specialism_id_leader_specialisms
                REFERENCES leader_specialisms ON DELETE CASCADE,
            alliance_id uuid NOT NULL, leader_id uuid NOT NULL, code text NOT NULL,
            claimed_on date NOT NULL, validated_on date,
            home_school_urn text NOT NULL, latitude float8, longitude float8, travel_limit_km integer)
    """)
    op.execute(
        "CREATE INDEX ix_leader_search_rows_searched ON leader_search_rows (alliance_id, code, latitude) "
        "INCLUDE (longitude, travel_limit_km, leader_id, claimed_on, validated_on)"
    )
    op.execute(
        "CREATE INDEX ix_leader_search_rows_anywhere ON leader_search_rows (alliance_id, code) "
        "WHERE travel_limit_km IS NULL OR latitude IS NULL OR longitude IS NULL"
    )
    for column in ("leader_id", "home_school_urn"):
        op.create_index(op.f(f"ix_leader_search_rows_{column}"), "leader_search_rows", [column])
    protect_tenant_rows("leader_search_rows", "alliance_id")
    op.execute(ROWS["KEEP_ROW"].format(which="WHERE true"))
    for name in ("claim_is_searched", "leader_is_searched"):
        table, when, condition, function = ROWS["TRIGGERS"][name]
        body = ROWS["FUNCTIONS"][function]
        op.execute(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION {function}()"
        )


def _keep_after(changes: tuple[str, ...], table: str, function: str) -> None:
    for change in changes:
        op.execute(f"DROP TRIGGER profiled_on_{change.lower()} ON {table}")
        PROFILES["keep_after"](change, table, function)
