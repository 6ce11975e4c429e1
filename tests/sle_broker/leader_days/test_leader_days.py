from datetime import date
from decimal import Decimal

from sle_broker.availability.availability import Availability
from sle_broker.deployments.free_days import HeldDays
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.half_term import half_terms_of
from sle_broker.leader_days.leader_days import leader_days

YEAR = AcademicYear(2014)
AUTUMN_1, AUTUMN_2, SPRING_1, *_ = half_terms_of(YEAR)


def test_days_are_held_where_they_must_be_used_and_free_where_they_find_room() -> None:
    offered = Availability(Decimal(10), {AUTUMN_1: Decimal(2), AUTUMN_2: Decimal(3)})
    visit = HeldDays(date(2014, 11, 10), date(2014, 11, 10), Decimal("0.5"), is_used=True)
    rest = HeldDays(AUTUMN_1.first_day, AUTUMN_2.last_day, Decimal("3.5"))
    days = leader_days(YEAR, offered, [visit, rest])
    assert [days.allowance, days.held, days.used, days.free] == [10, 4, 0.5, 6]
    first, second, third, *_ = days.half_terms
    assert [first.said, first.held, first.used, first.free] == [2, 0, 0, 1]
    assert [second.said, second.held, second.used, second.free] == [3, 0.5, 0.5, 1]
    assert [third.said, third.held, third.used, third.free] == [None, 0, 0, 6]
    assert [one.half_term for one in days.half_terms] == list(half_terms_of(YEAR))


def test_an_allowance_below_what_is_held_is_overdrawn_in_the_year_and_empty_in_its_half_terms() -> None:
    days = leader_days(YEAR, Availability(Decimal(1)), [HeldDays(SPRING_1.first_day, SPRING_1.last_day, Decimal(3))])
    assert days.free == -2
    assert {one.free for one in days.half_terms} == {0}
