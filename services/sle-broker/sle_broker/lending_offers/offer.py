"""Borrowing a leader: what is asked of a lender, own alliance first, and what the lender offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from service_kit.errors import Conflict, RuleBroken
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.offer import OfferExpired, has_expired
from sle_broker.matching.candidate import Search
from sle_broker.matching.distance import Location
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism, SpecialismStanding
from sle_broker.support_requests.support_request import SupportRequest, Urgency, Window

LONGEST_OFFER = timedelta(days=60)
"""A hold keeps days from everybody else, so it is never longer than this."""


class OwnFirstReason(StrEnum):
    """Why a leader is borrowed although one of the alliance's own could serve the request."""

    OWN_LEADERS_DECLINED = "own_leaders_declined"
    OWN_LEADERS_NEEDED_ELSEWHERE = "own_leaders_needed_elsewhere"
    HOST_SCHOOL_ASKS_FOR_OUTSIDER = "host_school_asks_for_outsider"
    EXPERTISE_STRONGER_ELSEWHERE = "expertise_stronger_elsewhere"


class OfferState(StrEnum):
    """An offer holds the leader's days until it is accepted, declined or withdrawn, or expires."""

    HELD = "held"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class OwnLeadersCouldServe(Conflict):
    """Own alliance first: nobody is borrowed for what an own leader could do, unless it is said why."""


class LendingRequestClosed(Conflict):
    """Nobody is offered any more once the borrower has closed its request."""


class OfferExpiryOutOfRange(RuleBroken):
    """An offer expires after now, within sixty days, and not after the last day that it holds."""


AS_DEPLOYMENT: Mapping[OfferState, DeploymentState] = MappingProxyType(
    {
        OfferState.HELD: DeploymentState.OFFERED,
        OfferState.ACCEPTED: DeploymentState.PROPOSED,
        OfferState.DECLINED: DeploymentState.DECLINED,
        OfferState.WITHDRAWN: DeploymentState.WITHDRAWN,
        OfferState.EXPIRED: DeploymentState.EXPIRED,
    }
)
"""What each state of an offer is called in the deployment that it becomes."""

_AS_OFFER = {deployment: offer for offer, deployment in AS_DEPLOYMENT.items()}


@dataclass(frozen=True)
class LendingRequest:
    """What a borrower asks of one lender for one line of a support request: what the lender needs to know, and no more.

    `areas` are the codes of the areas of need. `own_first_reason` is given where an own leader could have served.
    """

    id: UUID
    lending_agreement_id: UUID
    lender_alliance_id: UUID
    borrower_alliance_id: UUID
    support_request_id: UUID
    host_school_urn: str
    areas: tuple[str, ...]
    phase: Phase
    days_wanted: Decimal
    window: Window
    urgency: Urgency
    line_number: int
    leader_kind: str | None
    submitted_by: str
    asked_on: date
    own_first_reason: OwnFirstReason | None = None
    closed_on: date | None = None

    def search(self, areas: Sequence[Specialism], host_location: Location | None, as_of: date) -> Search:
        """What the lender searches its own leaders for, by nothing but what the borrower has told it. `areas` are what
        the lender means by the codes."""
        return Search(
            request_id=self.support_request_id,
            line_number=self.line_number,
            host_school_urn=self.host_school_urn,
            host_location=host_location,
            leader_kind=self.leader_kind,
            areas=tuple(areas),
            phase=self.phase,
            days_wanted=self.days_wanted,
            window=self.window,
            as_of=as_of,
        )


@dataclass(frozen=True)
class LentLeader:
    """What a borrower is told of a leader on offer: the minimal profile, and their name once it has accepted."""

    leader_id: UUID
    kind: str
    name: str
    home_school_urn: str
    phases: frozenset[Phase]
    validated: tuple[str, ...]
    claimed: tuple[str, ...]


