"""Kinds of leader and mentors, designation on need, rounds and applications, training, versions of specialisms."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_tenant_rows

revision = "2026_11_25_designation"
down_revision = "2026_11_25_needs"
branch_labels = None
depends_on = None

NATIONAL_KINDS = {
    "sle": "Specialist leader of education",
    "nle": "National leader of education",
    "lle": "Local leader of education",
}
"""Code and name of the kinds that every alliance has."""

TABLES = (
    "leader_kinds",
    "designation_rules",
    "designation_rounds",
    "designation_round_targets",
    "designation_applications",
    "designation_application_specialisms",
    "designation_application_steps",
    "designation_references",
)


def upgrade() -> None:
    """Makes the tables, protects their rows, and fills the national kinds, which are no longer the only ones."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("SET LOCAL app.tenants = '*'")
    for table in ("leaders", "designations"):
        op.drop_constraint(op.f(f"ck_{table}_kind_is_known"), table, type_="check")
    op.create_table(
        "designation_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("years_of_leadership", sa.Integer(), nullable=True),
        sa.Column("home_school_judgement", sa.Integer(), nullable=True),
        sa.Column("specialism", sa.Text(), nullable=True),
        sa.Column("head_support", sa.Boolean(), nullable=False),
        sa.Column("references_needed", sa.Integer(), nullable=False),
        sa.Column("lapses_after_years", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "specialism IN ('claimed', 'validated')", name=op.f("ck_designation_rounds_specialism_is_a_standing")
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_designation_rounds_window_in_order")),
        sa.CheckConstraint(
            "home_school_judgement BETWEEN 1 AND 4", name=op.f("ck_designation_rounds_judgement_is_a_grade")
        ),
        sa.CheckConstraint("references_needed >= 0", name=op.f("ck_designation_rounds_references_are_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation_rounds")),
        sa.UniqueConstraint("alliance_id", "name", name=op.f("uq_designation_rounds_alliance_id_name")),
    )
    op.create_index(
        op.f("ix_designation_rounds_alliance_id_id"), "designation_rounds", ["alliance_id", "id"], unique=False
    )
    op.create_table(
        "designation_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("designates_on_need", sa.Boolean(), nullable=False),
        sa.Column("lapses_after_years", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.CheckConstraint("lapses_after_years BETWEEN 1 AND 10", name=op.f("ck_designation_rules_years_are_a_few")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation_rules")),
    )
    op.create_index(
        op.f("ix_designation_rules_alliance_id_id"), "designation_rules", ["alliance_id", "id"], unique=False
    )
    op.create_table(
        "leader_kinds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("needs_mentor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_kinds")),
        sa.UniqueConstraint(
            "alliance_id", "code", name=op.f("uq_leader_kinds_alliance_id_code"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "designation_round_targets",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_designation_round_targets_number_is_a_count")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["designation_rounds.id"],
            name=op.f("fk_designation_round_targets_round_id_designation_rounds"),
        ),
        sa.PrimaryKeyConstraint("round_id", "agreed_on", name=op.f("pk_designation_round_targets")),
    )
    op.create_table(
        "designation_applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.Column("designation_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home_school_urn", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("phases", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("years_of_leadership", sa.Integer(), nullable=False),
        sa.Column("home_school_judgement", sa.Integer(), nullable=True),
        sa.Column("head_supports", sa.Boolean(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("support", sa.Text(), nullable=True),
        sa.Column("assessed_by", sa.Text(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "rating IN ('red', 'amber', 'green')", name=op.f("ck_designation_applications_rating_is_known")
        ),
        sa.CheckConstraint(
            "(rating IS NULL) = (notes IS NULL) AND (rating IS NULL) = (assessed_by IS NULL)",
            name=op.f("ck_designation_applications_assessed_whole"),
        ),
        sa.CheckConstraint(
            "designation_id IS NULL OR leader_id IS NOT NULL",
            name=op.f("ck_designation_applications_designation_has_its_leader"),
        ),
        sa.CheckConstraint(
            "released_on IS NULL OR rating IS NOT NULL",
            name=op.f("ck_designation_applications_assessed_before_released"),
        ),
        sa.ForeignKeyConstraint(
            ["designation_id"],
            ["designations.id"],
            name=op.f("fk_designation_applications_designation_id_designations"),
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_designation_applications_leader_id_leaders")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["designation_rounds.id"],
            name=op.f("fk_designation_applications_round_id_designation_rounds"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation_applications")),
    )
    op.create_index(
        op.f("ix_designation_applications_alliance_id_id"),
        "designation_applications",
        ["alliance_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_designation_applications_round_id"), "designation_applications", ["round_id"], unique=False
    )
    op.create_index(
        "uq_designation_applications_applied",
        "designation_applications",
        ["alliance_id", "round_id", "leader_id"],
        unique=True,
        postgresql_where="state <> 'withdrawn'",
    )
    op.create_table(
        "designation_application_specialisms",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("specialism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["designation_applications.id"],
            name="fk_designation_application_specialisms_application",
        ),
        sa.ForeignKeyConstraint(
            ["specialism_id"],
            ["specialisms.id"],
            name=op.f("fk_designation_application_specialisms_specialism_id_specialisms"),
        ),
        sa.PrimaryKeyConstraint("application_id", "position", name=op.f("pk_designation_application_specialisms")),
    )
    op.create_table(
        "designation_application_steps",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["designation_applications.id"], name="fk_designation_application_steps_application"
        ),
        sa.PrimaryKeyConstraint("application_id", "position", name=op.f("pk_designation_application_steps")),
    )
    op.create_table(
        "designation_references",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("school_urn", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("supports", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("given_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(given_on IS NULL) = (supports IS NULL) AND (given_on IS NULL) = (text IS NULL) "
            "AND (given_on IS NULL) = (given_by IS NULL)",
            name=op.f("ck_designation_references_given_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["designation_applications.id"], name="fk_designation_references_application"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation_references")),
        sa.UniqueConstraint(
            "application_id", "school_urn", name=op.f("uq_designation_references_application_id_school_urn")
        ),
    )
    op.create_index(
        op.f("ix_designation_references_alliance_id_id"), "designation_references", ["alliance_id", "id"], unique=False
    )
    op.add_column("designations", sa.Column("need_id", sa.Uuid(), nullable=True))
    op.add_column("designations", sa.Column("due_to_lapse_on", sa.Date(), nullable=True))
    op.add_column("designations", sa.Column("trained_on", sa.Date(), nullable=True))
    op.create_foreign_key(op.f("fk_designations_need_id_needs"), "designations", "needs", ["need_id"], ["id"])
    op.add_column("leaders", sa.Column("mentor_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_leaders_mentor_id_leaders"), "leaders", "leaders", ["mentor_id"], ["id"])
    op.add_column("specialisms", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("specialisms", sa.Column("added_by", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_leaders_mentor_is_another"), "leaders", "mentor_id <> id")
    op.create_check_constraint(
        op.f("ck_designations_designated_before_trained"), "designations", "trained_on >= designated_on"
    )
    for table in TABLES:
        protect_tenant_rows(table, "alliance_id")
    # As with the standard list of specialisms: whoever belongs to an alliance reads it, nobody but the owner writes it.
    op.execute(
        "CREATE POLICY national_kinds ON leader_kinds FOR SELECT "
        "USING (alliance_id IS NULL AND current_setting('app.tenants', true) <> '')"
    )
    kinds = sa.table(
        "leader_kinds", sa.column("id", sa.Uuid()), *(sa.column(name) for name in ("code", "name", "needs_mentor"))
    )
    rows = [
        {"id": UUID(int=number), "code": code, "name": name, "needs_mentor": False}
        for number, (code, name) in enumerate(NATIONAL_KINDS.items(), start=1)
    ]
    op.bulk_insert(kinds, rows)


def downgrade() -> None:
    """Takes everything back; refused by the database while there are leaders of an alliance's own kinds."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_constraint(op.f("ck_designations_designated_before_trained"), "designations", type_="check")
    op.drop_constraint(op.f("ck_leaders_mentor_is_another"), "leaders", type_="check")
    op.drop_column("specialisms", "added_by")
    op.drop_column("specialisms", "added_at")
    op.drop_constraint(op.f("fk_leaders_mentor_id_leaders"), "leaders", type_="foreignkey")
    op.drop_column("leaders", "mentor_id")
    op.drop_constraint(op.f("fk_designations_need_id_needs"), "designations", type_="foreignkey")
    op.drop_column("designations", "trained_on")
    op.drop_column("designations", "due_to_lapse_on")
    op.drop_column("designations", "need_id")
    for table in reversed(TABLES):
        op.drop_table(table)
    for table in ("leaders", "designations"):
        op.create_check_constraint(op.f(f"ck_{table}_kind_is_known"), table, "kind IN ('sle', 'nle', 'lle')")
