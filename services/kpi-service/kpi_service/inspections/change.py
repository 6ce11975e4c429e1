"""An inspection and the one before it: whether a school improved, and of how many schools that is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from kpi_service.measures.rate import Rate
from kpi_service.official_files.cell import Grade

PAIRING_RULE = (
    "a school's latest graded inspection and the one before it, across the URNs it has had; satisfactory and requires "
    "improvement are the same grade, and dates within a week are one inspection"
)


class Judgement(StrEnum):
    """What was graded."""

    OVERALL = "overall"
    TEACHING = "teaching"
    LEADERSHIP = "leadership"


class Change(StrEnum):
    """How a school's latest inspection stands to the one before. The last two have nothing to compare, and are outside
    numerator and denominator."""

    IMPROVED = "improved"
    MAINTAINED = "maintained"
    DECLINED = "declined"
    FIRST_INSPECTION = "first_inspection"
    NOT_INSPECTED = "not_inspected"


@dataclass(frozen=True)
class GradedInspection:
    """A graded inspection behind a result: the URN it was given to, and the file and line it was read from. `via` are
    the URNs by which it came to the school from a predecessor, nearest first; empty where it is the school's own."""

    urn: str
    inspected_on: date
    grade: Grade
    upload_id: UUID
    line: int
    via: tuple[str, ...] = ()


@dataclass(frozen=True)
class GradePair:
    """A school's latest grade up to a day, and the starting grade: that of the inspection before it."""

    urn: str
    latest: Grade | None
    starting: Grade | None

    @property
    def change(self) -> Change:
        """The lower number is the better grade. Source: KPI A3, A6, B2 to B4."""
        if self.latest is None:
            return Change.NOT_INSPECTED
        if self.starting is None:
            return Change.FIRST_INSPECTION
        if self.latest == self.starting:
            return Change.MAINTAINED
        return Change.IMPROVED if self.latest < self.starting else Change.DECLINED

    @property
    def is_good(self) -> bool | None:
        """Whether the latest grade is good or outstanding; None where there is none."""
        return None if self.latest is None else self.latest <= Grade.GOOD

    @property
    def could_improve(self) -> bool:
        """Whether there was a better grade than the starting one: outstanding is the best there is."""
        return self.starting is not None and self.starting is not Grade.OUTSTANDING


@dataclass(frozen=True)
class InspectedSchool:
    """A school with its latest graded inspection up to a day, and the one before it."""

    urn: str
    latest: GradedInspection | None
    previous: GradedInspection | None

    @property
    def grades(self) -> GradePair:
        """The two grades alone."""
        latest, previous = self.latest, self.previous
        return GradePair(self.urn, latest.grade if latest else None, previous.grade if previous else None)

    @property
    def change(self) -> Change:
        """How the latest stands to the one before."""
        return self.grades.change

    @property
    def could_improve(self) -> bool:
        """Whether there was a better grade than the one before."""
        return self.grades.could_improve


@dataclass(frozen=True)
class ChangeCount:
    """How many schools changed how. `could_improve` of the pairs began below outstanding."""

    improved: int = 0
    maintained: int = 0
    declined: int = 0
    first_inspection: int = 0
    not_inspected: int = 0
    could_improve: int = 0

    @property
    def of_all_pairs(self) -> Rate:
        """The improved, of all schools with two inspections."""
        return Rate(self.improved, self.improved + self.maintained + self.declined)

    @property
    def percent(self) -> Fraction | None:
        """What they are in per cent."""
        return self.of_all_pairs.percent

    @property
    def of_those_that_could(self) -> Rate:
        """The improved, of those that had a better grade left to reach."""
        return Rate(self.improved, self.could_improve)


@dataclass(frozen=True)
class GradeCounts:
    """How many schools changed how in each judgement, and how many are good or outstanding overall."""

    changes: Mapping[Judgement, ChangeCount]
    rated_good: Rate

    @classmethod
    def of_no_school(cls) -> "GradeCounts":
        """What is counted where there is no school."""
        return cls(dict.fromkeys(Judgement, ChangeCount()), Rate(0, 0))


def count_changes(schools: Iterable[GradePair | InspectedSchool]) -> ChangeCount:
    """Each school once."""
    counts = dict.fromkeys(Change, 0)
    could_improve = 0
    for school in schools:
        counts[school.change] += 1
        could_improve += school.could_improve
    return ChangeCount(**{change.value: count for change, count in counts.items()}, could_improve=could_improve)


def rated_good(schools: Iterable[GradePair]) -> Rate:
    """The schools that are good or outstanding, of those with a grade: each school once."""
    graded = [school.is_good for school in schools if school.is_good is not None]
    return Rate(sum(graded), len(graded))
