"""Trainees of an academic year: how many completed their training, and how many of them were employed early."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from kpi_service.measures.rate import Rate
from kpi_service.measures.target import Target, judge
from kpi_service.measures.year_on_year import JudgedYears, YearOnYear
from kpi_service.official_files.file_year import FileYear

TEACHERS_COUNTING_RULE = (
    "those who completed a programme that is not initial teacher training, such as professional development or "
    "leadership, in the last academic year that had ended by the day, as the programme runs add up"
)
COUNTING_RULE = (
    "those who completed initial teacher training in the last academic year that had ended by the day; what was handed "
    "in for an alliance and year stands before what its programme runs add up to"
)


@dataclass(frozen=True)
class ProgrammeRun:
    """What a run of a programme adds up to, in people; each telling is whole and stands in place of the one before.
    `employed_early` are out of the `employment_known`, who are out of the `completed`."""

    programme_run_id: UUID
    alliance_id: UUID
    programme_kind: str
    trains_teachers: bool
    academic_year: str
    completed: int
    employment_known: int
    employed_early: int
    recorded_at: datetime


@dataclass(frozen=True)
class TraineeFigure:
    """An alliance's trainees of one year: `counted` of them, of `people` where it is a share. Either it was handed in,
    and `upload_id` and `line` say where, or it was added up over `programme_run_ids`."""

    year: FileYear
    counted: int
    people: int | None
    upload_id: UUID | None
    line: int | None
    programme_run_ids: Sequence[UUID]


def trained(figures: Sequence[TraineeFigure], year: FileYear) -> YearOnYear:
    """How many were trained in the year and in the one before; None of a year of which nothing is known."""
    by_year = {figure.year: Fraction(figure.counted) for figure in figures}
    return YearOnYear(by_year.get(year), by_year.get(year.before))


def employed_early(figures: Sequence[TraineeFigure], year: FileYear) -> Rate:
    """The share of the year's trainees that were employed early, of those of whom it is known."""
    found = next((figure for figure in figures if figure.year == year), None)
    return Rate(0, 0) if found is None else Rate(found.counted, found.people or 0)


@dataclass(frozen=True)
class TrainedNationally:
    """Trainees of all alliances together, of those of each cohort, and of each alliance."""

    total: YearOnYear
    cohorts: Mapping[int, YearOnYear]
    alliances: Mapping[UUID, YearOnYear]


def judged(target: Target, years: YearOnYear, *, as_of: date, today: date) -> JudgedYears:
    """Up on the year before, or not. Source: KPI A2 to 30 June 2014, B5."""
    return JudgedYears(years, judge(target, years.value, years.previous_value, as_of=as_of, today=today))
