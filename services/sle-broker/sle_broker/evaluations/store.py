"""The SQL of feedback."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.deployments.tables import DeploymentRow
from sle_broker.evaluations.feedback import Feedback, FeedbackFrom, FeedbackRating
from sle_broker.evaluations.tables import FeedbackRow
from sle_broker.specialisms.kept import Kept

Item = TypeVar("Item")


def add_feedback(session: Session, alliance_id: UUID, feedback: Feedback, author: str) -> Kept[Feedback]:
    """New feedback, which is never changed."""
    row = FeedbackRow(
        id=feedback.id,
        alliance_id=alliance_id,
        deployment_id=feedback.deployment_id,
        given_by=feedback.given_by,
        author=author,
        on=feedback.on,
        rating=feedback.rating,
        text=feedback.text,
    )
    session.add(row)
    session.flush()
    return _kept(row)


def read_feedback(session: Session, caller: Caller, feedback_id: UUID) -> Kept[Feedback]:
    """The feedback, for a caller who may read it. Errors: `NotFound`, as if it were not there, for all others."""
    row = session.scalar(_readable(caller).where(FeedbackRow.id == feedback_id))
    if row is None:
        raise NotFound("There is no such thing here.")
    return _kept(row)


def page_of_feedback(
    session: Session,
    caller: Caller,
    deployment_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[Kept[Feedback]], Item],
) -> Page[Item]:
    """A page of the feedback the caller may read, of these deployments where any are named."""
    found = _readable(caller).where(FeedbackRow.deployment_id.in_(deployment_ids) if deployment_ids else true())
    return read_page(session, found, [FeedbackRow.id], page, lambda row: shape(_kept(row)))


def lenders_of(session: Session, deployment_ids: Iterable[UUID]) -> Mapping[UUID, UUID | None]:
    """Who lends the leader of each of these deployments; None where nobody does."""
    row = DeploymentRow
    found = select(row.id, row.lender_alliance_id).where(row.id.in_(set(deployment_ids)))
    return dict(session.execute(found).all())


def _readable(caller: Caller) -> Select[FeedbackRow]:
    """Who said it and who asked for the support may read it; the leader and their home school, once it is released. Of
    a lent leader they may in the alliance that lends them."""
    deployment, may = DeploymentRow, caller.permitted
    sides = (deployment.alliance_id, deployment.lender_alliance_id)
    told: list[ColumnElement[bool]] = [
        may.condition(side, FeedbackRow.author, deployment.submitted_by) for side in sides
    ]
    released = [may.condition(side, deployment.party, deployment.home_school_urn) for side in sides]
    return (
        select(FeedbackRow)
        .join(deployment, deployment.id == FeedbackRow.deployment_id)
        .where(or_(*told, and_(deployment.evaluation_released_on.is_not(None), or_(*released))))
    )


def _kept(row: FeedbackRow) -> Kept[Feedback]:
    feedback = Feedback(
        id=row.id,
        deployment_id=row.deployment_id,
        given_by=FeedbackFrom(row.given_by),
        on=row.on,
        rating=FeedbackRating(row.rating),
        text=row.text,
    )
    return Kept(feedback, row.alliance_id, 1)
