"""Dates that change and say why, term calendars, findings that are settled, corrected documents, calendar feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_plan_import"
down_revision = "2026_11_25_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what is new. Every column of a table that is there has a default: the previous release goes on writing."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    _add_milestone_ids()
    _add_dates()
    _add_settlements()
    _add_corrections()
    _add_calendar_feeds()


def downgrade() -> None:
    """Takes back what was added."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("calendar_feeds")
    op.drop_table("plan_differences")
    op.drop_table("plan_corrections")
    op.drop_table("finding_decisions")
    op.drop_constraint(op.f("ck_findings_state_is_known"), "findings")
    op.drop_constraint(op.f("fk_findings_action_point_id_action_points"), "findings")
    for column in ("version", "state", "action_point_id", "replacement", "date_position", "plan_column"):
        op.drop_column("findings", column)
    op.drop_table("date_changes")
    op.drop_table("term_calendars")
    op.drop_column("action_points", "kpi_links_unread")
    for column in ("kpi_set_version", "kpi_set"):
        op.drop_column("action_point_kpi_links", column)
    op.drop_column("action_point_leads", "known_as")
    op.drop_column("date_values", "version")
    op.drop_table("gone_milestones")
    for column in ("carried_from_id", "split_from_id"):
        op.drop_column("milestones", column)
    for table in ("date_values", "milestones"):
        _identify(table, by=("action_point_id", "position"))
        op.drop_constraint(op.f(f"uq_{table}_action_point_id_position"), table)
        op.drop_column(table, "id")


_UUID7 = (
    "encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing substring(int8send("
    "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid"
)
"""An id of version 7: the milliseconds since 1970, then chance."""


