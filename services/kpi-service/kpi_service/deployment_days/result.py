"""Days used on visits, and what they are set against."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.facts.fact import Visit
from kpi_service.measures.target import ResultState, year_before
from kpi_service.measures.year_on_year import YearOnYear
from kpi_service.official_files.file_year import FileYear
from kpi_service.verdicts.comparison import Comparison

COUNTING_RULE = (
    "days and half-days used on visits in the academic year up to the day, in deployments of leaders of the alliance, "
    "lent ones included; the year before up to the same day of it; an agreed target is due on the year's last day"
)


@dataclass(frozen=True)
class DaysUsed:
    """Days used on visits in an academic year up to a day, and in the one before up to the same day, and by how many
    leaders either were."""

    days: Fraction = Fraction(0)
    days_year_before: Fraction = Fraction(0)
    leaders: int = 0
    leaders_year_before: int = 0

    @property
    def figure(self) -> Fraction | None:
        """What is judged; nothing is where no visit of either year is known."""
        return self.days if self.leaders or self.leaders_year_before else None

    @property
    def year_on_year(self) -> YearOnYear:
        """The days of the two years."""
        return YearOnYear(self.days, self.days_year_before)


def days_used(visits: Collection[Visit], as_of: date) -> DaysUsed:
    """What the visits of the two years add up to."""
    days = (as_of, year_before(as_of))
    now, earlier = ([one for one in visits if _is_counted(one.visited_on, day)] for day in days)
    return DaysUsed(
        sum((Fraction(one.days) for one in now), Fraction(0)),
        sum((Fraction(one.days) for one in earlier), Fraction(0)),
        len({one.leader_id for one in now}),
        len({one.leader_id for one in earlier}),
    )


def added_days(each: Collection[DaysUsed]) -> DaysUsed:
    """The days of all alliances together: no leader is in two of them."""
    return DaysUsed(
        sum((one.days for one in each), Fraction(0)),
        sum((one.days_year_before for one in each), Fraction(0)),
        sum(one.leaders for one in each),
        sum(one.leaders_year_before for one in each),
    )


def _is_counted(visited_on: date, as_of: date) -> bool:
    return visited_on <= as_of and FileYear.having(visited_on) == FileYear.having(as_of)


@dataclass(frozen=True)
class DeploymentDaysResult:
    """How many days an alliance's leaders used on visits in the academic year of the day, up to it."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    year: FileYear
    used: DaysUsed
    comparison: Comparison
    state: ResultState
    visits: Sequence[Visit]
