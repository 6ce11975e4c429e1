from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.milestone_date import (
    DateKind,
    MilestoneDate,
    dates_seen_in,
    read_milestone_date,
    read_milestone_dates,
)
from plans_api.plans.term_calendar import ENGLISH_TERMS, TermCalendar, TermDates, usual_term_dates

PLAN_YEAR = AcademicYear(2014)

WRITTEN = [
    ("14 October 2014", DateKind.DAY, date(2014, 10, 14), date(2014, 10, 14), False),
    ("Tuesday 14th October", DateKind.DAY, date(2014, 10, 14), date(2014, 10, 14), True),
    ("1/9/2014", DateKind.DAY, date(2014, 9, 1), date(2014, 9, 1), False),
    ("2015-02-28", DateKind.DAY, date(2015, 2, 28), date(2015, 2, 28), False),
    ("October 2014", DateKind.MONTH, date(2014, 10, 1), date(2014, 10, 31), False),
    ("Feb '15", DateKind.MONTH, date(2015, 2, 1), date(2015, 2, 28), False),
    ("January", DateKind.MONTH, date(2015, 1, 1), date(2015, 1, 31), True),
    ("May/June 2015", DateKind.MONTH_RANGE, date(2015, 5, 1), date(2015, 6, 30), False),
    ("Dec/Jan 2015", DateKind.MONTH_RANGE, date(2014, 12, 1), date(2015, 1, 31), False),
    ("December 2014/January 2015", DateKind.MONTH_RANGE, date(2014, 12, 1), date(2015, 1, 31), False),
    ("September to July", DateKind.MONTH_RANGE, date(2014, 9, 1), date(2015, 7, 31), True),
    ("Spring term", DateKind.TERM, date(2015, 1, 5), date(2015, 3, 27), True),
    ("Spring Term 2015", DateKind.TERM, date(2015, 1, 5), date(2015, 3, 27), False),
    ("Autumn term 2015/16", DateKind.TERM, date(2015, 9, 1), date(2015, 12, 18), False),
    ("Spring 2", DateKind.HALF_TERM, date(2015, 2, 23), date(2015, 3, 27), True),
    ("first half of the summer term", DateKind.HALF_TERM, date(2015, 4, 13), date(2015, 5, 22), True),
    ("October half-term", DateKind.HALF_TERM, date(2014, 10, 25), date(2014, 11, 2), True),
    ("Easter 2015", DateKind.FESTIVAL, date(2015, 4, 3), date(2015, 4, 6), False),
    ("Christmas", DateKind.FESTIVAL, date(2014, 12, 25), date(2014, 12, 26), True),
    ("2014/15", DateKind.ACADEMIC_YEAR, date(2014, 9, 1), date(2015, 8, 31), False),
    ("throughout the year", DateKind.ACADEMIC_YEAR, date(2014, 9, 1), date(2015, 8, 31), True),
    ("On-going", DateKind.ONGOING, None, None, False),
    ("TBC", DateKind.TBC, None, None, False),
]


@pytest.mark.parametrize(("text", "kind", "earliest", "latest", "inferred"), WRITTEN)
def test_a_date_keeps_its_words_and_says_which_days_they_can_mean(
    text: str, kind: DateKind, earliest: date | None, latest: date | None, inferred: bool
) -> None:
    assert read_milestone_date(text, PLAN_YEAR, ENGLISH_TERMS) == MilestoneDate(text, kind, earliest, latest, inferred)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "by October 2014",
        "31 February 2015",
        "May 14 June 2015",
        "Autumn/Spring term",
        "May/June/July 2015",
        "June/May 2015",
        "July/September",
        "Spring term 1 February 2015",
        "Easter holidays",
        "Oct 14",
        "2014/17",
        "soon",
    ],
)
def test_words_that_may_mean_several_things_are_kept_unread(text: str) -> None:
    assert read_milestone_date(text, PLAN_YEAR, ENGLISH_TERMS) == MilestoneDate(text, DateKind.UNREAD)


def test_a_date_to_be_confirmed_says_what_it_waits_for() -> None:
    (value,) = read_milestone_dates("TBC (Awaiting the new handbook)", PLAN_YEAR, ENGLISH_TERMS)
    assert (value.kind, value.waits_for) == (DateKind.TBC, "the new handbook")


