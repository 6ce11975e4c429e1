"""A leader's days in an academic year and in each of its half-terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sle_broker.availability.availability import Availability
from sle_broker.deployments.booking import days_left
from sle_broker.deployments.free_days import HeldDays, free_days
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.half_term import HalfTerm, half_terms_of
from sle_broker.support_requests.support_request import Window


@dataclass(frozen=True)
class HalfTermDays:
    """The days of one half-term. `said` None: nothing has been said of it, and only the allowance binds.

    `held` are the days that can be used in no other half-term, visits included; `used` those of the visits; `free`, how
    many can still be booked to be used within it.
    """

    half_term: HalfTerm
    said: Decimal | None
    held: Decimal
    used: Decimal
    free: Decimal


@dataclass(frozen=True)
class LeaderDays:
    """The days of an academic year: `held` by deployments, of which `used` on visits. `free` are what is left of the
    allowance, below zero where it was lowered after more had been booked."""

    allowance: Decimal
    held: Decimal
    used: Decimal
    free: Decimal
    half_terms: tuple[HalfTermDays, ...]


def leader_days(year: AcademicYear, availability: Availability, taken: Sequence[HeldDays]) -> LeaderDays:
    """What a leader offers of a year, and what is taken of it. Days that may be used in several half-terms are held in
    the year and in none of them; they count where they leave too little room."""
    held = _sum(taken)
    return LeaderDays(
        allowance=availability.allowance_days,
        held=held,
        used=_sum([one for one in taken if one.is_used]),
        free=days_left(availability.allowance_days, held),
        half_terms=tuple(_in_half_term(half_term, availability, taken) for half_term in half_terms_of(year)),
    )


def _in_half_term(half_term: HalfTerm, availability: Availability, taken: Sequence[HeldDays]) -> HalfTermDays:
    first_day, last_day = half_term.first_day, half_term.last_day
    within = [one for one in taken if first_day <= one.starts_on and one.ends_on <= last_day]
    return HalfTermDays(
        half_term=half_term,
        said=availability.said.get(half_term),
        held=_sum(within),
        used=_sum([one for one in within if one.is_used]),
        free=free_days(Window(first_day, last_day), availability, taken),
    )


def _sum(taken: Sequence[HeldDays]) -> Decimal:
    return sum((one.days for one in taken), Decimal(0))
