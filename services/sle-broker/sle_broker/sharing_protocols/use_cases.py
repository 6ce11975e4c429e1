"""What schools do with sharing protocols."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future
from service_kit.errors import NotFound, Refusal
from service_kit.etags import require_version
from sle_broker.schools.store import require_alliance, require_schools
from sle_broker.sharing_protocols import store
from sle_broker.sharing_protocols.sharing_protocol import (
    ONE_BY_ONE,
    NotShared,
    PartyKind,
    SharingProtocol,
    SharingScope,
    withdraw,
)
from sle_broker.specialisms.kept import Kept


def agree_sharing_protocol(
    work: UnitOfWork, alliance_id: UUID, school_urn: str, protocol_for: Callable[[], SharingProtocol]
) -> Kept[SharingProtocol]:
    """A school agrees to share its audits. It alone can, and it can agree to several protocols at once.

    Errors: `SchoolNotKnown`, `DateNotYetCome`, and those of `SharingProtocol`.
    """
    work.caller.require(alliance_id, school_urn)
    require_alliance(work.session, alliance_id)
    protocol = protocol_for()
    refuse_future(what="The agreement", on=protocol.agreed_on, today=work.today)
    schools = {party.reference for party in protocol.parties if party.kind is PartyKind.SCHOOL}
    require_schools(work.session, {school_urn, *schools})
    kept = store.add_sharing_protocol(work.session, protocol)
    work.record(
        "sharing-protocol-agreed",
        subject=protocol.id,
        tenant=alliance_id,
        data=_event(kept) | {"scope": protocol.scope, "from_on": protocol.from_on, "to_on": protocol.to_on},
    )
    return kept


def withdraw_sharing_protocol(
    work: UnitOfWork, sharing_protocol_id: UUID, expected_version: int, on: date
) -> Kept[SharingProtocol]:
    """A school withdraws a protocol: every read that begins after this has been answered is refused.

    Errors: `VersionMismatch`, and those of `withdraw`.
    """
    kept = store.get_sharing_protocol(work.session, sharing_protocol_id, for_update=True)
    work.caller.require(kept.alliance_id, kept.thing.school_urn)
    require_version(kept.version, expected_version)
    withdrawn = store.save_withdrawal(work.session, withdraw(kept.thing, on, today=work.today))
    work.record(
        "sharing-protocol-withdrawn",
        subject=sharing_protocol_id,
        tenant=withdrawn.alliance_id,
        data=_event(withdrawn) | {"withdrawn_on": on},
    )
    return withdrawn


def scope_open_to(session: Session, caller: Caller, alliance_id: UUID, school_urn: str, today: date) -> SharingScope:
    """How much the caller may read, one by one, of a school's audits and of the needs that follow from them: the school
    all of its own, everybody else what a protocol in force today lets them.

    Errors: `NotShared` for who works for the alliance; `NotFound` for every other party, and outside the alliance.
    """
    caller.require_membership(alliance_id)
    reader = store.reader_of(caller)
    if (alliance_id, school_urn) in reader.schools:
        return SharingScope.WHOLE
    scope = store.scope_of(session, reader, alliance_id, school_urn, today)
    if scope in ONE_BY_ONE:
        return scope
    raise not_shared(caller, alliance_id)


def not_shared(caller: Caller, alliance_id: UUID) -> Refusal:
    """What somebody is told who may not read what a school has not shared: whoever works for the alliance knows that
    it is there, and nobody else does."""
    if caller.permitted.covers(alliance_id):
        return NotShared("The school shares this with you by no protocol that is in force today.")
    return NotFound("There is no such thing here.")


def _event(kept: Kept[SharingProtocol]) -> dict[str, Any]:
    return {
        "sharing_protocol_id": kept.thing.id,
        "alliance_id": kept.alliance_id,
        "school_urn": kept.thing.school_urn,
    }
