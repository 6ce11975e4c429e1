"""Visits in deployments, which days used are counted from."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_kpi_third_set"
down_revision = "2026_11_25_kpi_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of visits. The feed of sle-broker is read anew: its visits were passed over until now."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "visits",
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Numeric(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("deployment_id", "visited_on", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_alliance_id_visited_on"), "visits", ["alliance_id", "visited_on"])
    protect_tenant_rows("visits", "alliance_id")
    op.execute("UPDATE feed_cursors SET epoch = 0, position = 0 WHERE feed = 'sle-broker'")


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("visits")
