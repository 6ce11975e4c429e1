"""The first release: replicas of roles, schools and memberships, facts about leaders, and the first KPI definitions."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import create_kit_tables, drop_kit_tables, protect_tenant_rows

revision = "2026_11_21_first_release"
down_revision = None
branch_labels = None
depends_on = None

TENANT_TABLES = ("alliances", "deployments", "designations", "memberships", "role_grants")
"""The tables that hold an alliance's rows: `alliance_id` says whose they are."""

_IN_FORCE = {"version": 1, "direction": "up", "valid_from_on": date(2011, 9, 1), "valid_to_on": None}
_MORE_SCHOOLS = {
    "measure": "schools_in_alliances",
    "target_rule": "greater_than",
    "comparator": "previous_year",
    "target_value": None,
    "disaggregations": ["cohort"],
}
DEFINITIONS = (
    {
        "id": UUID("01a20045-08f0-732e-a655-b4dcf7ba59d7"),
        "set_code": "A",
        "number": "1",
        "name": "Schools in teaching school alliances",
        **_MORE_SCHOOLS,
        **_IN_FORCE,
    },
    {
        "id": UUID("01a20045-091c-753f-b26e-f0e0589f1be4"),
        "set_code": "B",
        "number": "7",
        "name": "Schools in alliances",
        **_MORE_SCHOOLS,
        **_IN_FORCE,
    },
    {
        "id": UUID("01a20045-093e-753b-bf62-f3037d38b006"),
        "set_code": "B",
        "number": "8b",
        "name": "SLEs deployed within three months of designation",
        "measure": "sles_deployed_within_three_months",
        "target_rule": "at_least",
        "comparator": "fixed",
        "target_value": 50,
        "disaggregations": ["period", "round"],
        **_IN_FORCE,
    },
)
"""In force since the first teaching schools began in September 2011, and without an end until they are restated."""


def upgrade() -> None:
    """Makes every table, protects the rows of each alliance from the others, and records the first definitions."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    create_kit_tables()
    op.create_table(
        "alliances",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("alliance_id", name=op.f("pk_alliances")),
    )
    op.create_table(
        "deployments",
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("first_day_on", sa.Date(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("extends_deployment_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("deployment_id", name=op.f("pk_deployments")),
    )
    op.create_index(
        op.f("ix_deployments_alliance_id_leader_id_first_day_on"),
        "deployments",
        ["alliance_id", "leader_id", "first_day_on"],
        unique=False,
    )
    op.create_table(
        "designations",
        sa.Column("designation_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=True),
        sa.Column("designated_on", sa.Date(), nullable=False),
        sa.Column("last_day_on", sa.Date(), nullable=False),
        sa.Column("renews_designation_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("designation_id", name=op.f("pk_designations")),
    )
    op.create_index(
        op.f("ix_designations_alliance_id_designated_on"),
        "designations",
        ["alliance_id", "designated_on"],
        unique=False,
    )
    definitions = op.create_table(
        "kpi_definitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("set_code", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("target_rule", sa.Text(), nullable=False),
        sa.Column("comparator", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("target_value", sa.Numeric(), nullable=True),
        sa.Column("disaggregations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(comparator = 'fixed') = (target_value IS NOT NULL)", name=op.f("ck_kpi_definitions_value_with_fixed")
        ),
        sa.CheckConstraint("valid_to_on >= valid_from_on", name=op.f("ck_kpi_definitions_days_in_order")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_kpi_definitions_version_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_definitions")),
        sa.UniqueConstraint("set_code", "number", "version", name=op.f("uq_kpi_definitions_set_code_number_version")),
    )
    op.create_table(
        "memberships",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_alliance_id_urn"), "memberships", ["alliance_id", "urn"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("role_grant_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("role_grant_id", name=op.f("pk_role_grants")),
    )
    op.create_index(op.f("ix_role_grants_issuer_subject"), "role_grants", ["issuer", "subject"], unique=False)
    op.create_table(
        "schools",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("urn", name=op.f("pk_schools")),
    )
    for table in TENANT_TABLES:
        protect_tenant_rows(table, "alliance_id")
    op.bulk_insert(definitions, list(DEFINITIONS))


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in (*TENANT_TABLES, "kpi_definitions", "schools"):
        op.drop_table(table)
    drop_kit_tables()
