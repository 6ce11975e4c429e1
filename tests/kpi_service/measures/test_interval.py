"""How certain a difference and a ratio of two shares are."""

from fractions import Fraction
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_service.measures.interval import Estimate, wilson

SHARES = st.integers(1, 400).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count)))


def share(reached: int, count: int) -> Estimate:
    return wilson(Fraction(reached, count), count)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # The cases (a), (b), (f) and (g) of Newcombe's paper of 1998 on differences, by his method 10.
        ((56, 70), (48, 80), 5.24, 33.39),
        ((9, 10), (3, 10), 17.05, 80.90),
        ((5, 56), (0, 29), -3.81, 19.26),
        ((0, 10), (0, 20), -16.11, 27.75),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = share(*one) - share(*other)
    assert (round(found.low, 2), round(found.high, 2)) == (low, high)


def may_be_nothing(one: Estimate, times: float, other: Estimate) -> bool:
    """Whether the interval of `one` less so many times the `other` holds nought, put together once more."""
    least, most = sorted((times * other.low, times * other.high))
    difference = one.value - times * other.value
    reach = hypot(one.value - one.low, most - times * other.value)
    if difference < 0:
        reach = hypot(one.high - one.value, times * other.value - least)
    return abs(difference) <= reach


@given(SHARES, SHARES, SHARES, SHARES)
def test_a_ratio_is_one_at_which_the_difference_may_be_nothing_and_those_beyond_are_none(
    one: tuple[int, int], other: tuple[int, int], first: tuple[int, int], second: tuple[int, int]
) -> None:
    for now, before in ((share(*one), share(*other)), (share(*one) - share(*other), share(*first) - share(*second))):
        change = now.change_percent(before)
        assert (change is None) == (before.low <= 0)
        if change is not None:
            assert change.low <= change.value + 1e-9 <= change.high + 2e-9
            step = 1e-6 * (1 + change.high - change.low)
            for end, outwards in ((change.low, -step), (change.high, step)):
                assert may_be_nothing(now, 1 + (end - outwards) / 100, before)
                assert not may_be_nothing(now, 1 + (end + outwards) / 100, before)


def test_nothing_of_few_may_have_been_more() -> None:
    change = share(0, 10).change_percent(share(5, 10))
    assert change is not None
    assert (change.value, change.low) == (-100, -100)
    assert change.high > -60


@pytest.mark.parametrize("count", range(1, 40))
def test_a_change_from_none_at_all_has_no_percentage(count: int) -> None:
    assert share(0, count).low == 0
    assert share(count, count).high == 100
    assert share(1, count).change_percent(share(0, count)) is None
