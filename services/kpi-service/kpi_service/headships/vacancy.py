"""Headships counted in a school this year and the year before, and the vacancy rate of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kpi_service.measures.rate import Rate
from kpi_service.measures.year_on_year import YearOnYear

COUNTING_RULE = (
    "each school's last count in the twelve months up to the day, and in the twelve months before those, across the "
    "URNs it has had; a school that was not counted in both is in neither"
)


@dataclass(frozen=True)
class HeadshipCount:
    """Whether there was a vacancy on the day of a count: the URN it was counted under, and the file and line it was
    read from."""

    given_to: str
    counted_on: date
    is_vacant: bool
    upload_id: UUID
    line: int


@dataclass(frozen=True)
class CountedSchool:
    """A school with its last count of each of the two years; None where there is none."""

    urn: str
    latest: HeadshipCount | None
    previous: HeadshipCount | None

    @property
    def is_counted(self) -> bool:
        """Whether it is in the rates."""
        return self.latest is not None and self.previous is not None


@dataclass(frozen=True)
class VacancyRates:
    """The vacant headships of those counted, on the day and a year before."""

    rate: Rate
    previous_rate: Rate

    @property
    def year_on_year(self) -> YearOnYear:
        """The two percentages: a fall is an improvement. Source: KPI B6. They are of the same schools, so the change is
        more certain than its interval says, never less."""
        now, before = self.rate.estimate, self.previous_rate.estimate
        estimates = None if now is None or before is None else (now, before)
        return YearOnYear(self.rate.percent, self.previous_rate.percent, estimates)


def vacancy_rates(schools: Sequence[CountedSchool]) -> VacancyRates:
    """Each school that was counted in both years once."""
    pairs = [(school.latest, school.previous) for school in schools if school.latest and school.previous]
    vacant, vacant_before = (sum(pair[nth].is_vacant for pair in pairs) for nth in (0, 1))
    return VacancyRates(Rate(vacant, len(pairs)), Rate(vacant_before, len(pairs)))
