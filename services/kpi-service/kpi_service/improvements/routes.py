"""Changes between inspections over HTTP, for the country."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from kpi_service.improvements.schemas import InspectionChangesOut
from kpi_service.inspections import store
from kpi_service.inspections.change import Judgement
from kpi_service.inspections.store import Population
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day

router = APIRouter(tags=["results"])


@router.get(
    "/v1/national/inspection-changes",
    response_model=InspectionChangesOut,
    summary="Read how inspection grades changed, year by year",
)
def list_inspection_changes(
    reading: ReadingOf,
    judgement: Annotated[Judgement, Query(description="What was graded.")] = Judgement.OVERALL,
    as_of: Annotated[Day | None, Query(description="The day asked about; today where it is left out.")] = None,
) -> InspectionChangesOut:
    """For each academic year, how many graded inspections were better than, the same as or worse than the one before,
    of all schools open on the day and across the URNs they have had."""
    day: date = as_of or day_of(reading.now)
    with reading.transaction() as session:
        years = store.count_changes_by_year(session, Population.NATION, judgement, day)
    return InspectionChangesOut.of(judgement, day, years)
