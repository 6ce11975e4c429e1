"""The six half-terms of an academic year, in which leaders say when they can be lent and deployments are reviewed."""

from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from dateutil.easter import easter

from sle_broker.designations.academic_year import AcademicYear, academic_year_of

_A_DAY = timedelta(days=1)


class HalfTermName(StrEnum):
    """The two halves of each of the three terms of an English school year, in their order."""

    AUTUMN_1 = "autumn_1"
    AUTUMN_2 = "autumn_2"
    SPRING_1 = "spring_1"
    SPRING_2 = "spring_2"
    SUMMER_1 = "summer_1"
    SUMMER_2 = "summer_2"


class HalfTerm(NamedTuple):
    """One half-term, from `first_day` to `last_day`, both included; a holiday belongs to the half-term before it."""

    year: AcademicYear
    name: HalfTermName
    first_day: date
    last_day: date

    def __str__(self) -> str:
        return f"{self.name.replace('_', ' ')} of {self.year}"


@cache
def half_terms_of(year: AcademicYear) -> tuple[HalfTerm, ...]:
    """The six half-terms of a year, which together have each of its days once.

    They begin when most English schools do, give or take a few days: on 1 September; on the Monday after the week of
    the last Monday of October; on the first Monday from 3 January; on the Monday after the week of the third Monday of
    February; eight days after Easter Sunday; and on the Monday after the week of the spring bank holiday.
    """
    autumn, spring = year.starting, year.starting + 1
    week = timedelta(days=7)
    begin = (
        year.first_day,
        _monday_from(date(autumn, 10, 25)) + week,
        _monday_from(date(spring, 1, 3)),
        _monday_from(date(spring, 2, 15)) + week,
        easter(spring) + timedelta(days=8),
        _monday_from(date(spring, 5, 25)) + week,
        year.last_day + _A_DAY,
    )
    return tuple(
        HalfTerm(year, name, first_day, next_begins - _A_DAY)
        for name, (first_day, next_begins) in zip(HalfTermName, pairwise(begin), strict=True)
    )


def half_term_of(day: date) -> HalfTerm:
    """The half-term a day falls in, on a school day or not."""
    return next(half_term for half_term in half_terms_of(academic_year_of(day)) if day <= half_term.last_day)


def half_terms_between(first_day: date, last_day: date) -> tuple[HalfTerm, ...]:
    """The half-terms that have at least one of these days, in their order."""
    years = range(academic_year_of(first_day).starting, academic_year_of(last_day).starting + 1)
    return tuple(
        half_term
        for starting in years
        for half_term in half_terms_of(AcademicYear(starting))
        if first_day <= half_term.last_day and half_term.first_day <= last_day
    )


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
