"""What alliances do about lending to each other: propose an agreement, answer it, end it."""

from datetime import date
from typing import Any
from uuid import UUID

from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.errors import Forbidden
from service_kit.etags import require_version
from sle_broker.lending import store
from sle_broker.lending.agreement import (
    LendingAgreement,
    LendingAgreementReason,
    LendingAgreementState,
    Side,
    move,
)
from sle_broker.lending.store import Versioned
from sle_broker.schools.store import require_alliance


def propose_agreement(work: UnitOfWork, agreement: LendingAgreement) -> Versioned:
    """One alliance proposes to another that leaders be lent, in the name of the side that proposes.

    Errors: `NotFound` for an alliance that has not arrived, `Duplicate`.
    """
    work.caller.require(agreement.alliance(agreement.proposed_by))
    for side in Side:
        require_alliance(work.session, agreement.alliance(side))
    kept = store.add_agreement(work.session, agreement)
    _record(work, "lending-agreement-proposed", agreement, agreement.proposed_by, {"on": agreement.steps[-1].on})
    return kept


def move_agreement(
    work: UnitOfWork,
    lending_agreement_id: UUID,
    expected_version: int,
    to: LendingAgreementState,
    on: date,
    reason: LendingAgreementReason | None,
) -> Versioned:
    """The other side agrees or declines, or either ends it. Errors: `VersionMismatch`, and those of `move`."""
    agreement, version = store.get_agreement(work.session, lending_agreement_id, for_update=True)
    sides = sides_of(work.caller, agreement.lender_alliance_id, agreement.borrower_alliance_id)
    require_version(version, expected_version)
    moved = move(agreement, to, on, sides=sides, today=work.today, reason=reason)
    kept = store.save_agreement(work.session, moved)
    _record(work, f"lending-agreement-{to}", moved, min(sides), {"on": on, "reason": reason})
    return kept


def sides_of(caller: Caller, lender_alliance_id: UUID, borrower_alliance_id: UUID) -> frozenset[Side]:
    """The sides of a thing of two alliances for which the caller may do this, at least one. Errors: `Forbidden`."""
    alliances = {Side.LENDER: lender_alliance_id, Side.BORROWER: borrower_alliance_id}
    sides = frozenset(side for side, alliance_id in alliances.items() if caller.permitted.covers(alliance_id))
    if not sides:
        raise Forbidden("Your role in neither of the two alliances allows this operation.")
    return sides


def _record(work: UnitOfWork, event: str, agreement: LendingAgreement, by: Side, data: dict[str, Any]) -> None:
    about = {
        "lending_agreement_id": agreement.id,
        "lender_alliance_id": agreement.lender_alliance_id,
        "borrower_alliance_id": agreement.borrower_alliance_id,
        "from_on": agreement.from_on,
        "to_on": agreement.to_on,
    }
    work.record(event, subject=agreement.id, tenant=agreement.alliance(by), data=about | data)
