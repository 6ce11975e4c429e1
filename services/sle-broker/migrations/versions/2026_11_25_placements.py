"""Lending between alliances: agreements, leaders asked for and offered, and deployments of lent leaders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from service_kit.migration import protect_rows_of_two_tenants, protect_tenant_rows

revision = "2026_11_25_placements"
down_revision = "2026_11_25_shortlist"
branch_labels = None
depends_on = None

SHARED = ("lending_agreements", "lending_agreement_steps", "lending_requests", "lending_offers")
"""The tables whose rows belong to two alliances, in the order in which they are made."""

OWNED = ("teachers", "teacher_specialisms", "placement_hosts", "placement_applications", "placements")
"""The tables whose rows belong to one alliance, in the order in which they are made."""

PARTS = (
    "agreements",
    "deployment_outcomes",
    "deployment_steps",
    "feedback",
    "first_day_corrections",
    "objectives",
    "reviews",
    "visit_days",
    "visits",
)
"""What is recorded about a deployment, each in its own table."""

_BOOKED_ONCE = """
    ALTER TABLE deployments ADD CONSTRAINT half_days_are_booked_once EXCLUDE USING gist
    ({whose} WITH =, leader_id WITH =, academic_year WITH =, half_days WITH &&)
"""

_SEES_LENT = """
    {column} = ANY ((SELECT string_to_array(
        nullif(nullif(current_setting('app.tenants', true), '*'), ''), ',')::uuid[])::uuid[])
"""


def upgrade() -> None:
    """Makes the shared tables, and lets a lender see and book the deployments of the leaders it lends."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    _create_agreements()
    _lend_deployments()
    _create_offers()
    _create_catalogue()
    _create_placements()
    for table in OWNED:
        protect_tenant_rows(table, "alliance_id")
    for table in SHARED:
        protect_rows_of_two_tenants(table, "lender_alliance_id", "borrower_alliance_id")
    # Which alliances there are is published: one names another to propose an agreement.
    op.execute("CREATE POLICY published ON alliances FOR SELECT USING (current_setting('app.tenants', true) <> '')")


def _create_agreements() -> None:
    op.create_table(
        "lending_agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lender_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("lender_alliance_id"), "="),
            (sa.column("borrower_alliance_id"), "="),
            (sa.text("daterange(from_on, to_on, '[]')"), "&&"),
            where=sa.text("state IN ('proposed', 'agreed')"),
            using="gist",
            name="one_agreement_of_two_alliances_at_a_time",
        ),
        sa.CheckConstraint(
            "lender_alliance_id <> borrower_alliance_id", name=op.f("ck_lending_agreements_between_two_alliances")
        ),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_lending_agreements_in_order")),
        sa.CheckConstraint(
            "proposed_by IN ('lender', 'borrower')", name=op.f("ck_lending_agreements_proposed_by_a_side")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_agreements")),
    )
    for side in ("borrower", "lender"):
        op.create_index(
            op.f(f"ix_lending_agreements_{side}_alliance_id_id"), "lending_agreements", [f"{side}_alliance_id", "id"]
        )
    op.create_table(
        "lending_agreement_steps",
        sa.Column("lending_agreement_id", sa.Uuid(), nullable=False),
        sa.Column("lender_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lending_agreement_id"],
            ["lending_agreements.id"],
            name=op.f("fk_lending_agreement_steps_lending_agreement_id_lending_agreements"),
        ),
        sa.PrimaryKeyConstraint("lending_agreement_id", "position", name=op.f("pk_lending_agreement_steps")),
    )


def _lend_deployments() -> None:
    op.add_column("deployments", sa.Column("lender_alliance_id", sa.Uuid(), nullable=True))
    op.add_column("deployments", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_deployments_not_lent_to_the_lender"), "deployments", "lender_alliance_id <> alliance_id"
    )
    op.create_check_constraint(
        op.f("ck_deployments_an_offer_has_its_end"), "deployments", "(state = 'offered') = (held_until IS NOT NULL)"
    )
    op.create_index(op.f("ix_deployments_lender_alliance_id"), "deployments", ["lender_alliance_id"])
    _index_record(*_RECORD, "lender_alliance_id", "held_until")
    # The half-days are the leader's, whichever alliance's request takes them.
    op.drop_constraint("half_days_are_booked_once", "deployments")
    op.execute(_BOOKED_ONCE.format(whose="coalesce(lender_alliance_id, alliance_id)"))
    # A lender reads and writes the deployments of leaders it lends, and none where no agreement was ever made.
    agreed = (
        "EXISTS (SELECT FROM lending_agreements a WHERE a.lender_alliance_id = deployments.lender_alliance_id "
        "AND a.borrower_alliance_id = deployments.alliance_id)"
    )
    lent = _SEES_LENT.format(column="lender_alliance_id")
    op.execute(f"CREATE POLICY tenant_rows_lent ON deployments USING ({lent}) WITH CHECK ({lent} AND {agreed})")
    for table in PARTS:
        # Whoever sees the deployment sees its parts; the policies of deployments apply to the subquery.
        part = (
            f"EXISTS (SELECT FROM deployments d WHERE d.id = {table}.deployment_id "
            "AND d.lender_alliance_id IS NOT NULL)"
        )
        op.execute(f"CREATE POLICY tenant_rows_lent ON {table} USING ({part}) WITH CHECK ({part})")


