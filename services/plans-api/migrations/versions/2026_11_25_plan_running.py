"""Programmes and who takes part in them; the register's successions and imports; the plan through the year."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_plan_running"
down_revision = "2026_11_25_plan_import"
branch_labels = None
depends_on = None

OTHER_TABLES = ("programme_kinds", "register_imports", "school_links", "register_changes")
TENANT_TABLES = (
    "lead_people", "plan_parties", "plan_reviews", "milestone_statuses", "plan_changes", "programmes",
    "rag_overrides", "success_measures", "measure_conditions", "programme_runs", "attendance_registers",
    "evaluations", "invoices", "measure_actuals", "nominations", "run_places", "outcomes",
)  # fmt: skip
"""The new tables, and those of them that hold an alliance's rows."""

_TEXTS = postgresql.ARRAY(sa.Text())
NEW_COLUMNS: tuple[tuple[str, sa.Column[object]], ...] = (
    ("action_points", sa.Column("carried_from_id", sa.Uuid())),
    ("alliances", sa.Column("further_lead_school_urns", _TEXTS, server_default="{}", nullable=False)),
    ("alliances", sa.Column("aliases", _TEXTS, server_default="{}", nullable=False)),
    ("alliances", sa.Column("strategic_partners", postgresql.JSONB(), server_default="[]", nullable=False)),
    ("memberships", sa.Column("fee_amount", sa.Numeric(precision=10, scale=2))),
    ("memberships", sa.Column("fee_currency", sa.Text())),
    ("plans", sa.Column("state", sa.Text(), server_default="draft", nullable=False)),
    ("plans", sa.Column("state_on", sa.Date())),
    ("plans", sa.Column("kpi_set", sa.Text())),
    ("plans", sa.Column("kpi_set_version", sa.Text())),
    ("plans", sa.Column("carried_from_id", sa.Uuid())),
    ("schools", sa.Column("trust_uid", sa.Text())),
    ("schools", sa.Column("trust_name", sa.Text())),
)

PROGRAMME_KINDS = (
    ("scitt", "School-centred initial teacher training (SCITT)", True), ("school_direct", "School Direct", True),
    ("university_placement", "Placements of university trainees", True),
    ("school_experience", "School experience", False),
    ("subject_knowledge_enhancement", "Subject knowledge enhancement", False),
    ("newly_qualified_teachers", "Programme for newly or recently qualified teachers", False),
    ("cpd_course", "CPD course", False), ("teaching_programme", "Improving or outstanding teacher programme", False),
    ("leadership_programme", "Leadership programme", False),
    ("leadership_qualification", "National professional qualification", False),
    ("talent_programme", "Talent and succession programme", False),
    ("system_leader_training", "Training of system leaders", False), ("masters", "Masters programme", False),
    ("research_project", "Research project", False), ("network", "Network or joint practice development", False),
    ("conference", "Conference", False), ("visitor_day", "Visitor day", False),
)  # fmt: skip
"""Code, name, and whether its trainees count as trained in initial teacher training."""


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}_{to.partition('.')[0]}"))


def _owned(table: str) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    return sa.Column("alliance_id", sa.Uuid(), nullable=False), _refers(table, "alliance_id", "alliances.id")


