"""How the headship vacancy rate of an alliance's schools changed over a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.headships.vacancy import CountedSchool, VacancyRates
from kpi_service.measures.target import ResultState
from kpi_service.verdicts.change import ChangeAgainst


@dataclass(frozen=True)
class HeadshipResult:
    """The vacancy rates of the two years. `against` has the comparator of the definition first."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    rates: VacancyRates
    against: Sequence[ChangeAgainst]
    schools: Sequence[CountedSchool]

    @property
    def state(self) -> ResultState:
        """What is said against the comparator that the definition names."""
        return self.against[0].state
