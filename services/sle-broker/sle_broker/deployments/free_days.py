"""How many days of a leader can still be booked: by the year's allowance, and by what they have said of half-terms."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import NamedTuple, Protocol

from sle_broker.availability.availability import Availability
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.half_term import HalfTerm, half_terms_of
from sle_broker.support_requests.support_request import Window

_NONE = Decimal(0)


class TakesDays(Protocol):
    """Whatever takes `days` of a leader, to be used from `starts_on` to `ends_on`, both included: a booking does."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def days(self) -> Decimal: ...


class HeldDays(NamedTuple):
    """Days of a leader that are taken, to be used from `starts_on` to `ends_on`; a visit used its own on its day."""

    starts_on: date
    ends_on: date
    days: Decimal
    is_used: bool = False


class Run(NamedTuple):
    """Half-terms that follow each other, and how many more days can be booked to be used within them. Below zero where
    fewer days were said after more had been booked."""

    half_terms: tuple[HalfTerm, ...]
    days_left: Decimal

    def __str__(self) -> str:
        first, last = self.half_terms[0], self.half_terms[-1]
        return str(first) if first == last else f"{first} to {last}"


class Span(NamedTuple):
    """Days that are taken, to be used from one half-term of a year to another, both included, each by its place."""

    first: int
    last: int
    days: Decimal


def runs_with_days_left(
    year: AcademicYear, availability: Availability, taken: Iterable[TakesDays], window: Window
) -> Iterator[Run]:
    """The runs of half-terms of the year around a window of which the leader has said how many days they have, and what
    is left: of those in which all the window's days lie, the ones that may have fewest left.

    Days that may be used in several half-terms are fixed to none of them. All that is taken finds its place exactly
    when in every run of half-terms the days that must be used within it are no more than the days available in it
    (Hall's condition; runs are enough, because what is taken may be used in a run). Days that were booked in a
    half-term before fewer were said of it stay booked there, and take nothing from other half-terms.
    """
    around = range(place_of(year, window.earliest_start_on), place_of(year, window.latest_finish_on) + 1)
    for first, last, left in _runs_around(around, _said(year, availability), _spans(year, taken)):
        yield Run(half_terms_of(year)[first : last + 1], left)


def free_days(window: Window, availability: Availability, taken: Iterable[TakesDays]) -> Decimal:
    """How many days of a leader can still be booked to be used within a window, beside all that is taken already.

    A booking takes its days from one academic year, so a window that goes on beyond August ends there: what comes
    after it is a booking of its own. `availability` is that of the year in which the window begins, `taken` what is
    taken of it. Never below zero.
    """
    year = academic_year_of(window.earliest_start_on)
    said = _said(year, availability)
    return free_of_year(availability.allowance_days, said, _spans(year, taken), places_of(window))


def free_of_year(
    allowance_days: Decimal, said: Sequence[Decimal | None], taken: Sequence[Span], places: range
) -> Decimal:
    """The same of the half-terms at some `places` of a year, given what is `said` of each of its half-terms."""
    if not taken:
        within = said[places.start : places.stop]
        days = [one for one in within if one is not None]
        return min(allowance_days, sum(days, _NONE)) if len(days) == len(within) else allowance_days
    left = allowance_days - sum([one.days for one in taken], _NONE)
    return max(_NONE, min([left, *[of_run for _, _, of_run in _runs_around(places, said, taken)]]))


def places_of(window: Window) -> range:
    """At which places of the academic year in which a window begins the half-terms stand that have some of its days."""
    year = academic_year_of(window.earliest_start_on)
    last_day = min(window.latest_finish_on, year.last_day)
    return range(place_of(year, window.earliest_start_on), place_of(year, last_day) + 1)


@lru_cache(maxsize=4_096)
def place_of(year: AcademicYear, day: date) -> int:
    """At which place of the year the half-term stands in which a day falls: from 0 on, and the next beyond the last for
    a day after the year; -1 for one before it."""
    return bisect_right(half_terms_of(year), day, key=_first_day) - 1 + (day > year.last_day)


def _said(year: AcademicYear, availability: Availability) -> list[Decimal | None]:
    return [availability.said.get(one) for one in half_terms_of(year)]


def _spans(year: AcademicYear, taken: Iterable[TakesDays]) -> list[Span]:
    return [Span(place_of(year, one.starts_on), place_of(year, one.ends_on), one.days) for one in taken]


def _first_day(half_term: HalfTerm) -> date:
    return half_term.first_day


def _runs_around(
    places: range, said: Sequence[Decimal | None], taken: Sequence[Span]
) -> Iterator[tuple[int, int, Decimal]]:
    """By their first and their last half-term. They begin and end with the window, or with something taken: any other
    run has no fewer days left than a shorter one."""
    begin, end = places[0], places[-1]
    if begin < 0 or end >= len(said):
        return
    begins = {begin, *[one.first for one in taken if 0 <= one.first < begin]}
    ends = {end, *[one.last for one in taken if end < one.last < len(said)]}
    for first, last in product(sorted(begins), sorted(ends)):
        days = said[first : last + 1]
        if None not in days:
            alone = [max(of_it or _NONE, _within(place, place, taken)) for place, of_it in enumerate(days, first)]
            yield first, last, sum(alone, _NONE) - _within(first, last, taken)


def _within(first: int, last: int, taken: Iterable[Span]) -> Decimal:
    return sum([one.days for one in taken if first <= one.first and one.last <= last], _NONE)
