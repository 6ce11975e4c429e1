"""Asking lenders for leaders, and their offers, over HTTP."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service_kit.access import Caller
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.deployments.use_cases import acting_for, read_by
from sle_broker.lending.agreement import Side
from sle_broker.lending.store import page_of_lenders
from sle_broker.lending.use_cases import sides_of
from sle_broker.lending_offers import store, use_cases
from sle_broker.lending_offers.offer import LendingOffer
from sle_broker.lending_offers.schemas import (
    LenderOut,
    LendingOfferIn,
    LendingOfferOut,
    LendingOfferTransitionIn,
    LendingRequestIn,
    LendingRequestOut,
    LendingRequestTransitionIn,
)
from sle_broker.matching.schemas import ShortlistOut
from sle_broker.matching.store import find_leaders
from sle_broker.matching_weights.store import weights_of
from sle_broker.specialisms.kept import Kept
from sle_broker.support_requests.store import get_support_request

router = APIRouter(tags=["lending"])

Ids = Annotated[list[UUID] | None, Query(max_length=50)]
LineOf = Annotated[int, Query(ge=1, le=100, description="Which line of the request a leader is wanted for.")]


@router.post(
    "/v1/lending-requests", status_code=201, response_model=LendingRequestOut, summary="Ask a lender for a leader"
)
def ask_lender(body: LendingRequestIn, command: KeyedCommand) -> Response:
    """A borrower asks a lender for a leader for one of its accepted support requests. Own alliance first: while one of
    its own leaders could serve the request it is refused with their ids, unless a coded reason is given. The lender is
    told what it needs to find a leader: school, areas, phase, days, window and urgency."""
    return command.execute(
        lambda work: use_cases.ask_lender(
            work, body.lending_agreement_id, body.support_request_id, body.line, body.own_first_reason
        ),
        lambda kept: Reply(LendingRequestOut.of(kept), 201, kept.version, f"/v1/lending-requests/{kept.thing.id}"),
    )


@router.get("/v1/lending-requests", response_model=Page[LendingRequestOut], summary="List requests to lenders")
def list_lending_requests(reading: ReadingOf, page: PageOf, support_request_id: Ids = None) -> Page[LendingRequestOut]:
    """What the alliances you work for ask of others, and what others ask of them."""
    with reading.transaction() as session:
        return store.page_of_requests(session, reading.caller, support_request_id or (), page, LendingRequestOut.of)


@router.get(
    "/v1/lending-requests/{lending_request_id}", response_model=LendingRequestOut, summary="Read a request to a lender"
)
def get_lending_request(lending_request_id: UUID, reading: ReadingOf, response: Response) -> LendingRequestOut:
    """One request to a lender. Both alliances see it, and nobody else."""
    with reading.transaction() as session:
        kept = store.get_request(session, lending_request_id)
        sides_of(reading.caller, kept.thing.lender_alliance_id, kept.thing.borrower_alliance_id)
    response.headers["ETag"] = etag(kept.version)
    return LendingRequestOut.of(kept)


@router.post(
    "/v1/lending-requests/{lending_request_id}/transitions",
    response_model=LendingRequestOut,
    summary="Close a request to a lender",
)
def transition_lending_request(
    lending_request_id: UUID, body: LendingRequestTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The borrower needs nobody any more. Offers that were made before are still to be answered."""
    return command.execute(
        lambda work: use_cases.close_lending_request(work, lending_request_id, expected, body.on),
        lambda kept: Reply(LendingRequestOut.of(kept), version=kept.version),
    )


@router.get(
    "/v1/support-requests/{support_request_id}/lenders",
    response_model=Page[LenderOut],
    summary="List the alliances that can be asked",
)
def list_lenders(support_request_id: UUID, reading: ReadingOf, page: PageOf, line: LineOf = 1) -> Page[LenderOut]:
    """Whom to ask where nobody of your own can be offered: the alliances that lend to yours today, each with the
    agreement, and the request where it has been asked already."""
    with reading.transaction() as session:
        kept = get_support_request(session, support_request_id)
        reading.caller.require(kept.alliance_id)
        asked = store.open_requests(session, kept.alliance_id, support_request_id, line)
        return page_of_lenders(
            session, kept.alliance_id, day_of(reading.now), page, lambda one: LenderOut.of(one[0], asked)
        )


