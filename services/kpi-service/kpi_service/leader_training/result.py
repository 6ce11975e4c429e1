"""SLEs designated and trained, and the agreed target they are set against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.measures.target import ResultState
from kpi_service.official_files.file_year import FileYear
from kpi_service.verdicts.comparison import Comparison

COUNTING_RULE = (
    "first designations of SLEs, in the academic year in which the leader was both designated and trained, and still "
    "designated when both were so; the target of the year is due on its last day"
)


@dataclass(frozen=True)
class TrainedLeader:
    """A designation behind the count."""

    designation_id: UUID
    leader_id: UUID
    designated_on: date
    trained_on: date


@dataclass(frozen=True)
class TrainedLeadersResult:
    """How many SLEs an alliance designated and trained in the academic year of the day, up to it."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    year: FileYear
    comparison: Comparison
    state: ResultState
    leaders: Sequence[TrainedLeader]
