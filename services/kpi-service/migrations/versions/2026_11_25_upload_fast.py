"""One index fewer to keep for each fact that is read: uniqueness and reading share one, and years lie together."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_upload_fast"
down_revision = "2026_11_25_kpi_third_set"
branch_labels = None
depends_on = None

_ONE_LATEST = sa.text("nullif(known_to_on IS NULL, false)")
_LATEST = {"inspections": ["urn", "inspected_on"], "attainments": ["code", "year", "figure", "level"]}
_LATEST_BEFORE = {"inspections": ["urn", "inspected_on"], "attainments": ["level", "code", "year", "figure"]}
_DROPPED = {
    "ix_inspections_urn": ("inspections", ["urn"]),
    "ix_attainments_code_year": ("attainments", ["code", "year"]),
    "ix_attainments_figure_year_level": ("attainments", ["figure", "year", "level"]),
}


def upgrade() -> None:
    """Makes the indexes that do the work of two, and drops those."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table, columns in _LATEST.items():
        op.drop_index(f"uq_{table}_latest", table)
        op.create_index(f"uq_{table}_latest", table, [*columns, _ONE_LATEST], unique=True)
    op.create_index(
        op.f("ix_attainments_year"),
        "attainments",
        ["year"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on", "pages_per_range": 32},
    )
    for name, (table, _) in _DROPPED.items():
        op.drop_index(op.f(name), table)


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for name, (table, columns) in _DROPPED.items():
        op.create_index(op.f(name), table, columns)
    op.drop_index(op.f("ix_attainments_year"), "attainments")
    latest = sa.text("known_to_on IS NULL")
    for table, columns in _LATEST_BEFORE.items():
        op.drop_index(f"uq_{table}_latest", table)
        op.create_index(f"uq_{table}_latest", table, columns, unique=True, postgresql_where=latest)
