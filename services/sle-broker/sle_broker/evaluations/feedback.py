"""Feedback about a leader's work, given by those they worked for."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from sle_broker.deployments.deployment import Deployment
from sle_broker.evaluations.evaluation import refuse_if_released


class FeedbackFrom(StrEnum):
    """Who says something of the leader's work."""

    HOST_SCHOOL = "host_school"
    HOME_SCHOOL = "home_school"
    REQUESTER = "requester"


class FeedbackRating(StrEnum):
    """What it comes to."""

    POSITIVE = "positive"
    MIXED = "mixed"
    NEGATIVE = "negative"


@dataclass(frozen=True)
class Feedback:
    """What one of those a leader worked for says of their work in a deployment."""

    id: UUID
    deployment_id: UUID
    given_by: FeedbackFrom
    on: date
    rating: FeedbackRating
    text: str


def author_of(feedback: Feedback, deployment: Deployment) -> str:
    """Who gives it, as roles name them."""
    return {
        FeedbackFrom.HOST_SCHOOL: deployment.host_school_urn,
        FeedbackFrom.HOME_SCHOOL: deployment.home_school_urn,
        FeedbackFrom.REQUESTER: deployment.submitted_by,
    }[feedback.given_by]


def refuse_feedback(feedback: Feedback, deployment: Deployment, *, today: date) -> None:
    """Feedback is given from the first day on site on, until the evaluation is released to the leader.

    Raises `StateConflict`, `EvaluationAlreadyReleased`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    began_on = deployment.first_day_on_site
    if began_on is None:
        raise deployment.conflict("Feedback is given once the leader has been on site.")
    refuse_if_released(deployment)
    refuse_out_of_order(
        earlier="the first day on site", earlier_on=began_on, later="the feedback", later_on=feedback.on
    )
    refuse_future(what="The feedback", on=feedback.on, today=today)
