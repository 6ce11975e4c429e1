"""What is said of trainees: of one alliance, and of all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.measures.rate import Rate
from kpi_service.measures.target import ResultState
from kpi_service.measures.year_on_year import JudgedYears
from kpi_service.official_files.file_year import FileYear
from kpi_service.trainees.count import TraineeFigure
from kpi_service.verdicts.comparison import Comparison, rate_is_supported
from kpi_service.verdicts.suppression import Suppressed, state_of_all


@dataclass(frozen=True)
class TraineesResult:
    """How many trainees, or teachers, an alliance trained in the last academic year, beside the one before."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    year: FileYear
    judged: JudgedYears
    comparison: Comparison
    figures: Sequence[TraineeFigure]

    @property
    def state(self) -> ResultState:
        """What is said of the two years."""
        return self.judged.state


@dataclass(frozen=True)
class EarlyEmploymentResult:
    """How many of an alliance's trainees were employed early, of those of whom it is known."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    year: FileYear
    rate: Rate
    comparison: Comparison
    state: ResultState
    figures: Sequence[TraineeFigure]

    @property
    def is_supported(self) -> bool | None:
        """Whether the verdict holds throughout the rate's interval."""
        return rate_is_supported(self.definition.terms.target, self.state, self.rate, self.comparison.figure)


@dataclass(frozen=True)
class NationalTraineesResult:
    """How many trainees all alliances trained, in total and by cohort; `state` is what is said of all together. What is
    `suppressed` is not to be shown."""

    definition: KpiDefinition
    as_of: date
    data_as_of: datetime | None
    year: FileYear
    total: JudgedYears
    cohorts: Mapping[int, JudgedYears]
    suppressed: Suppressed

    @property
    def state(self) -> ResultState:
        """What is said of all together."""
        return state_of_all(self.total.state, [part.state for part in self.cohorts.values()])