def test_a_cell_of_dates_is_split_into_its_values() -> None:
    values = read_milestone_dates("October 2014 October 2014 February 2015 On-going On-going", PLAN_YEAR, ENGLISH_TERMS)
    assert [value.text for value in values] == ["October 2014", "October 2014", "February 2015", "On-going", "On-going"]


def test_two_months_with_a_stroke_between_are_one_date() -> None:
    values = read_milestone_dates("February 2015 May/June 2015 July 2015", PLAN_YEAR, ENGLISH_TERMS)
    assert [value.text for value in values] == ["February 2015", "May/June 2015", "July 2015"]


def test_a_line_with_a_word_that_is_no_date_stays_whole() -> None:
    values = read_milestone_dates("October 2014 or later\nEaster 2015", PLAN_YEAR, ENGLISH_TERMS)
    assert [(value.text, value.kind) for value in values] == [
        ("October 2014 or later", DateKind.UNREAD),
        ("Easter 2015", DateKind.FESTIVAL),
    ]
    assert [value.text for value in dates_seen_in(values[0].text, PLAN_YEAR, ENGLISH_TERMS)] == ["October 2014"]


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("August 2014", True),
        ("September 2014", False),
        ("August 2015", False),
        ("September 2015", True),
        ("August/September 2015", False),
        ("On-going", False),
        ("TBC", False),
        ("2015/16", True),
    ],
)
def test_a_date_is_outside_the_plan_when_none_of_its_days_is_in_the_year(text: str, outside: bool) -> None:
    assert read_milestone_date(text, PLAN_YEAR, ENGLISH_TERMS).is_outside(PLAN_YEAR) is outside


def test_terms_are_those_of_the_alliance_where_it_has_given_them() -> None:
    usual = usual_term_dates(PLAN_YEAR)
    first, *others = usual.half_terms
    later_start = TermDates((type(first)(date(2014, 9, 8), first.latest), *others))  # type: ignore[arg-type]  # six again
    value = read_milestone_date("Autumn term", PLAN_YEAR, TermCalendar({PLAN_YEAR: later_start}))
    assert value.earliest == date(2014, 9, 8)
    assert read_milestone_date("Autumn term", PLAN_YEAR, ENGLISH_TERMS).earliest == date(2014, 9, 1)


def test_a_date_whose_latest_day_is_before_its_earliest_cannot_be() -> None:
    with pytest.raises(ValueError, match="earliest"):
        MilestoneDate("backwards", DateKind.DAY, date(2015, 1, 2), date(2015, 1, 1))


_years = st.integers(1900, 2100).map(AcademicYear)
_date_words = st.lists(
    st.sampled_from([text for text, *_ in WRITTEN] + ["/", "-", "15", "2015", "of", "term", "(", ")", "\n", ",", "é"])
).map(" ".join)


@given(text=st.text() | _date_words, year=_years)
def test_reading_never_raises_and_never_loses_the_text(text: str, year: AcademicYear) -> None:
    assert str(read_milestone_date(text, year, ENGLISH_TERMS)) == text
    values = read_milestone_dates(text, year, ENGLISH_TERMS)
    assert _letters("".join(value.text for value in values)) == _letters(text)


@given(text=_date_words, year=_years)
def test_the_earliest_day_is_never_after_the_latest(text: str, year: AcademicYear) -> None:
    for value in (*read_milestone_dates(text, year, ENGLISH_TERMS), *dates_seen_in(text, year, ENGLISH_TERMS)):
        assert (value.earliest is None) == (value.latest is None)
        assert value.earliest is None or value.latest is None or value.earliest <= value.latest


@given(text=st.lists(st.sampled_from([text for text, *_ in WRITTEN if text[0].isupper()])).map("\n".join), year=_years)
def test_each_value_of_a_cell_reads_the_same_by_itself(text: str, year: AcademicYear) -> None:
    values = read_milestone_dates(text, year, ENGLISH_TERMS)
    assert [value.text for value in values] == text.splitlines()
    assert values == tuple(read_milestone_date(value.text, year, ENGLISH_TERMS) for value in values)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace() and letter not in ",;.")
