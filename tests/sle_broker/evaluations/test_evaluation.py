from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from sle_broker.deployments.agreement import (
    AspectGrade,
    BeforeWithoutAfter,
    Direction,
    FigureNotGiven,
    Judgement,
    Objective,
    ObjectiveHasNoTarget,
    ObjectiveNotJudged,
    ObjectiveOutcome,
    OutcomeAgainstFigure,
    OutcomeNotGiven,
    Target,
    TargetAgainstDirection,
)
from sle_broker.deployments.deployment import Deployment, move
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.evaluations.evaluation import (
    EvaluationAlreadyReleased,
    ObjectiveNotFound,
    judge_objectives,
    release_evaluation,
)
from sle_broker.evaluations.feedback import Feedback, FeedbackFrom, FeedbackRating, author_of, refuse_feedback
from tests.sle_broker.builders import HOME_URN, HOST_URN, TODAY, a_deployment_in, an_id, an_objective

S = DeploymentState
MET, PARTLY_MET, NOT_MET = ObjectiveOutcome
LATER = date(2015, 3, 2)
OVER = {S.EVALUATED, S.CLOSED, S.ENDED_EARLY}
BEGUN = {S.UNDER_WAY, S.PAUSED, S.CLOSING_MEETING_HELD, *OVER}


def a_target(target: str = "85", direction: Direction = Direction.RISE, baseline: str | None = "62.5") -> Target:
    return Target(Decimal(target), "per cent of pupils", direction, None if baseline is None else Decimal(baseline))


def with_target(target: Target | None) -> Objective:
    return Objective(an_id(20), "More pupils pass the phonics check.", "The check in June.", target)


# Judging


def test_it_is_evaluated_once_every_objective_has_its_outcome() -> None:
    deployment = a_deployment_in(S.CLOSING_MEETING_HELD, objectives=(an_objective(20), an_objective(21)))
    deployment = judge_objectives(deployment, {an_id(20): Judgement(MET)})
    with pytest.raises(ObjectiveNotJudged) as refused:
        move(deployment, S.EVALUATED, LATER, today=TODAY)
    assert refused.value.members == {"objectives": [str(an_id(21))]}
    judged = judge_objectives(deployment, {an_id(21): Judgement(NOT_MET)})
    assert [objective.outcome for objective in judged.objectives] == [MET, NOT_MET]
    assert move(judged, S.EVALUATED, LATER, today=TODAY).state is S.EVALUATED


def test_only_what_was_agreed_is_judged_and_only_after_the_closing_meeting() -> None:
    with pytest.raises(ObjectiveNotFound):
        judge_objectives(a_deployment_in(S.CLOSING_MEETING_HELD), {an_id(99): Judgement(MET)})
    for state in [state for state in S if state is not S.CLOSING_MEETING_HELD]:
        with pytest.raises(StateConflict):
            judge_objectives(a_deployment_in(state), {an_id(20): Judgement(MET)})


@pytest.mark.parametrize(
    ("target", "actual", "outcome"),
    [
        (a_target(), "85", MET),
        (a_target(), "91", MET),
        (a_target(), "84.9", PARTLY_MET),
        (a_target(), "62.5", NOT_MET),
        (a_target(), "50", NOT_MET),
        (a_target(baseline=None), "84.9", NOT_MET),
        (a_target("4", Direction.FALL, "9"), "4", MET),
        (a_target("4", Direction.FALL, "9"), "0", MET),
        (a_target("4", Direction.FALL, "9"), "8", PARTLY_MET),
        (a_target("4", Direction.FALL, "9"), "9.5", NOT_MET),
    ],
)
def test_whether_a_target_was_met_follows_from_the_figure(
    target: Target, actual: str, outcome: ObjectiveOutcome
) -> None:
    judged = with_target(target).judged(Judgement(actual=Decimal(actual)))
    assert (judged.outcome, judged.judgement.actual) == (outcome, Decimal(actual))
    assert with_target(target).judged(Judgement(outcome, Decimal(actual))) == judged


