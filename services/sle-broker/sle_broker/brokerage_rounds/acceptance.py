"""Whether what was proposed can still be done."""

from uuid import UUID

from service_kit.errors import Conflict
from sle_broker.allocation.open_brokerage import OpenBrokerage
from sle_broker.deployments.booking import Booking
from sle_broker.lending.agreement import LendingAgreement, NoLendingAgreement
from sle_broker.matching.blocking import block
from sle_broker.support_requests.support_request import Window


class NobodyWantedAnyMore(Conflict):
    """The request has been filled, or is no longer open, since the round was solved."""


class LeaderNoLongerOffered(Conflict):
    """A hard rule stands against the leader that did not when the round was solved."""


def refuse_what_has_changed(
    brokerage: OpenBrokerage, leader_id: UUID, request_id: UUID, line_number: int, booking: Booking, taken: int
) -> LendingAgreement | None:
    """Whether a proposal still stands, given the brokerage as it is now and how many places of the line have been
    `taken` since; the agreement by which the leader is lent, None for an own leader.

    Raises `NobodyWantedAnyMore`, `LeaderNoLongerOffered` (`reason`), `NoLendingAgreement`.
    """
    line = brokerage.line_by_key.get((request_id, line_number))
    if line is None or line.places <= taken:
        raise NobodyWantedAnyMore("The request is filled or no longer open.")
    leader = brokerage.leader_by_id.get(leader_id)
    if leader is None or leader_id in line.sent:
        raise LeaderNoLongerOffered("The leader is sent to this request already.", members={"reason": "sent_already"})
    agreement = brokerage.agreement_to_lend(leader, line, booking.starts_on)
    if agreement is None and leader.alliance_id != line.alliance_id:
        raise NoLendingAgreement(f"No agreement to lend the leader to this alliance covers {booking.starts_on}.")
    search = line.search_in(Window(booking.starts_on, booking.ends_on))
    obstacle = block(leader.candidate(line, search), search)
    if obstacle is not None:
        raise LeaderNoLongerOffered(obstacle.fact, members={"reason": obstacle.reason})
    return agreement
