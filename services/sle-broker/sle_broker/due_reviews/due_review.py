"""When a deployment under way is to be reviewed next."""

from dataclasses import dataclass
from datetime import date, timedelta

from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.designations.half_term import HalfTerm, half_term_of


@dataclass(frozen=True)
class DueReview:
    """A review of a deployment that is due in a half-term, by its last day; `last_reviewed_on` is None before any."""

    half_term: HalfTerm
    last_reviewed_on: date | None

    def is_overdue(self, as_of: date) -> bool:
        """Whether the half-term is over on the day, and so the deployment went through it without a review."""
        return self.half_term.last_day < as_of


def due_review(deployment: Deployment, as_of: date) -> DueReview | None:
    """The review that is due on a day, as things stood at its end; None where none is.

    A deployment is reviewed in every half-term in which it is under way: first in that in which it begins, then in the
    one after that of its last review, and after a pause not before that in which it is resumed. One that is paused or
    over is not reviewed.
    """
    steps = [step for step in deployment.steps if step.on <= as_of]
    if not steps or steps[-1].state is not DeploymentState.UNDER_WAY:
        return None
    reviewed_on = max((review.on for review in deployment.reviews if review.on <= as_of), default=None)
    from_day = steps[-1].on
    if reviewed_on is not None:
        from_day = max(from_day, half_term_of(reviewed_on).last_day + timedelta(days=1))
    return DueReview(half_term_of(from_day), reviewed_on) if from_day <= as_of else None
