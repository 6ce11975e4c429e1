"""Changes of dates, their history, and term calendars over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.milestone_dates import store, use_cases
from plans_api.milestone_dates.schemas import (
    DateChangeIn,
    DateChangeOut,
    DateValueOut,
    TermCalendarChangeIn,
    TermCalendarIn,
    TermCalendarOut,
    TermDatesOut,
    WrittenYear,
)
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.store import readers_of
from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page

router = APIRouter(tags=["milestone dates"])


@router.get("/v1/date-values/{date_value_id}", response_model=DateValueOut, summary="Read a date of a plan")
def get_date_value(date_value_id: UUID, reading: ReadingOf, response: Response) -> DateValueOut:
    """A date of an action point, in its words."""
    with reading.transaction() as session:
        row = store.get_date_value(session, date_value_id)
        reading.caller.require_membership(row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return DateValueOut.model_validate(row)


@router.patch("/v1/date-values/{date_value_id}", response_model=DateValueOut, summary="Change a date of a plan")
def change_date(
    date_value_id: UUID, body: DateChangeIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """A milestone is to be reached at another time. What the date was, who changed it, when and why is kept; a date
    outside the plan's year is kept as it is written and flagged."""
    return command.execute(
        lambda work: use_cases.change_date(work, date_value_id, expected, body.text, body.reason, body.note),
        lambda row: Reply(DateValueOut.model_validate(row), version=row.version),
    )


@router.get("/v1/date-changes", response_model=Page[DateChangeOut], summary="List changes of dates")
def list_date_changes(
    reading: ReadingOf,
    page: PageOf,
    plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    action_point_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    milestone_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
) -> Page[DateChangeOut]:
    """What the dates of plans were before they were changed, oldest change first, with who changed them and why. The
    reading is noted in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_date_changes(
            session,
            reading.caller,
            plan_id or (),
            action_point_id or (),
            milestone_id or (),
            page,
            DateChangeOut.model_validate,
        )
        read = readers_of(session, reading.caller, {item.plan_id for item in found.items})
        reading.note_each(session, "date-changes-read", read=read)
    return found


@router.post(
    "/v1/term-calendars", status_code=201, response_model=TermCalendarOut, summary="Record an alliance's term dates"
)
def record_term_calendar(body: TermCalendarIn, command: KeyedCommand) -> Response:
    """An alliance says when its terms are in a year. Dates of its plans that name a term mean those days from now on,
    and their history says so."""
    year = AcademicYear.read(body.academic_year)
    return command.execute(
        lambda work: use_cases.record_term_calendar(work, body.alliance_id, year, body.days),
        lambda row: Reply(TermCalendarOut.model_validate(row), 201, row.version, f"/v1/term-calendars/{row.id}"),
    )


@router.get("/v1/term-calendars", response_model=Page[TermCalendarOut], summary="List term calendars")
def list_term_calendars(
    reading: ReadingOf, page: PageOf, alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[TermCalendarOut]:
    """The term dates that the alliances you belong to have given."""
    with reading.transaction() as session:
        return store.page_of_term_calendars(
            session, reading.caller, alliance_id or (), page, TermCalendarOut.model_validate
        )


@router.get("/v1/term-calendars/{term_calendar_id}", response_model=TermCalendarOut, summary="Read a term calendar")
def get_term_calendar(term_calendar_id: UUID, reading: ReadingOf, response: Response) -> TermCalendarOut:
    """The term dates that an alliance has given for one year."""
    with reading.transaction() as session:
        row = store.get_term_calendar(session, term_calendar_id)
        reading.caller.require_membership(row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return TermCalendarOut.model_validate(row)


@router.patch("/v1/term-calendars/{term_calendar_id}", response_model=TermCalendarOut, summary="Change a term calendar")
def change_term_calendar(
    term_calendar_id: UUID, body: TermCalendarChangeIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """The terms of a year are on other days than was said. Dates that name a term follow, and their history says so."""
    return command.execute(
        lambda work: use_cases.change_term_calendar(work, term_calendar_id, expected, body.days),
        lambda row: Reply(TermCalendarOut.model_validate(row), version=row.version),
    )


@router.get("/v1/term-dates", response_model=TermDatesOut, summary="Read the term dates that hold")
def get_term_dates(
    reading: ReadingOf, alliance_id: UUID, academic_year: Annotated[WrittenYear, Query()]
) -> TermDatesOut:
    """When the terms of an alliance are in a year: as it has said, or else the usual English dates."""
    year = AcademicYear.read(academic_year)
    with reading.transaction() as session:
        reading.caller.require_membership(alliance_id)
        calendar = store.calendar_of(session, alliance_id)
    held = {"alliance_id": alliance_id, "academic_year": str(year), "days": calendar.of(year).days}
    return TermDatesOut.model_validate(held | {"are_given": year in calendar.given})
