"""What alliances do to lend and to borrow: ask a lender, offer a leader, answer the offer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Forbidden, NotFound
from service_kit.etags import require_version
from service_kit.ids import new_id
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.life_cycle import DeploymentReason
from sle_broker.deployments.offer import answer, offered
from sle_broker.deployments.store import add_deployment, save_deployment
from sle_broker.deployments.use_cases import book, record_proposal
from sle_broker.designations.store import get_leader, specialisms_held_by
from sle_broker.lending.agreement import Side, refuse_unless_in_force
from sle_broker.lending.store import get_agreement
from sle_broker.lending.use_cases import sides_of
from sle_broker.lending_offers import store
from sle_broker.lending_offers.offer import (
    AS_DEPLOYMENT,
    LendingOffer,
    LendingRequest,
    OfferState,
    OwnFirstReason,
    asked,
    profile,
    refuse_expiry_out_of_range,
    refuse_if_expired,
    refuse_unless_open,
    refuse_unless_own_first,
)
from sle_broker.matching.store import search_for
from sle_broker.specialisms.kept import Kept
from sle_broker.support_requests.store import get_support_request
from sle_broker.support_requests.support_request import refuse_unless_accepted


def ask_lender(
    work: UnitOfWork,
    lending_agreement_id: UUID,
    support_request_id: UUID,
    line_number: int,
    own_first_reason: OwnFirstReason | None,
) -> Kept[LendingRequest]:
    """A borrower asks a lender for a leader for one line of one of its requests, own alliance first.

    Errors: `NoLendingAgreement`, `SupportRequestNotAccepted`, `LineNotForLeaders`, `OwnLeadersCouldServe`, `Duplicate`.
    """
    agreement, _ = get_agreement(work.session, lending_agreement_id)
    require_side(work.caller, Side.BORROWER, agreement.lender_alliance_id, agreement.borrower_alliance_id)
    request = get_support_request(work.session, support_request_id, lock="refer")
    if request.alliance_id != agreement.borrower_alliance_id:
        raise NotFound("There is no such thing here.")
    refuse_unless_accepted(request.thing)
    refuse_unless_in_force(agreement, work.today)
    search = search_for(work.session, request.thing, work.today, line_number)
    own = store.own_leaders_who_could_serve(work.session, request.alliance_id, search)
    asking = asked(
        request.thing,
        search,
        request_id=new_id(),
        lending_agreement_id=lending_agreement_id,
        lender_alliance_id=agreement.lender_alliance_id,
        borrower_alliance_id=agreement.borrower_alliance_id,
        own_leaders=own,
        own_first_reason=own_first_reason,
        on=work.today,
    )
    kept = store.add_request(work.session, asking)
    _record_request(work, "lending-requested", asking, {"own_first_reason": asking.own_first_reason})
    return kept


def close_lending_request(
    work: UnitOfWork, lending_request_id: UUID, expected_version: int, on: date
) -> Kept[LendingRequest]:
    """A borrower needs nobody any more; offers made before are still to be answered.

    Errors: `VersionMismatch`, `LendingRequestClosed`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    kept = store.get_request(work.session, lending_request_id, lock="change")
    require_side(work.caller, Side.BORROWER, kept.thing.lender_alliance_id, kept.thing.borrower_alliance_id)
    require_version(kept.version, expected_version)
    refuse_unless_open(kept.thing)
    refuse_out_of_order(earlier="the request", earlier_on=kept.thing.asked_on, later="its end", later_on=on)
    refuse_future(what="The end of the request", on=on, today=work.today)
    closed = store.close_request(work.session, lending_request_id, on)
    _record_request(work, "lending-request-closed", closed.thing, {"on": on})
    return closed


