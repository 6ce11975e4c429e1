"""First release of the notes service."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import create_jobs_table, create_kit_tables, drop_kit_tables, protect_tenant_rows

revision = "notes_first_release"
down_revision = None


def upgrade() -> None:
    create_kit_tables()
    create_jobs_table()
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("tenant_id", "title", name="uq_notes_tenant_id"),
    )
    protect_tenant_rows("notes", "tenant_id")
    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("tenant_id", sa.Uuid),
        sa.Column("party", sa.Text),
    )
    op.create_table(
        "tenant_totals",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("notes", sa.Integer, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("letters", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("tenant_totals", "role_grants", "notes", "jobs"):
        op.drop_table(table)
    drop_kit_tables()
