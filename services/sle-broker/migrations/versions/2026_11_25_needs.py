"""Needs, the local authority of each school, and support requests for several people in one package."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_needs"
down_revision = "2026_11_21_standard_list"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables. A school that has arrived already gets its authority when the register next changes it."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.add_column("schools", sa.Column("local_authority_code", sa.Text(), nullable=True))
    op.create_table(
        "needs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("host_school_urn", sa.Text(), nullable=False),
        sa.Column("specialism_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_reference", sa.Text(), nullable=True),
        sa.Column("referred_by", sa.Text(), nullable=True),
        sa.Column("trigger", sa.Text(), nullable=True),
        sa.Column("arisen_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('actual', 'predicted')", name=op.f("ck_needs_kind_is_known")),
        sa.CheckConstraint(
            "source IN ('audit', 'support_request', 'referral', 'outcome_trigger', 'forecast')",
            name=op.f("ck_needs_source_is_known"),
        ),
        sa.CheckConstraint(
            "(source = 'referral') = (referred_by IS NOT NULL) "
            "AND (source = 'outcome_trigger') = (trigger IS NOT NULL)",
            name=op.f("ck_needs_source_is_whole"),
        ),
        sa.CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL)", name=op.f("ck_needs_end_has_its_reason")),
        sa.CheckConstraint("ended_on >= arisen_on", name=op.f("ck_needs_arisen_before_ended")),
        sa.ForeignKeyConstraint(["specialism_id"], ["specialisms.id"], name=op.f("fk_needs_specialism_id_specialisms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
    )
    op.create_index(op.f("ix_needs_alliance_id_id"), "needs", ["alliance_id", "id"])
    op.create_index(
        op.f("ix_needs_alliance_id_source_source_reference"), "needs", ["alliance_id", "source", "source_reference"]
    )
    op.create_index(
        "uq_needs_open",
        "needs",
        [
            *("alliance_id", "host_school_urn", "specialism_id", "phase", "source", "source_reference"),
            *("referred_by", "trigger"),
        ],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    protect_tenant_rows("needs", "alliance_id")
    for name in ("leader_kind", "asked_by_reference", "paid_by_reference"):
        op.add_column("support_requests", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("support_request_areas", sa.Column("line_number", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "support_request_lines",
        sa.Column("support_request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("leader_kind", sa.Text(), nullable=True),
        sa.Column("days_wanted", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("people_wanted", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 2", name=op.f("ck_support_request_lines_first_line_is_the_requests")),
        sa.CheckConstraint("people IN ('leaders', 'staff')", name=op.f("ck_support_request_lines_people_are_known")),
        sa.CheckConstraint(
            "people = 'leaders' OR leader_kind IS NULL", name=op.f("ck_support_request_lines_staff_are_not_leaders")
        ),
        sa.CheckConstraint(
            "days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name=op.f("ck_support_request_lines_days_are_in_halves")
        ),
        sa.CheckConstraint("people_wanted >= 1", name=op.f("ck_support_request_lines_somebody_is_wanted")),
        sa.ForeignKeyConstraint(
            ["support_request_id"],
            ["support_requests.id"],
            name=op.f("fk_support_request_lines_support_request_id_support_requests"),
        ),
        sa.PrimaryKeyConstraint("support_request_id", "number", name=op.f("pk_support_request_lines")),
    )
    protect_tenant_rows("support_request_lines", "alliance_id")


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("support_request_lines")
    op.drop_column("support_request_areas", "line_number")
    for name in ("leader_kind", "asked_by_reference", "paid_by_reference"):
        op.drop_column("support_requests", name)
    op.drop_table("needs")
    op.drop_column("schools", "local_authority_code")
