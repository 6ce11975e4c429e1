"""The JSON of due reviews."""

from datetime import date
from typing import Self
from uuid import UUID

from service_kit.schemas import ResponseBody, example
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.schemas import DEPLOYMENT_EXAMPLE
from sle_broker.designations.half_term import HalfTermName
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.due_reviews.due_review import DueReview
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE


class DueReviewOut(ResponseBody):
    """A deployment that is to be reviewed in a half-term, by `due_on`, its last day; overdue once that day is over."""

    model_config = ResponseBody.model_config | example(
        deployment_id=DEPLOYMENT_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        leader_id=LEADER_EXAMPLE,
        host_school_urn="108101",
        first_day_on="2015-01-12",
        last_reviewed_on=None,
        academic_year="2014/15",
        half_term="spring_1",
        due_on="2015-02-22",
        is_overdue=True,
    )

    deployment_id: UUID
    alliance_id: UUID
    leader_id: UUID
    host_school_urn: str
    first_day_on: date | None
    last_reviewed_on: date | None
    academic_year: str
    half_term: HalfTermName
    due_on: date
    is_overdue: bool

    @classmethod
    def of(cls, kept: Kept[Deployment], due: DueReview, as_of: date) -> Self:
        """A deployment and the review that is due of it on a day."""
        deployment = kept.thing
        return cls(
            deployment_id=deployment.id,
            alliance_id=kept.alliance_id,
            leader_id=deployment.leader_id,
            host_school_urn=deployment.host_school_urn,
            first_day_on=deployment.first_day_on_site,
            last_reviewed_on=due.last_reviewed_on,
            academic_year=str(due.half_term.year),
            half_term=due.half_term.name,
            due_on=due.half_term.last_day,
            is_overdue=due.is_overdue(as_of),
        )
