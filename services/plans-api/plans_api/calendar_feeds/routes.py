"""Calendar feeds over HTTP."""

import secrets
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from plans_api.calendar_feeds import store, use_cases
from plans_api.calendar_feeds.feed_address import FeedState, answers, digest_of
from plans_api.calendar_feeds.plan_calendar import plan_calendar
from plans_api.calendar_feeds.schemas import (
    CalendarFeedIn,
    CalendarFeedOut,
    CalendarFeedTransitionIn,
    OpenedCalendarFeedOut,
)
from service_kit.access import Reach
from service_kit.application import DatabaseOf, KeyedCommand, Now, ReadingOf
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.database import EVERY_TENANT
from service_kit.errors import NotFound
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page

router = APIRouter(tags=["calendar feeds"])

ICALENDAR = "text/calendar"
_CALENDAR: dict[str, Any] = {ICALENDAR: {"schema": {"type": "string"}, "example": "(an .ics file)"}}


@router.post(
    "/v1/calendar-feeds", status_code=201, response_model=OpenedCalendarFeedOut, summary="Open a calendar feed"
)
def open_calendar_feed(body: CalendarFeedIn, command: KeyedCommand) -> Response:
    """A plan's dates, or those of one lead, can be read at a new secret address, to which calendar programs subscribe.
    Whoever knows the address reads them, so it is told once, in this answer, and can be revoked."""
    token = secrets.token_urlsafe(32)
    answer = command.execute(
        lambda work: use_cases.open_calendar_feed(work, body.plan_id, body.lead, digest_of(token), body.ends_on),
        lambda row: Reply(OpenedCalendarFeedOut.model_validate(row), 201, row.version, f"/v1/calendar-feeds/{row.id}"),
    )
    if "Idempotent-Replayed" in answer.headers:
        return answer
    # The stored answer has no address: a replay must not find it in the database.
    told = OpenedCalendarFeedOut.model_validate_json(bytes(answer.body))
    told = told.model_copy(update={"address": f"/v1/calendars/{token}"})
    headers = {name: answer.headers[name] for name in ("ETag", "Location")}
    return Response(told.model_dump_json(), 201, headers, media_type="application/json")


@router.get("/v1/calendar-feeds", response_model=Page[CalendarFeedOut], summary="List calendar feeds")
def list_calendar_feeds(
    reading: ReadingOf, page: PageOf, plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[CalendarFeedOut]:
    """The calendar feeds of the alliances you plan for, without their addresses. They may name leads: the reading is
    noted in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_feeds(session, reading.caller, plan_id or (), page, CalendarFeedOut.model_validate)
        reading.note_each(
            session, "calendar-feeds-read", read={item.alliance_id: item.alliance_id for item in found.items}
        )
    return found


@router.get("/v1/calendar-feeds/{calendar_feed_id}", response_model=CalendarFeedOut, summary="Read a calendar feed")
def get_calendar_feed(calendar_feed_id: UUID, reading: ReadingOf, response: Response) -> CalendarFeedOut:
    """A calendar feed, without its address. It may name a lead: the reading is noted in the audit log."""
    with reading.transaction() as session:
        row = store.get_feed(session, calendar_feed_id)
        reading.caller.require(row.alliance_id)
        reading.note(session, "calendar-feed-read", subject=row.id, tenant=row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return CalendarFeedOut.model_validate(row)


@router.post(
    "/v1/calendar-feeds/{calendar_feed_id}/transitions",
    response_model=CalendarFeedOut,
    summary="Revoke a calendar feed",
)
def transition_calendar_feed(
    calendar_feed_id: UUID, body: CalendarFeedTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """The address answers no more, from this moment on."""
    return command.execute(
        lambda work: use_cases.revoke_calendar_feed(work, calendar_feed_id, expected),
        lambda row: Reply(CalendarFeedOut.model_validate(row), version=row.version),
    )


@router.get(
    "/v1/calendars/{token}",
    response_class=Response,
    responses={200: {"content": _CALENDAR, "description": "The dates, as an iCalendar."}},
    summary="Read a plan's dates as a calendar",
)
def read_calendar(
    token: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")], database: DatabaseOf, now: Now
) -> Response:
    """The dates behind a secret address, which is all the credential there is: who does not know one, or knows one that
    is revoked or has ended, finds nothing. Dates are in the plan's words; what is on-going or to be confirmed is a task
    without a day. Leads are not named."""
    with database.transaction(EVERY_TENANT) as session:
        feed = store.find_feed(session, digest_of(token))
    if feed is None or not answers(FeedState(feed.state), feed.ends_on, day_of(now)):
        raise NotFound("There is no such thing here.")
    with database.one_picture(Reach(everywhere=False, tenants=frozenset({feed.alliance_id}), parties={})) as session:
        plan = store.get_plan(session, feed.plan_id)
        calendar = plan_calendar(plan.title, store.dates_of(session, feed.plan_id, feed.lead), now)
    return Response(calendar, media_type=ICALENDAR, headers={"Cache-Control": "private, no-cache"})
