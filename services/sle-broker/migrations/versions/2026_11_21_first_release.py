"""The first release: leaders and designations, support requests and deployments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import create_kit_tables, drop_kit_tables, protect_tenant_rows

revision = "2026_11_21_first_release"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "alliances",
    "leaders",
    "memberships",
    "role_grants",
    "schools",
    "specialisms",
    "support_requests",
    "deployments",
    "designations",
    "leader_specialisms",
    "support_request_areas",
    "support_request_steps",
    "agreements",
    "deployment_steps",
    "objectives",
    "reviews",
    "visit_days",
    "visits",
)
"""In the order in which they are made."""


def upgrade() -> None:
    """Makes every table, and protects the rows of each alliance from the others."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    create_kit_tables()
    op.create_table(
        "alliances",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("lead_school_urns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("alliance_id", name=op.f("pk_alliances")),
    )
    op.create_table(
        "leaders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home_school_urn", sa.Text(), nullable=False),
        sa.Column("phases", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("allowance_days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("travel_limit_km", sa.Integer(), nullable=True),
        sa.Column("conflicts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("not_released_from_on", sa.Date(), nullable=True),
        sa.Column("not_released_to_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('sle', 'nle', 'lle')", name=op.f("ck_leaders_kind_is_known")),
        sa.CheckConstraint(
            "(not_released_from_on IS NULL) = (not_released_to_on IS NULL)",
            name=op.f("ck_leaders_not_released_has_both_days"),
        ),
        sa.CheckConstraint(
            "allowance_days > 0 AND mod(allowance_days * 2, 1) = 0", name=op.f("ck_leaders_allowance_is_in_halves")
        ),
        sa.CheckConstraint("travel_limit_km >= 0", name=op.f("ck_leaders_travel_limit_is_a_distance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaders")),
    )
    op.create_index(op.f("ix_leaders_alliance_id_id"), "leaders", ["alliance_id", "id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_alliance_id_urn"), "memberships", ["alliance_id", "urn"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("role_grant_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("role_grant_id", name=op.f("pk_role_grants")),
    )
    op.create_index(op.f("ix_role_grants_issuer_subject"), "role_grants", ["issuer", "subject"], unique=False)
    op.create_table(
        "schools",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("urn", name=op.f("pk_schools")),
    )
    op.create_table(
        "specialisms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "\"group\" IN ('leadership_and_management', 'pupil_achievement', 'quality_of_teaching', "
            "'behaviour_and_safety')",
            name=op.f("ck_specialisms_group_is_one_of_four"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_specialisms_versions_count_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialisms")),
        sa.UniqueConstraint(
            "alliance_id",
            "code",
            "version",
            name=op.f("uq_specialisms_alliance_id_code_version"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "support_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("host_school_urn", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("days_wanted", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("earliest_start_on", sa.Date(), nullable=False),
        sa.Column("latest_finish_on", sa.Date(), nullable=False),
        sa.Column("people_wanted", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("paid_by", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name=op.f("ck_support_requests_days_are_in_halves")
        ),
        sa.CheckConstraint("latest_finish_on >= earliest_start_on", name=op.f("ck_support_requests_window_in_order")),
        sa.CheckConstraint("people_wanted >= 1", name=op.f("ck_support_requests_somebody_is_wanted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_requests")),
    )
    op.create_index(
        op.f("ix_support_requests_alliance_id_host_school_urn"),
        "support_requests",
        ["alliance_id", "host_school_urn"],
        unique=False,
    )
    op.create_index(
        op.f("ix_support_requests_alliance_id_state_id"),
        "support_requests",
        ["alliance_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "deployments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("support_request_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("home_school_urn", sa.Text(), nullable=False),
        sa.Column("host_school_urn", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("extends_deployment_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("days_held", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("half_days", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("first_day_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("alliance_id"), "="),
            (sa.column("leader_id"), "="),
            (sa.column("academic_year"), "="),
            (sa.column("half_days"), "&&"),
            using="gist",
            name="half_days_are_booked_once",
        ),
        sa.CheckConstraint(
            "(kind = 'commission') = (extends_deployment_id IS NULL)", name=op.f("ck_deployments_child_has_its_parent")
        ),
        sa.CheckConstraint("days > 0 AND mod(days * 2, 1) = 0", name=op.f("ck_deployments_days_are_in_halves")),
        sa.CheckConstraint("days_held BETWEEN 0 AND days", name=op.f("ck_deployments_holds_no_more_than_booked")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_deployments_booking_in_order")),
        sa.CheckConstraint("home_school_urn <> host_school_urn", name=op.f("ck_deployments_not_in_own_school")),
        sa.ForeignKeyConstraint(
            ["extends_deployment_id"], ["deployments.id"], name=op.f("fk_deployments_extends_deployment_id_deployments")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_deployments_leader_id_leaders")),
        sa.ForeignKeyConstraint(
            ["support_request_id"],
            ["support_requests.id"],
            name=op.f("fk_deployments_support_request_id_support_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployments")),
    )
    op.create_index(
        op.f("ix_deployments_alliance_id_state_id"), "deployments", ["alliance_id", "state", "id"], unique=False
    )
    op.create_index(
        op.f("ix_deployments_extends_deployment_id"), "deployments", ["extends_deployment_id"], unique=False
    )
    op.create_index(
        op.f("ix_deployments_leader_id_academic_year"), "deployments", ["leader_id", "academic_year"], unique=False
    )
    op.create_index(op.f("ix_deployments_support_request_id"), "deployments", ["support_request_id"], unique=False)
    op.create_table(
        "designations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("designated_on", sa.Date(), nullable=False),
        sa.Column("round", sa.Text(), nullable=True),
        sa.Column("renews_designation_id", sa.Uuid(), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('sle', 'nle', 'lle')", name=op.f("ck_designations_kind_is_known")),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)",
            name=op.f("ck_designations_withdrawal_has_its_reason"),
        ),
        sa.CheckConstraint("lapsed_on >= designated_on", name=op.f("ck_designations_designated_before_lapsed")),
        sa.CheckConstraint("withdrawn_on >= designated_on", name=op.f("ck_designations_designated_before_withdrawn")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_designations_leader_id_leaders")),
        sa.ForeignKeyConstraint(
            ["renews_designation_id"],
            ["designations.id"],
            name=op.f("fk_designations_renews_designation_id_designations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designations")),
    )
    op.create_index(op.f("ix_designations_alliance_id_id"), "designations", ["alliance_id", "id"], unique=False)
    op.create_index(op.f("ix_designations_leader_id"), "designations", ["leader_id"], unique=False)
    op.create_table(
        "leader_specialisms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("specialism_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("validated_by", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(validated_on IS NULL) = (validated_by IS NULL) AND (validated_on IS NULL) = (evidence IS NULL)",
            name=op.f("ck_leader_specialisms_validation_is_whole"),
        ),
        sa.CheckConstraint("validated_on >= claimed_on", name=op.f("ck_leader_specialisms_claimed_before_validated")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_leader_specialisms_leader_id_leaders")),
        sa.ForeignKeyConstraint(
            ["specialism_id"], ["specialisms.id"], name=op.f("fk_leader_specialisms_specialism_id_specialisms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_specialisms")),
    )
    op.create_index(op.f("ix_leader_specialisms_leader_id"), "leader_specialisms", ["leader_id"], unique=False)
    op.create_index(
        "uq_leader_specialisms_held", "leader_specialisms", ["alliance_id", "leader_id", "specialism_id"], unique=True
    )
    op.create_table(
        "support_request_areas",
        sa.Column("support_request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("specialism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["specialism_id"], ["specialisms.id"], name=op.f("fk_support_request_areas_specialism_id_specialisms")
        ),
        sa.ForeignKeyConstraint(
            ["support_request_id"],
            ["support_requests.id"],
            name=op.f("fk_support_request_areas_support_request_id_support_requests"),
        ),
        sa.PrimaryKeyConstraint("support_request_id", "position", name=op.f("pk_support_request_areas")),
    )
    op.create_table(
        "support_request_steps",
        sa.Column("support_request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["support_request_id"],
            ["support_requests.id"],
            name=op.f("fk_support_request_steps_support_request_id_support_requests"),
        ),
        sa.PrimaryKeyConstraint("support_request_id", "position", name=op.f("pk_support_request_steps")),
    )
    op.create_table(
        "agreements",
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("party IN ('leader', 'home_head', 'host_head')", name=op.f("ck_agreements_party_is_known")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_agreements_deployment_id_deployments")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "party", name=op.f("pk_agreements")),
    )
    op.create_table(
        "deployment_steps",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_deployment_steps_deployment_id_deployments")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "position", name=op.f("pk_deployment_steps")),
    )
    op.create_table(
        "objectives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("outcome IN ('met', 'partly_met', 'not_met')", name=op.f("ck_objectives_outcome_is_known")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_objectives_deployment_id_deployments")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "id", name=op.f("pk_objectives")),
    )
    op.create_table(
        "reviews",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_reviews_deployment_id_deployments")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "position", name=op.f("pk_reviews")),
    )
    op.create_table(
        "visit_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_visit_days_deployment_id_deployments")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_visit_days_leader_id_leaders")),
        sa.PrimaryKeyConstraint("deployment_id", "on", name=op.f("pk_visit_days")),
        sa.UniqueConstraint("alliance_id", "leader_id", "on", name="visit_days_belong_to_one_school"),
    )
    op.create_table(
        "visits",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("days IN (0.5, 1)", name=op.f("ck_visits_days_are_a_day_or_half")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_visits_deployment_id_deployments")
        ),
        sa.PrimaryKeyConstraint("deployment_id", "on", name=op.f("pk_visits")),
    )
    for table in TABLES:
        if table != "schools":  # the register is public
            protect_tenant_rows(table, "alliance_id")
    # Whoever belongs to an alliance reads the standard list; nobody but the schema's owner writes it.
    op.execute(
        "CREATE POLICY standard_list ON specialisms FOR SELECT "
        "USING (alliance_id IS NULL AND current_setting('app.tenants', true) <> '')"
    )


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in reversed(TABLES):
        op.drop_table(table)
    drop_kit_tables()
    op.execute("DROP EXTENSION btree_gist")
