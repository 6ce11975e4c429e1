"""Matched schools: the rule by which they are chosen, in versions."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_kpi_scorecards"
down_revision = "2026_11_25_kpi_measures"
branch_labels = None
depends_on = None

FIRST = {
    "version": 1,
    "schools_each": 3,
    "variables": ["pupils", "disadvantaged_percent"],
    "caliper": Decimal("1"),
    "valid_from_on": date.min,
}


def upgrade() -> None:
    """Makes the table with the first version, which holds from the first day on."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    rules = op.create_table(
        "matching_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schools_each", sa.Integer(), nullable=False),
        sa.Column("variables", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("caliper", sa.Numeric(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_matching_rules_version_from_one")),
        sa.CheckConstraint("schools_each BETWEEN 1 AND 20", name=op.f("ck_matching_rules_some_schools_each")),
        sa.CheckConstraint("caliper > 0 AND caliper <= 100", name=op.f("ck_matching_rules_some_caliper")),
        sa.CheckConstraint("cardinality(variables) > 0", name=op.f("ck_matching_rules_some_variables")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_matching_rules")),
    )
    op.bulk_insert(rules, [FIRST])


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("matching_rules")
