"""Nothing of few is shown outside the alliance it is of, and nothing by which it could be worked out."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kpi_service.verdicts.suppression import NATION, Counted, Level, Suppressed, Whose, suppress

Cell = tuple[Whose, int | None]
"""A figure: of whom, and which part; None for all parts together."""


def alliance(number: int) -> UUID:
    return UUID(int=number)


def of(number: int) -> Whose:
    return (Level.ALLIANCE, alliance(number))


def table(*rows: Counted) -> dict[UUID, Counted]:
    return {alliance(number): row for number, row in enumerate(rows)}


def figures_of(counted: Mapping[UUID, Counted]) -> dict[Cell, int]:
    """Every figure that whoever reads the table may be shown, added up by ourselves."""
    found = defaultdict[Cell, int](int)
    for alliance_id, row in counted.items():
        for whose in ((Level.ALLIANCE, alliance_id), (Level.COHORT, row.cohort), NATION):
            for part, value in enumerate(row.parts):
                found[whose, part] += value
            found[whose, None] += sum(row.parts)
    return found


def is_hidden(cell: Cell, suppressed: Suppressed, parts: int) -> bool:
    whose, part = cell
    return whose in (suppressed.totals if part is None and parts > 1 else suppressed.parts)


def worked_out(counted: Mapping[UUID, Counted], suppressed: Suppressed, owned: frozenset[UUID]) -> list[Cell]:
    """The figures of parts that have one value alone in all the tables of whole figures, none below nought, that agree
    with everything shown. Found by linear programming, which knows nothing of rings. A share is shown or not as one: a
    part is taken to be known where all parts of its row are."""
    figures = figures_of(counted)
    parts = len(next(iter(counted.values())).parts)
    places = {(key, part): place for place, (key, part) in enumerate((a, p) for a in counted for p in range(parts))}
    rows, sums = [], []
    for (whose, part), value in figures.items():
        if whose[1] in owned or not is_hidden((whose, part), suppressed, parts):
            row = np.zeros(len(places))
            for (key, one), place in places.items():
                is_of = whose in ((Level.ALLIANCE, key), (Level.COHORT, counted[key].cohort), NATION)
                row[place] = is_of and part in (one, None)
            rows.append(row)
            sums.append(value)
    pinned = []
    for cell in figures:
        whose, part = cell
        if part is None or whose[1] in owned or not is_hidden(cell, suppressed, parts):
            continue
        aim = np.zeros(len(places))
        for (key, one), place in places.items():
            aim[place] = one == part and whose in ((Level.ALLIANCE, key), (Level.COHORT, counted[key].cohort), NATION)
        least, most = (sign * _extreme(sign * aim, rows, sums) for sign in (1, -1))
        if most - least < 0.5:
            pinned.append(cell)
    return pinned


def _extreme(aim: Any, rows: list[Any], sums: list[int]) -> float:
    known: dict[str, Any] = {"A_eq": np.array(rows), "b_eq": sums} if rows else {}
    found = linprog(aim, bounds=(0, 10_000), method="highs", **known)
    assert found.fun is not None
    return float(found.fun)


COHORTS = st.sampled_from([None, 1, 1, 2, 3])
VALUES = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 30])


@st.composite
def tables(draw: st.DrawFn) -> dict[UUID, Counted]:
    """Up to seven alliances, with counts on either side of five."""
    parts = draw(st.integers(1, 2))
    return table(
        *(Counted(draw(COHORTS), tuple(draw(VALUES) for _ in range(parts))) for _ in range(draw(st.integers(1, 7))))
    )


@settings(max_examples=40, deadline=None)
@given(counted=tables(), owns=st.sets(st.integers(0, 6), max_size=2))
def test_nothing_suppressed_can_be_worked_out_and_nothing_of_few_is_shown(
    counted: dict[UUID, Counted], owns: set[int]
) -> None:
    owned = frozenset(map(alliance, owns)) & counted.keys()
    suppressed = suppress(counted, 5, owned)
    parts = len(counted[alliance(0)].parts)
    others = figures_of({key: row for key, row in counted.items() if key not in owned})
    for cell, value in others.items():
        assert value >= 5 or not others[cell[0], None] or is_hidden(cell, suppressed, parts), cell
    assert worked_out(counted, suppressed, owned) == []


def test_the_oracle_sees_a_figure_that_only_its_own_suppression_hides() -> None:
    counted = table(Counted(1, (3, 9)), Counted(1, (8, 7)), Counted(2, (9, 9)))
    assert worked_out(counted, Suppressed(parts=frozenset({of(0)})), frozenset()) != []
    assert worked_out(counted, suppress(counted, 5), frozenset()) == []


def test_a_second_alliance_hides_what_the_total_would_give_away() -> None:
    counted = table(*(Counted(1, (value,)) for value in (3, 12, 7, 40)))
    assert suppress(counted, 5).parts == {of(0), of(2)}


def test_the_only_alliance_of_a_cohort_takes_its_cohort_with_it() -> None:
    counted = table(Counted(1, (3,)), Counted(2, (6,)), Counted(2, (7,)), Counted(3, (100,)))
    assert suppress(counted, 5).parts == {of(0), (Level.COHORT, 1), (Level.COHORT, 2), of(1)}


def test_none_and_all_are_said_of_each_and_so_are_few() -> None:
    counted = table(Counted(1, (0, 12)), Counted(1, (12, 0)), Counted(1, (20, 20)), Counted(1, (20, 20)))
    suppressed = suppress(counted, 5)
    assert {of(0), of(1)} <= suppressed.parts
    assert not suppressed.totals, "of how many it is may be told"


def test_an_alliance_of_which_nothing_is_counted_has_nothing_to_hide() -> None:
    assert suppress(table(Counted(1, (0, 0)), Counted(1, (50, 50))), 5) == Suppressed()


def test_whoever_owns_an_alliance_knows_its_figure_and_so_it_hides_no_other() -> None:
    counted = table(Counted(1, (3,)), Counted(1, (7,)), Counted(1, (30,)))
    assert suppress(counted, 5).parts == {of(0), of(1)}
    assert suppress(counted, 5, [alliance(1)]).parts == {of(0), of(2)}
    assert of(0) not in suppress(counted, 5, [alliance(0)]).parts


@pytest.mark.parametrize("minimum_count", [3, 10])
def test_the_minimum_count_is_a_setting(minimum_count: int) -> None:
    counted = table(*(Counted(1, (value,)) for value in (minimum_count - 1, minimum_count, 90)))
    assert suppress(counted, minimum_count).parts == {of(0), of(1)}


def test_eight_hundred_alliances_are_a_matter_of_a_moment() -> None:
    numbers = count(7)
    counted = table(*(Counted(n % 9, (next(numbers) * 7 % 23, next(numbers) * 5 % 31)) for n in range(800)))
    assert len(suppress(counted, 5).parts) > 100
