"""One index fewer to keep for each fact that is read: uniqueness and reading share one, and years lie together."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_upload_fast"
down_revision = "2026_11_25_kpi_third_set"
branch_labels = None
depends_on = None

_LATEST = "known_to_on IS NULL"
_ONE_LATEST = "nullif(known_to_on IS NULL, false)"


def upgrade() -> None:
    """Makes the indexes that do the work of two, and drops the two."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in ("inspections", "attainments"):
        op.drop_index(f"uq_{table}_latest", table)
    for table, columns in (
        ("inspections", ["urn", "inspected_on"]),
        ("attainments", ["code", "year", "figure", "level"]),
    ):
        op.create_index(f"uq_{table}_latest", table, [*columns, sa.text(_ONE_LATEST)], unique=True)
    op.create_index(
        op.f("ix_attainments_year"),
        "attainments",
        ["year"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on", "pages_per_range": 32},
    )
    for table, columns in (
        ("inspections", ["urn"]),
        ("attainments", ["code", "year"]),
        ("attainments", ["figure", "year", "level"]),
    ):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table, columns in (
        ("inspections", ["urn"]),
        ("attainments", ["code", "year"]),
        ("attainments", ["figure", "year", "level"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    op.drop_index(op.f("ix_attainments_year"), "attainments")
    for table, columns in (
        ("inspections", ["urn", "inspected_on"]),
        ("attainments", ["level", "code", "year", "figure"]),
    ):
        op.drop_index(f"uq_{table}_latest", table)
        op.create_index(f"uq_{table}_latest", table, columns, unique=True, postgresql_where=sa.text(_LATEST))
