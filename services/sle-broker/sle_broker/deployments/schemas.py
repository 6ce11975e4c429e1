"""The JSON of deployments and of what is recorded about one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example
from sle_broker.deployments.agreement import (
    NOT_JUDGED,
    AspectGrade,
    Direction,
    Objective,
    ObjectiveOutcome,
    Party,
    Target,
)
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.deployment import Deployment, DeploymentKind, allowed_from
from sle_broker.deployments.life_cycle import DeploymentReason, DeploymentState
from sle_broker.deployments.visit import FirstDayCorrectionReason, Review, Visit
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, Days
from sle_broker.support_requests.schemas import REQUEST_EXAMPLE

DEPLOYMENT_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a1"
OBJECTIVE_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a2"
_WORDS = {
    "text": "Phonics is taught daily in Year 1.",
    "measure": "Nine of ten lessons seen are taught as planned.",
}

_TARGET = {"target": 85, "unit": "per cent of pupils", "direction": "rise", "baseline": 62.5}

VisitDays = Annotated[
    frozenset[Day], Field(max_length=199, description="Days fixed in the leader's diary; the others are to be found.")
]


Figure = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]


class TargetIn(RequestBody):
    """A figure that is to rise or fall to `target`; `baseline` is where it stands, null where it is not measured."""

    model_config = RequestBody.model_config | example(**_TARGET)

    target: Figure
    unit: ShortText
    direction: Direction
    baseline: Figure | None = None

    def to_rule(self) -> Target:
        """The target. Errors: `TargetAgainstDirection`."""
        return Target(exact(self.target), self.unit, self.direction, exact_or_none(self.baseline))


class ObjectiveIn(RequestBody):
    """What the deployment is to achieve, and how that will be seen; with a target where it can be counted."""

    model_config = RequestBody.model_config | example(**_WORDS, target=_TARGET)

    text: Text
    measure: Text
    target: TargetIn | None = None


Objectives = Annotated[list[ObjectiveIn], Field(max_length=20)]


class DeploymentIn(RequestBody):
    """A leader proposed for a request, with the days booked of them. `proposed_on` is today where absent. Where it
    extends or follows on from another deployment of the same leader for the same request, that one is named."""

    model_config = RequestBody.model_config | example(
        support_request_id=REQUEST_EXAMPLE,
        leader_id=LEADER_EXAMPLE,
        days=5,
        starts_on="2015-01-12",
        ends_on="2015-03-27",
        visit_days=["2015-01-12", "2015-01-19"],
        objectives=[_WORDS],
    )

    support_request_id: UUID
    leader_id: UUID
    days: Days
    starts_on: Day
    ends_on: Day
    visit_days: VisitDays = frozenset()
    objectives: Objectives = Field(default_factory=list)
    proposed_on: Day | None = None
    extends_deployment_id: UUID | None = None

    def booking(self) -> Booking:
        """The days asked for. Errors: those of `Booking`."""
        return Booking(self.starts_on, self.ends_on, Decimal(str(self.days)), self.visit_days)


class BookingChangesIn(RequestBody):
    """What changes of the days and dates of a booking: a member that is absent stays as it is."""

    # The defaults are never used: only what was sent is a change.
    days: Days = Field(default_factory=float)
    starts_on: Day = Field(default_factory=lambda: date.min)
    ends_on: Day = Field(default_factory=lambda: date.min)

    def booking_changes(self) -> dict[str, Any]:
        """What was sent about days and dates, by the name of the fact."""
        sent = self.model_dump(exclude_unset=True, include={"days", "starts_on", "ends_on", "visit_days"})
        return sent | ({"days": Decimal(str(self.days))} if "days" in sent else {})


class DeploymentTermsIn(BookingChangesIn):
    """What changes of the terms: a member that is absent stays as it is."""

    model_config = RequestBody.model_config | example(days=6.5, ends_on="2015-05-22")

    visit_days: VisitDays = Field(default_factory=frozenset)
    objectives: Objectives = Field(default_factory=list)

    def sent_objectives(self) -> Sequence[ObjectiveIn] | None:
        """The objectives, where they were sent."""
        return self.objectives if "objectives" in self.model_fields_set else None


class DeploymentTransitionIn(RequestBody):
    """One step, with the day it was taken, and its coded reason where it leaves the main path."""

    model_config = RequestBody.model_config | example(to="under_way", on="2015-01-12")

    to: DeploymentState
    on: Day
    reason: DeploymentReason | None = None


class AgreementIn(RequestBody):
    """One party's yes to the terms as they stand."""

    model_config = RequestBody.model_config | example(party="host_head", on="2015-01-08")

    party: Party
    on: Day