@dataclass(frozen=True)
class LendingOffer:
    """One leader offered for one lending request, and the deployment that the offer is or has become."""

    lending_request_id: UUID
    borrower_alliance_id: UUID
    leader: LentLeader
    expires_at: datetime
    deployment: Deployment

    def state(self, now: datetime) -> OfferState:
        """Where the offer stands at an instant: the clock decides on expiry, whether or not it has been recorded."""
        if has_expired(self.deployment, now):
            return OfferState.EXPIRED
        return _AS_OFFER[self.deployment.steps[:2][-1].state]


def asked(
    request: SupportRequest,
    search: Search,
    *,
    request_id: UUID,
    lending_agreement_id: UUID,
    lender_alliance_id: UUID,
    borrower_alliance_id: UUID,
    own_leaders: Sequence[UUID],
    own_first_reason: OwnFirstReason | None,
    on: date,
) -> LendingRequest:
    """A lender asked for what is searched for, own alliance first: where `own_leaders` could serve, only for a coded
    reason; where none could, a reason is not kept, so that those that are kept say something.

    Raises `OwnLeadersCouldServe` (`leaders`).
    """
    refuse_unless_own_first(own_leaders, own_first_reason)
    return LendingRequest(
        id=request_id,
        lending_agreement_id=lending_agreement_id,
        lender_alliance_id=lender_alliance_id,
        borrower_alliance_id=borrower_alliance_id,
        support_request_id=request.id,
        host_school_urn=search.host_school_urn,
        areas=tuple(area.code for area in search.areas),
        phase=search.phase,
        days_wanted=search.days_wanted,
        window=search.window,
        urgency=request.urgency,
        line_number=search.line_number,
        leader_kind=search.leader_kind,
        submitted_by=request.submitted_by,
        asked_on=on,
        own_first_reason=own_first_reason if own_leaders else None,
    )


def refuse_unless_own_first(own_leaders: Sequence[UUID], reason: OwnFirstReason | None) -> None:
    """Own alliance first. `own_leaders` are those who could serve the request and are not on it yet. Raises
    `OwnLeadersCouldServe` (`leaders`, their ids)."""
    if own_leaders and reason is None:
        raise OwnLeadersCouldServe(
            f"{len(own_leaders)} of your own leaders could serve this request: propose one of them first, or give the "
            "reason for borrowing.",
            members={"leaders": [str(leader_id) for leader_id in own_leaders]},
        )


def refuse_unless_open(request: LendingRequest) -> None:
    """Whether somebody may still be offered for the request. Raises `LendingRequestClosed`."""
    if request.closed_on is not None:
        raise LendingRequestClosed(f"The borrower closed its request on {request.closed_on}.")


def refuse_if_expired(offer: LendingOffer, now: datetime) -> None:
    """Whether the offer may still be answered, in whatever version it was seen: its end is recorded as soon as anybody
    meets it, and that changes nothing for who answers too late. Raises `OfferExpired`."""
    if offer.state(now) is OfferState.EXPIRED:
        raise OfferExpired.at(offer.expires_at)


def refuse_expiry_out_of_range(expires_at: datetime, *, now: datetime, last_day: date) -> None:
    """Whether an offer made now may hold days until then. Raises `OfferExpiryOutOfRange`."""
    if not now < expires_at <= now + LONGEST_OFFER or expires_at.date() > last_day:
        raise OfferExpiryOutOfRange(
            f"Give an instant after now, at most {LONGEST_OFFER.days} days ahead, and not after {last_day}, the last "
            "day the leader is offered for."
        )


def profile(
    leader_id: UUID,
    kind: str,
    name: str,
    home_school_urn: str,
    phases: frozenset[Phase],
    held: Sequence[LeaderSpecialism],
) -> LentLeader:
    """What a borrower is told, as it stands when the offer is made."""
    standing = {one.specialism.code: one.standing for one in sorted(held, key=lambda one: one.standing)}
    return LentLeader(
        leader_id,
        kind,
        name,
        home_school_urn,
        phases,
        validated=_codes(standing, SpecialismStanding.VALIDATED),
        claimed=_codes(standing, SpecialismStanding.CLAIMED),
    )


def _codes(standing: Mapping[str, SpecialismStanding], wanted: SpecialismStanding) -> tuple[str, ...]:
    return tuple(sorted(code for code, one in standing.items() if one is wanted))
