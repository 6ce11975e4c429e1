"""When a success measure is met."""

from datetime import date
from decimal import Decimal

import pytest

from plans_api.success_measures.success_measure import (
    Actual,
    ActualSaidTwoWays,
    Condition,
    Direction,
    MoreThanAll,
    Verdict,
    newest,
    require_one_way,
    verdict_of,
)

DAY = date(2015, 7, 17)
EMPLOYED = Condition(1, Direction.AT_LEAST, Decimal(95))
GOOD = Condition(2, Direction.AT_LEAST, Decimal(95))


def share(numerator: int, denominator: int, as_of: date = DAY) -> Actual:
    return Actual(None, numerator, denominator, as_of)


def value(number: str, as_of: date = DAY) -> Actual:
    return Actual(Decimal(number), None, None, as_of)


@pytest.mark.parametrize(
    ("direction", "below", "at", "above"),
    [
        (Direction.AT_LEAST, False, True, True),
        (Direction.AT_MOST, True, True, False),
        (Direction.MORE_THAN, False, False, True),
        (Direction.LESS_THAN, True, False, False),
        (Direction.EXACTLY, False, True, False),
    ],
)
def test_a_target_may_be_of_every_kind(direction: Direction, below: bool, at: bool, above: bool) -> None:
    condition = Condition(1, direction, Decimal(5))
    assert [condition.holds(Decimal(number)) for number in (4, 5, 6)] == [below, at, above]


def test_a_joint_measure_is_not_met_by_one_half() -> None:
    both = [EMPLOYED, GOOD]
    assert verdict_of(both, {1: share(19, 20), 2: share(19, 20)}, None, DAY) is Verdict.MET
    assert verdict_of(both, {1: share(20, 20), 2: share(18, 20)}, None, DAY) is Verdict.NOT_MET
    assert verdict_of(both, {1: share(20, 20)}, None, DAY) is Verdict.NO_DATA
    assert verdict_of(both, {1: share(1, 20)}, None, DAY) is Verdict.NOT_MET


def test_a_share_is_compared_as_it_is_and_never_rounded() -> None:
    almost = [Condition(1, Direction.AT_LEAST, Decimal("66.67"))]
    assert verdict_of(almost, {1: share(2, 3)}, None, DAY) is Verdict.NOT_MET
    assert verdict_of([EMPLOYED], {1: share(0, 0)}, None, DAY) is Verdict.NO_DATA


def test_before_its_day_a_measure_is_met_or_not_due_yet() -> None:
    due = date(2015, 8, 31)
    assert verdict_of([EMPLOYED], {1: share(1, 20)}, due, DAY) is Verdict.NOT_YET_DUE
    assert verdict_of([EMPLOYED], {1: share(20, 20)}, due, DAY) is Verdict.MET
    assert verdict_of([EMPLOYED], {1: share(1, 20)}, due, due) is Verdict.NOT_MET


def test_of_the_latest_day_not_after_the_one_asked_for_the_last_recorded_counts() -> None:
    early, wrong, right = value("1", date(2015, 1, 1)), value("2"), value("3")
    recorded = [(1, wrong), (1, early), (1, right), (2, early)]
    assert newest(recorded, DAY) == {1: right, 2: early}
    assert newest(recorded, date(2015, 1, 1)) == {1: early, 2: early}
    assert newest(recorded, date(2014, 12, 31)) == {}


def test_what_was_reached_is_said_in_one_way() -> None:
    require_one_way(value=True, counts=(None, None), figure=False)
    require_one_way(value=False, counts=(19, 20), figure=False)
    require_one_way(value=False, counts=(None, None), figure=True)
    for said in ((True, (19, 20), False), (False, (None, None), False), (True, (19, None), False)):
        with pytest.raises(ActualSaidTwoWays):
            require_one_way(value=said[0], counts=said[1], figure=said[2])
    with pytest.raises(MoreThanAll):
        require_one_way(value=False, counts=(21, 20), figure=False)