class ReviewIn(RequestBody):
    """A half-term review and what it found."""

    model_config = RequestBody.model_config | example(on="2015-02-13", finding="Daily sessions are in place.")

    on: Day
    finding: Text

    def to_rule(self) -> Review:
        """The review."""
        return Review(self.on, self.finding)


class FirstDayCorrectionIn(RequestBody):
    """The first day on site as it really was, and why it was recorded otherwise."""

    model_config = RequestBody.model_config | example(
        on="2015-01-19", reason="visit_did_not_take_place", note="The school was closed for snow."
    )

    on: Day
    reason: FirstDayCorrectionReason
    note: Text


class VisitIn(RequestBody):
    """A visit to the host school: a day, or half of one."""

    model_config = RequestBody.model_config | example(deployment_id=DEPLOYMENT_EXAMPLE, on="2015-01-19", days=0.5)

    deployment_id: UUID
    on: Day
    days: Annotated[Days, Field(le=1)]

    def to_rule(self) -> Visit:
        """The visit."""
        return Visit(self.on, Decimal(str(self.days)))


class VisitOut(ResponseBody):
    """A visit that took place."""

    model_config = ResponseBody.model_config | example(deployment_id=DEPLOYMENT_EXAMPLE, on="2015-01-19", days=0.5)

    deployment_id: UUID
    on: date
    days: float


class DeploymentStepOut(ResponseBody):
    """A state that the deployment reached."""

    model_config = ResponseBody.model_config | example(state="proposed", on="2015-01-06", reason=None)

    state: DeploymentState
    on: date
    reason: DeploymentReason | None


class TargetOut(ResponseBody):
    """The figure an objective is to bring about."""

    model_config = ResponseBody.model_config | example(**_TARGET)

    target: float
    unit: str
    direction: Direction
    baseline: float | None


class ObjectiveOut(ResponseBody):
    """An objective, and how it was judged once it has been, for those who may know."""

    model_config = ResponseBody.model_config | example(
        id=OBJECTIVE_EXAMPLE, **_WORDS, target=_TARGET, outcome=None, actual=None, before=None, after=None
    )

    id: UUID
    text: str
    measure: str
    target: TargetOut | None
    outcome: ObjectiveOutcome | None
    actual: float | None
    before: AspectGrade | None
    after: AspectGrade | None

    @classmethod
    def of(cls, objective: Objective, *, shows_judgement: bool) -> Self:
        """An objective as it was agreed, with its judgement or without."""
        judgement = objective.judgement if shows_judgement else NOT_JUDGED
        return cls(
            id=objective.id,
            text=objective.text,
            measure=objective.measure,
            target=None if objective.target is None else TargetOut.model_validate(objective.target),
            outcome=judgement.outcome,
            actual=None if judgement.actual is None else float(judgement.actual),
            before=judgement.before,
            after=judgement.after,
        )


class AgreementOut(ResponseBody):
    """One party's yes."""

    model_config = ResponseBody.model_config | example(party="leader", on="2015-01-08")

    party: Party
    on: date


class ReviewOut(ResponseBody):
    """A half-term review."""

    model_config = ResponseBody.model_config | example(on="2015-02-13", finding="Daily sessions are in place.")

    on: date
    finding: str


class FirstDayCorrectionOut(ResponseBody):
    """The first day on site as it was recorded before it was corrected."""

    model_config = ResponseBody.model_config | example(
        was_on="2015-01-12", on="2015-02-02", reason="mistyped", note="The visitors' book says the 19th."
    )

    was_on: date
    on: date
    reason: FirstDayCorrectionReason
    note: str


