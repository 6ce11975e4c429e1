"""The SQL of audit forms and submissions."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import flag_modified

from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.audits.audit_form import AuditForm, Question, Scale, ScaleEnd
from sle_broker.audits.audit_submission import Answer, AuditState, AuditSubmission
from sle_broker.audits.tables import AuditAnswerRow, AuditFormRow, AuditQuestionRow, AuditSubmissionRow
from sle_broker.sharing_protocols.sharing_protocol import ONE_BY_ONE
from sle_broker.sharing_protocols.store import is_shared, reader_of
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase
from sle_broker.specialisms.store import specialism_of

Item = TypeVar("Item")

_NOT_FOUND = "There is no such thing here."


def add_form(session: Session, form: AuditForm) -> None:
    """A new version of a form. Of two at the same moment the unique constraint lets one through."""
    session.add(
        AuditFormRow(
            id=form.id,
            alliance_id=form.alliance_id,
            code=form.code,
            version=form.version,
            title=form.title,
            lowest=form.scale.lowest,
            highest=form.scale.highest,
            best=form.scale.best,
            need_at=form.scale.need_at,
            published_on=form.published_on,
            questions=[
                AuditQuestionRow(
                    number=question.number,
                    alliance_id=form.alliance_id,
                    text=question.text,
                    specialism_id=question.specialism.id,
                )
                for question in form.questions
            ],
        )
    )


def get_form(session: Session, audit_form_id: UUID) -> AuditForm:
    """One version of a form. Errors: `NotFound`."""
    row = session.get(AuditFormRow, audit_form_id)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _form(row)


def latest_version(session: Session, alliance_id: UUID, code: str) -> int:
    """The number of the newest version of a form, 0 where there is none."""
    row = AuditFormRow
    return session.scalar(select(func.max(row.version)).where(row.alliance_id == alliance_id, row.code == code)) or 0


def page_of_forms(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[AuditForm], Item],
) -> Page[Item]:
    """A page of the latest version of every form of the caller's alliances."""
    row, later = AuditFormRow, aliased(AuditFormRow)
    superseded = exists().where(
        later.alliance_id == row.alliance_id, later.code == row.code, later.version > row.version
    )
    found = select(row).where(
        caller.membership.condition(row.alliance_id),
        row.alliance_id.in_(alliance_ids) if alliance_ids else true(),
        ~superseded,
    )
    return read_page(session, found, [row.code, row.id], page, lambda one: shape(_form(one)))


def add_submission(session: Session, audit: AuditSubmission) -> Kept[AuditSubmission]:
    """A new audit, as a draft."""
    row = AuditSubmissionRow(
        id=audit.id,
        alliance_id=audit.form.alliance_id,
        audit_form_id=audit.form.id,
        form_code=audit.form.code,
        school_urn=audit.school_urn,
        phase=audit.phase,
        begun_on=audit.begun_on,
        answers=[],
    )
    _write(row, audit)
    session.add(row)
    session.flush()
    return Kept(audit, row.alliance_id, row.version)


def get_submission(session: Session, audit_submission_id: UUID, *, for_update: bool = False) -> Kept[AuditSubmission]:
    """The audit, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    found = select(AuditSubmissionRow).where(AuditSubmissionRow.id == audit_submission_id)
    row = session.scalar(found.with_for_update(of=AuditSubmissionRow, key_share=True) if for_update else found)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept(row)


def save_submission(session: Session, audit: AuditSubmission) -> Kept[AuditSubmission]:
    """Stores an audit that was loaded before, as its next version."""
    row = session.get_one(AuditSubmissionRow, audit.id)
    _write(row, audit)
    # What changed may be the answers alone, and is a new version of the audit all the same.
    flag_modified(row, "state")
    session.flush()
    return _kept(row)


def latest_submission(session: Session, audit: AuditSubmission) -> Kept[AuditSubmission] | None:
    """The audit that counts until `audit` does, locked until the transaction's end. Of two that are submitted at the
    same moment the unique index lets one through."""
    row = AuditSubmissionRow
    found = session.scalar(
        select(row)
        .where(*_same_series(audit), row.state == AuditState.SUBMITTED)
        .with_for_update(of=row, key_share=True)
    )
    return None if found is None else _kept(found)


def ids_before(session: Session, audit: AuditSubmission) -> Sequence[UUID]:
    """The ids of the school's superseded audits on the same form for the same phase."""
    row = AuditSubmissionRow
    return session.scalars(select(row.id).where(*_same_series(audit), row.state == AuditState.SUPERSEDED)).all()


def page_of_submissions(
    session: Session,
    caller: Caller,
    today: date,
    alliance_ids: Sequence[UUID],
    states: Sequence[AuditState],
    page: PageRequest,
    shape: Callable[[Kept[AuditSubmission]], Item],
) -> Page[Item]:
    """A page of the audits the caller may read: a school its own, others what a protocol in force lets them."""
    row, reader = AuditSubmissionRow, reader_of(caller)
    shared = is_shared(reader, today, ONE_BY_ONE, row.alliance_id, row.school_urn)
    found = select(row).where(
        or_(
            tuple_(row.alliance_id, row.school_urn).in_(reader.schools),
            and_(row.state != AuditState.DRAFT, shared),
        ),
        row.alliance_id.in_(alliance_ids) if alliance_ids else true(),
        row.state.in_(states) if states else true(),
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_kept(one)))


def _same_series(audit: AuditSubmission) -> tuple[ColumnElement[bool], ...]:
    row = AuditSubmissionRow
    return (
        row.alliance_id == audit.form.alliance_id,
        row.school_urn == audit.school_urn,
        row.form_code == audit.form.code,
        row.phase == audit.phase,
    )


def _write(row: AuditSubmissionRow, audit: AuditSubmission) -> None:
    row.state = audit.state
    row.submitted_on = audit.submitted_on
    row.superseded_on = audit.superseded_on
    given = {answer.number: answer for answer in audit.answers}
    stored = {answer.number: answer for answer in row.answers}
    row.answers = [
        stored.get(number) or AuditAnswerRow(number=number, alliance_id=row.alliance_id) for number in sorted(given)
    ]
    for answer in row.answers:
        answer.score, answer.comment = given[answer.number].score, given[answer.number].comment


def _form(row: AuditFormRow) -> AuditForm:
    return AuditForm(
        id=row.id,
        alliance_id=row.alliance_id,
        code=row.code,
        version=row.version,
        title=row.title,
        scale=Scale(row.lowest, row.highest, ScaleEnd(row.best), row.need_at),
        questions=tuple(
            Question(question.number, question.text, specialism_of(question.specialism)) for question in row.questions
        ),
        published_on=row.published_on,
    )


def _kept(row: AuditSubmissionRow) -> Kept[AuditSubmission]:
    audit = AuditSubmission(
        id=row.id,
        form=_form(row.form),
        school_urn=row.school_urn,
        phase=Phase(row.phase),
        answers=tuple(Answer(answer.number, answer.score, answer.comment) for answer in row.answers),
        begun_on=row.begun_on,
        submitted_on=row.submitted_on,
        superseded_on=row.superseded_on,
    )
    return Kept(audit, row.alliance_id, row.version)
