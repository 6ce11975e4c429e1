"""What people ask of days used on visits."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.agreed_targets.store import compared_in_year
from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.deployment_days import store
from kpi_service.deployment_days.result import DeploymentDaysResult, days_used
from kpi_service.official_files.file_year import FileYear
from kpi_service.verdicts.comparison import judged_in_year


def answer_deployment_days(
    session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date
) -> DeploymentDaysResult:
    """How many days an alliance's leaders used on visits in the academic year of the day, up to it."""
    terms, year = definition.terms, FileYear.having(as_of)
    data_as_of = store.newest_visit_fact(session, alliance_id)
    visits = store.visits_of(session, alliance_id, as_of)
    used = days_used(visits, as_of)
    comparison = compared_in_year(session, terms, alliance_id, year, used.days_year_before, as_of, as_of)
    return DeploymentDaysResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        year=year,
        used=used,
        comparison=comparison,
        state=judged_in_year(terms.target, used.figure, comparison, year, as_of=as_of, today=today),
        visits=visits,
    )
