"""Every state against everything that can be done: what a state stands against is refused and changes nothing.

The steps themselves, state against state, are in `test_life_cycle.py`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from service_kit.errors import StateConflict
from sle_broker.deployments.agreement import Judgement, ObjectiveOutcome, Party
from sle_broker.deployments.deployment import (
    Deployment,
    agree,
    allowed_from,
    change_terms,
    extend,
    record_review,
    record_visit,
)
from sle_broker.deployments.first_day import correct_first_day
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.visit import FirstDayCorrectionReason, Review, Visit
from sle_broker.evaluations.evaluation import judge_objectives, release_evaluation
from sle_broker.evaluations.feedback import Feedback, FeedbackFrom, FeedbackRating, refuse_feedback
from tests.sle_broker.builders import HOME_URN, TODAY, a_booking, a_deployment_in, an_id, an_objective

S = DeploymentState
LATER = date(2015, 3, 2)
BEFORE_AGREEMENT = {S.PROPOSED, S.RELEASED, S.MEETING_HELD}
OVER = {S.EVALUATED, S.CLOSED, S.ENDED_EARLY}
VISITS_ENDED = {S.CLOSING_MEETING_HELD, *OVER}
BEGUN = {S.UNDER_WAY, S.PAUSED, *VISITS_ENDED}


def take_further(parent: Deployment) -> Deployment:
    return extend(
        parent,
        child_id=an_id(11),
        home_school_urn=HOME_URN,
        booking=a_booking(),
        objectives=(an_objective(),),
        on=LATER,
        today=TODAY,
    )


def give_feedback(deployment: Deployment) -> None:
    said = Feedback(an_id(40), an_id(10), FeedbackFrom.HOST_SCHOOL, LATER, FeedbackRating.POSITIVE, "Calm and clear.")
    refuse_feedback(said, deployment, today=TODAY)


EVENTS: dict[str, tuple[set[DeploymentState], Callable[[Deployment], object]]] = {
    "change the terms": (BEFORE_AGREEMENT, lambda one: change_terms(one, booking=a_booking(days=Decimal(5)))),
    "agree": ({S.MEETING_HELD}, lambda one: agree(one, Party.LEADER, LATER, today=TODAY)),
    "visit": ({S.UNDER_WAY}, lambda one: record_visit(one, Visit(LATER, Decimal(1)), today=TODAY)),
    "review": ({S.UNDER_WAY}, lambda one: record_review(one, Review(LATER, "On course."), today=TODAY)),
    "judge": (
        {S.CLOSING_MEETING_HELD},
        lambda one: judge_objectives(one, {an_id(20): Judgement(ObjectiveOutcome.MET)}),
    ),
    "release the evaluation": (OVER, lambda one: release_evaluation(one, LATER, today=TODAY)),
    "give feedback": (BEGUN, give_feedback),
    "correct the first day": (
        BEGUN,
        lambda one: correct_first_day(
            one, date(2014, 10, 23), today=TODAY, reason=FirstDayCorrectionReason.MISTYPED, note="A slip."
        ),
    ),
    "take it further": (BEGUN, take_further),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", S)
def test_everything_is_either_permitted_or_refused_with_what_is(state: DeploymentState, event: str) -> None:
    permitted, happen = EVENTS[event]
    deployment = a_deployment_in(state)
    before = replace(deployment)
    if state in permitted:
        happen(deployment)
    else:
        with pytest.raises(StateConflict) as refused:
            happen(deployment)
        assert refused.value.members == {"current": state, "allowed": list(allowed_from(state))}
    assert deployment == before
