"""What people ask of SLEs designated and trained."""

from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.agreed_targets.store import agreed_target
from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.leader_training import store
from kpi_service.leader_training.result import TrainedLeadersResult
from kpi_service.measures import store as measures
from kpi_service.official_files.file_year import FileYear
from kpi_service.verdicts.comparison import judged_in_year


def answer_trained_leaders(
    session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date
) -> TrainedLeadersResult:
    """How many SLEs an alliance designated and trained in the academic year of the day, against what it agreed to."""
    terms, year = definition.terms, FileYear.having(as_of)
    data_as_of = measures.newest_leader_fact(session, alliance_id)
    leaders = store.trained_leaders(session, alliance_id, year, as_of)
    agreed = agreed_target(session, alliance_id, terms.code, year, as_of)
    return TrainedLeadersResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        year=year,
        comparison=agreed,
        state=judged_in_year(terms.target, Fraction(len(leaders)), agreed, year, as_of=as_of, today=today),
        leaders=leaders,
    )
