"""What leaders offer of an academic year, targets and judgements of objectives, corrected first days, feedback."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_deployments"
down_revision = "2026_11_21_standard_list"
branch_labels = None
depends_on = None

TABLES = ("leader_allowances", "half_term_availability", "first_day_corrections", "feedback")
"""In the order in which they are made."""

OBJECTIVE_COLUMNS: dict[str, sa.types.TypeEngine[object]] = {
    "baseline": sa.Numeric(),
    "target": sa.Numeric(),
    "unit": sa.Text(),
    "direction": sa.Text(),
    "actual": sa.Numeric(),
    "before": sa.Text(),
    "after": sa.Text(),
}

_GRADES = "'outstanding', 'good', 'requires_improvement', 'inadequate'"
OBJECTIVE_RULES = {
    "direction_is_known": "direction IN ('rise', 'fall')",
    "target_is_whole": "(target IS NULL) = (unit IS NULL) AND (target IS NULL) = (direction IS NULL)",
    "grades_are_known": f"before IN ({_GRADES}) AND after IN ({_GRADES})",
    "judged_before_and_after": "(before IS NULL) = (after IS NULL)",
}


def upgrade() -> None:
    """Makes the tables, and protects the rows of each alliance from the others."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "leader_allowances",
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.CheckConstraint("days >= 0 AND mod(days * 2, 1) = 0", name=op.f("ck_leader_allowances_days_are_in_halves")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_leader_allowances_leader_id_leaders")),
        sa.PrimaryKeyConstraint("leader_id", "academic_year", name=op.f("pk_leader_allowances")),
    )
    op.create_table(
        "half_term_availability",
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("half_term", sa.Text(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.CheckConstraint(
            "half_term IN ('autumn_1', 'autumn_2', 'spring_1', 'spring_2', 'summer_1', 'summer_2')",
            name=op.f("ck_half_term_availability_half_term_is_known"),
        ),
        sa.CheckConstraint(
            "days >= 0 AND mod(days * 2, 1) = 0", name=op.f("ck_half_term_availability_days_are_in_halves")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_half_term_availability_leader_id_leaders")
        ),
        sa.PrimaryKeyConstraint("leader_id", "academic_year", "half_term", name=op.f("pk_half_term_availability")),
    )
    op.create_table(
        "first_day_corrections",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("was_on", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_first_day_corrections_deployment_id_deployments")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "position", name=op.f("pk_first_day_corrections")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "given_by IN ('host_school', 'home_school', 'requester')", name=op.f("ck_feedback_given_by_is_known")
        ),
        sa.CheckConstraint("rating IN ('positive', 'mixed', 'negative')", name=op.f("ck_feedback_rating_is_known")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_feedback_deployment_id_deployments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_deployment_id"), "feedback", ["deployment_id"])
    op.create_index(op.f("ix_feedback_alliance_id_id"), "feedback", ["alliance_id", "id"])
    op.add_column("deployments", sa.Column("evaluation_released_on", sa.Date(), nullable=True))
    for name, kind in OBJECTIVE_COLUMNS.items():
        op.add_column("objectives", sa.Column(name, kind, nullable=True))
    for name, rule in OBJECTIVE_RULES.items():
        op.create_check_constraint(op.f(f"ck_objectives_{name}"), "objectives", rule)
    for table in TABLES:
        protect_tenant_rows(table, "alliance_id")


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for name in OBJECTIVE_RULES:
        op.drop_constraint(op.f(f"ck_objectives_{name}"), "objectives")
    for name in OBJECTIVE_COLUMNS:
        op.drop_column("objectives", name)
    op.drop_column("deployments", "evaluation_released_on")
    for table in reversed(TABLES):
        op.drop_table(table)