def _identify(table: str, by: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
    op.create_primary_key(op.f(f"pk_{table}"), table, list(by))


def _add_milestone_ids() -> None:
    """What milestones and dates are known by from now on, wherever in their action point they stand. The default is for
    the previous release, which knows of no ids."""
    op.execute("SET LOCAL app.tenants = '*'")
    for table in ("milestones", "date_values"):
        op.add_column(table, sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
        op.execute(f"UPDATE {table} SET id = {_UUID7}")  # noqa: S608 -- our own words
        _identify(table, by=("id",))
        op.create_unique_constraint(
            op.f(f"uq_{table}_action_point_id_position"),
            table,
            ["action_point_id", "position"],
            deferrable=True,
            initially="DEFERRED",
        )
    for column in ("split_from_id", "carried_from_id"):
        op.add_column("milestones", sa.Column(column, sa.Uuid(), nullable=True))
    op.create_table(
        "gone_milestones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("split_from_id", sa.Uuid(), nullable=True),
        sa.Column("carried_from_id", sa.Uuid(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_gone_milestones_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_gone_milestones_plan_id_plans")),
        sa.ForeignKeyConstraint(
            ["action_point_id"], ["action_points.id"], name=op.f("fk_gone_milestones_action_point_id_action_points")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gone_milestones")),
    )
    op.create_index(op.f("ix_gone_milestones_action_point_id_id"), "gone_milestones", ["action_point_id", "id"])
    protect_tenant_rows("gone_milestones", "alliance_id")


def _add_dates() -> None:
    op.add_column("date_values", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("action_point_leads", sa.Column("known_as", sa.Text(), nullable=True))
    op.add_column(
        "action_points",
        sa.Column("kpi_links_unread", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    for column in ("kpi_set", "kpi_set_version"):
        op.add_column("action_point_kpi_links", sa.Column(column, sa.Text(), nullable=True))
    op.create_table(
        "term_calendars",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Text(), nullable=False),
        sa.Column("days", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cardinality(days) = 12", name=op.f("ck_term_calendars_six_half_terms")),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_term_calendars_alliance_id_alliances")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_calendars")),
        sa.UniqueConstraint("alliance_id", "academic_year", name=op.f("uq_term_calendars_alliance_id_academic_year")),
    )
    op.create_table(
        "date_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("date_value_id", sa.Uuid(), nullable=False),
        sa.Column("milestone_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_date_changes_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_date_changes_plan_id_plans")),
        sa.ForeignKeyConstraint(
            ["action_point_id"], ["action_points.id"], name=op.f("fk_date_changes_action_point_id_action_points")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_changes")),
    )
    op.create_index(op.f("ix_date_changes_plan_id_id"), "date_changes", ["plan_id", "id"])
    op.create_index(op.f("ix_date_changes_action_point_id_id"), "date_changes", ["action_point_id", "id"])
    for table in ("term_calendars", "date_changes"):
        protect_tenant_rows(table, "alliance_id")


def _add_settlements() -> None:
    op.add_column("findings", sa.Column("plan_column", sa.Text(), nullable=True))
    op.add_column("findings", sa.Column("date_position", sa.Integer(), nullable=True))
    op.add_column("findings", sa.Column("replacement", sa.Text(), nullable=True))
    op.add_column("findings", sa.Column("action_point_id", sa.Uuid(), nullable=True))
    op.add_column("findings", sa.Column("state", sa.Text(), server_default="open", nullable=False))
    op.add_column("findings", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_foreign_key(
        op.f("fk_findings_action_point_id_action_points"), "findings", "action_points", ["action_point_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_findings_state_is_known"),
        "findings",
        "state IN ('open', 'accepted', 'edited', 'dismissed', 'outdated')",
    )
    op.create_table(
        "finding_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_finding_decisions_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_finding_decisions_plan_id_plans")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_finding_decisions_finding_id_findings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_decisions")),
    )
    op.create_index(op.f("ix_finding_decisions_plan_id_id"), "finding_decisions", ["plan_id", "id"])
    op.create_index(op.f("ix_finding_decisions_finding_id_id"), "finding_decisions", ["finding_id", "id"])
    protect_tenant_rows("finding_decisions", "alliance_id")


def _add_corrections() -> None:
    op.create_table(
        "plan_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_plan_corrections_sha256_is_whole")),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_plan_corrections_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_corrections_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_corrections")),
    )
    op.create_index(op.f("ix_plan_corrections_plan_id_id"), "plan_corrections", ["plan_id", "id"])
    op.create_index(op.f("ix_plan_corrections_alliance_id_sha256"), "plan_corrections", ["alliance_id", "sha256"])
    op.create_table(
        "plan_differences",
        sa.Column("plan_correction_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("row_before", sa.Integer(), nullable=True),
        sa.Column("row_after", sa.Integer(), nullable=True),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("kind IN ('added', 'changed', 'gone')", name=op.f("ck_plan_differences_kind_is_known")),
        sa.ForeignKeyConstraint(
            ["plan_correction_id"],
            ["plan_corrections.id"],
            name=op.f("fk_plan_differences_plan_correction_id_plan_corrections"),
        ),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_plan_differences_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(
            ["action_point_id"], ["action_points.id"], name=op.f("fk_plan_differences_action_point_id_action_points")
        ),
        sa.PrimaryKeyConstraint("plan_correction_id", "position", name=op.f("pk_plan_differences")),
    )
    for table in ("plan_corrections", "plan_differences"):
        protect_tenant_rows(table, "alliance_id")


def _add_calendar_feeds() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("octet_length(token_digest) = 32", name=op.f("ck_calendar_feeds_digest_is_whole")),
        sa.CheckConstraint("state IN ('open', 'revoked')", name=op.f("ck_calendar_feeds_state_is_known")),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_calendar_feeds_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_calendar_feeds_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_feeds_token_digest")),
    )
    op.create_index(op.f("ix_calendar_feeds_plan_id_id"), "calendar_feeds", ["plan_id", "id"])
    protect_tenant_rows("calendar_feeds", "alliance_id")
