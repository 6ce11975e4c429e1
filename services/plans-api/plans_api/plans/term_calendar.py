"""When terms, half-terms and festivals fall. Schools differ, so a calendar is data; the default is English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from itertools import pairwise
from typing import Self

from dateutil.easter import easter

from plans_api.plans.academic_year import AcademicYear
from service_kit.errors import RuleBroken

_FRIDAY = 4


class TermDatesNotInOrder(RuleBroken):
    """A year has six half-terms, each ending after it begins and before the next one begins."""


class TermDatesOutsideYear(RuleBroken):
    """The half-terms of an academic year lie between 1 August before it and 31 August at its end."""


class Term(StrEnum):
    """The three terms of an English school year."""

    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


class Half(IntEnum):
    """The half of a term before its half-term holiday, and the half after it."""

    FIRST = 1
    SECOND = 2


class Festival(StrEnum):
    """The festivals by which plans are dated."""

    CHRISTMAS = "christmas"
    EASTER = "easter"
    WHITSUN = "whitsun"


@dataclass(frozen=True)
class Span:
    """From `earliest` to `latest`, both days included."""

    earliest: date
    latest: date


@dataclass(frozen=True)
class TermDates:
    """One academic year's six half-terms, autumn 1 to summer 2; raises `TermDatesNotInOrder`."""

    half_terms: tuple[Span, Span, Span, Span, Span, Span]

    def __post_init__(self) -> None:
        if any(later <= earlier for earlier, later in pairwise(self.days)):
            raise TermDatesNotInOrder("The half-terms must be in order, and none may touch the next.")

    @classmethod
    def of_days(cls, days: Sequence[date]) -> Self:
        """The year whose half-terms begin and end on these twelve days, in order; raises `TermDatesNotInOrder`."""
        if len(days) != 12:
            raise TermDatesNotInOrder("A year has six half-terms, each with a first and a last day.")
        spans = [Span(first, last) for first, last in zip(days[::2], days[1::2], strict=True)]
        return cls((spans[0], spans[1], spans[2], spans[3], spans[4], spans[5]))

    @property
    def days(self) -> tuple[date, ...]:
        """The first and the last day of each half-term, in order."""
        return tuple(day for span in self.half_terms for day in (span.earliest, span.latest))

    def require_within(self, year: AcademicYear) -> None:
        """Refuses term dates that cannot be those of `year`; some schools begin in August. Errors:
        `TermDatesOutsideYear`."""
        opens = year.starts_on.replace(month=8)
        if self.days[0] < opens or self.days[-1] > year.ends_on:
            raise TermDatesOutsideYear(f"The terms of {year} lie between {opens} and {year.ends_on}.")

    def half_term(self, term: Term, half: Half) -> Span:
        """The school days before (`FIRST`) or after (`SECOND`) the term's half-term holiday."""
        return self.half_terms[2 * list(Term).index(term) + half - 1]

    def term(self, term: Term) -> Span:
        """The first to the last day of the term, its half-term holiday included."""
        return Span(self.half_term(term, Half.FIRST).earliest, self.half_term(term, Half.SECOND).latest)

    def half_term_holiday(self, term: Term) -> Span:
        """The days between the two halves of the term."""
        day = timedelta(days=1)
        return Span(self.half_term(term, Half.FIRST).latest + day, self.half_term(term, Half.SECOND).earliest - day)


@dataclass(frozen=True)
class TermCalendar:
    """An alliance's own term dates by academic year; a year it has not given has the usual English ones."""

    given: Mapping[AcademicYear, TermDates] = field(default_factory=dict)

    def of(self, year: AcademicYear) -> TermDates:
        """The term dates that hold in `year`."""
        return self.given.get(year) or usual_term_dates(year)


ENGLISH_TERMS = TermCalendar()


@cache
def usual_term_dates(year: AcademicYear) -> TermDates:
    """The dates most English schools keep, give or take a few days.

    Autumn begins on 1 September and ends on the Friday before Christmas Eve; spring begins on the first Monday from 3
    January and ends on the Friday nine days before Easter; summer begins on the Monday eight days after Easter and
    ends on the Friday before 25 July. The half-term holidays are the weeks of the last Monday of October, the third
    Monday of February and the last Monday of May (the spring bank holiday).
    """
    easter_day = festival_days(Festival.EASTER, year).latest - timedelta(days=1)
    autumn, spring = year.first_year, year.first_year + 1
    holidays = (
        _monday_from(date(autumn, 10, 25)),
        _monday_from(date(spring, 2, 15)),
        _monday_from(date(spring, 5, 25)),
    )
    terms = (
        Span(year.starts_on, _friday_before(date(autumn, 12, 24))),
        Span(_monday_from(date(spring, 1, 3)), easter_day - timedelta(days=9)),
        Span(easter_day + timedelta(days=8), _friday_before(date(spring, 7, 25))),
    )
    halves = [
        half
        for term, holiday in zip(terms, holidays, strict=True)
        for half in (
            Span(term.earliest, holiday - timedelta(days=3)),
            Span(holiday + timedelta(days=7), term.latest),
        )
    ]
    return TermDates((halves[0], halves[1], halves[2], halves[3], halves[4], halves[5]))


def festival_days(festival: Festival, year: AcademicYear) -> Span:
    """The days of a festival: Christmas Day and Boxing Day; Good Friday to Easter Monday; Whit Sunday and Monday."""
    if festival is Festival.CHRISTMAS:
        return Span(date(year.first_year, 12, 25), date(year.first_year, 12, 26))
    easter_day = easter(year.first_year + 1)
    if festival is Festival.EASTER:
        return Span(easter_day - timedelta(days=2), easter_day + timedelta(days=1))
    return Span(easter_day + timedelta(days=49), easter_day + timedelta(days=50))


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _friday_before(day: date) -> date:
    return day - timedelta(days=(day.weekday() - _FRIDAY - 1) % 7 + 1)
