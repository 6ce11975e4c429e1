"""What leaders offer of an academic year, by half-term."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_deployments"
down_revision = "2026_11_21_standard_list"
branch_labels = None
depends_on = None

TABLES = ("leader_allowances", "half_term_availability")
"""In the order in which they are made."""


def upgrade() -> None:
    """Makes the tables, and protects the rows of each alliance from the others."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "leader_allowances",
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.CheckConstraint("days >= 0 AND mod(days * 2, 1) = 0", name=op.f("ck_leader_allowances_days_are_in_halves")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_leader_allowances_leader_id_leaders")),
        sa.PrimaryKeyConstraint("leader_id", "academic_year", name=op.f("pk_leader_allowances")),
    )
    op.create_table(
        "half_term_availability",
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("half_term", sa.Text(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.CheckConstraint(
            "half_term IN ('autumn_1', 'autumn_2', 'spring_1', 'spring_2', 'summer_1', 'summer_2')",
            name=op.f("ck_half_term_availability_half_term_is_known"),
        ),
        sa.CheckConstraint(
            "days >= 0 AND mod(days * 2, 1) = 0", name=op.f("ck_half_term_availability_days_are_in_halves")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_half_term_availability_leader_id_leaders")
        ),
        sa.PrimaryKeyConstraint("leader_id", "academic_year", "half_term", name=op.f("pk_half_term_availability")),
    )
    for table in TABLES:
        protect_tenant_rows(table, "alliance_id")


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in reversed(TABLES):
        op.drop_table(table)
