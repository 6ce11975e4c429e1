"""Programmes and who takes part in them; the register's successions and imports; the plan through the year."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_plan_running"
down_revision = ("2026_11_25_jobs", "2026_11_25_plan_import")
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "programmes",
    "programme_runs",
    "attendance_registers",
    "evaluations",
    "invoices",
    "nominations",
    "run_places",
    "outcomes",
)
"""The new tables that hold an alliance's rows."""

PROGRAMME_KINDS = (
    ("scitt", "School-centred initial teacher training (SCITT)", True),
    ("school_direct", "School Direct", True),
    ("university_placement", "Placements of university trainees", True),
    ("school_experience", "School experience", False),
    ("subject_knowledge_enhancement", "Subject knowledge enhancement", False),
    ("newly_qualified_teachers", "Programme for newly or recently qualified teachers", False),
    ("cpd_course", "CPD course", False),
    ("teaching_programme", "Improving or outstanding teacher programme", False),
    ("leadership_programme", "Leadership programme", False),
    ("leadership_qualification", "National professional qualification", False),
    ("talent_programme", "Talent and succession programme", False),
    ("system_leader_training", "Training of system leaders", False),
    ("masters", "Masters programme", False),
    ("research_project", "Research project", False),
    ("network", "Network or joint practice development", False),
    ("conference", "Conference", False),
    ("visitor_day", "Visitor day", False),
)
"""Code, name, and whether its trainees count as trained in initial teacher training."""


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
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gzipped", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_imports")),
    )
    op.create_table(
        "school_links",
        sa.Column("predecessor_urn", sa.Text(), nullable=False),
        sa.Column("successor_urn", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.CheckConstraint("predecessor_urn <> successor_urn", name=op.f("ck_school_links_links_two_schools")),
        sa.PrimaryKeyConstraint("predecessor_urn", "successor_urn", name=op.f("pk_school_links")),
    )
    op.create_index(op.f("ix_school_links_successor_urn"), "school_links", ["successor_urn"], unique=False)
    op.create_table(
        "register_changes",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_imports.id"], name=op.f("fk_register_changes_import_id_register_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_register_changes")),
    )
    op.create_table(
        "programmes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("action_point_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_point_id"], ["action_points.id"], name=op.f("fk_programmes_action_point_id_action_points")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_programmes_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["kind"], ["programme_kinds.code"], name=op.f("fk_programmes_kind_programme_kinds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
    )
    op.create_index(op.f("ix_programmes_alliance_id_id"), "programmes", ["alliance_id", "id"], unique=False)
    op.create_table(
        "programme_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("nomination_limit", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_programme_runs_dates_in_order")),
        sa.CheckConstraint("nomination_limit >= 1", name=op.f("ck_programme_runs_nomination_limit_is_counted")),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_programme_runs_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_programme_runs_programme_id_programmes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_runs")),
    )
    op.create_index(op.f("ix_programme_runs_alliance_id_id"), "programme_runs", ["alliance_id", "id"], unique=False)
    op.create_index(op.f("ix_programme_runs_programme_id_id"), "programme_runs", ["programme_id", "id"], unique=False)
    op.create_table(
        "attendance_registers",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("nomination_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_attendance_registers_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["programme_runs.id"], name=op.f("fk_attendance_registers_run_id_programme_runs")
        ),
        sa.PrimaryKeyConstraint("run_id", "on", name=op.f("pk_attendance_registers")),
    )
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("respondents", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "satisfied BETWEEN 0 AND respondents", name=op.f("ck_evaluations_satisfied_are_respondents")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_evaluations_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["run_id"], ["programme_runs.id"], name=op.f("fk_evaluations_run_id_programme_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
    )
    op.create_index(op.f("ix_evaluations_run_id_id"), "evaluations", ["run_id", "id"], unique=False)
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_invoices_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["run_id"], ["programme_runs.id"], name=op.f("fk_invoices_run_id_programme_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
    )
    op.create_index(op.f("ix_invoices_run_id_id"), "invoices", ["run_id", "id"], unique=False)
    op.create_table(
        "nominations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("nominating_body", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("nominated_on", sa.Date(), nullable=False),
        sa.Column("place_type", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_nominations_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["run_id"], ["programme_runs.id"], name=op.f("fk_nominations_run_id_programme_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
    )
    op.create_index(
        op.f("ix_nominations_alliance_id_nominating_body"),
        "nominations",
        ["alliance_id", "nominating_body"],
        unique=False,
    )
    op.create_index(op.f("ix_nominations_run_id_id"), "nominations", ["run_id", "id"], unique=False)
    op.create_table(
        "run_places",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("place_type", sa.Text(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("requested", sa.Integer(), nullable=True),
        sa.Column("offered", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_run_places_fee_is_whole")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_run_places_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["run_id"], ["programme_runs.id"], name=op.f("fk_run_places_run_id_programme_runs")),
        sa.PrimaryKeyConstraint("run_id", "place_type", name=op.f("pk_run_places")),
    )
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("achieved", sa.Boolean(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("within_alliance", sa.Boolean(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_outcomes_alliance_id_alliances")),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nominations.id"], name=op.f("fk_outcomes_nomination_id_nominations")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["programme_runs.id"], name=op.f("fk_outcomes_run_id_programme_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_run_id_id"), "outcomes", ["run_id", "id"], unique=False)
    op.create_index(
        "uq_outcomes_present",
        "outcomes",
        ["nomination_id", "kind"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.add_column(
        "alliances",
        sa.Column("further_lead_school_urns", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("alliances", sa.Column("aliases", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column(
        "alliances",
        sa.Column("strategic_partners", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column("memberships", sa.Column("fee_amount", sa.Numeric(precision=10, scale=2), nullable=True))
    op.add_column("memberships", sa.Column("fee_currency", sa.Text(), nullable=True))
    op.add_column("schools", sa.Column("trust_uid", sa.Text(), nullable=True))
    op.add_column("schools", sa.Column("trust_name", sa.Text(), nullable=True))
    for table in TENANT_TABLES:
        protect_tenant_rows(table, "alliance_id")
    kinds = sa.table("programme_kinds", sa.column("code"), sa.column("name"), sa.column("trains_teachers"))
    op.bulk_insert(
        kinds, [{"code": code, "name": name, "trains_teachers": trains} for code, name, trains in PROGRAMME_KINDS]
    )


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_column("schools", "trust_name")
    op.drop_column("schools", "trust_uid")
    op.drop_column("memberships", "fee_currency")
    op.drop_column("memberships", "fee_amount")
    op.drop_column("alliances", "strategic_partners")
    op.drop_column("alliances", "aliases")
    op.drop_column("alliances", "further_lead_school_urns")
    op.drop_index("uq_outcomes_present", table_name="outcomes", postgresql_where=sa.text("replaced_at IS NULL"))
    op.drop_index(op.f("ix_outcomes_run_id_id"), table_name="outcomes")
    op.drop_table("outcomes")
    op.drop_table("run_places")
    op.drop_index(op.f("ix_nominations_run_id_id"), table_name="nominations")
    op.drop_index(op.f("ix_nominations_alliance_id_nominating_body"), table_name="nominations")
    op.drop_table("nominations")
    op.drop_index(op.f("ix_invoices_run_id_id"), table_name="invoices")
    op.drop_table("invoices")
    op.drop_index(op.f("ix_evaluations_run_id_id"), table_name="evaluations")
    op.drop_table("evaluations")
    op.drop_table("attendance_registers")
    op.drop_index(op.f("ix_programme_runs_programme_id_id"), table_name="programme_runs")
    op.drop_index(op.f("ix_programme_runs_alliance_id_id"), table_name="programme_runs")
    op.drop_table("programme_runs")
    op.drop_index(op.f("ix_programmes_alliance_id_id"), table_name="programmes")
    op.drop_table("programmes")
    op.drop_table("register_changes")
    op.drop_index(op.f("ix_school_links_successor_urn"), table_name="school_links")
    op.drop_table("school_links")
    op.drop_table("register_imports")
    op.drop_table("programme_kinds")
