"""Rows in which a search finds all that leaders are judged by, and nobody out of reach by latitude; and what keeps them
and the profiles.

The rows that the release before reads stay, and are kept as they were, until a later one takes them away.
"""

import runpy
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from service_kit.migration import protect_tenant_rows

revision = "2026_11_27_search_rows"
down_revision = "2026_11_27_search_profiles"
branch_labels = None
depends_on = None

PROFILES = runpy.run_path(str(Path(__file__).with_name(f"{down_revision}.py")))
JUDGED = PROFILES["JUDGED"]
"""What leaders are judged by: in their profile, and again in each of their rows."""

# A leader who holds a specialism in several versions of it holds it from the first on.
KEEP_ROWS = f"""
    INSERT INTO search_rows (leader_id, alliance_id, code, claimed_on, validated_on, latitude, longitude,
                             {", ".join(JUDGED)})
    SELECT leader_id, held.alliance_id, code, claimed_on, validated_on, school.latitude, school.longitude,
           {", ".join(f"profile.{name}" for name in JUDGED)}
    FROM (
        SELECT leader_id, claim.alliance_id, code, min(claimed_on) AS claimed_on, min(validated_on) AS validated_on
        FROM leader_specialisms claim JOIN specialisms ON specialisms.id = claim.specialism_id
        {{which}} GROUP BY leader_id, claim.alliance_id, code
    ) held
    JOIN search_profiles profile USING (leader_id)
    LEFT JOIN schools school ON school.urn = profile.home_school_urn
    ON CONFLICT (leader_id, code) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in ("claimed_on", "validated_on", "latitude", "longitude"))},
        {", ".join(f"{name} = excluded.{name}" for name in JUDGED)}
"""  # noqa: S608 -- our own words alone
_LOCK_PROFILES = "PERFORM 1 FROM search_profiles WHERE leader_id = ANY(ids) ORDER BY leader_id FOR UPDATE"


def _seeing_all(function: str, *statements: str, first: str = "", last: str = "") -> str:
    """All is kept whoever makes the change: what a borrower does to a lent leader's deployment is in the profile that
    the lender reads, so a function sees every alliance, and answers nothing. To plan it anew would take longer than to
    run it."""
    return f"""
        CREATE FUNCTION {function} LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
        DECLARE tenants text := coalesce(current_setting('app.tenants', true), '');
        BEGIN
            {first}
            PERFORM set_config('app.tenants', '*', true);
            {"; ".join(statements)};
            PERFORM set_config('app.tenants', tenants, true);
            {last}
        END $$
    """


def _keeping(name: str, *statements: str) -> str:
    nobody = "IF cardinality(ids) = 0 THEN RETURN; END IF;"
    return _seeing_all(f"{name}(ids uuid[]) RETURNS void", *statements, first=nobody)


# Of two changes of one leader at the same moment the second waits, and then reads what the first has done.
KEEP_THESE_PROFILES = _keeping(
    "keep_profiles",
    _LOCK_PROFILES,
    PROFILES["KEEP_PROFILES"].replace("{which}", "WHERE leader.id = ANY(ids)"),
    f"""UPDATE search_rows held SET {", ".join(f"{name} = profile.{name}" for name in JUDGED)}
        FROM search_profiles profile
        WHERE profile.leader_id = ANY(ids) AND held.leader_id = profile.leader_id
          AND ({", ".join(f"held.{name}" for name in JUDGED)})
              IS DISTINCT FROM ({", ".join(f"profile.{name}" for name in JUDGED)})""",  # noqa: S608 -- our own words alone
)
# A school that is being moved on the map is waited for: whoever moves it changes the rows that there are.
KEEP_THESE_ROWS = _keeping(
    "keep_rows",
    _LOCK_PROFILES,
    """PERFORM 1 FROM schools WHERE urn IN (SELECT home_school_urn FROM leaders WHERE id = ANY(ids))
       ORDER BY urn FOR SHARE""",
    "PERFORM keep_profiles(ids)",
    """DELETE FROM search_rows held WHERE leader_id = ANY(ids) AND NOT EXISTS (
           SELECT FROM leader_specialisms claim JOIN specialisms ON specialisms.id = claim.specialism_id
           WHERE claim.leader_id = held.leader_id AND specialisms.code = held.code)""",
    KEEP_ROWS.replace("{which}", "WHERE leader_id = ANY(ids)"),
)

_OF_HELPERS = """PERFORM keep_profiles(ARRAY(
    SELECT DISTINCT leader_id FROM deployments
    WHERE first_day_on IS NOT NULL AND host_school_urn IN (SELECT urn FROM changed{which})))"""
_MOVE = """UPDATE search_rows SET latitude = {latitude}, longitude = {longitude} FROM changed
    WHERE home_school_urn = urn
      AND (search_rows.latitude, search_rows.longitude) IS DISTINCT FROM ({latitude}, {longitude})"""
