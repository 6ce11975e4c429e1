from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_kit.dates_in_order import DatesOutOfOrder
from service_kit.errors import Conflict
from sle_broker.availability.availability import Availability
from sle_broker.deployments.booking import (
    BookedYear,
    BookingOverlap,
    BookingSpansAcademicYears,
    LeaderHasNoDaysLeft,
    LeaderHasNoDaysLeftInHalfTerm,
    MoreVisitDaysThanDays,
    VisitDayOutsideBooking,
    days_left,
    lowest_half_days,
    refuse_overbooking,
)
from sle_broker.deployments.free_days import HeldDays
from sle_broker.designations.days import GUIDE_DAYS_A_YEAR, HALF_DAY, DaysNotInHalves
from sle_broker.designations.half_term import half_term_of
from tests.sle_broker.builders import a_booking

TUESDAY, WEDNESDAY = date(2015, 1, 13), date(2015, 1, 14)


SPRING_1 = half_term_of(TUESDAY)
FIFTEEN = Availability(Decimal(15))


def booked(days: str, *visit_days: date) -> BookedYear:
    held = HeldDays(date(2014, 9, 1), date(2015, 7, 17), Decimal(days))
    return BookedYear((held,), lowest_half_days(held.days, frozenset()), frozenset(visit_days))


def test_a_leader_lends_fifteen_days_a_year_unless_agreed_otherwise() -> None:
    assert days_left(GUIDE_DAYS_A_YEAR, Decimal(0)) == 15
    assert days_left(GUIDE_DAYS_A_YEAR, Decimal("6.5")) == Decimal("8.5")


def test_an_allowance_lowered_below_what_is_booked_leaves_less_than_nothing() -> None:
    assert days_left(Decimal(5), Decimal(6)) == -1


@pytest.mark.parametrize("days", ["0.5", "3", "5"])
def test_days_may_be_booked_to_the_last(days: str) -> None:
    booking = a_booking(days=Decimal(days))
    refuse_overbooking(booking, availability=FIFTEEN, booked=booked("10"))


@pytest.mark.parametrize("days", ["5.5", "6", "15"])
def test_no_more_days_are_booked_than_are_left(days: str) -> None:
    booking = a_booking(days=Decimal(days))
    with pytest.raises(LeaderHasNoDaysLeft) as refused:
        refuse_overbooking(booking, availability=FIFTEEN, booked=booked("10"))
    assert refused.value.code == "leader-has-no-days-left"
    assert refused.value.members == {"days_left": "5", "days_wanted": days}


def test_no_more_days_are_booked_than_are_left_in_the_half_term() -> None:
    said = Availability(Decimal(15), {SPRING_1: Decimal(2)})
    in_spring = {"starts_on": SPRING_1.first_day, "ends_on": SPRING_1.last_day}
    refuse_overbooking(a_booking(days=Decimal(2), **in_spring), availability=said, booked=booked("10"))
    with pytest.raises(LeaderHasNoDaysLeftInHalfTerm) as refused:
        refuse_overbooking(a_booking(days=Decimal("2.5"), **in_spring), availability=said, booked=booked("10"))
    assert refused.value.code == "leader-has-no-days-left-in-half-term"
    assert refused.value.members == {"days_left": "2", "days_wanted": "2.5", "half_terms": ["spring_1"]}
    assert refused.value.detail == "2.5 days are wanted and 2 are left in spring 1 of 2014/15."
    longer = a_booking(days=Decimal("2.5"), starts_on=SPRING_1.first_day)
    refuse_overbooking(longer, availability=said, booked=booked("10"))


def test_nobody_is_in_two_schools_on_one_day() -> None:
    booking = a_booking(visit_days=frozenset({TUESDAY, WEDNESDAY}))
    with pytest.raises(BookingOverlap) as refused:
        refuse_overbooking(booking, availability=FIFTEEN, booked=booked("1", WEDNESDAY))
    assert refused.value.code == "booking-overlap"
    assert refused.value.members == {"days": ["2015-01-14"]}
    assert isinstance(refused.value, Conflict)


def test_a_leader_may_help_two_schools_in_the_same_weeks_on_different_days() -> None:
    booking = a_booking(visit_days=frozenset({TUESDAY}))
    refuse_overbooking(booking, availability=FIFTEEN, booked=booked("1", WEDNESDAY))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"days": Decimal(0)}, DaysNotInHalves),
        ({"days": Decimal("1.2")}, DaysNotInHalves),
        ({"ends_on": date(2014, 9, 30)}, DatesOutOfOrder),
        ({"ends_on": date(2015, 9, 1)}, BookingSpansAcademicYears),
        ({"visit_days": frozenset({date(2014, 9, 30)})}, VisitDayOutsideBooking),
        ({"visit_days": frozenset({date(2015, 7, 18)})}, VisitDayOutsideBooking),
        ({"days": Decimal("0.5"), "visit_days": frozenset({TUESDAY, WEDNESDAY})}, MoreVisitDaysThanDays),
    ],
)
def test_a_booking_makes_sense_in_itself(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        a_booking(**changes)


def test_a_booking_may_run_to_the_last_day_of_august_and_lie_on_one_day() -> None:
    assert str(a_booking(ends_on=date(2015, 8, 31)).academic_year) == "2014/15"
    one_day = a_booking(starts_on=TUESDAY, ends_on=TUESDAY, days=Decimal("0.5"), visit_days=frozenset({TUESDAY}))
    assert one_day.visit_days == {TUESDAY}


def test_a_booking_takes_the_lowest_half_days_that_are_free() -> None:
    assert lowest_half_days(Decimal("1.5"), frozenset()) == {1, 2, 3}
    assert lowest_half_days(Decimal("1.5"), frozenset({1, 3, 4})) == {2, 5, 6}
    assert lowest_half_days(Decimal("0.5"), frozenset({2, 3})) == {1}


@given(st.integers(1, 60), st.frozensets(st.integers(1, 80)))
def test_no_half_day_is_taken_twice_and_none_is_missing(half_days: int, taken: frozenset[int]) -> None:
    numbers = lowest_half_days(half_days * HALF_DAY, taken)
    assert len(numbers) == half_days
    assert numbers.isdisjoint(taken)
    assert set(range(1, max(numbers))) <= numbers | taken
