"""Programme runs are restated, never overwritten: what was told of them before stays with its days."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_kpi_traces"
down_revision = "2026_11_25_kpi_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of earlier tellings. What is known already has always been so."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.add_column(
        "programme_runs",
        sa.Column("known_from_on", sa.Date(), server_default=sa.text("'1900-01-01'"), nullable=False),
    )
    op.create_table(
        "earlier_programme_runs",
        sa.Column("programme_run_id", sa.Uuid(), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("programme_kind", sa.Text(), nullable=False),
        sa.Column("trains_teachers", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("employment_known", sa.Integer(), nullable=False),
        sa.Column("employed_early", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme_run_id", "known_from_on", name=op.f("pk_earlier_programme_runs")),
    )
    op.create_index(
        op.f("ix_earlier_programme_runs_alliance_id_year"), "earlier_programme_runs", ["alliance_id", "year"]
    )
    protect_tenant_rows("earlier_programme_runs", "alliance_id")


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("earlier_programme_runs")
    op.drop_column("programme_runs", "known_from_on")
