"""How many days of a leader can still be booked: by the year's allowance, and by what they have said of half-terms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Protocol

from sle_broker.availability.availability import Availability
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.half_term import HalfTerm, half_terms_of
from sle_broker.support_requests.support_request import Window


class TakesDays(Protocol):
    """Whatever takes `days` of a leader, to be used from `starts_on` to `ends_on`, both included: a booking does."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def days(self) -> Decimal: ...


@dataclass(frozen=True)
class HeldDays:
    """Days of a leader that are taken, to be used from `starts_on` to `ends_on`; a visit used its own on its day."""

    starts_on: date
    ends_on: date
    days: Decimal
    is_used: bool = False


@dataclass(frozen=True)
class Room:
    """How many more `days` can be booked to be used within a run of half-terms. Below zero where fewer days were said
    after more had been booked."""

    half_terms: tuple[HalfTerm, ...]
    days: Decimal

    def has(self, window: Window) -> bool:
        """Whether all days of the window lie in it."""
        first, last = self.half_terms[0], self.half_terms[-1]
        return first.first_day <= window.earliest_start_on and window.latest_finish_on <= last.last_day

    def __str__(self) -> str:
        first, last = self.half_terms[0], self.half_terms[-1]
        return str(first) if first == last else f"{first} to {last}"


def half_term_rooms(year: AcademicYear, availability: Availability, taken: Iterable[TakesDays]) -> Iterator[Room]:
    """The room in every run of half-terms of the year of which the leader has said how many days they have.

    Days that may be used in several half-terms are fixed to none of them. All that is taken finds its place exactly
    when in every run of half-terms the days that must be used within it are no more than the days available in it
    (Hall's condition; runs are enough, because what is taken may be used in a run). Days that were booked in a
    half-term before fewer were said of it stay booked there, and take nothing from other half-terms.
    """
    taken = tuple(taken)
    half_terms = half_terms_of(year)
    for first, last in combinations(range(len(half_terms) + 1), 2):
        run = half_terms[first:last]
        if all(one in availability.said for one in run):
            available = sum((max(availability.said[one], _within((one,), taken)) for one in run), Decimal(0))
            yield Room(run, available - _within(run, taken))


def free_days(window: Window, availability: Availability, taken: Iterable[TakesDays]) -> Decimal:
    """How many days of a leader can still be booked to be used within a window, beside all that is taken already.

    A booking takes its days from one academic year, so a window that goes on beyond August ends there: what comes
    after it is a booking of its own. `availability` is that of the year in which the window begins, `taken` what is
    taken of it. Never below zero.
    """
    year = academic_year_of(window.earliest_start_on)
    within = Window(window.earliest_start_on, min(window.latest_finish_on, year.last_day))
    taken = tuple(taken)
    left = availability.allowance_days - sum((one.days for one in taken), Decimal(0))
    rooms = (room.days for room in half_term_rooms(year, availability, taken) if room.has(within))
    return max(Decimal(0), min((left, *rooms)))


def _within(run: tuple[HalfTerm, ...], taken: Iterable[TakesDays]) -> Decimal:
    inside = (one.days for one in taken if run[0].first_day <= one.starts_on and one.ends_on <= run[-1].last_day)
    return sum(inside, Decimal(0))
