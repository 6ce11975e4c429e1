from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.due import is_due_for_review, is_due_within, is_overdue, present_half_term
from plans_api.plans.milestone_date import MilestoneDate, read_milestone_date
from plans_api.plans.term_calendar import ENGLISH_TERMS

PLAN_YEAR = AcademicYear(2014)
WORDS = ["14 October 2014", "October", "May/June 2015", "Spring term", "Spring 2", "Easter", "2014/15"]
WITHOUT_DAYS = ["On-going", "TBC (awaiting the handbook)", "when ready"]


def dated(text: str) -> MilestoneDate:
    return read_milestone_date(text, PLAN_YEAR, ENGLISH_TERMS)


def test_a_date_is_overdue_from_the_day_after_the_last_that_its_words_can_mean() -> None:
    assert not is_overdue(dated("May/June 2015"), date(2015, 6, 30))
    assert is_overdue(dated("May/June 2015"), date(2015, 7, 1))


def test_a_date_is_due_within_the_days_up_to_its_last() -> None:
    easter = dated("Easter 2015")
    assert is_due_within(easter, 7, date(2015, 3, 30))
    assert not is_due_within(easter, 6, date(2015, 3, 30))
    assert is_due_within(easter, 0, date(2015, 4, 6))
    assert not is_due_within(easter, 7, date(2015, 4, 7))


@pytest.mark.parametrize(
    ("reviewed_on", "today", "is_due"),
    [
        (None, date(2014, 9, 1), True),
        (date(2014, 9, 20), date(2014, 10, 31), False),
        (date(2014, 9, 20), date(2014, 11, 2), False),
        (date(2014, 9, 20), date(2014, 11, 3), True),
        (date(2014, 11, 3), date(2015, 1, 4), False),
        (date(2014, 11, 3), date(2015, 1, 5), True),
        (date(2015, 7, 1), date(2015, 8, 31), False),
    ],
)
def test_what_is_ongoing_is_due_for_review_once_each_half_term(
    reviewed_on: date | None, today: date, is_due: bool
) -> None:
    assert is_due_for_review(dated("On-going"), reviewed_on, today, ENGLISH_TERMS) is is_due


@given(text=st.sampled_from(WITHOUT_DAYS), today=st.dates(date(1900, 1, 1), date(2190, 1, 1)))
def test_what_has_no_days_is_never_overdue_or_due(text: str, today: date) -> None:
    assert not is_overdue(dated(text), today)
    assert not is_due_within(dated(text), 400_000, today)


@given(text=st.sampled_from([*WORDS, *WITHOUT_DAYS[1:]]), today=st.dates(date(1900, 1, 1), date(2190, 1, 1)))
def test_only_what_is_ongoing_is_due_for_review(text: str, today: date) -> None:
    assert not is_due_for_review(dated(text), None, today, ENGLISH_TERMS)


@given(text=st.sampled_from(WORDS), today=st.dates(date(2014, 1, 1), date(2016, 12, 31)), days=st.integers(0, 400))
def test_a_date_is_overdue_or_due_or_further_off_and_never_two_of_them(text: str, today: date, days: int) -> None:
    value = dated(text)
    assert value.latest is not None
    is_further_off = value.latest > today + timedelta(days=days)
    assert [is_overdue(value, today), is_due_within(value, days, today), is_further_off].count(True) == 1


@given(today=st.dates(date(1802, 1, 1), date(2198, 1, 1)))
def test_every_day_has_its_half_term_which_has_begun(today: date) -> None:
    span = present_half_term(today, ENGLISH_TERMS)
    assert span.earliest <= today < span.earliest + timedelta(days=120)
