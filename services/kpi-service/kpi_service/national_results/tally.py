"""What is counted of one alliance or of all together, whatever a KPI counts, as it is set beside others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Self
from uuid import UUID

from kpi_service.attainment_changes.change import Topic, TopicSums
from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.deployment_days.result import DaysUsed
from kpi_service.headships.vacancy import VacancyRates
from kpi_service.inspections.change import ChangeCount
from kpi_service.measures.rate import Rate
from kpi_service.measures.school_count import SchoolCount
from kpi_service.measures.target import Comparator, ResultState, Target, judge
from kpi_service.measures.year_on_year import YearOnYear, judge_change
from kpi_service.official_files.attainment import Unit
from kpi_service.verdicts.suppression import Counted, Suppressed, suppress_together

Counts = Rate | ChangeCount | SchoolCount | VacancyRates | TopicSums | DaysUsed | YearOnYear | int
"""What the stores count, by what a KPI is of; two years' numbers are of trainees or teachers."""


@dataclass(frozen=True)
class Tally:
    """A share (`rate`), or figures of two years (`years`), or a number. A change is judged in per cent of the year
    before, anything else as it is. `tables` are the whole numbers it was counted from, those of two years apart."""

    figure: Fraction | None
    rate: Rate | None
    years: YearOnYear | None
    tables: tuple[tuple[int, ...], ...]
    is_change: bool = False

    def state(self, target: Target, against: YearOnYear | Fraction | None, *, as_of: date, today: date) -> ResultState:
        """How it stands to a comparator's figure, or to the comparator's two years."""
        if self.is_change and self.years is not None:
            return judge_change(target, self.years, against, as_of=as_of, today=today)
        other = against.value if isinstance(against, YearOnYear) else against
        return judge(target, self.figure, other, as_of=as_of, today=today)


def tally(counts: Counts) -> Tally:
    """What was counted, laid out alike."""
    match counts:
        case Rate():
            return Tally(counts.percent, counts, None, (_share(counts),))
        case ChangeCount():
            return tally(counts.of_all_pairs)
        case SchoolCount():
            return Tally(counts.figure, None, counts.years, ((counts.schools,), (counts.schools_year_before,)))
        case VacancyRates():
            years, both = counts.year_on_year, (_share(counts.rate), _share(counts.previous_rate))
            return Tally(years.change_percent, None, years, both, is_change=True)
        case TopicSums():
            years = counts.values
            return Tally(years.change_percent, None, years, _pupils(counts), is_change=True)
        case DaysUsed():
            # Days are of as few as the leaders are whose days they were.
            leaders = ((counts.leaders,), (counts.leaders_year_before,))
            return Tally(counts.figure, None, counts.year_on_year, leaders)
        case YearOnYear():
            numbers = (counts.value, counts.previous_value)
            return Tally(counts.value, None, counts, tuple((int(number or 0),) for number in numbers))
        case int():
            return Tally(Fraction(counts), None, None, ((counts,),))


def _share(rate: Rate) -> tuple[int, int]:
    return (rate.numerator, rate.denominator - rate.numerator)


def _pupils(sums: TopicSums) -> tuple[tuple[int, ...], ...]:
    """Of each figure and year the pupils who reached it and the others; where it is points, all pupils."""
    tables = []
    for figure in sums.topic.figures:
        for year in (sums.year, sums.year.before):
            found = sums.sums.get((figure, year))
            reached, pupils = (0, 0) if found is None else (round(found.numerator), found.pupils)
            tables.append((reached, pupils - reached) if sums.topic.unit is Unit.PERCENT else (pupils,))
    return tuple(tables)


@dataclass(frozen=True)
class Against:
    """One comparator, its figure, and what is said against it. `source` says where the figure was published, `version`
    which version of its rule held."""

    comparator: Comparator
    figure: Fraction | None
    state: ResultState
    source: str | None = None
    version: int | None = None

    @property
    def suppressed(self) -> Self:
        """The same where the figure that is set against it is not shown: neither is a year before of its own."""
        is_its_own = self.comparator is Comparator.PREVIOUS_YEAR
        return replace(self, state=ResultState.SUPPRESSED, figure=None if is_its_own else self.figure)


@dataclass(frozen=True)
class KpiTable:
    """One KPI, or one figure of it, of all alliances together and of each on a day; `nothing` is what is counted of an
    alliance that is not among them."""

    definition: KpiDefinition
    topic: Topic | None
    as_of: date
    data_as_of: datetime | None
    total: Tally
    alliances: Mapping[UUID, Tally]
    nothing: Tally
    cohort_of: Mapping[UUID, int | None] = field(default_factory=dict)

    def suppressed(self, minimum_count: int, owned: Collection[UUID] = ()) -> Suppressed:
        """What is not shown to somebody who owns the alliances in `owned`. The cohorts stand in `cohort_of` where their
        figures are shown too."""
        numbers = range(len(self.total.tables))
        tables = [
            {key: Counted(self.cohort_of.get(key), one.tables[number]) for key, one in self.alliances.items()}
            for number in numbers
        ]
        return suppress_together(tables, minimum_count, owned)


@dataclass(frozen=True)
class AllianceRow:
    """One alliance in a table, and whether its figure is suppressed, or even of how many it is."""

    alliance_id: UUID
    cohort: int | None
    table: KpiTable
    own: Tally
    is_suppressed: bool
    is_total_suppressed: bool

    @property
    def key(self) -> tuple[str, ...]:
        """What it is told from the others by, and listed in the order of."""
        topic = self.table.topic
        return (str(self.alliance_id), *(("", "") if topic is None else (topic.key_stage, topic.name)))
