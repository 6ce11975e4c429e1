"""What is not shown outside the alliance it is of: figures of few, and others by which they could be worked out."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from uuid import UUID

from kpi_service.measures.target import ResultState
from kpi_service.measures.year_on_year import YearOnYear
from service_kit.suppression import Figure, hidden_figures

DEFAULT_MINIMUM_COUNT = 5
LEAST_MINIMUM_COUNT = 3


class Level(StrEnum):
    """Whose figure it is."""

    ALLIANCE = "alliance"
    COHORT = "cohort"
    NATION = "nation"


Whose = tuple[Level, UUID | int | None]
"""An alliance, a cohort by its number, or the nation."""

NATION: Whose = (Level.NATION, None)


@dataclass(frozen=True)
class Counted:
    """What an alliance's figure is counted from, in whole numbers: those in the numerator and the rest, or all of them
    where the figure is no share. No one is in two `parts`. The cohort is None where it is not known."""

    cohort: int | None
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Suppressed:
    """What stays suppressed. A share is shown where none of its `parts` is; of how many it is, in any case but that of
    the `totals`."""

    parts: frozenset[Whose] = frozenset()
    totals: frozenset[Whose] = frozenset()


def suppress(table: Mapping[UUID, Counted], minimum_count: int, owned: Collection[UUID] = ()) -> Suppressed:
    """What stays suppressed of a table of alliances with its cohorts and the nation, for somebody who owns the
    alliances in `owned`, and so knows what is left of a sum without them.

    A part of fewer than `minimum_count` is, nought included: that none of an alliance's are so, or all, says it of each
    of them. So is whatever it could be worked out by, from the sums over parts, alliances and cohorts. An alliance of
    which nothing is counted has nothing to hide. Source: rule 8 of the KPIs.
    """
    nodes = defaultdict[Hashable, int](count().__next__)
    of, figures = list[tuple[Whose, bool]](), list[Figure]()
    others = {key: row for key, row in table.items() if any(row.parts) and key not in owned}
    for whose, is_total, tail, head, value in _circulation(others):
        of.append((whose, is_total))
        figures.append(Figure(nodes[tail], nodes[head], value))
    too_small = [place for place, figure in enumerate(figures) if figure.value < minimum_count]
    hidden = [of[place] for place in hidden_figures(figures, too_small)]
    return Suppressed(
        parts=frozenset(whose for whose, is_total in hidden if not is_total),
        totals=frozenset(whose for whose, is_total in hidden if is_total),
    )


def suppress_together(
    tables: Sequence[Mapping[UUID, Counted]], minimum_count: int, owned: Collection[UUID] = ()
) -> Suppressed:
    """What stays suppressed where several tables, such as those of two years, are shown beside each other with the
    difference between them: whatever stays so in any of them."""
    each = [suppress(table, minimum_count, owned) for table in tables]
    return Suppressed(
        parts=frozenset().union(*(one.parts for one in each)),
        totals=frozenset().union(*(one.totals for one in each)),
    )


def suppress_years(
    alliances: Mapping[UUID, YearOnYear], cohort_of: Mapping[UUID, int | None], minimum_count: int
) -> Suppressed:
    """What stays suppressed of the counts of two years, shown beside each other."""
    years = (
        {key: one.value for key, one in alliances.items()},
        {key: one.previous_value for key, one in alliances.items()},
    )
    return suppress_together(
        [{key: Counted(cohort_of.get(key), (int(number or 0),)) for key, number in year.items()} for year in years],
        minimum_count,
    )


def state_of_all(total: ResultState, cohorts: Iterable[ResultState]) -> ResultState:
    """A target for every cohort is met when it is met in total **and** for each cohort. One that is suppressed may have
    failed: that is not told. Source: KPI A1, A2, B5, B7."""
    states = [total, *cohorts]
    if ResultState.NOT_MET in states:
        return ResultState.NOT_MET
    return ResultState.SUPPRESSED if ResultState.SUPPRESSED in states else total


def _circulation(table: Mapping[UUID, Counted]) -> Iterator[tuple[Whose, bool, Hashable, Hashable, int]]:
    """Every figure, whether it is a total, and the nodes it runs from and to. The nation's parts run to the cohorts',
    on to the alliances', and through each alliance into its total; totals run to the cohorts' and to the nation's."""
    sums = defaultdict[tuple[Whose, int | None], int](int)
    for alliance_id, row in table.items():
        alliance, cohort = (Level.ALLIANCE, alliance_id), (Level.COHORT, row.cohort)
        is_share = len(row.parts) > 1
        for part, value in enumerate(row.parts):
            yield alliance, False, (cohort, part), alliance if is_share else "all", value
            sums[cohort, part] += value
            sums[NATION, part] += value
        if is_share:
            yield alliance, True, alliance, (cohort, None), sum(row.parts)
            sums[cohort, None] += sum(row.parts)
            sums[NATION, None] += sum(row.parts)
    for (whose, summed), value in sums.items():
        inner, outer = (whose, summed), "all" if whose == NATION else (NATION, summed)
        is_total = summed is None
        yield whose, is_total, *((inner, outer) if is_total else (outer, inner)), value
