"""How attainment in an alliance's schools, or the gap in it, changed over a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kpi_service.attainment_changes.change import PublishedRecord, Topic, TopicSums
from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.measures.target import ResultState
from kpi_service.verdicts.change import ChangeAgainst


@dataclass(frozen=True)
class AttainmentResult:
    """One figure of one key stage, and that of the year before. `against` has the comparator of the definition first,
    then every other there is: the choice can change the verdict."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    sums: TopicSums
    against: Sequence[ChangeAgainst]
    records: Sequence[PublishedRecord]

    @property
    def topic(self) -> Topic:
        """What is compared with the year before."""
        return self.sums.topic

    @property
    def state(self) -> ResultState:
        """What is said against the comparator that the definition names."""
        return self.against[0].state
