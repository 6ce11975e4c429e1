"""Weights that an alliance records, and the rows in which a search looks for leaders first."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import make_append_only, protect_tenant_rows

revision = "2026_11_25_shortlist"
down_revision = ("2026_11_25_deployments", "2026_11_25_needs")
branch_labels = None
depends_on = None

WEIGHTS = (
    "specialism", "phase", "distance", "days", "load", "clock", "experience", "evaluations",
    "claimed_percent", "far_km", "heavy_load", "well_practised",
)  # fmt: skip

# A claim that is made while its leader's home school changes, or while that school is moved on the map, waits for the
# change and takes what has become of it: hence the locks.
KEEP_ROW = """
    INSERT INTO leader_search_rows
    SELECT held.id, held.alliance_id, held.leader_id, specialism.code, held.claimed_on, held.validated_on,
           leader.home_school_urn, school.latitude, school.longitude, leader.travel_limit_km
    FROM leader_specialisms held
    JOIN specialisms specialism ON specialism.id = held.specialism_id
    JOIN leaders leader ON leader.id = held.leader_id
    LEFT JOIN schools school ON school.urn = leader.home_school_urn
    {which}
    ON CONFLICT (leader_specialism_id) DO UPDATE SET
        code = excluded.code, claimed_on = excluded.claimed_on, validated_on = excluded.validated_on,
        home_school_urn = excluded.home_school_urn, latitude = excluded.latitude, longitude = excluded.longitude,
        travel_limit_km = excluded.travel_limit_km
"""
FUNCTIONS = {
    "keep_search_row_of_claim": f"""
        PERFORM 1 FROM leaders WHERE id = NEW.leader_id FOR SHARE;
        PERFORM 1 FROM schools WHERE urn = (SELECT home_school_urn FROM leaders WHERE id = NEW.leader_id) FOR SHARE;
        {KEEP_ROW.format(which="WHERE held.id = NEW.id")};
    """,  # noqa: S608 -- our own words alone
    "keep_search_rows_of_leader": f"""
        PERFORM 1 FROM schools WHERE urn = NEW.home_school_urn FOR SHARE;
        {KEEP_ROW.format(which="WHERE held.leader_id = NEW.id")};
    """,
    "keep_search_rows_of_school": """
        UPDATE leader_search_rows SET latitude = NEW.latitude, longitude = NEW.longitude
        WHERE home_school_urn = NEW.urn;
    """,
    "keep_search_rows_without_school": """
        UPDATE leader_search_rows SET latitude = NULL, longitude = NULL WHERE home_school_urn = OLD.urn;
    """,
}
TRIGGERS = {
    "claim_is_searched": ("leader_specialisms", "INSERT OR UPDATE", "true", "keep_search_row_of_claim"),
    "leader_is_searched": (
        "leaders",
        "UPDATE",
        "(OLD.home_school_urn, OLD.travel_limit_km) IS DISTINCT FROM (NEW.home_school_urn, NEW.travel_limit_km)",
        "keep_search_rows_of_leader",
    ),
    "new_school_is_searched": ("schools", "INSERT", "true", "keep_search_rows_of_school"),
    "school_is_searched": (
        "schools",
        "UPDATE",
        "(OLD.latitude, OLD.longitude) IS DISTINCT FROM (NEW.latitude, NEW.longitude)",
        "keep_search_rows_of_school",
    ),
    "school_is_searched_no_more": ("schools", "DELETE", "true", "keep_search_rows_without_school"),
}


def upgrade() -> None:
    """Makes both tables, fills the rows of those who are leaders already, and has the database keep them."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "matching_weights",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in WEIGHTS),
        sa.CheckConstraint("version > 1", name=op.f("ck_matching_weights_first_version_is_the_defaults")),
        sa.CheckConstraint(
            "least(specialism, phase, distance, days, load, clock, experience, evaluations, claimed_percent) >= 0 "
            "AND claimed_percent <= 100",
            name=op.f("ck_matching_weights_weights_are_never_negative"),
        ),
        sa.CheckConstraint(
            "least(far_km, heavy_load, well_practised) > 0",
            name=op.f("ck_matching_weights_scales_end_above_nothing"),
        ),
        sa.PrimaryKeyConstraint("alliance_id", "version", name=op.f("pk_matching_weights")),
    )
    protect_tenant_rows("matching_weights", "alliance_id")
    make_append_only("matching_weights")
    op.create_table(
        "leader_search_rows",
        sa.Column("leader_specialism_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("home_school_urn", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("travel_limit_km", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_specialism_id"],
            ["leader_specialisms.id"],
            name=op.f("fk_leader_search_rows_leader_specialism_id_leader_specialisms"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("leader_specialism_id", name=op.f("pk_leader_search_rows")),
    )
    op.create_index(
        "ix_leader_search_rows_searched",
        "leader_search_rows",
        ["alliance_id", "code", "latitude"],
        postgresql_include=["longitude", "travel_limit_km", "leader_id", "claimed_on", "validated_on"],
    )
    op.create_index(op.f("ix_leader_search_rows_leader_id"), "leader_search_rows", ["leader_id"])
    op.create_index(op.f("ix_leader_search_rows_home_school_urn"), "leader_search_rows", ["home_school_urn"])
    protect_tenant_rows("leader_search_rows", "alliance_id")
    op.create_index(
        "ix_deployments_record",
        "deployments",
        ["leader_id"],
        postgresql_include=[
            "id", "alliance_id", "academic_year", "days", "days_held", "kind", "first_day_on", "host_school_urn",
        ],
    )  # fmt: skip
    op.execute("SET LOCAL app.tenants = '*'")
    op.execute(KEEP_ROW.format(which="WHERE true"))
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
    for name, (table, when, condition, function) in TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    """Takes both tables away."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for name, (table, *_) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_deployments_record", "deployments")
    op.drop_table("leader_search_rows")
    op.drop_table("matching_weights")
