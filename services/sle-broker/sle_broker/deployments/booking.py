"""A booking of a leader's days, and whether it can be made beside all that is booked already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from service_kit.dates_in_order import refuse_out_of_order
from service_kit.errors import Conflict, RuleBroken
from sle_broker.availability.availability import Availability
from sle_broker.deployments.free_days import HeldDays, runs_with_days_left
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.days import HALF_DAY, in_figures, refuse_unless_in_halves
from sle_broker.support_requests.support_request import Window


class LeaderHasNoDaysLeft(Conflict):
    """More days are to be booked than the leader has left in the academic year."""


class LeaderHasNoDaysLeftInHalfTerm(LeaderHasNoDaysLeft):
    """More days are to be booked than the leader, by what they have said, has left in a half-term or a run of them."""


class BookedAtTheSameMoment(Conflict):
    """Two bookings of a leader were decided on the same picture, and the other was stored; asked again, this one is
    decided on what that one has left."""


class BookingOverlap(Conflict):
    """The leader is already booked on one of the days: nobody is in two schools on one day."""


class BookingSpansAcademicYears(RuleBroken):
    """A booking takes its days from one academic year; what goes on beyond August is a follow-on."""


class VisitDayOutsideBooking(RuleBroken):
    """A visit day lies between the first and the last day of its booking."""


class MoreVisitDaysThanDays(RuleBroken):
    """A visit takes at least half a day, so there are at most twice as many visit days as days booked."""


@dataclass(frozen=True)
class Booking:
    """Whole or half `days` of one leader, to be used from `starts_on` to `ends_on`, both included.

    `visit_days` are those already fixed in the diary; the others are still to be found. A leader may help several
    schools in one term, so windows may overlap freely; a visit day belongs to one school alone.

    Raises `DaysNotInHalves`, `DatesOutOfOrder`, `BookingSpansAcademicYears`, `VisitDayOutsideBooking`,
    `MoreVisitDaysThanDays`.
    """

    starts_on: date
    ends_on: date
    days: Decimal
    visit_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        refuse_unless_in_halves(self.days)
        refuse_out_of_order(
            earlier="the first day of the booking",
            earlier_on=self.starts_on,
            later="its last day",
            later_on=self.ends_on,
        )
        if self.ends_on > self.academic_year.last_day:
            raise BookingSpansAcademicYears(
                f"The booking begins in {self.academic_year} and ends on {self.ends_on}; book the rest as a follow-on."
            )
        outside = sorted(day for day in self.visit_days if not self.starts_on <= day <= self.ends_on)
        if outside:
            raise VisitDayOutsideBooking(f"{_say_days(outside)} lies outside {self.starts_on} to {self.ends_on}.")
        if len(self.visit_days) * HALF_DAY > self.days:
            raise MoreVisitDaysThanDays(f"{len(self.visit_days)} visits take more than {in_figures(self.days)} days.")

    @property
    def academic_year(self) -> AcademicYear:
        """The year whose allowance the days are taken from."""
        return academic_year_of(self.starts_on)

    @property
    def window(self) -> Window:
        """The days between which its days are used."""
        return Window(self.starts_on, self.ends_on)


@dataclass(frozen=True)
class BookedYear:
    """What a leader's deployments hold of one academic year: days, the numbers of their half-days, and visit days."""

    held: tuple[HeldDays, ...]
    half_days: frozenset[int]
    visit_days: frozenset[date]

    @property
    def days_held(self) -> Decimal:
        """All days that are held."""
        return sum((held.days for held in self.held), Decimal(0))


def days_left(allowance_days: Decimal, days_held: Decimal) -> Decimal:
    """What remains of a leader's allowance for an academic year, given the days that deployments of that year hold.

    Below zero where an allowance was lowered after days had been booked: nothing more can be booked then.
    """
    return allowance_days - days_held


def refuse_overbooking(booking: Booking, *, availability: Availability, booked: BookedYear) -> None:
    """Whether the leader can be booked as asked, given what their other deployments hold of the same academic year.

    The last day can be booked once: two bookings made at the same moment are decided one after the other, each on what
    the one before has left. Raises `LeaderHasNoDaysLeft` (`days_left`, `days_wanted`), `LeaderHasNoDaysLeftInHalfTerm`
    (the same, and `half_terms`, from the first to the last of the run that has too few) and `BookingOverlap` (`days`).
    """
    left = days_left(availability.allowance_days, booked.days_held)
    if booking.days > left:
        raise LeaderHasNoDaysLeft(
            f"{in_figures(booking.days)} days are wanted and {in_figures(left)} are left in {booking.academic_year}.",
            members={"days_left": in_figures(left), "days_wanted": in_figures(booking.days)},
        )
    _refuse_beyond_half_terms(booking, availability, booked)
    twice = sorted(booking.visit_days & booked.visit_days)
    if twice:
        raise BookingOverlap(
            f"The leader is booked elsewhere on {_say_days(twice)}.", members={"days": [str(day) for day in twice]}
        )


def _refuse_beyond_half_terms(booking: Booking, availability: Availability, booked: BookedYear) -> None:
    runs = runs_with_days_left(booking.academic_year, availability, booked.held, booking.window)
    tightest = min(runs, key=lambda run: run.days_left, default=None)
    if tightest is None or booking.days <= tightest.days_left:
        return
    left = max(tightest.days_left, Decimal(0))
    raise LeaderHasNoDaysLeftInHalfTerm(
        f"{in_figures(booking.days)} days are wanted and {in_figures(left)} are left in {tightest}.",
        members={
            "days_left": in_figures(left),
            "days_wanted": in_figures(booking.days),
            "half_terms": [half_term.name for half_term in tightest.half_terms],
        },
    )


def lowest_half_days(days: Decimal, taken: frozenset[int]) -> frozenset[int]:
    """The numbers of the half-days that a booking of `days` takes: the lowest that are not taken.

    The half-days of a leader's year are numbered from 1, and no two deployments hold the same number. Two bookings
    decided on the same picture therefore take the same numbers, and the database keeps one of them: the other is
    `BookedAtTheSameMoment`.
    """
    wanted = int(days / HALF_DAY)
    free = (number for number in range(1, len(taken) + wanted + 1) if number not in taken)
    return frozenset(islice(free, wanted))


def _say_days(days: Iterable[date]) -> str:
    return ", ".join(str(day) for day in days)
