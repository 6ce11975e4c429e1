"""What people do with needs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future
from service_kit.etags import require_version
from sle_broker.needs import store
from sle_broker.needs.need import Need, NeedEndReason, NeedSource, NeedState, end, refuse_unless_ended_by_hand
from sle_broker.schools.store import require_alliance, require_schools
from sle_broker.sharing_protocols.use_cases import scope_open_to
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Specialism
from sle_broker.specialisms.store import specialisms_by_code


def record_need(
    work: UnitOfWork,
    alliance_id: UUID,
    host_school_urn: str,
    specialism_code: str,
    need_for: Callable[[Specialism], Need],
) -> Kept[Need]:
    """Somebody records a need that was referred, that outcomes trigger, or that is forecast: `need_for` makes it of the
    specialism that the alliance means by `specialism_code`.

    Errors: `SchoolNotKnown`, `SpecialismNotInList`, `DateNotYetCome`, `Duplicate`, and those of `Need`.
    """
    work.caller.require(alliance_id, work.caller.subject)
    require_alliance(work.session, alliance_id)
    require_schools(work.session, [host_school_urn])
    specialism = specialisms_by_code(work.session, alliance_id, [specialism_code])[specialism_code]
    return record_needs(work, alliance_id, [need_for(specialism)])[0]


def record_needs(work: UnitOfWork, alliance_id: UUID, needs: Iterable[Need]) -> Sequence[Kept[Need]]:
    """Needs that one source tells of together; whether the caller may tell of them has been asked before.

    Errors: `DateNotYetCome`, `Duplicate`.
    """
    kept = []
    for need in needs:
        refuse_future(what="The need", on=need.arisen_on, today=work.today)
        kept.append(store.add_need(work.session, alliance_id, need))
    happened = {str(one.thing.id): _event(one) | {"arisen_on": one.thing.arisen_on} for one in kept}
    work.record_each("need-recorded", tenant=alliance_id, happened=happened)
    return kept


def read_need(session: Session, caller: Caller, need_id: UUID, today: date, *, for_update: bool = False) -> Kept[Need]:
    """A need that the caller may read, locked where it is to be changed or cited. What an audit told of, others than
    the school read while a protocol in force lets them. Errors: `NotFound`, `Forbidden`, `NotShared`."""
    kept = store.get_need(session, need_id, for_update=for_update)
    if kept.thing.source is NeedSource.AUDIT:
        scope_open_to(session, caller, kept.alliance_id, kept.thing.host_school_urn, today)
    else:
        caller.require(kept.alliance_id, kept.thing.host_school_urn, kept.thing.recorded_by)
    return kept


def end_need(
    work: UnitOfWork, need_id: UUID, expected_version: int, to: NeedState, on: date, reason: NeedEndReason | None
) -> Kept[Need]:
    """A need ends, for a coded reason. Errors: those of `read_need`, `VersionMismatch`, `NeedEndsWithItsRequest`, and
    those of `end`."""
    kept = read_need(work.session, work.caller, need_id, work.today, for_update=True)
    work.caller.require(kept.alliance_id, kept.thing.recorded_by)
    require_version(kept.version, expected_version)
    refuse_unless_ended_by_hand(kept.thing)
    return _end(work, kept, to, on, reason)


def end_needs(work: UnitOfWork, needs: Iterable[tuple[Kept[Need], NeedEndReason]], on: date) -> None:
    """Needs end because what told of them has: a request ended, or another audit came."""
    for kept, reason in needs:
        _end(work, kept, NeedState.ENDED, on, reason)


def _end(work: UnitOfWork, kept: Kept[Need], to: NeedState, on: date, reason: NeedEndReason | None) -> Kept[Need]:
    ended = store.save_need(work.session, end(kept.thing, to, on, today=work.today, reason=reason))
    work.record(
        "need-ended",
        subject=kept.thing.id,
        tenant=kept.alliance_id,
        data=_event(ended) | {"ended_on": ended.thing.ended_on, "reason": ended.thing.end_reason},
    )
    return ended


def _event(kept: Kept[Need]) -> dict[str, Any]:
    """Of a need that an audit told of, a feed is told neither school nor specialism: they would give an answer away."""
    need = kept.thing
    told = {"need_id": need.id, "alliance_id": kept.alliance_id, "kind": need.kind, "source": need.source}
    if need.source is NeedSource.AUDIT:
        return told
    return told | {
        "host_school_urn": need.host_school_urn,
        "specialism": need.specialism.code,
        "phase": need.phase,
    }
