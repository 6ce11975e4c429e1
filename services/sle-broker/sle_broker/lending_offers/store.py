"""The SQL of leaders asked for and offered between alliances."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.deployments.deployment import FELL_THROUGH, Deployment
from sle_broker.deployments.store import get_deployment
from sle_broker.deployments.tables import DeploymentRow
from sle_broker.lending.tables import BetweenAlliances
from sle_broker.lending_offers.offer import LendingOffer, LendingRequest, LentLeader, OwnFirstReason
from sle_broker.lending_offers.tables import LendingOfferRow, LendingRequestRow
from sle_broker.matching.candidate import Search
from sle_broker.matching.distance import Location
from sle_broker.matching.store import offered_ids
from sle_broker.schools.store import schools_by_urn
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase
from sle_broker.specialisms.store import listed_specialisms, specialisms_by_code
from sle_broker.support_requests.store import Lock
from sle_broker.support_requests.support_request import Urgency, Window

Item = TypeVar("Item")
_NOT_FOUND = "There is no such thing here."


def own_leaders_who_could_serve(session: Session, alliance_id: UUID, search: Search) -> Sequence[UUID]:
    """The alliance's own leaders whom nothing blocks from what is searched for and who are not on the request already,
    by their ids."""
    on_it = select(DeploymentRow.leader_id).where(
        DeploymentRow.support_request_id == search.request_id, DeploymentRow.state.not_in(FELL_THROUGH)
    )
    return sorted(set(offered_ids(session, alliance_id, search)).difference(session.scalars(on_it)))


def search_for_lender(session: Session, request: LendingRequest, as_of: date) -> Search:
    """The search of a lender among its own leaders, with the place of the host school, which is public. An area that
    only the borrower has in its list is looked for by nobody.

    Errors: `SpecialismNotInList` where the lender has none of them.
    """
    known = listed_specialisms(session, request.lender_alliance_id, request.areas)
    areas = known or specialisms_by_code(session, request.lender_alliance_id, request.areas)
    host = schools_by_urn(session, [request.host_school_urn]).get(request.host_school_urn)
    location = None if host is None else Location.of(host.latitude, host.longitude)
    return request.search([areas[code] for code in request.areas if code in areas], location, as_of)


def open_requests(
    session: Session, borrower_alliance_id: UUID, support_request_id: UUID, line_number: int
) -> Mapping[UUID, UUID]:
    """The requests that are open for one line of a support request, by the lender who is asked."""
    row = LendingRequestRow
    found = select(row.lender_alliance_id, row.id).where(
        row.borrower_alliance_id == borrower_alliance_id,
        row.support_request_id == support_request_id,
        row.line_number == line_number,
        row.closed_on.is_(None),
    )
    return dict(session.execute(found).all())


def add_request(session: Session, request: LendingRequest) -> Kept[LendingRequest]:
    """A new request to a lender. The unique index lets one be open at a time."""
    row = LendingRequestRow(
        id=request.id,
        lender_alliance_id=request.lender_alliance_id,
        borrower_alliance_id=request.borrower_alliance_id,
        lending_agreement_id=request.lending_agreement_id,
        support_request_id=request.support_request_id,
        host_school_urn=request.host_school_urn,
        areas=list(request.areas),
        phase=request.phase,
        days_wanted=request.days_wanted,
        earliest_start_on=request.window.earliest_start_on,
        latest_finish_on=request.window.latest_finish_on,
        urgency=request.urgency,
        line_number=request.line_number,
        leader_kind=request.leader_kind,
        submitted_by=request.submitted_by,
        asked_on=request.asked_on,
        own_first_reason=request.own_first_reason,
    )
    session.add(row)
    session.flush()
    return _kept_request(row)


def get_request(session: Session, lending_request_id: UUID, *, lock: Lock | None = None) -> Kept[LendingRequest]:
    """The request, locked until the transaction's end as `lock` says. Errors: `NotFound`."""
    found = select(LendingRequestRow).where(LendingRequestRow.id == lending_request_id)
    row = session.scalar(
        found if lock is None else found.with_for_update(read=lock == "refer", key_share=lock == "change")
    )
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_request(row)


