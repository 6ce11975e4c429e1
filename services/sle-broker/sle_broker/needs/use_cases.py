"""What people do with needs."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future
from service_kit.etags import require_version
from sle_broker.needs import store
from sle_broker.needs.need import Need, NeedEndReason, NeedSource, NeedState, end, refuse_unless_ended_by_hand
from sle_broker.schools.store import require_alliance, require_schools
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


def end_need(
    work: UnitOfWork, need_id: UUID, expected_version: int, to: NeedState, on: date, reason: NeedEndReason | None
) -> Kept[Need]:
    """A need ends, for a coded reason. Errors: `VersionMismatch`, `NeedEndsWithItsRequest`, and those of `end`."""
    kept = store.get_need(work.session, need_id, for_update=True)
    work.caller.require(kept.alliance_id, kept.thing.recorded_by)
    require_version(kept.version, expected_version)
    refuse_unless_ended_by_hand(kept.thing)
    ended = store.save_need(work.session, end(kept.thing, to, on, today=work.today, reason=reason))
    _record_ends(work, [ended])
    return ended


def end_needs_from(
    work: UnitOfWork, alliance_id: UUID, source: NeedSource, source_reference: str, on: date, reason: NeedEndReason
) -> None:
    """All open needs that one source told of end, because what told of them has."""
    still_open = store.open_needs_from(work.session, alliance_id, source, source_reference)
    _record_ends(
        work,
        [
            store.save_need(work.session, end(kept.thing, NeedState.ENDED, on, today=work.today, reason=reason))
            for kept in still_open
        ],
    )


def _record_ends(work: UnitOfWork, ended: Sequence[Kept[Need]]) -> None:
    for kept in ended:
        work.record(
            "need-ended",
            subject=kept.thing.id,
            tenant=kept.alliance_id,
            data=_event(kept) | {"ended_on": kept.thing.ended_on, "reason": kept.thing.end_reason},
        )


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
