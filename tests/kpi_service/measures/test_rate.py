"""Rates: numerators, denominators, and how sure one may be of them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_service.measures.rate import Interval, Rate, shown


def test_nothing_of_nothing_is_no_percentage_and_not_one_of_zero() -> None:
    assert Rate(0, 0).percent is None
    assert Rate(0, 0).interval is None
    assert Rate(0, 3).percent == 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        # Computed apart from this code, from the published formula.
        (1, 2, "9.45", "90.55"),
        (0, 10, "0.00", "27.75"),
        (10, 10, "72.25", "100.00"),
        (15, 36, "27.14", "57.80"),
        (81, 263, "25.53", "36.62"),
    ],
)
def test_the_interval_is_wilsons(numerator: int, denominator: int, low: str, high: str) -> None:
    assert Rate(numerator, denominator).interval == Interval(Decimal(low), Decimal(high))


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_stays_between_0_and_100(parts: tuple[int, int]) -> None:
    rate = Rate(*parts)
    assert rate.interval is not None
    assert rate.percent is not None
    assert 0 <= rate.interval.low <= shown(rate.percent) <= rate.interval.high <= 100


def test_a_figure_is_shown_to_two_decimals_with_halves_away_from_zero() -> None:
    assert shown(Fraction(200, 3)) == Decimal("66.67")
    assert shown(Fraction(1, 200)) == Decimal("0.01")
    assert shown(Fraction(-1, 200)) == Decimal("-0.01")
    assert str(shown(Fraction(-1, 1000))) == "0.00"