def offer_leader(
    work: UnitOfWork, lending_request_id: UUID, leader_id: UUID, booking: Booking, expires_at: datetime
) -> Kept[LendingOffer]:
    """A lender offers one of its leaders, whose days are held from now on, once, by the rules of any booking: under the
    leader's row lock, in the lender's own tenancy. The hold is the deployment to be, so an acceptance moves nothing.

    Errors: `LendingRequestClosed`, `NoLendingAgreement`, `OfferExpiryOutOfRange`, `LeaderHasNoDaysLeft`,
    `BookingOverlap`, `LeaderNotDesignated`, `SentToOwnSchool`.
    """
    request = store.get_request(work.session, lending_request_id, lock="refer").thing
    require_side(work.caller, Side.LENDER, request.lender_alliance_id, request.borrower_alliance_id)
    refuse_unless_open(request)
    agreement, _ = get_agreement(work.session, request.lending_agreement_id)
    refuse_unless_in_force(agreement, booking.starts_on)
    refuse_expiry_out_of_range(expires_at, now=work.now, last_day=booking.ends_on)
    leader = get_leader(work.session, leader_id, for_update=True)
    if leader.alliance_id != request.lender_alliance_id:
        raise NotFound("There is no such thing here.")
    deployment = Deployment(
        id=new_id(),
        support_request_id=request.support_request_id,
        leader_id=leader_id,
        home_school_urn=leader.thing.home_school_urn,
        host_school_urn=request.host_school_urn,
        submitted_by=request.submitted_by,
        booking=booking,
        steps=(offered(work.today, today=work.today),),
        lender_alliance_id=request.lender_alliance_id,
        held_until=expires_at,
    )
    add_deployment(work.session, request.borrower_alliance_id, deployment, book(work, leader.thing, deployment))
    told = profile(
        leader_id,
        leader.thing.kind,
        leader.thing.name,
        leader.thing.home_school_urn,
        leader.thing.phases,
        specialisms_held_by(work.session, [leader_id]),
    )
    offer = LendingOffer(lending_request_id, request.borrower_alliance_id, told, expires_at, deployment)
    kept = store.add_offer(work.session, offer, request.lender_alliance_id)
    _record_offer(
        work,
        "lending-offer-made",
        kept,
        Side.LENDER,
        {
            "days": float(booking.days),
            "starts_on": booking.starts_on,
            "ends_on": booking.ends_on,
            "expires_at": expires_at,
        },
    )
    return kept


def answer_offer(
    work: UnitOfWork,
    lending_offer_id: UUID,
    expected_version: int,
    to: OfferState,
    on: date,
    reason: DeploymentReason | None,
) -> Kept[LendingOffer]:
    """The borrower accepts or declines an offer, or the lender withdraws it: one of them, and once. Own alliance first
    holds to the last: an own leader who has become free since the lender was asked is placed before a lent one.

    Errors: `OfferExpired`, `VersionMismatch`, `Forbidden`, `SupportRequestNotAccepted`, `OwnLeadersCouldServe`, and
    those of `answer`.
    """
    kept = store.get_offer(work.session, lending_offer_id)
    lender, borrower = kept.alliance_id, kept.thing.borrower_alliance_id
    side = Side.LENDER if to is OfferState.WITHDRAWN else Side.BORROWER
    require_side(work.caller, side, lender, borrower)
    if to is OfferState.ACCEPTED:
        # The request is locked before the deployment, here as in a proposal.
        request = get_support_request(work.session, kept.thing.deployment.support_request_id, lock="refer")
        refuse_unless_accepted(request.thing)
    kept = store.get_offer(work.session, lending_offer_id, for_update=True)
    refuse_if_expired(kept.thing, work.now)
    require_version(kept.version, expected_version)
    answered = answer(kept.thing.deployment, AS_DEPLOYMENT[to], on, today=work.today, now=work.now, reason=reason)
    if to is OfferState.ACCEPTED:
        asking = store.get_request(work.session, kept.thing.lending_request_id).thing
        search = search_for(work.session, request.thing, work.today, asking.line_number)
        own = store.own_leaders_who_could_serve(work.session, borrower, search)
        refuse_unless_own_first(own, asking.own_first_reason)
    deployment = save_deployment(work.session, answered)
    saved = store.get_offer(work.session, lending_offer_id)
    _record_offer(work, f"lending-offer-{to}", saved, side, {"on": on, "reason": reason})
    if to is OfferState.ACCEPTED:
        record_proposal(work, deployment)
    return saved


def require_side(caller: Caller, side: Side, lender_alliance_id: UUID, borrower_alliance_id: UUID) -> None:
    """Refuses who may do this for the other side alone. Errors: `Forbidden`."""
    if side not in sides_of(caller, lender_alliance_id, borrower_alliance_id):
        raise Forbidden(f"This is for the {side} to do.")


def _record_request(work: UnitOfWork, event: str, request: LendingRequest, data: dict[str, Any]) -> None:
    about = {
        "lending_request_id": request.id,
        "lender_alliance_id": request.lender_alliance_id,
        "borrower_alliance_id": request.borrower_alliance_id,
        "support_request_id": request.support_request_id,
    }
    work.record(event, subject=request.id, tenant=request.borrower_alliance_id, data=about | data)


def _record_offer(work: UnitOfWork, event: str, kept: Kept[LendingOffer], by: Side, data: dict[str, Any]) -> None:
    offer = kept.thing
    about = {
        "lending_offer_id": offer.deployment.id,
        "lending_request_id": offer.lending_request_id,
        "lender_alliance_id": kept.alliance_id,
        "borrower_alliance_id": offer.borrower_alliance_id,
        "leader_id": offer.leader.leader_id,
    }
    tenant = kept.alliance_id if by is Side.LENDER else offer.borrower_alliance_id
    work.record(event, subject=offer.deployment.id, tenant=tenant, data=about | data)
