from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service_kit.errors import Conflict
from sle_broker.deployments.booking import (
    BookingOverlap,
    BookingSpansAcademicYears,
    LeaderHasNoDaysLeft,
    MoreVisitDaysThanDays,
    VisitDayOutsideBooking,
    days_left,
    refuse_overbooking,
)
from sle_broker.designations.days import GUIDE_DAYS_A_YEAR, DaysNotInHalves
from sle_broker.specialisms.dates_in_order import DatesOutOfOrder
from tests.sle_broker.builders import a_booking

TUESDAY, WEDNESDAY = date(2015, 1, 13), date(2015, 1, 14)


def test_a_leader_lends_fifteen_days_a_year_unless_agreed_otherwise() -> None:
    assert days_left(GUIDE_DAYS_A_YEAR, []) == 15
    assert days_left(GUIDE_DAYS_A_YEAR, [Decimal("2.5"), Decimal(4)]) == Decimal("8.5")


def test_an_allowance_lowered_below_what_is_booked_leaves_less_than_nothing() -> None:
    assert days_left(Decimal(5), [Decimal(6)]) == -1


@pytest.mark.parametrize("days", ["0.5", "3", "5"])
def test_days_may_be_booked_to_the_last(days: str) -> None:
    booking = a_booking(days=Decimal(days))
    refuse_overbooking(booking, allowance_days=Decimal(15), days_held=[Decimal(10)], days_taken=[])


@pytest.mark.parametrize("days", ["5.5", "6", "15"])
def test_no_more_days_are_booked_than_are_left(days: str) -> None:
    booking = a_booking(days=Decimal(days))
    with pytest.raises(LeaderHasNoDaysLeft) as refused:
        refuse_overbooking(booking, allowance_days=Decimal(15), days_held=[Decimal("7.5"), Decimal("2.5")], days_taken=[])
    assert refused.value.code == "leader-has-no-days-left"
    assert refused.value.members == {"days_left": "5", "days_wanted": days}


def test_nobody_is_in_two_schools_on_one_day() -> None:
    booking = a_booking(visit_days=frozenset({TUESDAY, WEDNESDAY}))
    with pytest.raises(BookingOverlap) as refused:
        refuse_overbooking(booking, allowance_days=Decimal(15), days_held=[Decimal(1)], days_taken=[WEDNESDAY])
    assert refused.value.code == "booking-overlap"
    assert refused.value.members == {"days": ["2015-01-14"]}
    assert isinstance(refused.value, Conflict)


def test_a_leader_may_help_two_schools_in_the_same_weeks_on_different_days() -> None:
    booking = a_booking(visit_days=frozenset({TUESDAY}))
    refuse_overbooking(booking, allowance_days=Decimal(15), days_held=[Decimal(1)], days_taken=[WEDNESDAY])


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
