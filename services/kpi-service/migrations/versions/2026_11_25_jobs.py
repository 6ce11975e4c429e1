"""Jobs: work that outlives a request."""

from alembic import op

from service_kit.migration import create_jobs_table

revision = "2026_11_25_jobs"
down_revision = "2026_11_21_first_release"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of jobs."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    create_jobs_table()


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("jobs")
