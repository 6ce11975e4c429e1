"""What people do with audits."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future
from service_kit.etags import require_version
from service_kit.ids import new_id
from sle_broker.audits import store
from sle_broker.audits.audit_form import AuditForm, FormSuperseded
from sle_broker.audits.audit_needs import needs_after
from sle_broker.audits.audit_submission import Answer, AuditState, AuditSubmission, answer, submit
from sle_broker.needs.need import Need, NeedKind, NeedSource
from sle_broker.needs.store import open_needs_from
from sle_broker.needs.use_cases import end_needs, record_needs
from sle_broker.schools.store import require_alliance, require_schools
from sle_broker.sharing_protocols.sharing_protocol import SharingScope
from sle_broker.sharing_protocols.store import reader_of
from sle_broker.sharing_protocols.use_cases import not_shared, scope_open_to
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Specialism
from sle_broker.specialisms.store import specialisms_by_code


def publish_form(
    work: UnitOfWork,
    alliance_id: UUID,
    code: str,
    specialism_codes: Collection[str],
    form_for: Callable[[int, Mapping[str, Specialism]], AuditForm],
) -> AuditForm:
    """An alliance publishes a form, or the next version of one: `form_for` makes it of the version's number and of the
    specialisms that the alliance means by `specialism_codes`. Audits made on an earlier version keep it.

    Errors: `SpecialismNotInList`, `Duplicate`, and those of `AuditForm`.
    """
    work.caller.require(alliance_id)
    require_alliance(work.session, alliance_id)
    version = store.latest_version(work.session, alliance_id, code) + 1
    form = form_for(version, specialisms_by_code(work.session, alliance_id, list(specialism_codes)))
    store.add_form(work.session, form)
    work.record(
        "audit-form-published",
        subject=form.id,
        tenant=alliance_id,
        data={"audit_form_id": form.id, "alliance_id": alliance_id, "code": code, "version": version},
    )
    return form


def begin_audit(
    work: UnitOfWork, audit_form_id: UUID, school_urn: str, audit_on: Callable[[AuditForm], AuditSubmission]
) -> Kept[AuditSubmission]:
    """A school begins an audit on the latest version of a form; it is a draft that nobody else reads.

    Errors: `SchoolNotKnown`, `FormSuperseded`, `DateNotYetCome`, and those of `AuditSubmission`.
    """
    form = store.get_form(work.session, audit_form_id)
    work.caller.require(form.alliance_id, school_urn)
    require_schools(work.session, [school_urn])
    latest = store.latest_version(work.session, form.alliance_id, form.code)
    if form.version < latest:
        raise FormSuperseded(f"Version {latest} has superseded version {form.version}; begin the audit on that.")
    audit = audit_on(form)
    refuse_future(what="The audit", on=audit.begun_on, today=work.today)
    kept = store.add_submission(work.session, audit)
    _record(work, "audit-begun", kept, begun_on=audit.begun_on)
    return kept


def answer_audit(
    work: UnitOfWork, audit_submission_id: UUID, expected_version: int, answers: Sequence[Answer]
) -> Kept[AuditSubmission]:
    """A school changes the answers of its draft. Errors: `VersionMismatch`, and those of `answer`."""
    kept = store.get_submission(work.session, audit_submission_id, for_update=True)
    work.caller.require(kept.alliance_id, kept.thing.school_urn)
    require_version(kept.version, expected_version)
    answered = store.save_submission(work.session, answer(kept.thing, answers))
    _record(work, "audit-answered", answered)
    return answered


def submit_audit(
    work: UnitOfWork, audit_submission_id: UUID, expected_version: int, to: AuditState, on: date
) -> Kept[AuditSubmission]:
    """A school submits its audit: it supersedes the one before it on the same form for the same phase, and the needs
    that the school's audits tell of become what it says.

    Errors: `VersionMismatch`, `Duplicate`, and those of `submit`.
    """
    kept = store.get_submission(work.session, audit_submission_id, for_update=True)
    work.caller.require(kept.alliance_id, kept.thing.school_urn)
    require_version(kept.version, expected_version)
    latest = store.latest_submission(work.session, kept.thing)
    submitted = submit(kept.thing, to, on, today=work.today, latest=None if latest is None else latest.thing)
    if latest is not None:
        superseded = store.save_submission(work.session, replace(latest.thing, superseded_on=on))
        _record(work, "audit-superseded", superseded, superseded_on=on)
    saved = store.save_submission(work.session, submitted)
    _record(work, "audit-submitted", saved, submitted_on=on)
    _bring_needs_to(work, submitted, on)
    return saved


def read_audit(
    session: Session, caller: Caller, audit_submission_id: UUID, today: date
) -> tuple[Kept[AuditSubmission], SharingScope]:
    """An audit and how much of it the caller may read, decided in this transaction. A draft is the school's alone.

    Errors: those of `scope_open_to`.
    """
    kept = store.get_submission(session, audit_submission_id)
    urn = kept.thing.school_urn
    scope = scope_open_to(session, caller, kept.alliance_id, urn, today)
    if kept.thing.state is AuditState.DRAFT and (kept.alliance_id, urn) not in reader_of(caller).schools:
        raise not_shared(caller, kept.alliance_id)
    return kept, scope


def _bring_needs_to(work: UnitOfWork, audit: AuditSubmission, on: date) -> None:
    alliance_id, earlier = audit.form.alliance_id, store.ids_before(work.session, audit)
    still_open = open_needs_from(work.session, alliance_id, NeedSource.AUDIT, [str(one) for one in earlier])
    codes = [need.thing.specialism.code for need in still_open]
    after = needs_after(audit, codes)
    end_needs(
        work,
        [(need, after.ended[code]) for need, code in zip(still_open, codes, strict=True) if code in after.ended],
        on,
    )
    record_needs(
        work,
        alliance_id,
        [
            Need(
                id=new_id(),
                host_school_urn=audit.school_urn,
                specialism=specialism,
                phase=audit.phase,
                kind=NeedKind.ACTUAL,
                source=NeedSource.AUDIT,
                arisen_on=on,
                recorded_by=work.caller.subject,
                source_reference=str(audit.id),
            )
            for specialism in after.arisen
        ],
    )


def _record(work: UnitOfWork, event: str, kept: Kept[AuditSubmission], **days: date) -> None:
    audit = kept.thing
    data: dict[str, Any] = {
        "audit_submission_id": audit.id,
        "alliance_id": kept.alliance_id,
        "school_urn": audit.school_urn,
        "form_code": audit.form.code,
        "form_version": audit.form.version,
        "phase": audit.phase,
    }
    work.record(event, subject=audit.id, tenant=kept.alliance_id, data=data | days)