@pytest.mark.parametrize(
    ("target", "said", "refusal"),
    [
        (a_target(), Judgement(MET), FigureNotGiven),
        (a_target(), Judgement(MET, Decimal(70)), OutcomeAgainstFigure),
        (None, Judgement(), OutcomeNotGiven),
        (None, Judgement(MET, Decimal(70)), ObjectiveHasNoTarget),
    ],
)
def test_an_objective_is_judged_in_its_own_terms(
    target: Target | None, said: Judgement, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        with_target(target).judged(said)


@pytest.mark.parametrize(
    ("target", "direction"), [("60", Direction.RISE), ("62.5", Direction.RISE), ("70", Direction.FALL)]
)
def test_a_target_lies_ahead_of_its_baseline(target: str, direction: Direction) -> None:
    with pytest.raises(TargetAgainstDirection):
        a_target(target, direction)


def test_the_supported_aspect_is_judged_before_and_after_or_not_at_all() -> None:
    said = Judgement(MET, before=AspectGrade.REQUIRES_IMPROVEMENT, after=AspectGrade.GOOD)
    assert with_target(None).judged(said).judgement == said
    with pytest.raises(BeforeWithoutAfter):
        Judgement(MET, before=AspectGrade.GOOD)


# Release


@pytest.mark.parametrize("state", S)
def test_an_evaluation_is_released_when_the_deployment_is_over(state: DeploymentState) -> None:
    deployment = a_deployment_in(state)
    if state in OVER:
        assert release_evaluation(deployment, LATER, today=TODAY).evaluation_released_on == LATER
    else:
        with pytest.raises(StateConflict):
            release_evaluation(deployment, LATER, today=TODAY)


def test_it_is_released_once_and_in_order() -> None:
    deployment = a_deployment_in(S.EVALUATED)
    with pytest.raises(DatesOutOfOrder):
        release_evaluation(deployment, date(2014, 10, 1), today=TODAY)
    with pytest.raises(DateNotYetCome):
        release_evaluation(deployment, LATER, today=date(2015, 3, 1))
    with pytest.raises(EvaluationAlreadyReleased):
        release_evaluation(release_evaluation(deployment, LATER, today=TODAY), LATER, today=TODAY)


def test_the_leader_and_their_home_school_may_know_once_it_is_released() -> None:
    deployment = a_deployment_in(S.EVALUATED)
    assert deployment.evaluation_parties == (HOST_URN, "head")
    released = release_evaluation(deployment, LATER, today=TODAY)
    assert set(released.evaluation_parties) == {HOST_URN, "head", HOME_URN, str(an_id(2))}


# Feedback


def feedback(on: date = LATER, given_by: FeedbackFrom = FeedbackFrom.HOST_SCHOOL, **changes: Any) -> Feedback:
    return Feedback(an_id(40), an_id(10), given_by, on, FeedbackRating.POSITIVE, "Calm and clear.", **changes)


@pytest.mark.parametrize("state", S)
def test_feedback_is_given_once_the_leader_has_been_on_site(state: DeploymentState) -> None:
    deployment = a_deployment_in(state)
    if state in BEGUN:
        refuse_feedback(feedback(), deployment, today=TODAY)
    else:
        with pytest.raises(StateConflict):
            refuse_feedback(feedback(), deployment, today=TODAY)


def test_feedback_is_dated_from_the_first_day_on_site_to_today() -> None:
    deployment = a_deployment_in(S.UNDER_WAY)
    with pytest.raises(DatesOutOfOrder):
        refuse_feedback(feedback(date(2014, 10, 28)), deployment, today=TODAY)
    with pytest.raises(DateNotYetCome):
        refuse_feedback(feedback(), deployment, today=date(2015, 3, 1))


def test_nothing_is_added_to_what_the_leader_was_told() -> None:
    released = release_evaluation(a_deployment_in(S.CLOSED), LATER, today=TODAY)
    with pytest.raises(EvaluationAlreadyReleased):
        refuse_feedback(feedback(), released, today=TODAY)


@pytest.mark.parametrize(
    ("given_by", "author"),
    [(FeedbackFrom.HOST_SCHOOL, HOST_URN), (FeedbackFrom.HOME_SCHOOL, HOME_URN), (FeedbackFrom.REQUESTER, "head")],
)
def test_feedback_is_somebodys(given_by: FeedbackFrom, author: str) -> None:
    deployment: Deployment = a_deployment_in(S.UNDER_WAY)
    assert author_of(feedback(given_by=given_by), deployment) == author
