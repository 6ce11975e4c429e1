"""Audit forms and audits over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.clock import day_of
from service_kit.commands import Reply, UnitOfWork
from service_kit.etags import ExpectedVersion, etag
from service_kit.ids import new_id
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.audits import store, use_cases
from sle_broker.audits.audit_form import AuditForm
from sle_broker.audits.audit_submission import AuditState, AuditSubmission
from sle_broker.audits.schemas import (
    AuditChangesIn,
    AuditFormIn,
    AuditFormOut,
    AuditListedOut,
    AuditSubmissionIn,
    AuditSubmissionOut,
    AuditTransitionIn,
)
from sle_broker.sharing_protocols.sharing_protocol import SharingScope
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["audits"])

AllianceIds = Annotated[list[UUID] | None, Query(max_length=50)]


@router.post("/v1/audit-forms", status_code=201, response_model=AuditFormOut, summary="Publish an audit form")
def publish_audit_form(body: AuditFormIn, command: KeyedCommand) -> Response:
    """An alliance publishes a form for its schools. A published version is never edited: a code that is published again
    gets its next version, which supersedes the one before. Audits made on an earlier version keep it."""

    def publish(work: UnitOfWork) -> AuditForm:
        return use_cases.publish_form(
            work,
            body.alliance_id,
            body.code,
            {question.specialism for question in body.questions},
            lambda version, meant: body.to_rule(new_id(), version, meant, today=work.today),
        )

    return command.execute(
        publish,
        lambda form: Reply(AuditFormOut.model_validate(form), 201, location=f"/v1/audit-forms/{form.id}"),
    )


@router.get("/v1/audit-forms", response_model=Page[AuditFormOut], summary="List audit forms")
def list_audit_forms(reading: ReadingOf, page: PageOf, alliance_id: AllianceIds = None) -> Page[AuditFormOut]:
    """The forms of your alliances, in the order of their codes, each in its latest version."""
    with reading.transaction() as session:
        return store.page_of_forms(session, reading.caller, alliance_id or (), page, AuditFormOut.model_validate)


@router.get("/v1/audit-forms/{audit_form_id}", response_model=AuditFormOut, summary="Read an audit form")
def get_audit_form(audit_form_id: UUID, reading: ReadingOf) -> AuditFormOut:
    """One version of a form, superseded or not."""
    with reading.transaction() as session:
        form = store.get_form(session, audit_form_id)
    reading.caller.require_membership(form.alliance_id)
    return AuditFormOut.model_validate(form)


@router.post("/v1/audit-submissions", status_code=201, response_model=AuditSubmissionOut, summary="Begin an audit")
def begin_audit(body: AuditSubmissionIn, command: KeyedCommand) -> Response:
    """A school begins an audit on the latest version of a form. It is a draft, which nobody but the school reads."""

    def begin(work: UnitOfWork) -> Kept[AuditSubmission]:
        return use_cases.begin_audit(
            work, body.audit_form_id, body.school_urn, lambda form: body.to_rule(new_id(), form, today=work.today)
        )

    return command.execute(
        begin,
        lambda kept: Reply(
            AuditSubmissionOut.shared(kept, SharingScope.WHOLE),
            201,
            kept.version,
            f"/v1/audit-submissions/{kept.thing.id}",
        ),
    )


@router.get("/v1/audit-submissions", response_model=Page[AuditListedOut], summary="List audits")
def list_audits(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: AllianceIds = None,
    state: Annotated[list[AuditState] | None, Query(max_length=3)] = None,
) -> Page[AuditListedOut]:
    """The audits you may read one by one today, without their answers: a school's own, and those that a sharing
    protocol in force shares with you, whole or their scores. Drafts are the school's alone."""
    with reading.transaction() as session:
        return store.page_of_submissions(
            session,
            reading.caller,
            day_of(reading.now),
            alliance_id or (),
            state or (),
            page,
            AuditListedOut.of,
        )


@router.get("/v1/audit-submissions/{audit_submission_id}", response_model=AuditSubmissionOut, summary="Read an audit")
def get_audit(audit_submission_id: UUID, reading: ReadingOf, response: Response) -> AuditSubmissionOut:
    """One audit, as much of it as you may read. The school reads its own; everybody else reads it while a sharing
    protocol in force lets them, which is looked up with every reading: 403 `not-shared` otherwise. Every reading is
    recorded."""
    with reading.transaction() as session:
        kept, scope = use_cases.read_audit(session, reading.caller, audit_submission_id, day_of(reading.now))
        reading.note(session, "audit-read", subject=audit_submission_id, tenant=kept.alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return AuditSubmissionOut.shared(kept, scope)


@router.patch(
    "/v1/audit-submissions/{audit_submission_id}", response_model=AuditSubmissionOut, summary="Answer an audit"
)
def answer_audit(
    audit_submission_id: UUID, body: AuditChangesIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """A school changes the answers of its draft: those sent take the place of all it had. What was submitted stays as
    it is."""
    answers = [answer.to_rule() for answer in body.answers]
    return command.execute(
        lambda work: use_cases.answer_audit(work, audit_submission_id, expected, answers),
        lambda kept: Reply(AuditSubmissionOut.shared(kept, SharingScope.WHOLE), version=kept.version),
    )


@router.post(
    "/v1/audit-submissions/{audit_submission_id}/transitions",
    response_model=AuditSubmissionOut,
    summary="Submit an audit",
)
def transition_audit(
    audit_submission_id: UUID, body: AuditTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A school submits its audit once every question is answered. It supersedes the one before it on the same form for
    the same phase: the latest counts. Each specialism with an answer at which the form sees a need becomes a need of
    the school; a need that the audit no longer shows is met."""
    return command.execute(
        lambda work: use_cases.submit_audit(work, audit_submission_id, expected, body.to, body.on),
        lambda kept: Reply(AuditSubmissionOut.shared(kept, SharingScope.WHOLE), version=kept.version),
    )