def close_request(session: Session, lending_request_id: UUID, on: date) -> Kept[LendingRequest]:
    """Stores the end of a request that was loaded before."""
    row = session.get_one(LendingRequestRow, lending_request_id)
    row.closed_on = on
    session.flush()
    return _kept_request(row)


def page_of_requests(
    session: Session,
    caller: Caller,
    support_request_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[Kept[LendingRequest]], Item],
) -> Page[Item]:
    """A page of the requests to lenders that the caller may read, for these support requests where any are named."""
    row = LendingRequestRow
    found = select(row).where(
        _readable(caller, row), row.support_request_id.in_(support_request_ids) if support_request_ids else true()
    )
    return read_page(session, found, [row.id], page, lambda asked: shape(_kept_request(asked)))


def add_offer(session: Session, offer: LendingOffer, lender_alliance_id: UUID) -> Kept[LendingOffer]:
    """A new offer, whose deployment has been stored."""
    row = LendingOfferRow(
        id=offer.deployment.id,
        lender_alliance_id=lender_alliance_id,
        borrower_alliance_id=offer.borrower_alliance_id,
        lending_request_id=offer.lending_request_id,
        kind=offer.leader.kind,
        name=offer.leader.name,
        phases=sorted(offer.leader.phases),
        validated=list(offer.leader.validated),
        claimed=list(offer.leader.claimed),
        expires_at=offer.expires_at,
    )
    session.add(row)
    session.flush()
    return get_offer(session, row.id)


def get_offer(session: Session, lending_offer_id: UUID, *, for_update: bool = False) -> Kept[LendingOffer]:
    """The offer; where it is to be answered, its deployment is locked until the transaction's end and as it is then.

    Errors: `NotFound`.
    """
    row = session.get(LendingOfferRow, lending_offer_id)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_offer(row, get_deployment(session, lending_offer_id, for_update=for_update))


def page_of_offers(
    session: Session,
    caller: Caller,
    lending_request_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[Kept[LendingOffer]], Item],
) -> Page[Item]:
    """A page of the offers the caller may read, for these lending requests where any are named."""
    row = LendingOfferRow
    found = select(row).where(
        _readable(caller, row), row.lending_request_id.in_(lending_request_ids) if lending_request_ids else true()
    )
    return read_page(
        session, found, [row.id], page, lambda one: shape(_kept_offer(one, get_deployment(session, one.id)))
    )


def _readable(caller: Caller, row: type[BetweenAlliances]) -> ColumnElement[bool]:
    reach = caller.permitted
    return or_(reach.condition(row.lender_alliance_id), reach.condition(row.borrower_alliance_id))


def _kept_request(row: LendingRequestRow) -> Kept[LendingRequest]:
    request = LendingRequest(
        id=row.id,
        lending_agreement_id=row.lending_agreement_id,
        lender_alliance_id=row.lender_alliance_id,
        borrower_alliance_id=row.borrower_alliance_id,
        support_request_id=row.support_request_id,
        host_school_urn=row.host_school_urn,
        areas=tuple(row.areas),
        phase=Phase(row.phase),
        days_wanted=row.days_wanted,
        window=Window(row.earliest_start_on, row.latest_finish_on),
        urgency=Urgency(row.urgency),
        line_number=row.line_number,
        leader_kind=row.leader_kind,
        submitted_by=row.submitted_by,
        asked_on=row.asked_on,
        own_first_reason=None if row.own_first_reason is None else OwnFirstReason(row.own_first_reason),
        closed_on=row.closed_on,
    )
    return Kept(request, row.borrower_alliance_id, row.version)


def _kept_offer(row: LendingOfferRow, kept: Kept[Deployment]) -> Kept[LendingOffer]:
    leader = LentLeader(
        leader_id=kept.thing.leader_id,
        kind=row.kind,
        name=row.name,
        home_school_urn=kept.thing.home_school_urn,
        phases=frozenset(map(Phase, row.phases)),
        validated=tuple(row.validated),
        claimed=tuple(row.claimed),
    )
    offer = LendingOffer(row.lending_request_id, row.borrower_alliance_id, leader, row.expires_at, kept.thing)
    return Kept(offer, row.lender_alliance_id, kept.version)
