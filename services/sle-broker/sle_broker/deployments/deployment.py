"""A deployment: one leader lent to one host school, and what may be done with it in each state."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict, Duplicate, RuleBroken, StateConflict
from service_kit.life_cycle import Step
from sle_broker.deployments.agreement import (
    Agreement,
    Objective,
    Party,
    refuse_unless_agreed,
    refuse_unless_judged,
)
from sle_broker.deployments.arrangement import DEPLOYMENT, Arrangement
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentReason, DeploymentState
from sle_broker.deployments.visit import FirstDayCorrection, Review, Visit
from sle_broker.designations.academic_year import academic_year_of
from sle_broker.designations.days import in_figures


class DeploymentKind(StrEnum):
    """A commission stands alone; an extension prolongs one that goes on, a follow-on takes up one that has ended."""

    COMMISSION = "commission"
    EXTENSION = "extension"
    FOLLOW_ON = "follow_on"


class SentToOwnSchool(RuleBroken):
    """A leader is never sent to their own school."""


class ParentIsAnothers(RuleBroken):
    """An extension or a follow-on is of the same leader, for the same request."""


class DaysUsedExceedDaysAgreed(Conflict):
    """The days agreed are used up; more days take an extension."""


class OutsideAcademicYear(RuleBroken):
    """Days are used in the academic year they are booked from; the next year takes a follow-on."""


@dataclass(frozen=True)
class Deployment:
    """One deployment as it stands.

    `submitted_by` is the subject under which whoever asked for the support signs in. `booking` holds the days agreed
    and the dates between which they are used. `steps` begins with the proposal and is never empty; its last is the
    present state. A child has the kind of its tie in `kind` and its parent in `extends_deployment_id`. On
    `evaluation_released_on` the leader was told how they were judged. A leader lent by another alliance has that in
    `lender_alliance_id`; while they are only offered, `held_until` is when the offer ends.

    Raises `SentToOwnSchool`.
    """

    id: UUID
    support_request_id: UUID
    leader_id: UUID
    home_school_urn: str
    host_school_urn: str
    submitted_by: str
    booking: Booking
    steps: tuple[Step[DeploymentState, DeploymentReason], ...]
    kind: DeploymentKind = DeploymentKind.COMMISSION
    extends_deployment_id: UUID | None = None
    objectives: tuple[Objective, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    visits: tuple[Visit, ...] = ()
    reviews: tuple[Review, ...] = ()
    first_day_corrections: tuple[FirstDayCorrection, ...] = ()
    evaluation_released_on: date | None = None
    lender_alliance_id: UUID | None = None
    held_until: datetime | None = None
    arrangement: Arrangement = DEPLOYMENT

    def __post_init__(self) -> None:
        if self.home_school_urn == self.host_school_urn:
            raise SentToOwnSchool(f"{self.host_school_urn} is the leader's home school.")

    @property
    def state(self) -> DeploymentState:
        """The state reached last."""
        return self.steps[-1].state

    @property
    def parties(self) -> tuple[str, ...]:
        """Whom it concerns, as roles name them: the leader, the school that sends, the one that receives, who asked."""
        return (str(self.leader_id), self.home_school_urn, self.host_school_urn, self.submitted_by)

    @property
    def evaluation_parties(self) -> tuple[str, ...]:
        """Who of them may know how the deployment was judged: the host school, which judges it, and who asked; the
        leader and their home school once it has been released to them."""
        return (self.host_school_urn, self.submitted_by) if self.evaluation_released_on is None else self.parties

    @property
    def last_recorded_on(self) -> date:
        """The latest date that stands in the record: of a step, an agreement, a visit or a review."""
        records = (self.steps, self.agreements, self.visits, self.reviews)
        return max(record.on for kind in records for record in kind)

    @property
    def first_day_on_site(self) -> date | None:
        """The day the deployment first came under way, which stops the deployment clock; None before it."""
        return self._reached_on(DeploymentState.UNDER_WAY)

    @property
    def agreed_on(self) -> date | None:
        """The day it was agreed; None before it."""
        return self._reached_on(DeploymentState.AGREED)

    @property
    def counts_for_clock(self) -> bool:
        """A commission is a new deployment for the clock; an extension or a follow-on is not. Source: KPI B8b."""
        return self.kind is DeploymentKind.COMMISSION and self.arrangement.stops_clock

    @property
    def days_used(self) -> Decimal:
        """The days of all visits so far."""
        return sum((visit.days for visit in self.visits), Decimal(0))

    @property
    def days_held(self) -> Decimal:
        """The days that this deployment keeps from the leader's allowance.

        All that are booked while it may still need them, from the proposal or the offer on; those that were used once
        the visits have ended; none where it ended before the first of them.
        """
        return self.days_used if self.state in VISITS_ENDED else self.booking.days

    @property
    def visit_days_held(self) -> frozenset[date]:
        """The days in the leader's diary that this deployment keeps from others, until its visits have ended."""
        return frozenset() if self.state in VISITS_ENDED else self.booking.visit_days

    def conflict(self, detail: str) -> StateConflict:
        """The refusal of something that its present state stands against, with the states that may come next."""
        return self.arrangement.life_cycle.conflict(self.state, detail)

    def _reached_on(self, state: DeploymentState) -> date | None:
        return next((step.on for step in self.steps if step.state is state), None)


