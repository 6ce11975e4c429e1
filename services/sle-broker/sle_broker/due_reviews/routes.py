"""Due reviews over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.paging import PageOf
from service_kit.schemas import Day, Page
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.store import named, page_of_deployments
from sle_broker.due_reviews.due_review import due_review
from sle_broker.due_reviews.schemas import DueReviewOut
from sle_broker.due_reviews.store import review_is_due
from sle_broker.specialisms.kept import Kept

router = APIRouter(tags=["deployments"])


@router.get("/v1/deployment-reviews-due", response_model=Page[DueReviewOut], summary="List reviews that are due")
def list_due_reviews(
    reading: ReadingOf,
    page: PageOf,
    alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    as_of: Annotated[Day | None, Query(description="The day asked about; today where it is left out.")] = None,
) -> Page[DueReviewOut]:
    """The deployments that are under way and not yet reviewed in the half-term of the day, as they stood at its end:
    those still in time, and those that went through a whole half-term without a review."""
    day = as_of or day_of(reading.now)
    filters = [*named(alliance_ids=alliance_id or ()), *review_is_due(day)]
    with reading.transaction() as session:
        return page_of_deployments(session, reading.caller, filters, page, lambda kept: _due(kept, day))


def _due(kept: Kept[Deployment], day: date) -> DueReviewOut:
    due = due_review(kept.thing, day)
    assert due is not None  # noqa: S101 -- the list has none but these
    return DueReviewOut.of(kept, due, day)
