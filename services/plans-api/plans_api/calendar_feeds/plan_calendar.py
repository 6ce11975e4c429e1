"""A plan's dates as an iCalendar: days where the words have days, and tasks without a day where they have none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Component, Event, Todo

from plans_api.plans.milestone_date import DateKind, MilestoneDate

_DAY = timedelta(days=1)
_SAYS = {
    DateKind.ONGOING: "On-going: to be looked at each half-term.",
    DateKind.TBC: "No date yet.",
    DateKind.UNREAD: "The date is kept in the plan's words.",
}


@dataclass(frozen=True)
class CalendarDate:
    """One date of a plan: its id and version, and the step that is to be done by then, in the plan's words."""

    id: UUID
    version: int
    value: MilestoneDate
    step: str
    action_point: str


def plan_calendar(title: str, dates: Iterable[CalendarDate], at: datetime) -> bytes:
    """The calendar of `dates`, as it is at the instant `at`.

    A date whose words have days is an all-day event from its earliest day to its latest, which takes nobody's time. One
    that has none (`On-going`, `TBC`) is a task without a day: no day is made up for it. Leads are not named.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//plans-api//action plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for each in dates:
        calendar.add_component(_component(each, at))
    written: bytes = calendar.to_ical()
    return written


def _component(each: CalendarDate, at: datetime) -> Component:
    value = each.value
    entry: Component
    if value.earliest is not None and value.latest is not None:
        entry = Event()
        entry.add("dtstart", value.earliest)
        # The end of an all-day event is the day after its last.
        entry.add("dtend", value.latest + _DAY)
        entry.add("transp", "TRANSPARENT")
        says = "The year is not written in the plan and is the plan's own." if value.inferred else ""
    else:
        entry = Todo()
        entry.add("status", "NEEDS-ACTION")
        says = f"Waits for: {value.waits_for}." if value.waits_for else _SAYS[value.kind]
    entry.add("uid", f"{each.id}@plans-api")
    entry.add("dtstamp", at)
    entry.add("sequence", each.version - 1)
    entry.add("summary", " ".join(f"{value.text}: {each.step}".split()))
    entry.add("description", "\n".join(line for line in (each.action_point, says) if line))
    return entry
