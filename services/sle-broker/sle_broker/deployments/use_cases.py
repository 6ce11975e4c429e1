"""What people do with deployments: propose, agree, take step after step, record what happens."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit import outbox
from service_kit.access import Caller
from service_kit.clock import day_of
from service_kit.commands import UnitOfWork
from service_kit.errors import Forbidden, NotFound
from service_kit.etags import require_version
from service_kit.ids import new_id
from sle_broker.availability.store import availability_of
from sle_broker.deployments import store
from sle_broker.deployments.agreement import Objective, Party
from sle_broker.deployments.booking import Booking, lowest_half_days, refuse_overbooking
from sle_broker.deployments.deployment import (
    Deployment,
    agree,
    change_terms,
    extend,
    move,
    proposed,
    record_review,
    record_visit,
    refuse_other_parent,
)
from sle_broker.deployments.first_day import correct_first_day
from sle_broker.deployments.life_cycle import DeploymentReason, DeploymentState
from sle_broker.deployments.offer import expire
from sle_broker.deployments.visit import FirstDayCorrectionReason, Review, Visit
from sle_broker.designations.designation import refuse_unless_designated
from sle_broker.designations.leader import Leader
from sle_broker.designations.store import designations_of, get_leader
from sle_broker.specialisms.kept import Kept
from sle_broker.support_requests.store import get_support_request
from sle_broker.support_requests.support_request import refuse_unless_accepted

_OFFER_EXPIRED = "lending-offer-expired"


def propose_deployment(
    work: UnitOfWork,
    support_request_id: UUID,
    leader_id: UUID,
    booking: Booking,
    objectives: tuple[Objective, ...],
    proposed_on: date,
    extends_deployment_id: UUID | None,
) -> Kept[Deployment]:
    """A leader is proposed for a request, or more help of theirs where a deployment is extended or followed on, and
    their days are booked.

    The leader's row is locked and everything about them is read after that, so that their bookings are decided one
    after the other: of two that want the last day at the same moment, one finds it gone.

    Errors: `LeaderNotDesignated`, `SupportRequestNotAccepted`, `SentToOwnSchool`, and those of `refuse_overbooking` and
    `extend`.
    """
    request = get_support_request(work.session, support_request_id, lock="refer")
    work.caller.require(request.alliance_id)
    leader = get_leader(work.session, leader_id, for_update=True)
    if leader.alliance_id != request.alliance_id:
        raise NotFound("There is no such thing here.")
    if extends_deployment_id is None:
        refuse_unless_accepted(request.thing)
        deployment = Deployment(
            id=new_id(),
            support_request_id=support_request_id,
            leader_id=leader_id,
            home_school_urn=leader.thing.home_school_urn,
            host_school_urn=request.thing.host_school_urn,
            submitted_by=request.thing.submitted_by,
            booking=booking,
            steps=(proposed(proposed_on, today=work.today),),
            objectives=objectives,
        )
    else:
        parent = store.get_deployment(work.session, extends_deployment_id, for_update=True).thing
        refuse_other_parent(parent, leader_id=leader_id, support_request_id=support_request_id)
        deployment = extend(
            parent,
            child_id=new_id(),
            home_school_urn=leader.thing.home_school_urn,
            booking=booking,
            objectives=objectives,
            on=proposed_on,
            today=work.today,
        )
    half_days = book(work, leader.thing, deployment)
    kept = store.add_deployment(work.session, request.alliance_id, deployment, half_days)
    record_proposal(work, kept)
    return kept


def change_deployment_terms(
    work: UnitOfWork,
    deployment_id: UUID,
    expected_version: int,
    booking_changes: Mapping[str, Any],
    objectives: tuple[Objective, ...] | None,
) -> Kept[Deployment]:
    """Other days, dates or objectives, up to the agreement; every yes given before is asked for again. Where nothing
    changes nothing is recorded, and the days are booked anew only where they change. The days and dates of a lent
    leader are their own alliance's to change.

    Errors: `VersionMismatch`, `Forbidden`, `StateConflict`, `LeaderNotDesignated`, and those of `Booking` and
    `refuse_overbooking`.
    """
    # The leader is locked before the deployment, here as in a proposal, so that the two never wait for each other.
    present = store.get_deployment(work.session, deployment_id)
    leader = _leader_to_book(work, present) if booking_changes else None
    kept = deployment_to_change(work, deployment_id, expected_version)
    booking = replace(kept.thing.booking, **booking_changes)
    changed = change_terms(kept.thing, booking=booking, objectives=objectives)
    is_rebooked = booking != kept.thing.booking
    if not is_rebooked and objectives is None:
        return kept
    half_days = book(work, leader, changed) if leader is not None and is_rebooked else None
    saved = store.save_deployment(work.session, changed, half_days)
    record_event(
        work,
        "deployment-terms-changed",
        saved,
        {"days": float(booking.days), "starts_on": booking.starts_on, "ends_on": booking.ends_on},
    )
    return saved


def agree_to_deployment(
    work: UnitOfWork, deployment_id: UUID, expected_version: int, party: Party, on: date
) -> Kept[Deployment]:
    """The leader, the home head or the host head says yes to the terms as they stand in the version named; a broker may
    record what they were told.

    Errors: `VersionMismatch`, `Forbidden`, and those of `agree`.
    """
    kept = deployment_to_change(work, deployment_id, expected_version)
    require_word_of(work, kept, _party(kept.thing, party))
    saved = store.save_deployment(work.session, agree(kept.thing, party, on, today=work.today))
    record_event(work, "deployment-agreement-given", saved, {"party": party, "on": on})
    return saved


def move_deployment(
    work: UnitOfWork,
    deployment_id: UUID,
    expected_version: int,
    to: DeploymentState,
    on: date,
    reason: DeploymentReason | None,
) -> Kept[Deployment]:
    """A deployment goes one step on. The release is the home school's to give or to refuse, and whoever declines says
    so themselves; a broker may record what they were told. It comes under way on a day on which the leader is
    designated; that of a lent leader is known to their own alliance, which therefore records their first day on site.

    Errors: `VersionMismatch`, `Forbidden`, `LeaderNotDesignated`, and those of `move`.
    """
    kept = deployment_to_change(work, deployment_id, expected_version)
    speaker = SPEAKERS.get(to if reason is None else reason)
    if speaker is not None:
        require_word_of(work, kept, _party(kept.thing, speaker))
    moved = move(kept.thing, to, on, today=work.today, reason=reason)
    if kept.thing.first_day_on_site is None and moved.first_day_on_site is not None:
        require_word_of(work, kept, str(moved.leader_id), moved.home_school_urn, moved.host_school_urn)
        refuse_unless_designated(designations_of(work.session, [moved.leader_id]), on)
    saved = store.save_deployment(work.session, moved)
    if to is not DeploymentState.UNDER_WAY:
        record_event(work, f"deployment-{to.replace('_', '-')}", saved, {"on": on, "reason": reason})
    elif kept.thing.first_day_on_site is not None:
        record_event(work, "deployment-resumed", saved, {"on": on})
    else:
        record_event(work, "deployment-begun", saved, {"first_day_on": on, "agreed_on": moved.agreed_on})
    return saved


def record_deployment_review(
    work: UnitOfWork, deployment_id: UUID, expected_version: int, review: Review
) -> Kept[Deployment]:
    """A half-term review. Errors: `VersionMismatch`, and those of `record_review`."""
    kept = deployment_to_change(work, deployment_id, expected_version)
    saved = store.save_deployment(work.session, record_review(kept.thing, review, today=work.today))
    record_event(work, "deployment-reviewed", saved, {"on": review.on})
    return saved


def correct_deployment_first_day(
    work: UnitOfWork,
    deployment_id: UUID,
    expected_version: int,
    on: date,
    reason: FirstDayCorrectionReason,
    note: str,
) -> Kept[Deployment]:
    """The first day on site, which stops the deployment clock, was another than was recorded.

    Errors: `VersionMismatch`, `LeaderNotDesignated` on the corrected day, and those of `correct_first_day`.
    """
    kept = deployment_to_change(work, deployment_id, expected_version)
    require_word_of(work, kept, str(kept.thing.leader_id), kept.thing.home_school_urn, kept.thing.host_school_urn)
    corrected = correct_first_day(kept.thing, on, today=work.today, reason=reason, note=note)
    refuse_unless_designated(designations_of(work.session, [corrected.leader_id]), on)
    saved = store.save_deployment(work.session, corrected)
    record_event(
        work,
        "deployment-first-day-corrected",
        saved,
        {
            "first_day_on": on,
            "was_first_day_on": kept.thing.first_day_on_site,
            "agreed_on": corrected.agreed_on,
            "reason": reason,
        },
    )
    return saved


def record_deployment_visit(work: UnitOfWork, deployment_id: UUID, visit: Visit) -> Kept[Deployment]:
    """A visit and the time it took. Errors: those of `record_visit`."""
    kept = store.get_deployment(work.session, deployment_id, for_update=True)
    require_party(work.caller, kept)
    saved = store.save_deployment(work.session, record_visit(kept.thing, visit, today=work.today))
    record_event(work, "visit-recorded", saved, {"on": visit.on, "days": float(visit.days)})
    return saved


SPEAKERS: Mapping[DeploymentState | DeploymentReason, Party] = {
    DeploymentState.RELEASED: Party.HOME_HEAD,
    DeploymentReason.HOME_SCHOOL_CANNOT_RELEASE: Party.HOME_HEAD,
    DeploymentReason.RELEASE_WITHDRAWN: Party.HOME_HEAD,
    DeploymentReason.HOME_SCHOOL_NEEDS_LEADER: Party.HOME_HEAD,
    DeploymentReason.LEADER_DECLINES: Party.LEADER,
    DeploymentReason.HOST_SCHOOL_DECLINES: Party.HOST_HEAD,
}
"""The steps, by their reason where they take one, that are for one party to say."""


def _party(deployment: Deployment, party: Party) -> str:
    return {
        Party.LEADER: str(deployment.leader_id),
        Party.HOME_HEAD: deployment.home_school_urn,
        Party.HOST_HEAD: deployment.host_school_urn,
    }[party]


def require_party(caller: Caller, kept: Kept[Deployment]) -> None:
    """Refuses unless the caller may do this to the deployment: in the alliance whose request it answers, or in the one
    that lends the leader. Errors: `NotFound`, `Forbidden`."""
    lender = kept.thing.lender_alliance_id
    if lender is not None and caller.permitted.covers(lender, *kept.thing.parties):
        return
    caller.require(acting_for(caller, kept.alliance_id, lender), *kept.thing.parties)


def read_by(caller: Caller, shared: Iterable[tuple[UUID, UUID, UUID | None]]) -> Mapping[UUID | str, UUID | None]:
    """For the audit of a list: by its id, with which alliance it is recorded that each thing was read. A thing is given
    as its id, the alliance whose request it answers, and the lender."""
    return {id: acting_for(caller, alliance_id, lender) for id, alliance_id, lender in shared}


def acting_for(caller: Caller, alliance_id: UUID, lender_alliance_id: UUID | None) -> UUID:
    """The alliance with which is recorded what the caller does or reads: the one whose request it is, or the lender
    where they belong to that alone."""
    if lender_alliance_id is None or caller.visible.covers(alliance_id):
        return alliance_id
    return lender_alliance_id


def deployment_to_change(work: UnitOfWork, deployment_id: UUID, expected_version: int) -> Kept[Deployment]:
    """A deployment the caller is party to, locked, in the version they decided on.

    Errors: `NotFound`, `Forbidden`, `VersionMismatch`.
    """
    kept = store.get_deployment(work.session, deployment_id, for_update=True)
    require_party(work.caller, kept)
    require_version(kept.version, expected_version)
    return kept


def require_word_of(work: UnitOfWork, kept: Kept[Deployment], *parties: str) -> None:
    """What one party says is said by them, or recorded by who acts for the whole alliance: for a lent leader and their
    home school, that is the lender. Errors: `Forbidden`."""
    lent = {str(kept.thing.leader_id), kept.thing.home_school_urn}
    alliance_id = kept.alliance_id if lent.isdisjoint(parties) else _lender_of(kept)
    if not work.caller.permitted.covers(alliance_id, *parties):
        raise Forbidden("This is for another party of the deployment to say, or for its broker to record.")


def _lender_of(kept: Kept[Deployment]) -> UUID:
    # Most leaders are of the alliance whose request they answer.
    return kept.thing.lender_alliance_id or kept.alliance_id


def _leader_to_book(work: UnitOfWork, kept: Kept[Deployment]) -> Leader:
    if not work.caller.permitted.covers(_lender_of(kept)):
        raise Forbidden("The days of a lent leader are for the alliance that lends them to change.")
    return get_leader(work.session, kept.thing.leader_id, for_update=True).thing


def book(work: UnitOfWork, leader: Leader, deployment: Deployment) -> frozenset[int]:
    """The numbers of the half-days that the deployment may hold of a leader whose row has been locked. What offers held
    that nobody answered in time is free again: the clock decides, and it is recorded here.

    Errors: `LeaderNotDesignated`, `LeaderHasNoDaysLeft`, `BookingOverlap`.
    """
    for unanswered in store.offers_expired(work.session, leader.id, work.now):
        expired = store.save_deployment(work.session, expire(unanswered, today=work.today))
        work.record(_OFFER_EXPIRED, subject=expired.thing.id, tenant=_lender_of(expired), data=_about(expired))
    booking = deployment.booking
    refuse_unless_designated(designations_of(work.session, [leader.id]), booking.starts_on)
    booked = store.booked_year(work.session, leader.id, booking.academic_year, beside=deployment.id, now=work.now)
    availability = availability_of(work.session, [leader], booking.academic_year)[leader.id]
    refuse_overbooking(booking, availability=availability, booked=booked)
    return lowest_half_days(booking.days, booked.half_days)


def expire_offer(session: Session, now: datetime) -> bool:
    """Records of one offer that nobody answered in time what the clock has decided, and tells it; answers whether there
    was one. It is the service's own work: a booking that meets such an offer first does the same, and each is told
    once, in the lender's tenancy."""
    unanswered = store.unanswered_offer(session, now)
    if unanswered is None:
        return False
    kept = store.save_deployment(session, expire(unanswered.thing, today=day_of(now)))
    happened = {str(kept.thing.id): _about(kept)}
    outbox.put_events(session, event=_OFFER_EXPIRED, tenant=_lender_of(kept), at=now, happened=happened)
    return True


def record_proposal(work: UnitOfWork, kept: Kept[Deployment]) -> None:
    """Tells that a deployment is proposed, by whichever way it came to be."""
    booking = kept.thing.booking
    record_event(
        work,
        "deployment-proposed",
        kept,
        {
            "days": float(booking.days),
            "starts_on": booking.starts_on,
            "ends_on": booking.ends_on,
            "on": kept.thing.steps[-1].on,
        },
    )


def record_event(work: UnitOfWork, event: str, kept: Kept[Deployment], data: Mapping[str, Any]) -> None:
    """The event of something that happened to a deployment: `data` beside what it is about."""
    whose = acting_for(work.caller, kept.alliance_id, kept.thing.lender_alliance_id)
    work.record(event, subject=kept.thing.id, tenant=whose, data={**_about(kept), **data})


def _about(kept: Kept[Deployment]) -> dict[str, Any]:
    deployment = kept.thing
    return {
        "deployment_id": deployment.id,
        "alliance_id": kept.alliance_id,
        "leader_id": deployment.leader_id,
        "support_request_id": deployment.support_request_id,
        "extends_deployment_id": deployment.extends_deployment_id,
        "lender_alliance_id": deployment.lender_alliance_id,
    }
