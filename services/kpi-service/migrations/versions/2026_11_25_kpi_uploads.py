"""What plans-api tells of alliances' names and of links between schools, and uploads that belong to an alliance."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_kpi_uploads"
down_revision = "2026_11_25_kpi_scorecards"
branch_labels = None
depends_on = None

_LINKED = ["predecessor_urn", "successor_urn"]


def upgrade() -> None:
    """Brings the schema forward. Both feeds are read anew: what was passed over in them until now is counted from."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.add_column("alliances", sa.Column("name", sa.Text(), nullable=True))
    op.alter_column("school_links", "upload_id", nullable=True)
    op.alter_column("school_links", "line", nullable=True)
    op.create_check_constraint(
        op.f("ck_school_links_read_on_a_line"), "school_links", "(upload_id IS NULL) = (line IS NULL)"
    )
    op.drop_index("uq_school_links_latest", "school_links")
    _index_latest("uq_school_links_latest", "known_to_on IS NULL AND upload_id IS NOT NULL")
    _index_latest("uq_school_links_told", "known_to_on IS NULL AND upload_id IS NULL")
    op.execute("UPDATE feed_cursors SET epoch = 0, position = 0")


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("DELETE FROM school_links WHERE upload_id IS NULL")
    op.drop_index("uq_school_links_told", "school_links")
    op.drop_index("uq_school_links_latest", "school_links")
    _index_latest("uq_school_links_latest", "known_to_on IS NULL")
    op.drop_constraint(op.f("ck_school_links_read_on_a_line"), "school_links")
    op.alter_column("school_links", "line", nullable=False)
    op.alter_column("school_links", "upload_id", nullable=False)
    op.drop_column("alliances", "name")


def _index_latest(name: str, where: str) -> None:
    op.create_index(name, "school_links", _LINKED, unique=True, postgresql_where=sa.text(where))
