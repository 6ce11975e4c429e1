"""Published figures against whole numbers."""

from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_service.claims.claim import Claim, Figure, FigureMissing, check, nearest_percents

PERCENTS = st.decimals(min_value=0, max_value=120, places=1) | st.integers(0, 120).map(Decimal)


def percent(written: str) -> Figure:
    return Figure(Decimal(written))


def possible_counts(written: str, base: int) -> list[int]:
    return check(Claim(base, (percent(written),))).sums.listed()


@pytest.mark.parametrize(
    ("written", "base", "counts"),
    [
        ("98", 24, []),
        ("96", 24, [23]),
        ("83", 36, [30]),
        ("100", 24, [24]),
        ("0", 24, [0]),
        ("0", 500, [0, 1, 2]),
        ("67", 30, [20]),
        ("23", 30, [7]),
        ("101", 24, []),
    ],
)
def test_a_percentage_is_possible_where_a_whole_number_rounds_to_it(written: str, base: int, counts: list[int]) -> None:
    assert possible_counts(written, base) == counts


def test_a_half_may_have_been_rounded_either_way() -> None:
    assert possible_counts("12", 8) == possible_counts("13", 8) == [1]


def test_a_percentage_is_as_exact_as_it_is_written() -> None:
    assert possible_counts("33", 200) == [65, 66, 67]
    assert possible_counts("33.0", 200) == [66]
    assert possible_counts("33.3", 200) == []


def rounds_to(count: int, base: int, written: Decimal) -> bool:
    exact, step = Decimal(100 * count) / base, Decimal(1).scaleb(int(written.as_tuple().exponent))
    return written in {exact.quantize(step, way) for way in (ROUND_HALF_UP, ROUND_HALF_DOWN)}


@given(PERCENTS, st.integers(1, 300))
def test_the_counts_are_those_that_counting_through_finds(written: Decimal, base: int) -> None:
    counts = check(Claim(base, (Figure(written),))).sums.listed()
    assert counts == [count for count in range(base + 1) if rounds_to(count, base, written)]


@given(st.lists(st.integers(0, 100).map(Decimal), min_size=1, max_size=3), st.integers(1, 12), st.integers(0, 12))
def test_parts_come_to_their_total_where_some_choice_of_numbers_does(
    parts: list[Decimal], base: int, total: int
) -> None:
    checked = check(Claim(base, tuple(map(Figure, parts)), Figure(count=total)))
    choices = product(*(possible_counts(str(part), base) for part in parts))
    assert checked.is_possible == (total <= base and any(sum(choice) == total for choice in choices))


def test_a_count_beside_its_percentage_must_be_one_that_gives_it() -> None:
    assert check(Claim(36, (Figure(Decimal(83), 30),))).is_possible
    assert not check(Claim(36, (Figure(Decimal(83), 31),))).is_possible


def test_a_part_larger_than_the_whole_is_not_possible() -> None:
    assert not check(Claim(24, (Figure(count=25),))).is_possible


def test_parts_that_are_possible_each_by_itself_need_not_sum() -> None:
    halves = check(Claim(3, (percent("67"), percent("67")), Figure(Decimal(100))))
    assert [part.listed() for part in halves.parts] == [[2], [2]]
    assert not halves.is_possible


def test_without_a_total_the_parts_stay_within_the_base() -> None:
    assert check(Claim(36, (Figure(count=15), Figure(count=15)))).sums.listed() == [30]
    assert not check(Claim(36, (Figure(count=20), Figure(count=17)))).is_possible


def test_what_the_figure_could_have_been_stands_on_either_side_of_it() -> None:
    near = nearest_percents(Decimal(98), 24)
    assert [(count, round(float(exact), 2)) for count, exact in near] == [(23, 95.83), (24, 100.0)]
    assert [count for count, _ in nearest_percents(Decimal(50), 24)] == [12]
    assert [count for count, _ in nearest_percents(Decimal(120), 24)] == [24]


def test_a_figure_says_something() -> None:
    with pytest.raises(FigureMissing):
        Figure()
