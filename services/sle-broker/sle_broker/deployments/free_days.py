"""How many days of a leader can still be booked: by the year's allowance, and by what they have said of half-terms."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import NamedTuple, Protocol

from sle_broker.availability.availability import Availability
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.half_term import HalfTerm, half_term_of, half_terms_between, half_terms_of
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


@dataclass(frozen=True)
class Run:
    """Half-terms that follow each other, and how many more days can be booked to be used within them. Below zero where
    fewer days were said after more had been booked."""

    half_terms: tuple[HalfTerm, ...]
    days_left: Decimal

    def __str__(self) -> str:
        first, last = self.half_terms[0], self.half_terms[-1]
        return str(first) if first == last else f"{first} to {last}"


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
    taken = tuple(taken)
    half_terms = half_terms_of(year)
    begin, end = _places_around(window, half_terms, taken)
    said = [availability.said.get(one) for one in half_terms]
    alone = [
        None if days is None else max(days, _within((one,), taken)) for one, days in zip(half_terms, said, strict=True)
    ]
    for first, last in product(begin, end):
        run, days = half_terms[first : last + 1], [one for one in alone[first : last + 1] if one is not None]
        if run and len(days) == len(run):
            yield Run(run, sum(days, _NONE) - _within(run, taken))


def _places_around(
    window: Window, half_terms: tuple[HalfTerm, ...], taken: Collection[TakesDays]
) -> tuple[Sequence[int], Sequence[int]]:
    """Where the runs around a window begin and end: with the window, or with something taken. Any other run has no
    fewer days left than a shorter one."""
    begin = [place for place, one in enumerate(half_terms) if one.first_day <= window.earliest_start_on]
    end = [place for place, one in enumerate(half_terms) if window.latest_finish_on <= one.last_day]
    starts = {half_term_of(one.starts_on) for one in taken}
    ends = {half_term_of(one.ends_on) for one in taken}
    return (
        [place for place in begin if place == begin[-1] or half_terms[place] in starts],
        [place for place in end if place == end[0] or half_terms[place] in ends],
    )


def free_days(window: Window, availability: Availability, taken: Iterable[TakesDays]) -> Decimal:
    """How many days of a leader can still be booked to be used within a window, beside all that is taken already.

    A booking takes its days from one academic year, so a window that goes on beyond August ends there: what comes
    after it is a booking of its own. `availability` is that of the year in which the window begins, `taken` what is
    taken of it. Never below zero.
    """
    year = academic_year_of(window.earliest_start_on)
    within = Window(window.earliest_start_on, min(window.latest_finish_on, year.last_day))
    taken = tuple(taken)
    if not taken:
        half_terms = half_terms_between(within.earliest_start_on, within.latest_finish_on)
        return free_of_untaken(availability.allowance_days, [availability.said.get(one) for one in half_terms])
    left = availability.allowance_days - sum((one.days for one in taken), _NONE)
    runs = (run.days_left for run in runs_with_days_left(year, availability, taken, within))
    return max(_NONE, min((left, *runs)))


def free_of_untaken(allowance_days: Decimal, said: Sequence[Decimal | None]) -> Decimal:
    """The same of a leader of whom nothing is taken: what they have `said` of the half-terms of the window, where that
    is something of each; no more than their allowance."""
    days = [one for one in said if one is not None]
    return min(allowance_days, sum(days, _NONE)) if len(days) == len(said) else allowance_days


def _within(run: tuple[HalfTerm, ...], taken: Collection[TakesDays]) -> Decimal:
    if not taken:
        return _NONE
    first_day, last_day = run[0].first_day, run[-1].last_day
    return sum([one.days for one in taken if first_day <= one.starts_on and one.ends_on <= last_day], _NONE)