FELL_THROUGH = frozenset(
    {
        DeploymentState.DECLINED,
        DeploymentState.CANCELLED,
        DeploymentState.WITHDRAWN,
        DeploymentState.EXPIRED,
    }
)

EVALUATED = frozenset({DeploymentState.EVALUATED, DeploymentState.CLOSED})

# What ends before the first visit belongs here too: what it has used is nothing.
VISITS_ENDED = frozenset({DeploymentState.CLOSING_MEETING_HELD, DeploymentState.ENDED_EARLY}) | EVALUATED | FELL_THROUGH

_PARENT_STATES = {
    DeploymentKind.EXTENSION: frozenset({DeploymentState.UNDER_WAY, DeploymentState.PAUSED}),
    DeploymentKind.FOLLOW_ON: frozenset(
        {
            DeploymentState.CLOSING_MEETING_HELD,
            DeploymentState.EVALUATED,
            DeploymentState.CLOSED,
            DeploymentState.ENDED_EARLY,
        }
    ),
}


def proposed(on: date, *, today: date) -> Step[DeploymentState, DeploymentReason]:
    """The first step of every deployment. Raises `DateNotYetCome`."""
    refuse_future(what=DeploymentState.PROPOSED, on=on, today=today)
    return Step(DeploymentState.PROPOSED, on)


def allowed_from(state: DeploymentState) -> tuple[DeploymentState, ...]:
    """The states a deployment may take next, main path first; none at the end."""
    return LIFE_CYCLE.allowed_from(state)


def move(
    deployment: Deployment,
    to: DeploymentState,
    on: date,
    *,
    today: date,
    reason: DeploymentReason | None = None,
) -> Deployment:
    """The deployment one step on; the deployment given is not changed.

    - No start without the brokerage meeting and the agreement: the only way to `under_way` leads through both.
    - It is agreed when it has an objective, and the leader, the home head and the host head have each agreed.
    - `on` is the day the step was taken: not before anything recorded already, not ahead of today. That of the first
      step to `under_way` is the first day on site.
    - It is evaluated when every objective has its outcome.
    - From `paused` it resumes as `under_way`.

    Raises `StateConflict` (`current`, `allowed`) before anything else, then `ReasonNotInList`, `DatesOutOfOrder`,
    `DateNotYetCome`, `NoObjectiveAgreed`, `AgreementIncomplete`, `OutsideAcademicYear`, `ObjectiveNotJudged`.
    """
    if deployment.state is DeploymentState.OFFERED:
        raise deployment.conflict("An offer is answered as an offer: accept, decline or withdraw it there.")
    step = deployment.arrangement.life_cycle.next_step(deployment.steps, to=to, on=on, today=today, reason=reason)
    refuse_out_of_order(
        earlier="the last thing recorded", earlier_on=deployment.last_recorded_on, later=to, later_on=on
    )
    match to:
        case DeploymentState.AGREED:
            refuse_unless_agreed(deployment.objectives, deployment.agreements)
        case DeploymentState.UNDER_WAY if deployment.first_day_on_site is None:
            refuse_outside_year(deployment.booking, on)
        case deployment.arrangement.judged_before:
            refuse_unless_judged(deployment.objectives)
    return replace(deployment, steps=(*deployment.steps, step))


def change_terms(
    deployment: Deployment, *, booking: Booking | None = None, objectives: tuple[Objective, ...] | None = None
) -> Deployment:
    """Other days, dates or objectives, up to the agreement. What is not given stays.

    A yes was said to the terms as they stood, so every agreement given before is asked for again.
    Raises `StateConflict`.
    """
    before_agreement = (DeploymentState.PROPOSED, DeploymentState.RELEASED, DeploymentState.MEETING_HELD)
    if deployment.state not in before_agreement:
        raise deployment.conflict("The terms are settled: days or dates beyond them take an extension.")
    return replace(
        deployment,
        booking=deployment.booking if booking is None else booking,
        objectives=deployment.objectives if objectives is None else objectives,
        agreements=(),
    )


