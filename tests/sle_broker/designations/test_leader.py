from datetime import date
from typing import Any

import pytest

from service_kit.dates_in_order import DatesOutOfOrder
from sle_broker.designations.designation import LeaderKind
from sle_broker.designations.leader import Leader, NotReleasedHalfSaid
from tests.sle_broker.builders import HOME_URN, an_id

FIRST, LAST = date(2015, 1, 12), date(2015, 3, 27)


def a_leader(**facts: Any) -> Leader:
    return Leader(an_id(2), LeaderKind.SLE, "Asha Bell", HOME_URN, frozenset(), **facts)


@pytest.mark.parametrize(
    ("from_on", "to_on", "is_released"),
    [
        (FIRST, LAST, False),
        (date(2014, 9, 1), date(2015, 8, 31), False),
        (date(2015, 1, 13), LAST, True),
        (FIRST, date(2015, 3, 26), True),
        (None, None, True),
    ],
)
def test_a_leader_is_released_unless_the_home_school_needs_them_on_every_day(
    from_on: date | None, to_on: date | None, is_released: bool
) -> None:
    leader = a_leader(not_released_from_on=from_on, not_released_to_on=to_on)
    assert leader.is_released(FIRST, LAST) is is_released


def test_a_home_school_says_from_when_to_when_it_cannot_release() -> None:
    with pytest.raises(NotReleasedHalfSaid):
        a_leader(not_released_from_on=FIRST)
    with pytest.raises(DatesOutOfOrder):
        a_leader(not_released_from_on=LAST, not_released_to_on=FIRST)
