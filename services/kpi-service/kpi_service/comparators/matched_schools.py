"""Matched schools: for each school of an alliance the schools in no alliance that are most like it.

A school is matched with those of the same starting grade and phase. Among them the nearest are taken: by size and by
disadvantage, both measured in standard deviations of the schools that may be chosen; those of the same region first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from kpi_service.comparator_versions.comparator_version import MatchingRule, Variable
from kpi_service.inspections.change import ChangeCount, GradePair, count_changes
from kpi_service.official_files.cell import Grade

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]
Kind = tuple[Grade | None, str | None]


def numbers(column: Sequence[float | None]) -> Numbers:
    """A column of numbers, NaN where one is not known."""
    return np.array(column, dtype=float)


def words(column: Sequence[str | None]) -> Words:
    """A column of words, "" where one is not known."""
    return np.array([word or "" for word in column], dtype=str)


def flags(column: Sequence[bool]) -> Flags:
    """A column of what is so and what is not."""
    return np.array(column, dtype=bool)


@dataclass(frozen=True)
class MatchableSchool:
    """What is known of a school on the day; None where nothing is."""

    grades: GradePair
    phase: str | None
    region: str | None
    pupils: int | None
    disadvantaged_percent: float | None

    @property
    def urn(self) -> str:
        """The school's number."""
        return self.grades.urn

    def missing(self, rule: MatchingRule) -> tuple[str, ...]:
        """What would have to be known to match it. Nothing is filled in; without a region it is in nobody's region."""
        needed = {"starting_grade": self.grades.starting, "phase": self.phase}
        needed |= {variable.value: getattr(self, variable) for variable in rule.variables}
        return tuple(name for name, value in needed.items() if value is None)


@dataclass(frozen=True)
class Match:
    """A school in no alliance, and how far it is from the one it was chosen for, in standard deviations."""

    school: MatchableSchool
    distance: float
    same_region: bool


