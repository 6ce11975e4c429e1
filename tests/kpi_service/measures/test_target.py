"""Targets, and what is said of a figure set against one."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from kpi_service.measures.target import (
    Comparator,
    Direction,
    ResultState,
    Target,
    TargetRule,
    TargetValueMisplaced,
    is_supported,
    judge,
    year_before,
)

TODAY = date(2015, 3, 20)
HALF = Target(TargetRule.AT_LEAST, Comparator.FIXED, Direction.UP, Decimal(50))
MORE = Target(TargetRule.GREATER_THAN, Comparator.PREVIOUS_YEAR, Direction.UP)
FEWER = Target(TargetRule.GREATER_THAN, Comparator.PREVIOUS_YEAR, Direction.DOWN)
TWICE = Target(TargetRule.DOUBLE, Comparator.GROUP, Direction.UP)
TWICE_DOWN = Target(TargetRule.DOUBLE, Comparator.GROUP, Direction.DOWN)
IN_LINE = Target(TargetRule.IN_LINE_WITH, Comparator.AGREED_TARGET, Direction.UP)
NO_MORE = Target(TargetRule.AT_LEAST, Comparator.PREVIOUS_YEAR, Direction.DOWN)


def said_of(target: Target, figure: Fraction | int | None, against: Fraction | int | None) -> ResultState:
    def exact(number: Fraction | int | None) -> Fraction | None:
        return None if number is None else Fraction(number)

    return judge(target, exact(figure), exact(against), as_of=TODAY, today=TODAY)


def test_at_least_half_is_met_by_exactly_half() -> None:
    assert said_of(HALF, 50, 50) is ResultState.MET


def test_a_figure_that_only_rounds_to_half_is_not_half() -> None:
    assert said_of(HALF, Fraction(499_999, 10_000), 50) is ResultState.NOT_MET


def test_as_many_as_the_year_before_is_not_more() -> None:
    assert said_of(MORE, 12, 12) is ResultState.NOT_MET
    assert said_of(MORE, 13, 12) is ResultState.MET


def test_where_down_is_good_fewer_is_better() -> None:
    assert said_of(FEWER, 11, 12) is ResultState.MET
    assert said_of(FEWER, 12, 12) is ResultState.NOT_MET
    assert said_of(NO_MORE, 12, 12) is ResultState.MET
    assert said_of(NO_MORE, 13, 12) is ResultState.NOT_MET


def test_where_down_is_good_double_is_a_fall_twice_as_steep() -> None:
    assert said_of(TWICE_DOWN, -20, -10) is ResultState.MET
    assert said_of(TWICE_DOWN, -19, -10) is ResultState.NOT_MET
    assert said_of(TWICE_DOWN, -20, 10) is ResultState.UNDEFINED
    assert said_of(TWICE, 20, -10) is ResultState.UNDEFINED


def test_in_line_is_within_the_tolerance_on_either_side() -> None:
    def in_line(figure: int) -> ResultState:
        return judge(IN_LINE, Fraction(figure), Fraction(10), as_of=TODAY, today=TODAY, tolerance=Fraction(2))

    assert [in_line(figure) for figure in (7, 8, 12, 13)] == [
        ResultState.NOT_MET,
        ResultState.MET,
        ResultState.MET,
        ResultState.NOT_MET,
    ]
    assert said_of(IN_LINE, 10, 10) is ResultState.MET


@pytest.mark.parametrize(("figure", "against"), [(None, 50), (50, None), (None, None)])
def test_without_a_figure_or_one_to_set_it_against_there_is_no_data(figure: int | None, against: int | None) -> None:
    assert said_of(HALF, figure, against) is ResultState.NO_DATA


def test_a_day_that_has_not_come_is_not_judged() -> None:
    tomorrow = date(2015, 3, 21)
    assert judge(HALF, Fraction(100), Fraction(50), as_of=tomorrow, today=TODAY) is ResultState.NOT_YET_DUE


def test_only_a_fixed_comparator_is_given_a_value() -> None:
    with pytest.raises(TargetValueMisplaced):
        Target(TargetRule.AT_LEAST, Comparator.FIXED, Direction.UP)
    with pytest.raises(TargetValueMisplaced):
        Target(TargetRule.AT_LEAST, Comparator.PREVIOUS_YEAR, Direction.UP, Decimal(50))


def test_the_year_before_a_leap_day_ends_in_february_too() -> None:
    assert year_before(date(2016, 2, 29)) == date(2015, 2, 28)
    assert year_before(date(2016, 3, 1)) == date(2015, 3, 1)


@pytest.mark.parametrize(
    ("target", "state", "between", "against", "supported"),
    [
        (HALF, ResultState.MET, (50, 80), 50, True),
        (HALF, ResultState.MET, (49, 80), 50, False),
        (HALF, ResultState.NOT_MET, (10, 49), 50, True),
        (FEWER, ResultState.MET, (10, 19), 20, True),
        (FEWER, ResultState.MET, (10, 20), 20, False),
        (TWICE, ResultState.MET, (40, 90), 20, True),
        (TWICE, ResultState.MET, (39, 90), 20, False),
        (IN_LINE, ResultState.NOT_MET, (10, 30), 20, False),
        (IN_LINE, ResultState.NOT_MET, (21, 30), 20, True),
        (TWICE, ResultState.UNDEFINED, (10, 30), 0, None),
        (HALF, ResultState.NO_DATA, (10, 30), None, None),
    ],
)
def test_a_verdict_is_supported_where_it_holds_throughout_the_interval(
    target: Target, state: ResultState, between: tuple[int, int], against: int | None, supported: bool | None
) -> None:
    low, high = map(Fraction, between)
    assert is_supported(target, state, (low, high), None if against is None else Fraction(against)) is supported
