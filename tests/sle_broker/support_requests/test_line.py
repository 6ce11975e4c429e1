from decimal import Decimal

import pytest

from sle_broker.designations.days import DaysNotInHalves
from sle_broker.designations.designation import LeaderKind
from sle_broker.support_requests.line import (
    LinePeople,
    NoAreaOfNeed,
    NobodyWanted,
    NoLineForLeaders,
    StaffAreNotLeaders,
)
from tests.sle_broker.builders import MATHEMATICS, PHONICS, a_line, a_request


def test_a_line_says_what_for_how_many_and_how_long() -> None:
    with pytest.raises(NoAreaOfNeed):
        a_line(areas=())
    with pytest.raises(NobodyWanted):
        a_line(people_wanted=0)
    with pytest.raises(DaysNotInHalves):
        a_line(days_wanted=Decimal("0.3"))


def test_staff_are_asked_for_without_a_kind_of_leader() -> None:
    assert a_line(people=LinePeople.STAFF).leader_kind is None
    assert a_line(leader_kind=LeaderKind.NLE).people is LinePeople.LEADERS
    with pytest.raises(StaffAreNotLeaders):
        a_line(people=LinePeople.STAFF, leader_kind=LeaderKind.SLE)


def test_a_package_begins_with_leaders() -> None:
    leaders, staff = a_line(), a_line(people=LinePeople.STAFF)
    assert a_request(lines=(leaders, staff)).lines == (leaders, staff)
    for lines in ((), (staff,), (staff, leaders)):
        with pytest.raises(NoLineForLeaders):
            a_request(lines=lines)


def test_an_area_that_two_lines_name_is_one_area_of_need() -> None:
    lines = (a_line(areas=(PHONICS,)), a_line(number=2, areas=(MATHEMATICS, PHONICS)))
    assert a_request(lines=lines).areas == (PHONICS, MATHEMATICS)
