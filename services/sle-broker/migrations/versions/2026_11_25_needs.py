"""Needs, the local authority of each school, and support requests for several people in one
package, and audits with the protocols under which schools share them."""

import sqlalchemy as sa
from alembic import op

from service_kit.migration import make_append_only, protect_tenant_rows

revision = "2026_11_25_needs"
down_revision = "2026_11_25_jobs"
branch_labels = None
depends_on = None

SHARING_AND_AUDITS = (
    "sharing_protocols",
    "sharing_parties",
    "audit_forms",
    "audit_questions",
    "audit_submissions",
    "audit_answers",
)
"""In the order in which they are made."""


def upgrade() -> None:
    """Makes the tables. A school that has arrived already gets its authority when the register next changes it: nothing
    here says which it is."""
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
    _make_sharing_protocols()
    _make_audits()
    op.create_table(
        "minimum_counts",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("minimum_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("minimum_count >= 3", name=op.f("ck_minimum_counts_never_below_three")),
        sa.PrimaryKeyConstraint("alliance_id", "version", name=op.f("pk_minimum_counts")),
    )
    protect_tenant_rows("minimum_counts", "alliance_id")
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
    _record_needs_of_open_requests()


def _record_needs_of_open_requests() -> None:
    """What schools had asked for before needs were kept is a need while the request is open."""
    op.execute("SELECT set_config('app.tenants', '*', true)")
    op.execute("""
        INSERT INTO needs (id, alliance_id, host_school_urn, specialism_id, phase, kind, source, source_reference,
                           arisen_on, recorded_by, version)
        SELECT gen_random_uuid(), request.alliance_id, request.host_school_urn, area.specialism_id, request.phase,
               'actual', 'support_request', request.id::text, step."on", request.submitted_by, 1
        FROM support_requests request
        JOIN support_request_areas area ON area.support_request_id = request.id
        JOIN support_request_steps step ON step.support_request_id = request.id AND step.position = 0
        WHERE request.state IN ('submitted', 'accepted', 'matched')
        ON CONFLICT DO NOTHING
    """)
    op.execute("SELECT set_config('app.tenants', '', true)")


def downgrade() -> None:
    """Takes everything back."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_table("minimum_counts")
    for table in reversed(SHARING_AND_AUDITS):
        op.drop_table(table)
    op.drop_table("support_request_lines")
    op.drop_column("support_request_areas", "line_number")
    for name in ("leader_kind", "asked_by_reference", "paid_by_reference"):
        op.drop_column("support_requests", name)
    op.drop_table("needs")
    op.drop_column("schools", "local_authority_code")


def _make_sharing_protocols() -> None:
    op.create_table(
        "sharing_protocols",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("school_urn", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "scope IN ('whole', 'scores', 'aggregate')", name=op.f("ck_sharing_protocols_scope_is_known")
        ),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_sharing_protocols_days_in_order")),
        sa.CheckConstraint("withdrawn_on >= agreed_on", name=op.f("ck_sharing_protocols_agreed_before_withdrawn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_protocols")),
    )
    op.create_index(op.f("ix_sharing_protocols_alliance_id_id"), "sharing_protocols", ["alliance_id", "id"])
    op.create_index(
        op.f("ix_sharing_protocols_alliance_id_school_urn"), "sharing_protocols", ["alliance_id", "school_urn"]
    )
    op.create_table(
        "sharing_parties",
        sa.Column("sharing_protocol_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('alliance', 'school', 'local_authority')", name=op.f("ck_sharing_parties_kind_is_known")
        ),
        sa.CheckConstraint(
            "kind <> 'school' OR client_id IS NULL", name=op.f("ck_sharing_parties_schools_read_by_themselves")
        ),
        sa.ForeignKeyConstraint(
            ["sharing_protocol_id"],
            ["sharing_protocols.id"],
            name=op.f("fk_sharing_parties_sharing_protocol_id_sharing_protocols"),
        ),
        sa.PrimaryKeyConstraint("sharing_protocol_id", "position", name=op.f("pk_sharing_parties")),
    )
    protect_tenant_rows("sharing_protocols", "alliance_id")
    protect_tenant_rows("sharing_parties", "alliance_id")


def _make_audits() -> None:
    op.create_table(
        "audit_forms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("best", sa.Text(), nullable=False),
        sa.Column("need_at", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_audit_forms_versions_count_from_one")),
        sa.CheckConstraint(
            "lowest < highest AND need_at BETWEEN lowest AND highest", name=op.f("ck_audit_forms_scale_is_whole")
        ),
        sa.CheckConstraint("best IN ('lowest', 'highest')", name=op.f("ck_audit_forms_best_is_an_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_forms")),
        sa.UniqueConstraint("alliance_id", "code", "version", name=op.f("uq_audit_forms_alliance_id_code_version")),
    )
    op.create_table(
        "audit_questions",
        sa.Column("audit_form_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("specialism_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_form_id"], ["audit_forms.id"], name=op.f("fk_audit_questions_audit_form_id_audit_forms")
        ),
        sa.ForeignKeyConstraint(
            ["specialism_id"], ["specialisms.id"], name=op.f("fk_audit_questions_specialism_id_specialisms")
        ),
        sa.PrimaryKeyConstraint("audit_form_id", "number", name=op.f("pk_audit_questions")),
    )
    op.create_table(
        "audit_submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("audit_form_id", sa.Uuid(), nullable=False),
        sa.Column("form_code", sa.Text(), nullable=False),
        sa.Column("school_urn", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("superseded_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'superseded')", name=op.f("ck_audit_submissions_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_on IS NULL)", name=op.f("ck_audit_submissions_submitted_on_a_day")
        ),
        sa.CheckConstraint(
            "(state = 'superseded') = (superseded_on IS NOT NULL)",
            name=op.f("ck_audit_submissions_superseded_on_a_day"),
        ),
        sa.CheckConstraint("submitted_on >= begun_on", name=op.f("ck_audit_submissions_begun_before_submitted")),
        sa.CheckConstraint(
            "superseded_on >= submitted_on", name=op.f("ck_audit_submissions_submitted_before_superseded")
        ),
        sa.ForeignKeyConstraint(
            ["audit_form_id"], ["audit_forms.id"], name=op.f("fk_audit_submissions_audit_form_id_audit_forms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_submissions")),
    )
    op.create_index(op.f("ix_audit_submissions_alliance_id_id"), "audit_submissions", ["alliance_id", "id"])
    op.create_index(
        "uq_audit_submissions_latest",
        "audit_submissions",
        ["alliance_id", "school_urn", "form_code", "phase"],
        unique=True,
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_table(
        "audit_answers",
        sa.Column("audit_submission_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["audit_submission_id"],
            ["audit_submissions.id"],
            name=op.f("fk_audit_answers_audit_submission_id_audit_submissions"),
        ),
        sa.PrimaryKeyConstraint("audit_submission_id", "number", name=op.f("pk_audit_answers")),
    )
    for table in ("audit_forms", "audit_questions", "audit_submissions", "audit_answers"):
        protect_tenant_rows(table, "alliance_id")
    make_append_only("audit_forms")
    make_append_only("audit_questions")