def agree(deployment: Deployment, party: Party, on: date, *, today: date) -> Deployment:
    """One party says yes to the terms, on or after the day of the brokerage meeting, or of the step that stands in its
    place in another arrangement; the last yes of a party stands.

    Raises `StateConflict`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    ready = deployment.arrangement.agreed_after
    if deployment.state is not ready:
        raise deployment.conflict(f"Agreement is given while it is {ready}, and before it is agreed.")
    refuse_out_of_order(
        earlier=ready, earlier_on=deployment.steps[-1].on, later=f"the agreement of the {party}", later_on=on
    )
    refuse_future(what=f"The agreement of the {party}", on=on, today=today)
    others = tuple(agreement for agreement in deployment.agreements if agreement.party is not party)
    return replace(deployment, agreements=(*others, Agreement(party, on)))


def record_visit(deployment: Deployment, visit: Visit, *, today: date) -> Deployment:
    """A visit while under way, on or after the first day on site; one a date; never more days than were agreed.

    Raises `StateConflict`, `DatesOutOfOrder`, `DateNotYetCome`, `OutsideAcademicYear`, `Duplicate`,
    `DaysUsedExceedDaysAgreed` (`days_agreed`, `days_used`).
    """
    _refuse_unless_on_site(deployment, "visit", visit.on, today)
    refuse_outside_year(deployment.booking, visit.on)
    if any(earlier.on == visit.on for earlier in deployment.visits):
        raise Duplicate(f"A visit on {visit.on} is already recorded.")
    agreed, used = deployment.booking.days, deployment.days_used
    if used + visit.days > agreed:
        raise DaysUsedExceedDaysAgreed(
            f"{in_figures(used)} of {in_figures(agreed)} days used; {in_figures(visit.days)} more need an extension.",
            members={"days_agreed": in_figures(agreed), "days_used": in_figures(used)},
        )
    return replace(deployment, visits=(*deployment.visits, visit))


def record_review(deployment: Deployment, review: Review, *, today: date) -> Deployment:
    """A half-term review while under way. Raises `StateConflict`, `DatesOutOfOrder`, `DateNotYetCome`."""
    _refuse_unless_on_site(deployment, "review", review.on, today)
    return replace(deployment, reviews=(*deployment.reviews, review))


def refuse_other_parent(parent: Deployment, *, leader_id: UUID, support_request_id: UUID) -> None:
    """Whether more help of this leader for this request may be a child of `parent`. Raises `ParentIsAnothers`."""
    if (parent.leader_id, parent.support_request_id) != (leader_id, support_request_id):
        raise ParentIsAnothers("The deployment to be taken further is of another leader or for another request.")


def extend(
    parent: Deployment,
    *,
    child_id: UUID,
    home_school_urn: str,
    booking: Booking,
    objectives: tuple[Objective, ...],
    on: date,
    today: date,
) -> Deployment:
    """More help of the same leader for the same school, proposed on a day: a child of `parent` with days of its own.

    It goes through release, meeting and agreement like any other, and does not start the clock again. It is an
    extension where the parent is under way or paused, a follow-on where its visits have ended. `home_school_urn` is
    the school that employs the leader now and releases them for it, which need not be the parent's.

    Raises `StateConflict` of the parent, `DatesOutOfOrder`, `DateNotYetCome`, `SentToOwnSchool`.
    """
    kind = next((kind for kind, states in _PARENT_STATES.items() if parent.state in states), None)
    if kind is None:
        raise parent.conflict(f"A deployment that is {parent.state} is not taken further.")
    reached = parent.steps[-1]
    refuse_out_of_order(
        earlier=f"its parent's {reached.state}", earlier_on=reached.on, later="the proposal", later_on=on
    )
    return Deployment(
        id=child_id,
        support_request_id=parent.support_request_id,
        leader_id=parent.leader_id,
        home_school_urn=home_school_urn,
        host_school_urn=parent.host_school_urn,
        submitted_by=parent.submitted_by,
        booking=booking,
        steps=(proposed(on, today=today),),
        kind=kind,
        extends_deployment_id=parent.id,
        objectives=objectives,
    )


def _refuse_unless_on_site(deployment: Deployment, what: str, on: date, today: date) -> None:
    began_on = deployment.first_day_on_site
    if deployment.state is not DeploymentState.UNDER_WAY or began_on is None:
        raise deployment.conflict(f"A {what} is recorded while the deployment is under way.")
    refuse_out_of_order(earlier="the first day on site", earlier_on=began_on, later=f"the {what}", later_on=on)
    refuse_future(what=f"The {what}", on=on, today=today)


def refuse_outside_year(booking: Booking, on: date) -> None:
    """Days are used in the year they are booked from. Raises `OutsideAcademicYear`."""
    if academic_year_of(on) != booking.academic_year:
        raise OutsideAcademicYear(f"{on} lies outside {booking.academic_year}, the year the days are booked from.")
