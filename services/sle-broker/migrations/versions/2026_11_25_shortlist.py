"""Weights that an alliance records, and the rows in which a search looks for leaders first."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import make_append_only, protect_tenant_rows

revision = "2026_11_25_shortlist"
down_revision = "2026_11_21_standard_list"
branch_labels = None
depends_on = None

WEIGHTS = (
    "specialism", "phase", "distance", "days", "load", "clock", "experience", "evaluations",
    "claimed_percent", "far_km", "heavy_load", "well_practised",
)  # fmt: skip


def upgrade() -> None:
    """Makes the table of weights."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "matching_weights",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in WEIGHTS),
        sa.CheckConstraint("version > 1", name=op.f("ck_matching_weights_first_version_is_the_defaults")),
        sa.CheckConstraint(
            "least(specialism, phase, distance, days, load, clock, experience, evaluations, claimed_percent) >= 0 "
            "AND claimed_percent <= 100",
            name=op.f("ck_matching_weights_weights_are_never_negative"),
        ),
        sa.CheckConstraint(
            "least(far_km, heavy_load, well_practised) > 0",
            name=op.f("ck_matching_weights_scales_end_above_nothing"),
        ),
        sa.PrimaryKeyConstraint("alliance_id", "version", name=op.f("pk_matching_weights")),
    )
    protect_tenant_rows("matching_weights", "alliance_id")
    make_append_only("matching_weights")


def downgrade() -> None:
    """Takes the table away."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("matching_weights")
