"""The first release: the register, alliances, access and action plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import create_kit_tables, drop_kit_tables, protect_tenant_rows

revision = "2026_11_21_first_release"
down_revision = None
branch_labels = None
depends_on = None

TENANT_COLUMNS = {
    "alliances": "id",
    "clients": "alliance_id",
    "memberships": "alliance_id",
    "people": "alliance_id",
    "plans": "alliance_id",
    "role_grants": "alliance_id",
    "findings": "alliance_id",
    "plan_cells": "alliance_id",
    "plan_documents": "alliance_id",
    "plan_sections": "alliance_id",
    "action_points": "alliance_id",
    "action_point_kpi_links": "alliance_id",
    "action_point_leads": "alliance_id",
    "date_values": "alliance_id",
    "milestones": "alliance_id",
}
"""For each table that holds an alliance's rows: the column that says whose they are."""


def upgrade() -> None:
    """Makes every table, and protects the rows of each alliance from the others."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    create_kit_tables()
    op.create_table(
        "schools",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("local_authority_code", sa.Text(), nullable=False),
        sa.Column("local_authority", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("urn ~ '^[1-9][0-9]{5}$'", name=op.f("ck_schools_urn_has_six_digits")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_schools_location_is_whole")),
        sa.PrimaryKeyConstraint("urn", name=op.f("pk_schools")),
    )
    op.create_index(
        op.f("ix_schools_local_authority_code_urn"), "schools", ["local_authority_code", "urn"], unique=False
    )
    op.create_table(
        "alliances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=True),
        sa.Column("lead_school_urn", sa.Text(), nullable=False),
        sa.Column("second_lead_school_urn", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cohort BETWEEN 1 AND 999", name=op.f("ck_alliances_cohort_is_counted")),
        sa.CheckConstraint("second_lead_school_urn <> lead_school_urn", name=op.f("ck_alliances_lead_schools_differ")),
        sa.ForeignKeyConstraint(
            ["lead_school_urn"], ["schools.urn"], name=op.f("fk_alliances_lead_school_urn_schools")
        ),
        sa.ForeignKeyConstraint(
            ["second_lead_school_urn"], ["schools.urn"], name=op.f("fk_alliances_second_lead_school_urn_schools")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliances")),
    )
    op.create_table(
        "clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_salt", sa.LargeBinary(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'disabled')", name=op.f("ck_clients_state_is_known")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_clients_alliance_id_alliances")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
        sa.UniqueConstraint("client_id", name=op.f("uq_clients_client_id")),
    )
    op.create_index(op.f("ix_clients_alliance_id"), "clients", ["alliance_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("alliance_id"), "="),
            (sa.column("urn"), "="),
            (sa.text("daterange(from_on, to_on, '[]')"), "&&"),
            using="gist",
            name="memberships_do_not_overlap",
        ),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_memberships_dates_in_order")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_memberships_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["urn"], ["schools.urn"], name=op.f("fk_memberships_urn_schools")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_urn"), "memberships", ["urn"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_people_alliance_id_alliances")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("alliance_id", "issuer", "subject", name=op.f("uq_people_alliance_id_issuer_subject")),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("academic_year", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_plans_alliance_id_alliances")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index(op.f("ix_plans_alliance_id_id"), "plans", ["alliance_id", "id"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_role_grants_alliance_id_alliances")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    op.create_index(op.f("ix_role_grants_issuer_subject"), "role_grants", ["issuer", "subject"], unique=False)
    op.create_index(
        "uq_role_grants_held",
        "role_grants",
        ["alliance_id", "issuer", "subject", "role", "party"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("revoked_on IS NULL"),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'needs_decision')", name=op.f("ck_findings_severity_is_known")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_findings_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_findings_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_plan_id_position"), "findings", ["plan_id", "position"], unique=True)
    op.create_table(
        "plan_cells",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_plan_cells_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_cells_plan_id_plans")),
        sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("pk_plan_cells")),
    )
    op.create_index(op.f("ix_plan_cells_plan_id_row"), "plan_cells", ["plan_id", "row"], unique=False)
    op.create_table(
        "plan_documents",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_plan_documents_sha256_is_whole")),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_plan_documents_alliance_id_alliances")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_documents_plan_id_plans")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_documents")),
        sa.UniqueConstraint("alliance_id", "sha256", name=op.f("uq_plan_documents_alliance_id_sha256")),
    )
    op.create_table(
        "plan_sections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_plan_sections_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_sections_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_sections")),
    )
    op.create_index(op.f("ix_plan_sections_plan_id"), "plan_sections", ["plan_id"], unique=False)
    op.create_table(
        "action_points",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("milestones_are_split", sa.Boolean(), nullable=False),
        sa.Column("kpi_links_are_none", sa.Boolean(), nullable=False),
        sa.Column("rows", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_action_points_alliance_id_alliances")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_action_points_plan_id_plans")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["plan_sections.id"], name=op.f("fk_action_points_section_id_plan_sections")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_points")),
    )
    op.create_index(op.f("ix_action_points_plan_id_position"), "action_points", ["plan_id", "position"], unique=True)
    op.create_index(op.f("ix_action_points_section_id"), "action_points", ["section_id"], unique=False)
    op.create_table(
        "action_point_kpi_links",
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_point_id"],
            ["action_points.id"],
            name=op.f("fk_action_point_kpi_links_action_point_id_action_points"),
        ),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_action_point_kpi_links_alliance_id_alliances")
        ),
        sa.PrimaryKeyConstraint("action_point_id", "position", name=op.f("pk_action_point_kpi_links")),
    )
    op.create_table(
        "action_point_leads",
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_point_id"], ["action_points.id"], name=op.f("fk_action_point_leads_action_point_id_action_points")
        ),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliances.id"], name=op.f("fk_action_point_leads_alliance_id_alliances")
        ),
        sa.PrimaryKeyConstraint("action_point_id", "position", name=op.f("pk_action_point_leads")),
    )
    op.create_table(
        "date_values",
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("latest", sa.Date(), nullable=True),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.Column("waits_for", sa.Text(), nullable=True),
        sa.Column("outside_year", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(earliest IS NULL) = (latest IS NULL)", name=op.f("ck_date_values_days_are_whole")),
        sa.CheckConstraint("earliest <= latest", name=op.f("ck_date_values_days_in_order")),
        sa.ForeignKeyConstraint(
            ["action_point_id"], ["action_points.id"], name=op.f("fk_date_values_action_point_id_action_points")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_date_values_alliance_id_alliances")),
        sa.PrimaryKeyConstraint("action_point_id", "position", name=op.f("pk_date_values")),
    )
    op.create_table(
        "milestones",
        sa.Column("action_point_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("date_position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_point_id"], ["action_points.id"], name=op.f("fk_milestones_action_point_id_action_points")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliances.id"], name=op.f("fk_milestones_alliance_id_alliances")),
        sa.PrimaryKeyConstraint("action_point_id", "position", name=op.f("pk_milestones")),
    )
    for table, column in TENANT_COLUMNS.items():
        protect_tenant_rows(table, column)


def downgrade() -> None:
    """Takes everything back. The extension stays: it may have been there before."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("milestones")
    op.drop_table("date_values")
    op.drop_table("action_point_leads")
    op.drop_table("action_point_kpi_links")
    op.drop_table("action_points")
    op.drop_table("plan_sections")
    op.drop_table("plan_documents")
    op.drop_table("plan_cells")
    op.drop_table("findings")
    op.drop_table("role_grants")
    op.drop_table("plans")
    op.drop_table("people")
    op.drop_table("memberships")
    op.drop_table("clients")
    op.drop_table("alliances")
    op.drop_table("schools")
    drop_kit_tables()