@dataclass(frozen=True)
class SchoolAndMatches:
    """A school of the alliance, what is missing to match it, and the schools chosen for it, nearest first."""

    school: MatchableSchool
    missing: tuple[str, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class Balance:
    """How alike the schools are in one thing. The standardised differences are the alliance's mean less that of the
    others, in standard deviations: before, of all that could be chosen; after, of those that were. None where there is
    nobody, or where all are the same."""

    variable: Variable
    alliance_mean: float | None
    mean_before: float | None
    mean_after: float | None
    difference_before: float | None
    difference_after: float | None


@dataclass(frozen=True)
class MatchedSchools:
    """The matched schools of an alliance. `left_out` says how many schools in no alliance could not be chosen because
    something was missing; the shares are of pairs of schools that are in the same region."""

    schools: Sequence[SchoolAndMatches]
    eligible: int
    left_out: Mapping[str, int]
    balance: Sequence[Balance]
    same_region_before: float | None
    same_region_after: float | None

    @property
    def count(self) -> ChangeCount:
        """How many of the matched schools changed how."""
        return count_changes(match.school.grades for school in self.schools for match in school.matches)


@dataclass(frozen=True)
class SchoolColumns:
    """What is known of every school on the day, in the order of their URNs: a column for each thing, NaN or "" where it
    is not known. `may_be_chosen` are those in no alliance that are open."""

    urns: Sequence[str]
    may_be_chosen: Flags
    latest: Numbers
    starting: Numbers
    phases: Words
    regions: Words
    variables: Mapping[Variable, Numbers]
    places: Mapping[str, int]

    def describe(self, grades: GradePair) -> MatchableSchool:
        """A school that has these grades, with what is known of it; of one that nothing is known of, nothing."""
        place = self.places.get(grades.urn)
        if place is None:
            return MatchableSchool(grades, None, None, None, None)
        pupils, percent = (_known(self.variables[variable][place]) for variable in Variable)
        return MatchableSchool(
            grades,
            str(self.phases[place]) or None,
            str(self.regions[place]) or None,
            None if pupils is None else int(pupils),
            percent,
        )

    def school(self, place: int) -> MatchableSchool:
        """The school in a place, with its own grades."""
        latest, starting = (_known(grades[place]) for grades in (self.latest, self.starting))
        return self.describe(GradePair(self.urns[place], _grade(latest), _grade(starting)))


class Pool:
    """The schools that may be chosen, laid out to be searched for many alliances. None may be in an alliance."""

    def __init__(self, schools: SchoolColumns, rule: MatchingRule) -> None:
        """Those of which something is missing are counted, and left out."""
        self.schools, self.rule = schools, rule
        columns = [schools.variables[variable] for variable in rule.variables]
        missing = {"starting_grade": np.isnan(schools.starting), "phase": schools.phases == ""}
        missing |= {variable.value: np.isnan(schools.variables[variable]) for variable in rule.variables}
        left_out = {name: int((flags & schools.may_be_chosen).sum()) for name, flags in missing.items()}
        self.left_out = {name: count for name, count in left_out.items() if count}
        self.places = np.flatnonzero(schools.may_be_chosen & ~np.any(list(missing.values()), axis=0))
        self.every_value = np.column_stack(columns)
        self.values = self.every_value[self.places]
        spread = self.values.std(axis=0) if self.places.size else np.ones(len(columns))
        self.spread = np.where(spread > 0, spread, 1.0)
        regions = Counter(schools.regions[self.places].tolist())
        self.share_of_region = {region: count / self.places.size for region, count in regions.items() if region}
        self._alike: dict[Kind, Places] = {}

    def alike(self, kind: Kind) -> Places:
        """The places of those of a kind."""
        if kind not in self._alike:
            starting, phase = kind
            of_kind = (self.schools.starting[self.places] == starting) & (self.schools.phases[self.places] == phase)
            self._alike[kind] = self.places[of_kind]
        return self._alike[kind]


def kind_of(school: MatchableSchool) -> Kind:
    """What two schools must have in common: the starting grade and the phase."""
    return school.grades.starting, school.phase


def values_of(schools: Sequence[MatchableSchool], rule: MatchingRule) -> Numbers:
    """One row for each school, one column for each variable."""
    rows = [[float(getattr(school, variable)) for variable in rule.variables] for school in schools]
    return np.array(rows, dtype=float).reshape(len(schools), len(rule.variables))


def match_schools(schools: Iterable[MatchableSchool], pool: Pool) -> MatchedSchools:
    """The matched schools of one alliance: no school is chosen twice, and none of its own.

    The closest pair of all is joined first, then the next closest, until every school has one match where there is one;
    then every school has its second, and so on. Of pairs that are equally close the one with the lower URNs goes first,
    so that the same facts always give the same matches, in whatever order they are told.
    """
    known = [(school, school.missing(pool.rule)) for school in sorted(schools, key=lambda school: school.urn)]
    places = pool.schools.places
    own = np.array([places[school.urn] for school, _ in known if school.urn in places], dtype=np.intp)
    together: dict[Kind, list[MatchableSchool]] = {}
    for school, missing in known:
        if not missing:
            together.setdefault(kind_of(school), []).append(school)
    chosen: dict[str, list[Match]] = {school.urn: [] for school, _ in known}
    for kind, group in together.items():
        alike = pool.alike(kind)
        _join(group, alike[~np.isin(alike, own)], pool, chosen)
    answer = [SchoolAndMatches(school, missing, tuple(chosen[school.urn])) for school, missing in known]
    complete = [school for group in together.values() for school in group]
    pairs = [(school.school, match) for school in answer for match in school.matches]
    shares = [pool.share_of_region.get(school.region or "", 0.0) for school in complete] if pool.places.size else []
    return MatchedSchools(
        schools=answer,
        eligible=len(pool.places),
        left_out=pool.left_out,
        balance=_balance(complete, [match.school for _, match in pairs], pool),
        same_region_before=float(np.mean(shares)) if shares else None,
        same_region_after=float(np.mean([match.same_region for _, match in pairs])) if pairs else None,
    )


def _join(group: Sequence[MatchableSchool], places: Places, pool: Pool, chosen: Mapping[str, list[Match]]) -> None:
    """Chooses for schools of one kind among the others of that kind."""
    closest = []
    # So many can be gone at most before the last school chooses: beyond them no candidate is ever looked at.
    enough = len(group) * pool.rule.schools_each
    caliper = float(pool.rule.caliper)
    distances = cdist(values_of(group, pool.rule) / pool.spread, pool.every_value[places] / pool.spread)
    regions = pool.schools.regions[places]
    for school, distance in zip(group, distances, strict=True):
        elsewhere = (regions != school.region) | (school.region is None)
        # A school elsewhere stands behind every one of the same region, which is within the caliper.
        order = np.where(distance <= caliper, distance + elsewhere * (caliper + 1), np.inf)
        farthest = np.partition(order, enough - 1)[enough - 1] if enough < len(order) else np.inf
        near = np.flatnonzero((order <= farthest) & np.isfinite(order))
        closest += [
            (float(order[at]), school.urn, int(places[at]), float(distance[at]), not elsewhere[at]) for at in near
        ]
    closest.sort()
    taken: set[int] = set()
    for nth in range(pool.rule.schools_each):
        for _, urn, place, apart, same_region in closest:
            if len(chosen[urn]) == nth and place not in taken:
                taken.add(place)
                chosen[urn].append(Match(pool.schools.school(place), apart, bool(same_region)))


def _balance(schools: Sequence[MatchableSchool], matches: Sequence[MatchableSchool], pool: Pool) -> Sequence[Balance]:
    own, after = values_of(schools, pool.rule), values_of(matches, pool.rule)
    table = []
    for column, variable in enumerate(pool.rule.variables):
        means = [_mean(values[:, column]) for values in (own, pool.values, after)]
        # The spread is that of before, for both: a difference must not grow because the matches are more alike.
        spread = (
            np.sqrt((own[:, column].var() + pool.values[:, column].var()) / 2) if len(own) and len(pool.values) else 0
        )
        table.append(Balance(variable, *means, *(_apart(means[0], mean, float(spread)) for mean in means[1:])))
    return table


def _mean(values: Numbers) -> float | None:
    return float(values.mean()) if len(values) else None


def _apart(one: float | None, other: float | None, spread: float) -> float | None:
    return None if one is None or other is None or spread == 0 else (one - other) / spread


def _known(number: np.float64) -> float | None:
    return None if np.isnan(number) else float(number)


def _grade(number: float | None) -> Grade | None:
    return None if number is None else Grade(int(number))
