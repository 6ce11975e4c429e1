from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sle_broker.designations.academic_year import AcademicYear, AcademicYearNotUnderstood, academic_year_of
from sle_broker.designations.half_term import HalfTermName, half_term_of, half_terms_between, half_terms_of

A_DAY = timedelta(days=1)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(st.integers(1899, 2199))
def test_the_half_terms_have_every_day_of_the_year_once(starting: int) -> None:
    year = AcademicYear(starting)
    half_terms = half_terms_of(year)
    assert [half_term.name for half_term in half_terms] == list(HalfTermName)
    assert (half_terms[0].first_day, half_terms[-1].last_day) == (year.first_day, year.last_day)
    assert all(half_term.first_day < half_term.last_day for half_term in half_terms)
    assert all(earlier.last_day + A_DAY == later.first_day for earlier, later in pairwise(half_terms))


def test_the_half_terms_of_2014_15() -> None:
    begin = [half_term.first_day for half_term in half_terms_of(AcademicYear(2014))]
    assert begin == [
        date(2014, 9, 1),
        date(2014, 11, 3),
        date(2015, 1, 5),
        date(2015, 2, 23),
        date(2015, 4, 13),
        date(2015, 6, 1),
    ]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2014, 9, 1), HalfTermName.AUTUMN_1),
        (date(2014, 10, 29), HalfTermName.AUTUMN_1),
        (date(2014, 11, 3), HalfTermName.AUTUMN_2),
        (date(2014, 12, 25), HalfTermName.AUTUMN_2),
        (date(2015, 4, 5), HalfTermName.SPRING_2),
        (date(2015, 8, 31), HalfTermName.SUMMER_2),
    ],
)
def test_a_holiday_belongs_to_the_half_term_before_it(day: date, name: HalfTermName) -> None:
    assert half_term_of(day).name is name


@given(DAYS)
def test_every_day_is_in_its_half_term(day: date) -> None:
    half_term = half_term_of(day)
    assert half_term.first_day <= day <= half_term.last_day
    assert half_term.year == academic_year_of(day)


@given(DAYS, st.integers(0, 900))
def test_between_two_days_are_the_half_terms_of_the_days_between(first: date, more: int) -> None:
    last = first + timedelta(days=more)
    days = (first + timedelta(days=number) for number in range(more + 1))
    assert list(half_terms_between(first, last)) == list(dict.fromkeys(half_term_of(day) for day in days))


def test_a_half_term_is_named_with_its_year() -> None:
    assert str(half_term_of(date(2014, 11, 3))) == "autumn 2 of 2014/15"


@pytest.mark.parametrize("text", ["2014/16", "2014-15", "14/15", "2014/2015", "", "2014/15 "])
def test_an_academic_year_is_written_one_way(text: str) -> None:
    assert AcademicYear.read("2014/15") == AcademicYear(2014)
    assert AcademicYear.read("1999/00") == AcademicYear(1999)
    with pytest.raises(AcademicYearNotUnderstood):
        AcademicYear.read(text)
