"""The SQL of due reviews."""

from datetime import date

from sqlalchemy import ColumnElement, exists

from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.store import state_as_of
from sle_broker.deployments.tables import DeploymentRow, ReviewRow
from sle_broker.designations.half_term import half_term_of


def review_is_due(as_of: date) -> list[ColumnElement[bool]]:
    """The same rule as `due_review`, as conditions on deployments: under way at the end of the day, and not reviewed in
    its half-term until then."""
    review = ReviewRow
    reviewed = exists().where(
        review.deployment_id == DeploymentRow.id, review.on.between(half_term_of(as_of).first_day, as_of)
    )
    return [DeploymentRow.first_day_on <= as_of, state_as_of(as_of) == DeploymentState.UNDER_WAY, ~reviewed]
