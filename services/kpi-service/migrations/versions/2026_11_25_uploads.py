"""Uploads of official files, and the outcomes read of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_uploads"
down_revision = "2026_11_25_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "alliance_figures",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("tolerance", sa.Numeric(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliance_figures")),
    )
    op.create_index(
        "uq_alliance_figures_latest",
        "alliance_figures",
        ["alliance_id", "year", "figure"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "attainments",
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pupils > 0", name=op.f("ck_attainments_of_somebody")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attainments")),
    )
    op.create_index(op.f("ix_attainments_figure_year_level"), "attainments", ["figure", "year", "level"], unique=False)
    op.create_index(
        "uq_attainments_latest",
        "attainments",
        ["level", "code", "year", "figure"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "group_links",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("group_uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_links")),
    )
    op.create_index(
        "uq_group_links_latest",
        "group_links",
        ["urn", "group_uid"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "headship_vacancies",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("is_vacant", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headship_vacancies")),
    )
    op.create_index(
        "uq_headship_vacancies_latest",
        "headship_vacancies",
        ["urn", "counted_on"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "inspections",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("overall", sa.Integer(), nullable=False),
        sa.Column("teaching", sa.Integer(), nullable=True),
        sa.Column("leadership", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("leadership BETWEEN 1 AND 4", name=op.f("ck_inspections_leadership_is_a_grade")),
        sa.CheckConstraint("overall BETWEEN 1 AND 4", name=op.f("ck_inspections_overall_is_a_grade")),
        sa.CheckConstraint("teaching BETWEEN 1 AND 4", name=op.f("ck_inspections_teaching_is_a_grade")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index(
        "uq_inspections_latest",
        "inspections",
        ["urn", "inspected_on"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "national_averages",
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_averages")),
    )
    op.create_index(
        "uq_national_averages_latest",
        "national_averages",
        ["measure", "year"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "school_characteristics",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("disadvantaged_percent", sa.Numeric(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_characteristics")),
    )
    op.create_index(
        "uq_school_characteristics_latest",
        "school_characteristics",
        ["urn", "year"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "school_links",
        sa.Column("predecessor_urn", sa.Text(), nullable=False),
        sa.Column("successor_urn", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_links")),
    )
    op.create_index(op.f("ix_school_links_successor_urn"), "school_links", ["successor_urn"], unique=False)
    op.create_index(
        "uq_school_links_latest",
        "school_links",
        ["predecessor_urn", "successor_urn"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "school_places",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("local_authority", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("known_from_on", sa.Date(), nullable=False),
        sa.Column("known_to_on", sa.Date(), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_places")),
    )
    op.create_index(
        "uq_school_places_latest",
        "school_places",
        ["urn"],
        unique=True,
        postgresql_where=sa.text("known_to_on IS NULL"),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("asked_family", sa.Text(), nullable=True),
        sa.Column("asked_year", sa.Integer(), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("family", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=True),
        sa.Column("rows_refused", sa.Integer(), nullable=True),
        sa.Column("facts_new", sa.Integer(), nullable=True),
        sa.Column("facts_restated", sa.Integer(), nullable=True),
        sa.Column("facts_unchanged", sa.Integer(), nullable=True),
        sa.Column("unread_columns", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_uploads_sha256_is_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_sha256"), "uploads", ["sha256"], unique=False)
    op.create_table(
        "refused_rows",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_refused_rows_upload_id_uploads")),
        sa.PrimaryKeyConstraint("upload_id", "line", "column", name=op.f("pk_refused_rows")),
    )
    op.create_table(
        "upload_pieces",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_upload_pieces_upload_id_uploads")),
        sa.PrimaryKeyConstraint("upload_id", "position", name=op.f("pk_upload_pieces")),
    )
    protect_tenant_rows("alliance_figures", "alliance_id")


def downgrade() -> None:
    """Takes it back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("upload_pieces")
    op.drop_table("refused_rows")
    op.drop_table("uploads")
    op.drop_table("school_places")
    op.drop_table("school_links")
    op.drop_table("school_characteristics")
    op.drop_table("national_averages")
    op.drop_table("inspections")
    op.drop_table("headship_vacancies")
    op.drop_table("group_links")
    op.drop_table("attainments")
    op.drop_table("alliance_figures")
