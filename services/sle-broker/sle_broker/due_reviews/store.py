"""The SQL of due reviews."""

from datetime import date

from sqlalchemy import ColumnElement, exists, select

from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.tables import DeploymentRow, DeploymentStepRow, ReviewRow
from sle_broker.designations.half_term import half_term_of


def review_is_due(as_of: date) -> list[ColumnElement[bool]]:
    """The same rule as `due_review`, as conditions on deployments: under way at the end of the day, and not reviewed in
    its half-term until then."""
    step, review = DeploymentStepRow, ReviewRow
    reached = select(step.state).where(step.deployment_id == DeploymentRow.id, step.on <= as_of)
    state = reached.order_by(step.position.desc()).limit(1).scalar_subquery()
    reviewed = exists().where(
        review.deployment_id == DeploymentRow.id, review.on.between(half_term_of(as_of).first_day, as_of)
    )
    return [DeploymentRow.first_day_on <= as_of, state == DeploymentState.UNDER_WAY, ~reviewed]