_PLACED = _MOVE.format(latitude="changed.latitude", longitude="changed.longitude")
_OF_PARTS = "SELECT DISTINCT leader_id FROM deployments WHERE id IN (SELECT deployment_id FROM changed)"
FUNCTIONS = {
    "search_leaders": ("PERFORM keep_rows(ARRAY(SELECT id FROM changed))",),
    "search_claims": ("PERFORM keep_rows(ARRAY(SELECT DISTINCT leader_id FROM changed))",),
    "search_what_leaders_have": ("PERFORM keep_profiles(ARRAY(SELECT DISTINCT leader_id FROM changed))",),
    # Of a school that becomes another kind while somebody first works there, either waits for the other.
    "search_deployments": (
        """PERFORM 1 FROM schools WHERE urn IN (
               SELECT changed.host_school_urn FROM changed JOIN before USING (id)
               WHERE changed.first_day_on IS DISTINCT FROM before.first_day_on)
           ORDER BY urn FOR SHARE""",
        "PERFORM keep_profiles(ARRAY(SELECT DISTINCT leader_id FROM changed))",
    ),
    # A lent leader's deployment is seen by both alliances, and its parts with it. Objectives count once judged.
    "search_parts_of_deployments": (f"PERFORM keep_profiles(ARRAY({_OF_PARTS}))",),
    "search_objectives": (f"PERFORM keep_profiles(ARRAY({_OF_PARTS} AND state IN ('evaluated', 'closed')))",),
    "search_new_schools": (_OF_HELPERS.format(which=""), _PLACED),
    "search_schools": (
        _OF_HELPERS.format(
            which=""" JOIN before USING (urn)
                WHERE (changed.phase, changed.type) IS DISTINCT FROM (before.phase, before.type)"""
        ),
        _PLACED,
    ),
    "search_schools_gone": (
        _OF_HELPERS.format(which=""),
        _MOVE.format(latitude="CAST(NULL AS float8)", longitude="CAST(NULL AS float8)"),
    ),
}
_ALWAYS = ("INSERT", "UPDATE", "DELETE")
SEARCHED: dict[str, dict[str, tuple[str, ...]]] = {
    "leaders": {"search_leaders": ("INSERT", "UPDATE")},
    "leader_specialisms": {"search_claims": _ALWAYS},
    "leader_allowances": {"search_what_leaders_have": _ALWAYS},
    "half_term_availability": {"search_what_leaders_have": _ALWAYS},
    "designations": {"search_what_leaders_have": _ALWAYS},
    "deployments": {"search_deployments": ("UPDATE",)},
    "deployment_steps": {"search_parts_of_deployments": _ALWAYS},
    "visits": {"search_parts_of_deployments": _ALWAYS},
    "objectives": {"search_objectives": _ALWAYS},
    "schools": {
        "search_new_schools": ("INSERT",), "search_schools": ("UPDATE",), "search_schools_gone": ("DELETE",),
    },
}  # fmt: skip
"""Which function keeps profiles and rows at which changes of a table. The leader of a row never changes; a deployment
counts from its first step to its last, and a leader goes with what is kept of them."""
CHANGED = {
    "INSERT": "NEW TABLE AS changed",
    "UPDATE": "NEW TABLE AS changed OLD TABLE AS before",
    "DELETE": "OLD TABLE AS changed",
}

# How far they travel, and a kilometre more: a degree of latitude is more than 111.19 km. What is not known, or does not
# matter, keeps nobody away.
REACH = {
    "southernmost": ("latitude - (travel_limit_km + 1) / CAST(111.19 AS float8)", "-Infinity"),
    "northernmost": ("latitude + (travel_limit_km + 1) / CAST(111.19 AS float8)", "Infinity"),
}


def upgrade() -> None:
    """Makes the rows, has the database keep both, and fills both: from the first lock on nothing is missed."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "search_rows",
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
            ["leader_id"], ["leaders.id"], name=op.f("fk_search_rows_leader_id_leaders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("leader_id", "code", name=op.f("pk_search_rows")),
    )
    op.create_index("ix_search_rows_searched", "search_rows", ["alliance_id", "code", *REACH])
    op.create_index(op.f("ix_search_rows_home_school_urn"), "search_rows", ["home_school_urn"])
    protect_tenant_rows("search_rows", "alliance_id")
    op.execute(KEEP_THESE_PROFILES)
    op.execute(KEEP_THESE_ROWS)
    for name, statements in FUNCTIONS.items():
        op.execute(_seeing_all(f"{name}() RETURNS trigger", *statements, last="RETURN NULL;"))
    for table, functions in SEARCHED.items():
        for function, changes in functions.items():
            for change in changes:
                op.execute(
                    f"CREATE TRIGGER searched_on_{change.lower()} AFTER {change} ON {table} "
                    f"REFERENCING {CHANGED[change]} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
                )
    op.execute("SET LOCAL app.tenants = '*'")
    op.execute("SELECT keep_rows(ARRAY(SELECT id FROM leaders))")


def downgrade() -> None:
    """Takes the rows away, and what kept them and the profiles."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table, functions in SEARCHED.items():
        for changes in functions.values():
            for change in changes:
                op.execute(f"DROP TRIGGER searched_on_{change.lower()} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for name in ("keep_rows", "keep_profiles"):
        op.execute(f"DROP FUNCTION {name}(uuid[])")
    op.drop_table("search_rows")