class DeploymentOut(ResponseBody):
    """A deployment. `state` is that of the last of `steps`, `allowed` are the states that may come next; `first_day_on`
    is the first day on site, which stops the deployment clock. How objectives were judged is null for the leader and
    their home school until it has been released to them, on `evaluation_released_on`. `lender_alliance_id` is whose
    leader it is, where they are another alliance's."""

    model_config = ResponseBody.model_config | example(
        id=DEPLOYMENT_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        support_request_id=REQUEST_EXAMPLE,
        leader_id=LEADER_EXAMPLE,
        home_school_urn="108100",
        host_school_urn="108101",
        kind="commission",
        extends_deployment_id=None,
        lender_alliance_id=None,
        days=5,
        days_used=0,
        starts_on="2015-01-12",
        ends_on="2015-03-27",
        visit_days=["2015-01-12", "2015-01-19"],
        first_day_on=None,
        state="proposed",
        allowed=["released", "declined", "cancelled"],
        steps=[{"state": "proposed", "on": "2015-01-06", "reason": None}],
        objectives=[
            {
                "id": OBJECTIVE_EXAMPLE,
                **_WORDS,
                "target": _TARGET,
                "outcome": None,
                "actual": None,
                "before": None,
                "after": None,
            }
        ],
        agreements=[],
        reviews=[],
        first_day_corrections=[],
        evaluation_released_on=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    support_request_id: UUID
    leader_id: UUID
    home_school_urn: str
    host_school_urn: str
    kind: DeploymentKind
    extends_deployment_id: UUID | None
    lender_alliance_id: UUID | None
    days: float
    days_used: float
    starts_on: date
    ends_on: date
    visit_days: list[date]
    first_day_on: date | None
    state: DeploymentState
    allowed: list[DeploymentState]
    steps: list[DeploymentStepOut]
    objectives: list[ObjectiveOut]
    agreements: list[AgreementOut]
    reviews: list[ReviewOut]
    first_day_corrections: list[FirstDayCorrectionOut]
    evaluation_released_on: date | None
    version: int

    @classmethod
    def of(cls, kept: Kept[Deployment], *, shows_judgement: bool) -> Self:
        """A stored deployment, with how it was judged or without."""
        deployment = kept.thing
        return cls(
            id=deployment.id,
            alliance_id=kept.alliance_id,
            support_request_id=deployment.support_request_id,
            leader_id=deployment.leader_id,
            home_school_urn=deployment.home_school_urn,
            host_school_urn=deployment.host_school_urn,
            kind=deployment.kind,
            extends_deployment_id=deployment.extends_deployment_id,
            lender_alliance_id=deployment.lender_alliance_id,
            days=float(deployment.booking.days),
            days_used=float(deployment.days_used),
            starts_on=deployment.booking.starts_on,
            ends_on=deployment.booking.ends_on,
            visit_days=sorted(deployment.visit_days_held),
            first_day_on=deployment.first_day_on_site,
            state=deployment.state,
            allowed=list(allowed_from(deployment.state)),
            steps=[DeploymentStepOut.model_validate(step) for step in deployment.steps],
            objectives=[
                ObjectiveOut.of(objective, shows_judgement=shows_judgement) for objective in deployment.objectives
            ],
            agreements=[AgreementOut.model_validate(agreement) for agreement in deployment.agreements],
            reviews=[ReviewOut.model_validate(review) for review in deployment.reviews],
            first_day_corrections=[FirstDayCorrectionOut.model_validate(o) for o in deployment.first_day_corrections],
            evaluation_released_on=deployment.evaluation_released_on,
            version=kept.version,
        )


def objectives_of(sent: Sequence[ObjectiveIn], ids: Sequence[UUID]) -> tuple[Objective, ...]:
    """The objectives sent, under these ids, one for each."""
    return tuple(
        Objective(id, one.text, one.measure, None if one.target is None else one.target.to_rule())
        for id, one in zip(ids, sent, strict=True)
    )


def exact(figure: float) -> Decimal:
    """A figure as it was written."""
    return Decimal(str(figure))


def exact_or_none(figure: float | None) -> Decimal | None:
    """The same, where there is one."""
    return None if figure is None else exact(figure)
