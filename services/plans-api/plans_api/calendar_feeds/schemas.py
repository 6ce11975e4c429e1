"""The JSON of calendar feeds."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from plans_api.calendar_feeds.feed_address import FeedState
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

_PLAN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074"
_FEED = {
    "id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f607d",
    "alliance_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071",
    "plan_id": _PLAN,
    "lead": "R Example",
    "opened_at": "2014-12-01T09:30:00Z",
    "ends_on": "2015-08-31",
    "state": "open",
    "version": 1,
}


class CalendarFeedIn(RequestBody):
    """An address is wanted at which a plan's dates, or those of one lead, can be read."""

    model_config = RequestBody.model_config | example(plan_id=_PLAN, lead="R Example", ends_on="2015-08-31")

    plan_id: UUID
    lead: Annotated[ShortText | None, Field(description="A lead as the plan names them; all dates where left out.")] = (
        None
    )
    ends_on: Annotated[Day | None, Field(description="The last day on which the address answers.")] = None


class CalendarFeedTransitionIn(RequestBody):
    """The address is to answer no more."""

    model_config = RequestBody.model_config | example(to="revoked")

    to: Literal[FeedState.REVOKED]


class CalendarFeedOut(ResponseBody):
    """A calendar feed. Its address is told once and never again: only a digest of it is kept."""

    model_config = ResponseBody.model_config | example(**_FEED)

    id: UUID
    alliance_id: UUID
    plan_id: UUID
    lead: str | None
    opened_at: datetime
    ends_on: date | None
    state: FeedState
    version: int


class OpenedCalendarFeedOut(CalendarFeedOut):
    """A new calendar feed with its address."""

    model_config = ResponseBody.model_config | example(
        **_FEED, address="/v1/calendars/nNq0Yb5mC3vJx8kTz2WfH7sLr4PdQe9UaGi6BoXy1cE"
    )

    address: Annotated[
        str | None,
        Field(description="The path to subscribe to, told in the first answer only; null where that is replayed."),
    ] = None