def _known_by_id(table: str) -> tuple[sa.Column[object], sa.PrimaryKeyConstraint]:
    return sa.Column("id", sa.Uuid(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


_TENANTS = "string_to_array(nullif(nullif(current_setting('app.tenants', true), '*'), ''), ',')::uuid[]"
_JOINT = f"SELECT plan_id FROM plan_parties WHERE party_id IN (SELECT unnest({_TENANTS}))"  # noqa: S608 -- ours
_OF_ACTION_POINTS = f"SELECT id FROM action_points WHERE plan_id IN ({_JOINT})"  # noqa: S608 -- our own words
_OF_MEASURES = f"SELECT id FROM success_measures WHERE plan_id IN ({_JOINT})"  # noqa: S608 -- our own words
_SEEN = (
    ("party_id", f"SELECT unnest({_TENANTS})", "plan_parties"),
    ("id", _JOINT, "plans"),
    ("plan_id", _JOINT, "plan_sections action_points plan_cells milestone_statuses rag_overrides success_measures"),
    ("plan_id", _JOINT, "gone_milestones date_changes plan_changes plan_reviews"),
    ("action_point_id", _OF_ACTION_POINTS, "milestones date_values action_point_leads action_point_kpi_links"),
    ("measure_id", _OF_MEASURES, "measure_conditions measure_actuals"),
)
PARTY_SEES = {table: f"{column} IN ({of})" for column, of, tables in _SEEN for table in tables.split()}
"""What a party of a joint plan may read, and nothing more: the owner alone writes."""


def upgrade() -> None:
    """Makes the tables, protects the rows of each alliance from the others, and lists the kinds of programme."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "programme_kinds",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trains_teachers", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programme_kinds")),
    )
    op.create_table(
        "register_imports",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gzipped", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text())),
        *_known_by_id("register_imports"),
    )
    op.create_table(
        "school_links",
        sa.Column("predecessor_urn", sa.Text(), nullable=False),
        sa.Column("successor_urn", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.Date()),
        sa.CheckConstraint("predecessor_urn <> successor_urn", name=op.f("ck_school_links_links_two_schools")),
        sa.PrimaryKeyConstraint("predecessor_urn", "successor_urn", name=op.f("pk_school_links")),
    )
    op.create_index("ix_school_links_successor_urn", "school_links", ["successor_urn"])
    op.create_table(
        "register_changes",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        _refers("register_changes", "import_id", "register_imports.id"),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_register_changes")),
    )
    op.create_table(
        "lead_people",
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.CheckConstraint("lead <> ''", name=op.f("ck_lead_people_lead_is_named")),
        *_owned("lead_people"),
        sa.PrimaryKeyConstraint("alliance_id", "lead", name=op.f("pk_lead_people")),
    )
    op.create_index("ix_lead_people_issuer_subject", "lead_people", ["issuer", "subject"])
    op.create_table(
        "plan_parties",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        *_owned("plan_parties"),
        _refers("plan_parties", "party_id", "alliances.id"),
        _refers("plan_parties", "plan_id", "plans.id"),
        sa.PrimaryKeyConstraint("plan_id", "party_id", name=op.f("pk_plan_parties")),
    )
    op.create_index("ix_plan_parties_party_id", "plan_parties", ["party_id"])
    op.create_table(
        "plan_reviews",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("half_term_from", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        *_owned("plan_reviews"),
        _refers("plan_reviews", "plan_id", "plans.id"),
        *_known_by_id("plan_reviews"),
    )
    op.create_index("ix_plan_reviews_plan_id_id", "plan_reviews", ["plan_id", "id"])
    op.create_table(
        "milestone_statuses",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("milestone_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("evidence", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _refers("milestone_statuses", "action_point_id", "action_points.id"),
        *_owned("milestone_statuses"),
        _refers("milestone_statuses", "plan_id", "plans.id"),
        *_known_by_id("milestone_statuses"),
    )
    op.create_index("ix_milestone_statuses_action_point_id_id", "milestone_statuses", ["action_point_id", "id"])
    op.create_index("ix_milestone_statuses_milestone_id_id", "milestone_statuses", ["milestone_id", "id"])
    op.create_index("ix_milestone_statuses_plan_id_id", "milestone_statuses", ["plan_id", "id"])
    op.create_table(
        "plan_changes",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("action_point_id", sa.Uuid()),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        _refers("plan_changes", "action_point_id", "action_points.id"),
        *_owned("plan_changes"),
        _refers("plan_changes", "plan_id", "plans.id"),
        *_known_by_id("plan_changes"),
    )
    op.create_index("ix_plan_changes_plan_id_id", "plan_changes", ["plan_id", "id"])
    op.create_table(
        "programmes",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("action_point_id", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        _refers("programmes", "action_point_id", "action_points.id"),
        *_owned("programmes"),
        _refers("programmes", "kind", "programme_kinds.code"),
        *_known_by_id("programmes"),
    )
    op.create_index("ix_programmes_alliance_id_id", "programmes", ["alliance_id", "id"])
    op.create_table(
        "rag_overrides",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("rag", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _refers("rag_overrides", "action_point_id", "action_points.id"),
        *_owned("rag_overrides"),
        _refers("rag_overrides", "plan_id", "plans.id"),
        *_known_by_id("rag_overrides"),
    )
    op.create_index("ix_rag_overrides_action_point_id_id", "rag_overrides", ["action_point_id", "id"])
    op.create_table(
        "success_measures",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("action_point_id", sa.Uuid()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date()),
        _refers("success_measures", "action_point_id", "action_points.id"),
        *_owned("success_measures"),
        _refers("success_measures", "plan_id", "plans.id"),
        *_known_by_id("success_measures"),
    )
    op.create_index("ix_success_measures_plan_id_id", "success_measures", ["plan_id", "id"])
    op.create_table(
        "measure_conditions",
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("target", sa.Numeric(precision=14, scale=4), nullable=False),
        *_owned("measure_conditions"),
        _refers("measure_conditions", "measure_id", "success_measures.id"),
        sa.PrimaryKeyConstraint("measure_id", "position", name=op.f("pk_measure_conditions")),
    )
    op.create_table(
        "programme_runs",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("nomination_limit", sa.Integer()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_programme_runs_dates_in_order")),
        sa.CheckConstraint("nomination_limit >= 1", name=op.f("ck_programme_runs_nomination_limit_is_counted")),
        *_owned("programme_runs"),
        _refers("programme_runs", "programme_id", "programmes.id"),
        *_known_by_id("programme_runs"),
    )
    op.create_index("ix_programme_runs_alliance_id_id", "programme_runs", ["alliance_id", "id"])
    op.create_index("ix_programme_runs_programme_id_id", "programme_runs", ["programme_id", "id"])
    op.create_table(
        "attendance_registers",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("nomination_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        *_owned("attendance_registers"),
        _refers("attendance_registers", "run_id", "programme_runs.id"),
        sa.PrimaryKeyConstraint("run_id", "on", name=op.f("pk_attendance_registers")),
    )
    op.create_table(
        "evaluations",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("respondents", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "satisfied BETWEEN 0 AND respondents", name=op.f("ck_evaluations_satisfied_are_respondents")
        ),
        *_owned("evaluations"),
        _refers("evaluations", "run_id", "programme_runs.id"),
        *_known_by_id("evaluations"),
    )
    op.create_index("ix_evaluations_run_id_id", "evaluations", ["run_id", "id"])
    op.create_table(
        "invoices",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("billed_to", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_invoices_amount_is_counted")),
        sa.CheckConstraint("due_on >= issued_on", name=op.f("ck_invoices_dates_in_order")),
        *_owned("invoices"),
        _refers("invoices", "run_id", "programme_runs.id"),
        *_known_by_id("invoices"),
    )
    op.create_index("ix_invoices_run_id_id", "invoices", ["run_id", "id"])
    op.create_table(
        "measure_actuals",
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=4)),
        sa.Column("numerator", sa.Integer()),
        sa.Column("denominator", sa.Integer()),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("run_id", sa.Uuid()),
        sa.Column("figure", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(numerator IS NULL) = (denominator IS NULL)", name=op.f("ck_measure_actuals_counts_are_whole")
        ),
        sa.CheckConstraint("(value IS NULL) <> (numerator IS NULL)", name=op.f("ck_measure_actuals_said_one_way")),
        sa.CheckConstraint("numerator <= denominator", name=op.f("ck_measure_actuals_not_more_than_all")),
        *_owned("measure_actuals"),
        _refers("measure_actuals", "measure_id", "success_measures.id"),
        _refers("measure_actuals", "run_id", "programme_runs.id"),
        *_known_by_id("measure_actuals"),
    )
    op.create_index("ix_measure_actuals_measure_id_id", "measure_actuals", ["measure_id", "id"])
    op.create_table(
        "nominations",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("nominating_body", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("nominated_on", sa.Date(), nullable=False),
        sa.Column("place_type", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        *_owned("nominations"),
        _refers("nominations", "run_id", "programme_runs.id"),
        *_known_by_id("nominations"),
    )
    op.create_index("ix_nominations_alliance_id_nominating_body", "nominations", ["alliance_id", "nominating_body"])
    op.create_index("ix_nominations_run_id_id", "nominations", ["run_id", "id"])
    op.create_table(
        "run_places",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("place_type", sa.Text(), nullable=False),
        sa.Column("requested", sa.Integer()),
        sa.Column("offered", sa.Integer()),
        sa.Column("amount", sa.Numeric(precision=10, scale=2)),
        sa.Column("currency", sa.Text()),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_run_places_fee_is_whole")),
        *_owned("run_places"),
        _refers("run_places", "run_id", "programme_runs.id"),
        sa.PrimaryKeyConstraint("run_id", "place_type", name=op.f("pk_run_places")),
    )
    op.create_table(
        "outcomes",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("achieved", sa.Boolean()),
        sa.Column("grade", sa.Text()),
        sa.Column("within_alliance", sa.Boolean()),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True)),
        *_owned("outcomes"),
        _refers("outcomes", "nomination_id", "nominations.id"),
        _refers("outcomes", "run_id", "programme_runs.id"),
        *_known_by_id("outcomes"),
    )
    op.create_index("ix_outcomes_run_id_id", "outcomes", ["run_id", "id"])
    op.create_index(
        "uq_outcomes_present",
        "outcomes",
        ["nomination_id", "kind"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    for table, column in NEW_COLUMNS:
        op.add_column(table, column)
    for table in ("action_points", "plans"):
        op.create_foreign_key(op.f(f"fk_{table}_carried_from_id_{table}"), table, table, ["carried_from_id"], ["id"])
    for table in TENANT_TABLES:
        protect_tenant_rows(table, "alliance_id")
    for table, sees in PARTY_SEES.items():
        op.execute(f"CREATE POLICY party_rows ON {table} FOR SELECT USING ({sees})")
    columns = ("code", "name", "trains_teachers")
    kinds = sa.table("programme_kinds", *map(sa.column, columns))
    op.bulk_insert(kinds, [dict(zip(columns, kind, strict=True)) for kind in PROGRAMME_KINDS])


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in PARTY_SEES:
        op.execute(f"DROP POLICY party_rows ON {table}")
    for table in reversed((*OTHER_TABLES, *TENANT_TABLES)):
        op.drop_table(table)
    for table, column in reversed(NEW_COLUMNS):
        op.drop_column(table, column.name)
