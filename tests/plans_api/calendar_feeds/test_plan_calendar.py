from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from plans_api.calendar_feeds.feed_address import FeedState, answers, digest_of
from plans_api.calendar_feeds.plan_calendar import CalendarDate, plan_calendar
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.milestone_date import read_milestone_date
from plans_api.plans.term_calendar import ENGLISH_TERMS
from tests.plans_api.imports.builders import ANY_TEXT

AT = datetime(2014, 12, 1, 9, 30, tzinfo=UTC)
WRITTEN = ["14 October 2014", "May/June 2015", "Spring term", "Easter", "2014/15", "On-going", "TBC (the hall)", "soon"]


def entry(text: str, step: str = "Choose hosts", version: int = 1) -> CalendarDate:
    value = read_milestone_date(text, AcademicYear(2014), ENGLISH_TERMS)
    return CalendarDate(UUID(int=version), version, value, step, "Hosting")


def read(*entries: CalendarDate) -> Any:
    return Calendar.from_ical(plan_calendar("Action plan 2014/15", entries, AT))


def test_a_date_is_all_days_that_its_words_can_mean() -> None:
    (event,) = read(entry("May/June 2015")).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2015, 5, 1), date(2015, 7, 1))
    assert event["SUMMARY"] == "May/June 2015: Choose hosts"
    assert event["TRANSP"] == "TRANSPARENT"


def test_what_has_no_days_is_a_task_without_a_day() -> None:
    calendar = read(entry("On-going"), entry("TBC (awaiting the hall)"), entry("when ready"))
    assert calendar.walk("VEVENT") == []
    tasks = calendar.walk("VTODO")
    assert [str(task["DESCRIPTION"]).splitlines()[1] for task in tasks] == [
        "On-going: to be looked at each half-term.",
        "Waits for: the hall.",
        "The date is kept in the plan's words.",
    ]
    assert all("DTSTART" not in task and "DUE" not in task for task in tasks)


def test_a_changed_date_is_the_same_entry_with_a_later_sequence() -> None:
    (event,) = read(entry("May 2015", version=3)).walk("VEVENT")
    assert (str(event["UID"]), int(event["SEQUENCE"])) == (f"{UUID(int=3)}@plans-api", 2)


@given(entries=st.lists(st.builds(entry, st.sampled_from(WRITTEN), ANY_TEXT)))
def test_any_words_are_written_so_that_they_are_read_again(entries: list[CalendarDate]) -> None:
    found = [each for each in read(*entries).walk() if each.name in ("VEVENT", "VTODO")]
    for each, component in zip(entries, found, strict=True):
        # A calendar writes line breaks of one kind.
        assert " ".join(str(component["SUMMARY"]).split()) == " ".join(f"{each.value.text}: {each.step}".split())
        if each.value.latest is not None:
            assert component["DTEND"].dt - timedelta(days=1) == each.value.latest


def test_an_address_answers_to_its_last_day_unless_it_is_revoked() -> None:
    assert answers(FeedState.OPEN, None, date(2015, 1, 1))
    assert answers(FeedState.OPEN, date(2015, 1, 1), date(2015, 1, 1))
    assert not answers(FeedState.OPEN, date(2015, 1, 1), date(2015, 1, 2))
    assert not answers(FeedState.REVOKED, None, date(2015, 1, 1))
    assert digest_of("a") != digest_of("b")
