"""The SQL of brokerage rounds and their proposals."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, insert, select, true
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.allocation.optimum import Answer
from sle_broker.allocation.own_first import RoundAnswer
from sle_broker.brokerage_rounds.proposal import Proposal
from sle_broker.brokerage_rounds.tables import BrokerageRoundRow, ProposalRow
from sle_broker.designations.tables import LeaderRow
from sle_broker.support_requests.tables import SupportRequestRow

Item = TypeVar("Item")


def add_round(session: Session, row: BrokerageRoundRow) -> BrokerageRoundRow:
    """A new round."""
    session.add(row)
    session.flush()
    return row


def get_round(session: Session, brokerage_round_id: UUID, *, for_update: bool = False) -> BrokerageRoundRow:
    """The round, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, BrokerageRoundRow, brokerage_round_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def note_cancel(session: Session, row: BrokerageRoundRow, at: datetime) -> None:
    """Stores that a round that was loaded before is to be cancelled."""
    row.cancel_asked_at = at
    session.flush()


def page_of_rounds(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[BrokerageRoundRow], Item],
) -> Page[Item]:
    """A page of the rounds the caller may read, of these alliances where any are named."""
    row = BrokerageRoundRow
    found = select(row).where(
        caller.permitted.condition(row.alliance_id),
        row.alliance_id.in_(alliance_ids) if alliance_ids else true(),
    )
    return read_page(session, found, [row.id], page, shape)


def page_of_proposals(
    session: Session, brokerage_round_id: UUID, page: PageRequest, shape: Callable[[ProposalRow], Item]
) -> Page[Item]:
    """A page of what a round proposes."""
    found = select(ProposalRow).where(ProposalRow.brokerage_round_id == brokerage_round_id)
    return read_page(session, found, [ProposalRow.id], page, shape)


def save_answer(session: Session, row: BrokerageRoundRow, answer: RoundAnswer, proposals: Sequence[Proposal]) -> None:
    """Stores what a round has found, in the place of what an attempt before it may have stored."""
    row.levels = _levels(answer.own)
    row.lent_levels = None if answer.lent is None else _levels(answer.lent)
    row.first_come, row.clock_aware = list(answer.own.first_come), list(answer.own.clock_aware)
    session.execute(delete(ProposalRow).where(ProposalRow.brokerage_round_id == row.id))
    rows = [
        {
            "id": new_id(),
            "brokerage_round_id": row.id,
            "alliance_id": one.alliance_id,
            "support_request_id": one.support_request_id,
            "line_number": one.line_number,
            "leader_id": one.leader_id,
            "lender_alliance_id": one.lender_alliance_id,
            "days": one.booking.days,
            "starts_on": one.booking.starts_on,
            "ends_on": one.booking.ends_on,
            "is_first_deployment": one.is_first_deployment,
            "parts": [part._asdict() for part in one.parts],
        }
        for one in proposals
    ]
    if rows:
        session.execute(insert(ProposalRow), rows)
    session.flush()


def _levels(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "level": one.level,
            "value": one.value,
            "bound": one.bound,
            "is_optimal": one.is_optimal,
            "priced_bound": one.proof.bound,
            "reached": list(one.proof.reached),
            "prices": one.proof.prices.tolist(),
        }
        for one in answer.levels
    ]


def leaders_proposed_elsewhere(session: Session, proposal: ProposalRow) -> frozenset[UUID]:
    """Whom the round of a proposal proposes for other requests."""
    row = ProposalRow
    found = select(row.leader_id).where(
        row.brokerage_round_id == proposal.brokerage_round_id,
        row.support_request_id != proposal.support_request_id,
    )
    return frozenset(session.scalars(found))


def proposals_to_accept(
    session: Session, brokerage_round_id: UUID, proposal_ids: Collection[UUID] | None
) -> Sequence[ProposalRow]:
    """The proposals named, or all of the round, in the order of their ids. Their requests are locked until the
    transaction's end and then their leaders, each in the order of their ids, so that acceptances made at the same
    moment wait for each other and never in a circle.

    Errors: `NotFound` where one named is not of the round.
    """
    row = ProposalRow
    found = select(row).where(
        row.brokerage_round_id == brokerage_round_id, true() if proposal_ids is None else row.id.in_(proposal_ids)
    )
    chosen = session.scalars(found.order_by(row.id)).all()
    if proposal_ids is not None and len(chosen) < len(set(proposal_ids)):
        raise NotFound("There is no such thing here.")
    for table, ids in (
        (SupportRequestRow, {one.support_request_id for one in chosen}),
        (LeaderRow, {one.leader_id for one in chosen}),
    ):
        session.execute(select(table.id).where(table.id.in_(ids)).order_by(table.id).with_for_update(key_share=True))
    # Another acceptance may have gone through while this one waited.
    return session.scalars(found.order_by(row.id).execution_options(populate_existing=True)).all()
