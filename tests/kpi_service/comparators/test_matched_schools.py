"""Which schools are matched with an alliance's: the rule alone."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_service.comparator_versions.comparator_version import MatchingRule, Variable
from kpi_service.comparators.matched_schools import (
    MatchableSchool,
    MatchedSchools,
    Pool,
    SchoolColumns,
    match_schools,
)
from kpi_service.inspections.change import GradePair
from kpi_service.official_files.cell import Grade

RULE = MatchingRule(3, tuple(Variable), Decimal(1))


def school(
    urn: str,
    pupils: int | None = 200,
    percent: int | None = 20,
    *,
    starting: int | None = 3,
    latest: int = 2,
    phase: str | None = "Primary",
    region: str | None = "South West",
) -> MatchableSchool:
    """A school that is like every other, but for what is said of it."""
    pair = GradePair(urn, Grade(latest), None if starting is None else Grade(starting))
    return MatchableSchool(pair, phase, region, pupils, None if percent is None else float(percent))


def pool_of(others: Sequence[MatchableSchool]) -> Pool:
    """Schools that may all be chosen, laid out in columns."""
    told = sorted(others, key=lambda other: other.urn)
    columns = SchoolColumns(
        urns=[other.urn for other in told],
        may_be_chosen=np.ones(len(told), dtype=bool),
        latest=np.array([other.grades.latest for other in told], dtype=float),
        starting=np.array([other.grades.starting for other in told], dtype=float),
        phases=np.array([other.phase or "" for other in told], dtype=str),
        regions=np.array([other.region or "" for other in told], dtype=str),
        variables={each: np.array([getattr(other, each) for other in told], dtype=float) for each in Variable},
        places={other.urn: place for place, other in enumerate(told)},
    )
    return Pool(columns, RULE)


def chosen(matched: MatchedSchools) -> dict[str, list[str]]:
    """The URNs that were chosen for each."""
    return {each.school.urn: [match.school.urn for match in each.matches] for each in matched.schools}


SPREAD = [school("800", 0, 0, phase="Nursery"), school("900", 1000, 100, phase="Nursery")]
"""Two schools unlike every other and one another, so that a standard deviation is large."""


def test_the_nearest_of_the_same_starting_grade_and_phase_are_chosen() -> None:
    others = [
        school("201", 230),
        school("202", 210),
        school("203", 200, starting=2),
        school("204", 200, phase="Secondary"),
        school("205", 220),
        school("206", 240),
    ]
    assert chosen(match_schools([school("100")], pool_of(others + SPREAD))) == {"100": ["202", "205", "201"]}


def test_a_school_of_the_same_region_goes_before_a_nearer_one_elsewhere() -> None:
    others = [school("201", 201, region="London"), school("202", 260), school("203", region=None)]
    matched = match_schools([school("100")], pool_of(others + SPREAD))
    assert chosen(matched) == {"100": ["202", "203", "201"]}
    assert [match.same_region for match in matched.schools[0].matches] == [True, False, False]
    assert matched.same_region_after == 1 / 3


def test_none_beyond_the_caliper_is_taken_even_where_there_is_no_other() -> None:
    assert chosen(match_schools([school("100", 2000)], pool_of([school("201", 0), school("202", 1000)]))) == {"100": []}


def test_of_equally_near_schools_the_lower_urn_is_chosen() -> None:
    others = [school(urn) for urn in ("205", "203", "201", "204", "202")]
    matched = match_schools([school("101"), school("100")], pool_of(others))
    assert chosen(matched) == {"100": ["201", "203", "205"], "101": ["202", "204"]}


def test_every_school_has_its_first_match_before_any_has_its_second() -> None:
    others = [school("201"), school("202", 210)]
    matched = match_schools([school("100"), school("101", 250)], pool_of(others + SPREAD))
    assert chosen(matched) == {"100": ["201"], "101": ["202"]}


def test_what_is_not_known_is_said_and_not_filled() -> None:
    others = [school("201"), school("202", percent=None), school("203", starting=None, phase=None)]
    matched = match_schools([school("100", pupils=None), school("101")], pool_of(others))
    assert [(each.school.urn, each.missing) for each in matched.schools] == [("100", ("pupils",)), ("101", ())]
    assert chosen(matched) == {"100": [], "101": ["201"]}
    assert matched.left_out == {"disadvantaged_percent": 1, "starting_grade": 1, "phase": 1}
    assert matched.eligible == 1


def test_the_balance_is_in_standard_deviations_of_before() -> None:
    others = [school("201", 100), school("202", 300), school("203", 200)]
    size, disadvantage = match_schools([school("100", 200), school("101", 400)], pool_of(others)).balance
    assert (size.alliance_mean, size.mean_before) == (300, 200)
    spread = ((100**2 + 20000 / 3) / 2) ** 0.5
    assert size.difference_before is not None
    assert abs(size.difference_before - 100 / spread) < 1e-12
    assert (disadvantage.difference_before, disadvantage.difference_after) == (None, None)


def test_nobody_is_matched_with_nobody() -> None:
    assert match_schools([], pool_of([])).schools == []
    matched = match_schools([school("100")], pool_of([]))
    assert (chosen(matched), matched.same_region_after, matched.balance[0].mean_after) == ({"100": []}, None, None)


regions = st.sampled_from(["London", "South West", None])
schools = st.builds(
    school,
    st.integers(100_000, 999_999).map(str),
    st.none() | st.integers(0, 40).map(lambda number: number * 25),
    st.none() | st.integers(0, 20).map(lambda number: number * 5),
    starting=st.none() | st.integers(2, 3),
    phase=st.sampled_from(["Primary", "Secondary", None]),
    region=regions,
)
alliances = st.lists(schools, max_size=12, unique_by=lambda school: school.urn)
others = st.lists(schools, max_size=60, unique_by=lambda school: school.urn)


@given(alliances, others, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_matches_are_the_same_in_any_order_never_reused_never_of_the_alliance_and_always_alike(
    own: list[MatchableSchool], pool: list[MatchableSchool], chance: Random
) -> None:
    matched = match_schools(own, pool_of(pool))
    shuffled = [sorted(each, key=lambda _: chance.random()) for each in (own, pool)]
    assert match_schools(shuffled[0], pool_of(shuffled[1])) == matched
    taken = [match.school.urn for each in matched.schools for match in each.matches]
    assert len(set(taken)) == len(taken)
    assert not set(taken) & {school.urn for school in own}
    for each in matched.schools:
        for match in each.matches:
            assert match.distance <= RULE.caliper
            assert not match.school.missing(RULE)
            assert (match.school.grades.starting, match.school.phase) == (
                each.school.grades.starting,
                each.school.phase,
            )


@given(alliances, others)
@settings(max_examples=150, deadline=None)
def test_the_rule_in_plain_python_chooses_the_same(own: list[MatchableSchool], pool: list[MatchableSchool]) -> None:
    laid_out = pool_of(pool)
    expected: dict[str, list[str]] = {school.urn: [] for school in own}
    matched = match_schools(own, laid_out)
    free = {school.urn: school for school in pool if not school.missing(RULE)}
    for urn in expected:
        free.pop(urn, None)
    for nth in range(RULE.schools_each):
        waiting = {
            school.urn: school for school in own if not school.missing(RULE) and len(expected[school.urn]) == nth
        }
        while True:
            possible = [
                (school.region is None or school.region != other.region, _apart(school, other, laid_out), urn, number)
                for urn, school in waiting.items()
                for number, other in free.items()
                if (school.grades.starting, school.phase) == (other.grades.starting, other.phase)
            ]
            possible = [pair for pair in possible if pair[1] <= 1]
            if not possible:
                break
            *_, urn, number = min(possible)
            expected[urn].append(number)
            del free[number], waiting[urn]
    assert chosen(matched) == expected


def _apart(school: MatchableSchool, other: MatchableSchool, pool: Pool) -> float:
    """The distance, in the order of sums that the library has."""
    total = 0.0
    for spread, variable in zip(pool.spread.tolist(), Variable, strict=True):
        difference = float(getattr(school, variable)) / spread - float(getattr(other, variable)) / spread
        total += difference * difference
    return float(total**0.5)
