"""Brokerage rounds and what they propose."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_rounds"
down_revision = "2026_11_25_placements"
branch_labels = None
depends_on = None

TABLES = ("brokerage_rounds", "brokerage_proposals")
"""In the order in which they are made."""


def upgrade() -> None:
    """Makes the tables, and protects the rows of each alliance from the others."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "brokerage_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("weights_versions", postgresql.JSONB(), nullable=True),
        sa.Column("levels", postgresql.JSONB(), nullable=True),
        sa.Column("lent_levels", postgresql.JSONB(), nullable=True),
        sa.Column("first_come", postgresql.JSONB(), nullable=True),
        sa.Column("clock_aware", postgresql.JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "time_limit_seconds BETWEEN 1 AND 600", name=op.f("ck_brokerage_rounds_time_limit_is_minutes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brokerage_rounds")),
    )
    op.create_index(op.f("ix_brokerage_rounds_alliance_id_id"), "brokerage_rounds", ["alliance_id", "id"])
    op.create_table(
        "brokerage_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("brokerage_round_id", sa.Uuid(), nullable=False),
        sa.Column("support_request_id", sa.Uuid(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("lender_alliance_id", sa.Uuid(), nullable=True),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_first_deployment", sa.Boolean(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_brokerage_proposals_{column}_{table}"))
            for column, table in {
                "brokerage_round_id": "brokerage_rounds",
                "support_request_id": "support_requests",
                "leader_id": "leaders",
                "deployment_id": "deployments",
            }.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brokerage_proposals")),
    )
    op.create_index(
        op.f("ix_brokerage_proposals_brokerage_round_id_id"), "brokerage_proposals", ["brokerage_round_id", "id"]
    )
    for table in TABLES:
        protect_tenant_rows(table, "alliance_id")


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in reversed(TABLES):
        op.drop_table(table)
