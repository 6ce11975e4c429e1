"""Improvements between inspections: when schools were in an alliance at all, and the definitions that count them."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_improvements"
down_revision = "2026_11_25_uploads"
branch_labels = None
depends_on = None

_IN_FORCE = {
    "version": 1,
    "direction": "up",
    "target_value": None,
    "disaggregations": [],
    "valid_from_on": date(2011, 9, 1),
    "valid_to_on": None,
}
_DOUBLE = {"set_code": "A", "target_rule": "double", "comparator": "group"}
_GREATER = {"set_code": "B", "target_rule": "greater_than", "comparator": "national"}
_OVERALL = {"measure": "schools_improved_overall", "name": "Schools that improved their overall judgement"}
_TEACHING = {"measure": "schools_improved_in_teaching", "name": "Schools that improved in quality of teaching"}
_LEADERSHIP = {"measure": "schools_improved_in_leadership", "name": "Schools that improved in leadership"}
DEFINITIONS = (
    {"id": UUID("01a21383-9168-71c1-b225-c932cdd0c68b"), "number": "3", **_DOUBLE, **_TEACHING, **_IN_FORCE},
    {"id": UUID("01a21383-9168-71c1-b225-c9334d0b33a6"), "number": "6", **_DOUBLE, **_OVERALL, **_IN_FORCE},
    {"id": UUID("01a21383-9168-71c1-b225-c9342ccc9112"), "number": "2", **_GREATER, **_OVERALL, **_IN_FORCE},
    {"id": UUID("01a21383-9168-71c1-b225-c93578ea0f04"), "number": "3", **_GREATER, **_TEACHING, **_IN_FORCE},
    {"id": UUID("01a21383-9168-71c1-b225-c9366a92841e"), "number": "4", **_GREATER, **_LEADERSHIP, **_IN_FORCE},
)

definitions = sa.table(
    "kpi_definitions",
    sa.column("id", sa.Uuid()),
    *(
        sa.column(name, sa.Text())
        for name in ("set_code", "number", "name", "measure", "target_rule", "comparator", "direction")
    ),
    sa.column("version", sa.Integer()),
    sa.column("target_value", sa.Numeric()),
    sa.column("disaggregations", postgresql.ARRAY(sa.Text())),
    sa.column("valid_from_on", sa.Date()),
    sa.column("valid_to_on", sa.Date()),
)


def upgrade() -> None:
    """Makes the table, fills it from the memberships known so far, and records the definitions."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "times_in_alliances",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_times_in_alliances")),
    )
    op.create_index(op.f("ix_times_in_alliances_urn"), "times_in_alliances", ["urn"], unique=False)
    op.execute("SELECT set_config('app.tenants', '*', true)")
    op.execute("INSERT INTO times_in_alliances SELECT membership_id, urn, from_on, to_on FROM memberships")
    op.bulk_insert(definitions, list(DEFINITIONS))


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(definitions.delete().where(definitions.c.id.in_([made["id"] for made in DEFINITIONS])))
    op.drop_table("times_in_alliances")
