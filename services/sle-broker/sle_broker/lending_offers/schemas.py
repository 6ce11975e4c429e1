"""The JSON of leaders asked for and offered between alliances."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from service_kit.schemas import Day, RequestBody, ResponseBody, example
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.life_cycle import DeploymentReason
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.lending.agreement import LendingAgreement
from sle_broker.lending.schemas import AGREEMENT_EXAMPLE, LENDER_EXAMPLE
from sle_broker.lending_offers.offer import LendingOffer, LendingRequest, OfferState, OwnFirstReason
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, Days
from sle_broker.specialisms.specialism import Phase
from sle_broker.support_requests.schemas import REQUEST_EXAMPLE
from sle_broker.support_requests.support_request import Urgency

_LENDING_REQUEST = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b2"
_OFFER = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b3"
_HELD = {"days": 5, "starts_on": "2015-01-12", "ends_on": "2015-03-27", "visit_days": ["2015-01-12"]}


class LendingRequestIn(RequestBody):
    """A lender is asked for a leader. `own_first_reason` says why, where one of your own leaders could serve."""

    model_config = RequestBody.model_config | example(
        lending_agreement_id=AGREEMENT_EXAMPLE, support_request_id=REQUEST_EXAMPLE
    )

    lending_agreement_id: UUID
    support_request_id: UUID
    line: Annotated[int, Field(ge=1, le=20, description="The line of the request's package.")] = 1
    own_first_reason: OwnFirstReason | None = None


class LendingRequestTransitionIn(RequestBody):
    """The end of a request to a lender: nobody is needed any more."""

    model_config = RequestBody.model_config | example(to="closed", on="2015-01-09")

    to: Literal["closed"]
    on: Day


class LendingRequestOut(ResponseBody):
    """What a borrower asks of one lender: what the lender needs to know of the support request, and no more."""

    model_config = ResponseBody.model_config | example(
        id=_LENDING_REQUEST,
        lending_agreement_id=AGREEMENT_EXAMPLE,
        lender_alliance_id=LENDER_EXAMPLE,
        borrower_alliance_id=ALLIANCE_EXAMPLE,
        support_request_id=REQUEST_EXAMPLE,
        host_school_urn="108101",
        areas=["phonics"],
        phase="primary",
        days_wanted=5,
        earliest_start_on="2015-01-12",
        latest_finish_on="2015-03-27",
        urgency="urgent",
        line=1,
        leader_kind=None,
        asked_on="2015-01-06",
        own_first_reason=None,
        closed_on=None,
        version=1,
    )

    id: UUID
    lending_agreement_id: UUID
    lender_alliance_id: UUID
    borrower_alliance_id: UUID
    support_request_id: UUID
    host_school_urn: str
    areas: list[str]
    phase: Phase
    days_wanted: float
    earliest_start_on: date
    latest_finish_on: date
    urgency: Urgency
    line: int
    leader_kind: str | None
    asked_on: date
    own_first_reason: OwnFirstReason | None
    closed_on: date | None
    version: int

    @classmethod
    def of(cls, kept: Kept[LendingRequest]) -> Self:
        """A stored request to a lender."""
        request = kept.thing
        return cls(
            id=request.id,
            lending_agreement_id=request.lending_agreement_id,
            lender_alliance_id=request.lender_alliance_id,
            borrower_alliance_id=request.borrower_alliance_id,
            support_request_id=request.support_request_id,
            host_school_urn=request.host_school_urn,
            areas=list(request.areas),
            phase=request.phase,
            days_wanted=float(request.days_wanted),
            earliest_start_on=request.window.earliest_start_on,
            latest_finish_on=request.window.latest_finish_on,
            urgency=request.urgency,
            line=request.line_number,
            leader_kind=request.leader_kind,
            asked_on=request.asked_on,
            own_first_reason=request.own_first_reason,
            closed_on=request.closed_on,
            version=kept.version,
        )


class LenderOut(ResponseBody):
    """An alliance that lends to yours today, and the request under which it has been asked for the line already; null
    where it has not been."""

    model_config = ResponseBody.model_config | example(
        lender_alliance_id=LENDER_EXAMPLE,
        lending_agreement_id=AGREEMENT_EXAMPLE,
        to_on="2015-08-31",
        lending_request_id=None,
    )

    lender_alliance_id: UUID
    lending_agreement_id: UUID
    to_on: Annotated[date | None, Field(description="The last day on which help may begin; null: there is none.")]
    lending_request_id: UUID | None

    @classmethod
    def of(cls, agreement: LendingAgreement, asked: Mapping[UUID, UUID]) -> Self:
        """The lender of an agreement, with what it has been `asked`."""
        return cls(
            lender_alliance_id=agreement.lender_alliance_id,
            lending_agreement_id=agreement.id,
            to_on=agreement.to_on,
            lending_request_id=asked.get(agreement.lender_alliance_id),
        )


class LendingOfferIn(RequestBody):
    """A leader offered for what a borrower asked, with the days held of them until `expires_at`."""

    model_config = RequestBody.model_config | example(
        lending_request_id=_LENDING_REQUEST, leader_id=LEADER_EXAMPLE, **_HELD, expires_at="2015-01-09T17:00:00Z"
    )

    lending_request_id: UUID
    leader_id: UUID
    days: Days
    starts_on: Day
    ends_on: Day
    visit_days: Annotated[frozenset[Day], Field(max_length=199)] = frozenset()
    expires_at: AwareDatetime

    def booking(self) -> Booking:
        """The days held. Errors: those of `Booking`."""
        return Booking(self.starts_on, self.ends_on, Decimal(str(self.days)), self.visit_days)


class LendingOfferTransitionIn(RequestBody):
    """The borrower's answer, or the lender's withdrawal, with its coded reason where the offer is not accepted."""

    model_config = RequestBody.model_config | example(to="accepted", on="2015-01-07")

    to: Literal[OfferState.ACCEPTED, OfferState.DECLINED, OfferState.WITHDRAWN]
    on: Day
    reason: DeploymentReason | None = None


class LentLeaderOut(ResponseBody):
    """The minimal profile of a leader on offer, as it stood when the offer was made. The borrower is told the name once
    it has accepted."""

    model_config = ResponseBody.model_config | example(
        leader_id=LEADER_EXAMPLE,
        kind="sle",
        name=None,
        home_school_urn="108100",
        phases=["primary"],
        validated=["phonics"],
        claimed=["literacy"],
    )

    leader_id: UUID
    kind: str
    name: str | None
    home_school_urn: str
    phases: list[Phase]
    validated: Annotated[list[str], Field(description="Codes of specialisms somebody has vouched for.")]
    claimed: Annotated[list[str], Field(description="Codes of specialisms the leader claims.")]


class LendingOfferOut(ResponseBody):
    """A leader on offer. Once accepted, it is the deployment of the same id that answers the support request."""

    model_config = ResponseBody.model_config | example(
        id=_OFFER,
        lending_request_id=_LENDING_REQUEST,
        lender_alliance_id=LENDER_EXAMPLE,
        borrower_alliance_id=ALLIANCE_EXAMPLE,
        support_request_id=REQUEST_EXAMPLE,
        leader={
            "leader_id": LEADER_EXAMPLE,
            "kind": "sle",
            "name": None,
            "home_school_urn": "108100",
            "phases": ["primary"],
            "validated": ["phonics"],
            "claimed": [],
        },
        **_HELD,
        expires_at="2015-01-09T17:00:00Z",
        state="held",
        version=1,
    )

    id: UUID
    lending_request_id: UUID
    lender_alliance_id: UUID
    borrower_alliance_id: UUID
    support_request_id: UUID
    leader: LentLeaderOut
    days: float
    starts_on: date
    ends_on: date
    visit_days: list[date]
    expires_at: datetime
    state: OfferState
    version: int

    @classmethod
    def of(cls, kept: Kept[LendingOffer], now: datetime, *, for_lender: bool) -> Self:
        """A stored offer as it stands now, for one of the two sides."""
        offer, state = kept.thing, kept.thing.state(now)
        leader, booking = offer.leader, offer.deployment.booking
        return cls(
            id=offer.deployment.id,
            lending_request_id=offer.lending_request_id,
            lender_alliance_id=kept.alliance_id,
            borrower_alliance_id=offer.borrower_alliance_id,
            support_request_id=offer.deployment.support_request_id,
            leader=LentLeaderOut(
                leader_id=leader.leader_id,
                kind=leader.kind,
                name=leader.name if for_lender or state is OfferState.ACCEPTED else None,
                home_school_urn=leader.home_school_urn,
                phases=sorted(leader.phases),
                validated=list(leader.validated),
                claimed=list(leader.claimed),
            ),
            days=float(booking.days),
            starts_on=booking.starts_on,
            ends_on=booking.ends_on,
            visit_days=sorted(offer.deployment.visit_days_held),
            expires_at=offer.expires_at,
            state=state,
            version=kept.version,
        )
