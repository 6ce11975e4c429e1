"""The schools of an alliance that are good or outstanding, and what their share is set against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.inspections.change import InspectedSchool
from kpi_service.measures.rate import Rate
from kpi_service.measures.target import ResultState
from kpi_service.verdicts.comparison import Comparison, rate_is_supported

COUNTING_RULE = (
    "schools that are members and open on the day, by the overall judgement of their latest graded inspection across "
    "the URNs they have had; satisfactory is below good, and a school without one is in neither number"
)


@dataclass(frozen=True)
class SchoolGradesResult:
    """How many of an alliance's schools are good or outstanding, of those with a graded inspection."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    rate: Rate
    comparison: Comparison
    state: ResultState
    schools: Sequence[InspectedSchool]

    @property
    def is_supported(self) -> bool | None:
        """Whether the verdict holds throughout the rate's interval."""
        return rate_is_supported(self.definition.terms.target, self.state, self.rate, self.comparison.figure)
