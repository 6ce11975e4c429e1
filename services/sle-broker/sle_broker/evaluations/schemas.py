"""The JSON of what is said of a deployment afterwards."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, Text, example
from sle_broker.deployments.agreement import AspectGrade, Judgement, ObjectiveOutcome
from sle_broker.deployments.schemas import DEPLOYMENT_EXAMPLE, OBJECTIVE_EXAMPLE, Figure, exact_or_none
from sle_broker.evaluations.feedback import Feedback, FeedbackFrom, FeedbackRating
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE


class OutcomeIn(RequestBody):
    """How one objective is judged: by the `actual` figure where it has a target, and its outcome follows from that; by
    its outcome where it has none. `before` and `after` say how good the supported aspect was and is."""

    model_config = RequestBody.model_config | example(
        objective_id=OBJECTIVE_EXAMPLE, actual=88, before="requires_improvement", after="good"
    )

    objective_id: UUID
    outcome: ObjectiveOutcome | None = None
    actual: Figure | None = None
    before: AspectGrade | None = None
    after: AspectGrade | None = None

    def to_rule(self) -> Judgement:
        """What is said of it. Errors: `BeforeWithoutAfter`."""
        return Judgement(self.outcome, exact_or_none(self.actual), self.before, self.after)


class OutcomesIn(RequestBody):
    """How objectives are judged; of one named twice the last holds."""

    model_config = RequestBody.model_config | example(outcomes=[{"objective_id": OBJECTIVE_EXAMPLE, "actual": 88}])

    outcomes: Annotated[list[OutcomeIn], Field(min_length=1, max_length=20)]

    def by_objective(self) -> dict[UUID, Judgement]:
        """What is said, by the ids of the objectives."""
        return {one.objective_id: one.to_rule() for one in self.outcomes}


class EvaluationReleaseIn(RequestBody):
    """The leader may read from now on how they were judged."""

    model_config = RequestBody.model_config | example(on="2015-04-20")

    on: Day


class FeedbackIn(RequestBody):
    """What a school, or who asked for the support, says of a leader's work in a deployment."""

    model_config = RequestBody.model_config | example(
        deployment_id=DEPLOYMENT_EXAMPLE,
        given_by="host_school",
        on="2015-04-13",
        rating="positive",
        text="Calm, clear and always prepared.",
    )

    deployment_id: UUID
    given_by: FeedbackFrom
    on: Day
    rating: FeedbackRating
    text: Text


class FeedbackOut(ResponseBody):
    """Feedback about a leader's work in a deployment."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b1",
        alliance_id=ALLIANCE_EXAMPLE,
        deployment_id=DEPLOYMENT_EXAMPLE,
        given_by="host_school",
        on="2015-04-13",
        rating="positive",
        text="Calm, clear and always prepared.",
    )

    id: UUID
    alliance_id: UUID
    deployment_id: UUID
    given_by: FeedbackFrom
    on: date
    rating: FeedbackRating
    text: str

    @classmethod
    def of(cls, kept: Kept[Feedback]) -> Self:
        """Stored feedback."""
        given = kept.thing
        return cls(
            id=given.id,
            alliance_id=kept.alliance_id,
            deployment_id=given.deployment_id,
            given_by=given.given_by,
            on=given.on,
            rating=given.rating,
            text=given.text,
        )