@router.get(
    "/v1/lending-requests/{lending_request_id}/shortlist",
    response_model=ShortlistOut,
    summary="Find leaders to offer to a borrower",
)
def get_lender_shortlist(
    lending_request_id: UUID,
    reading: ReadingOf,
    limit: Annotated[
        int | None, Query(ge=1, le=50, description="How many are offered at most: 10 of more than 200 leaders, or all.")
    ] = None,
) -> ShortlistOut:
    """The lender's own leaders for what it was asked, as of today, by its own weights: those who can be offered, best
    first and with reasons, and the others with the one reason that stands against each. Nothing but what the borrower
    told is looked at. Of more than 200 leaders the best are listed, and the others counted by reason. Every reading is
    recorded: it judges people."""
    with reading.transaction() as session:
        asking = store.get_request(session, lending_request_id).thing
        alliance_id = asking.lender_alliance_id
        use_cases.require_side(reading.caller, Side.LENDER, alliance_id, asking.borrower_alliance_id)
        search = store.search_for_lender(session, asking, day_of(reading.now))
        weights = weights_of(session, alliance_id)
        found, leaders, counts = find_leaders(session, alliance_id, search, weights, limit)
        reading.note(session, "shortlist-read", subject=lending_request_id, tenant=alliance_id)
    return ShortlistOut.of(found, search, leaders, counts, before={})


@router.post("/v1/lending-offers", status_code=201, response_model=LendingOfferOut, summary="Offer a leader")
def offer_leader(body: LendingOfferIn, command: KeyedCommand) -> Response:
    """A lender offers one of its leaders. Their days are held at once, by the same rules as any booking, until the
    offer is answered or expires; the last day is held or booked once."""
    return command.execute(
        lambda work: use_cases.offer_leader(
            work, body.lending_request_id, body.leader_id, body.booking(), body.expires_at
        ),
        lambda kept: Reply(
            _seen_by(command.caller, command.now)(kept),
            201,
            kept.version,
            f"/v1/lending-offers/{kept.thing.deployment.id}",
        ),
    )


@router.get("/v1/lending-offers", response_model=Page[LendingOfferOut], summary="List offers")
def list_lending_offers(reading: ReadingOf, page: PageOf, lending_request_id: Ids = None) -> Page[LendingOfferOut]:
    """The offers that the alliances you work for have made and been made, as they stand now: what nobody answered in
    time is expired. Every reading is recorded."""
    with reading.transaction() as session:
        shape = _seen_by(reading.caller, reading.now)
        found = store.page_of_offers(session, reading.caller, lending_request_id or (), page, shape)
        shared = ((one.id, one.borrower_alliance_id, one.lender_alliance_id) for one in found.items)
        reading.note_each(session, "lending-offer-read", read=read_by(reading.caller, shared))
    return found


@router.get("/v1/lending-offers/{lending_offer_id}", response_model=LendingOfferOut, summary="Read an offer")
def get_lending_offer(lending_offer_id: UUID, reading: ReadingOf, response: Response) -> LendingOfferOut:
    """One offer as it stands now. The borrower is told the leader's name once it has accepted. The reading is
    recorded."""
    with reading.transaction() as session:
        kept = store.get_offer(session, lending_offer_id)
        sides_of(reading.caller, kept.alliance_id, kept.thing.borrower_alliance_id)
        whose = acting_for(reading.caller, kept.thing.borrower_alliance_id, kept.alliance_id)
        reading.note(session, "lending-offer-read", subject=lending_offer_id, tenant=whose)
    response.headers["ETag"] = etag(kept.version)
    return _seen_by(reading.caller, reading.now)(kept)


@router.post(
    "/v1/lending-offers/{lending_offer_id}/transitions", response_model=LendingOfferOut, summary="Answer an offer"
)
def transition_lending_offer(
    lending_offer_id: UUID, body: LendingOfferTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The borrower accepts or declines, or the lender withdraws; one of them, once, and before the offer expires. An
    accepted offer is the deployment of the same id, `proposed`, with the days it held; otherwise they are free."""
    return command.execute(
        lambda work: use_cases.answer_offer(work, lending_offer_id, expected, body.to, body.on, body.reason),
        lambda kept: Reply(_seen_by(command.caller, command.now)(kept), version=kept.version),
    )


def _seen_by(caller: Caller, now: datetime) -> Callable[[Kept[LendingOffer]], LendingOfferOut]:
    return lambda kept: LendingOfferOut.of(kept, now, for_lender=caller.permitted.covers(kept.alliance_id))