_RECORD = (
    "id",
    "alliance_id",
    "academic_year",
    "days",
    "days_held",
    "kind",
    "first_day_on",
    "host_school_urn",
)
"""What the index has that answers a search by itself; it is made anew with what a search asks for from now on."""


def _index_record(*columns: str) -> None:
    op.drop_index("ix_deployments_record", "deployments")
    op.create_index("ix_deployments_record", "deployments", ["leader_id"], postgresql_include=columns)


def _create_offers() -> None:
    op.create_table(
        "lending_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lender_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("lending_agreement_id", sa.Uuid(), nullable=False),
        sa.Column("support_request_id", sa.Uuid(), nullable=False),
        sa.Column("host_school_urn", sa.Text(), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("days_wanted", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("earliest_start_on", sa.Date(), nullable=False),
        sa.Column("latest_finish_on", sa.Date(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("leader_kind", sa.Text(), nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("own_first_reason", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name=op.f("ck_lending_requests_days_are_in_halves")
        ),
        sa.CheckConstraint("latest_finish_on >= earliest_start_on", name=op.f("ck_lending_requests_window_in_order")),
        sa.CheckConstraint("closed_on >= asked_on", name=op.f("ck_lending_requests_asked_before_closed")),
        sa.ForeignKeyConstraint(
            ["lending_agreement_id"],
            ["lending_agreements.id"],
            name=op.f("fk_lending_requests_lending_agreement_id_lending_agreements"),
        ),
        sa.ForeignKeyConstraint(
            ["support_request_id"],
            ["support_requests.id"],
            name=op.f("fk_lending_requests_support_request_id_support_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_requests")),
    )
    op.create_index(
        "uq_lending_requests_open",
        "lending_requests",
        ["borrower_alliance_id", "support_request_id", "line_number", "lender_alliance_id"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index(op.f("ix_lending_requests_lender_alliance_id_id"), "lending_requests", ["lender_alliance_id", "id"])
    op.create_table(
        "lending_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lender_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("borrower_alliance_id", sa.Uuid(), nullable=False),
        sa.Column("lending_request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phases", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("validated", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("claimed", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["deployments.id"], name=op.f("fk_lending_offers_id_deployments")),
        sa.ForeignKeyConstraint(
            ["lending_request_id"],
            ["lending_requests.id"],
            name=op.f("fk_lending_offers_lending_request_id_lending_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_offers")),
    )
    op.create_index(op.f("ix_lending_offers_lending_request_id"), "lending_offers", ["lending_request_id"])
    for side in ("borrower", "lender"):
        op.create_index(
            op.f(f"ix_lending_offers_{side}_alliance_id_id"), "lending_offers", [f"{side}_alliance_id", "id"]
        )


def _create_catalogue() -> None:
    op.create_table(
        "teachers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("school_urn", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=False),
        sa.Column("observer", sa.Text(), nullable=False),
        sa.Column("consent_given_on", sa.Date(), nullable=False),
        sa.Column("consent_given_by", sa.Text(), nullable=False),
        sa.Column("consent_scope", sa.Text(), nullable=False),
        sa.Column("consent_withdrawn_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("grade IN ('good', 'outstanding')", name=op.f("ck_teachers_grade_is_good_or_better")),
        sa.CheckConstraint("consent_scope IN ('alliance', 'partners')", name=op.f("ck_teachers_scope_is_known")),
        sa.CheckConstraint("consent_withdrawn_on >= consent_given_on", name=op.f("ck_teachers_given_before_withdrawn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teachers")),
    )
    op.create_index(op.f("ix_teachers_alliance_id_id"), "teachers", ["alliance_id", "id"])
    op.create_table(
        "teacher_specialisms",
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("specialism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["specialism_id"], ["specialisms.id"], name=op.f("fk_teacher_specialisms_specialism_id_specialisms")
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teachers.id"], name=op.f("fk_teacher_specialisms_teacher_id_teachers")
        ),
        sa.PrimaryKeyConstraint("teacher_id", "position", name=op.f("pk_teacher_specialisms")),
    )


def _create_placements() -> None:
    kind_is_known = "kind IN ('residency', 'coaching', 'shadowing')"
    op.create_table(
        "placement_hosts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("school_urn", sa.Text(), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("phases", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("places_a_year", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.CheckConstraint(kind_is_known, name=op.f("ck_placement_hosts_kind_is_known")),
        sa.CheckConstraint("places_a_year >= 1", name=op.f("ck_placement_hosts_takes_somebody")),
        sa.CheckConstraint(
            "kind <> 'residency' OR places_a_year <= 2", name=op.f("ck_placement_hosts_no_more_than_two_residents")
        ),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_placement_hosts_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_hosts")),
    )
    op.create_table(
        "placement_applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home_school_urn", sa.Text(), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("days_wanted", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("earliest_start_on", sa.Date(), nullable=False),
        sa.Column("latest_finish_on", sa.Date(), nullable=False),
        sa.Column("travel_limit_km", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(kind_is_known, name=op.f("ck_placement_applications_kind_is_known")),
        sa.CheckConstraint(
            "days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name=op.f("ck_placement_applications_days_are_in_halves")
        ),
        sa.CheckConstraint(
            "latest_finish_on >= earliest_start_on", name=op.f("ck_placement_applications_window_in_order")
        ),
        sa.CheckConstraint(
            "withdrawn_on >= applied_on", name=op.f("ck_placement_applications_applied_before_withdrawn")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_applications")),
    )
    op.create_table(
        "placements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("placement_host_id", sa.Uuid(), nullable=False),
        sa.Column("placement_application_id", sa.Uuid(), nullable=False),
        sa.Column("home_school_urn", sa.Text(), nullable=False),
        sa.Column("host_school_urn", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("record", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(kind_is_known, name=op.f("ck_placements_kind_is_known")),
        sa.CheckConstraint("home_school_urn <> host_school_urn", name=op.f("ck_placements_not_in_own_school")),
        sa.CheckConstraint("days > 0 AND mod(days * 2, 1) = 0", name=op.f("ck_placements_days_are_in_halves")),
        sa.CheckConstraint(
            "place >= 1 AND (kind <> 'residency' OR place <= 2)",
            name=op.f("ck_placements_no_more_than_two_residents"),
        ),
        sa.ForeignKeyConstraint(
            ["placement_application_id"],
            ["placement_applications.id"],
            name=op.f("fk_placements_placement_application_id_placement_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["placement_host_id"],
            ["placement_hosts.id"],
            name=op.f("fk_placements_placement_host_id_placement_hosts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
    )
    for table in ("placement_hosts", "placement_applications", "placements"):
        op.create_index(op.f(f"ix_{table}_alliance_id_id"), table, ["alliance_id", "id"])
    # The second net, below the lock on the host: a place is one applicant's in a year.
    op.create_index(
        "uq_placements_place",
        "placements",
        ["placement_host_id", "academic_year", "place"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('declined', 'cancelled')"),
    )
    op.create_index(op.f("ix_placements_placement_application_id"), "placements", ["placement_application_id"])


def downgrade() -> None:
    """Takes it all back, and with it what was lent: without a lender nobody could tell whose leader it is."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("SELECT set_config('app.tenants', '*', true)")
    op.execute("DROP POLICY published ON alliances")
    lent = (
        "DELETE FROM {table} USING deployments d "
        "WHERE d.id = {table}.deployment_id AND d.lender_alliance_id IS NOT NULL"
    )
    for table in PARTS:
        op.execute(f"DROP POLICY tenant_rows_lent ON {table}")
    op.execute("DROP POLICY tenant_rows_lent ON deployments")
    for table in reversed((*SHARED, *OWNED)):
        op.drop_table(table)
    for table in PARTS:
        op.execute(lent.format(table=table))
    op.execute("DELETE FROM deployments WHERE lender_alliance_id IS NOT NULL")
    op.drop_constraint("half_days_are_booked_once", "deployments")
    op.execute(_BOOKED_ONCE.format(whose="alliance_id"))
    _index_record(*_RECORD)
    op.drop_index(op.f("ix_deployments_lender_alliance_id"), "deployments")
    op.drop_constraint(op.f("ck_deployments_an_offer_has_its_end"), "deployments")
    op.drop_constraint(op.f("ck_deployments_not_lent_to_the_lender"), "deployments")
    op.drop_column("deployments", "held_until")
    op.drop_column("deployments", "lender_alliance_id")
