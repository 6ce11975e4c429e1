"""What is said of a deployment afterwards: how its objectives were judged, and that the leader has been told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict, RuleBroken
from sle_broker.deployments.agreement import Judgement
from sle_broker.deployments.deployment import EVALUATED, Deployment
from sle_broker.deployments.life_cycle import DeploymentState

_OVER = EVALUATED | {DeploymentState.ENDED_EARLY}


class ObjectiveNotFound(RuleBroken):
    """An outcome belongs to one of the objectives that were agreed."""


class EvaluationAlreadyReleased(Conflict):
    """What was said of a leader is released to them once, and as a whole; nothing is added to it afterwards."""


def judge_objectives(deployment: Deployment, judgements: Mapping[UUID, Judgement]) -> Deployment:
    """What is said of some or all objectives, by their ids, between the closing meeting and the evaluation.

    Raises `StateConflict`, `ObjectiveNotFound`, and what `Objective.judged` raises.
    """
    if deployment.state is not DeploymentState.CLOSING_MEETING_HELD:
        raise deployment.conflict("Objectives are judged once the closing meeting has been held.")
    unknown = judgements.keys() - {objective.id for objective in deployment.objectives}
    if unknown:
        raise ObjectiveNotFound(f"Not an objective of this deployment: {', '.join(sorted(map(str, unknown)))}.")
    judged = tuple(
        objective.judged(judgements[objective.id]) if objective.id in judgements else objective
        for objective in deployment.objectives
    )
    return replace(deployment, objectives=judged)


def release_evaluation(deployment: Deployment, on: date, *, today: date) -> Deployment:
    """The leader, and their home school, may read from now on how the deployment was judged, and what was fed back.

    It is released once, when the deployment has been evaluated or has ended early. Raises `StateConflict`,
    `EvaluationAlreadyReleased`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    if deployment.state not in _OVER:
        raise deployment.conflict("An evaluation is released once there is one, or the deployment has ended early.")
    refuse_if_released(deployment)
    refuse_out_of_order(
        earlier="the last thing recorded", earlier_on=deployment.last_recorded_on, later="the release", later_on=on
    )
    refuse_future(what="The release", on=on, today=today)
    return replace(deployment, evaluation_released_on=on)


def refuse_if_released(deployment: Deployment) -> None:
    """Nothing is added to what the leader has been told. Raises `EvaluationAlreadyReleased`."""
    if deployment.evaluation_released_on is not None:
        raise EvaluationAlreadyReleased(f"It was released to the leader on {deployment.evaluation_released_on}.")
