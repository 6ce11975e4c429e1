"""Results as files over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kpi_service.definitions.schemas import KpiCode, SetCode
from kpi_service.exports.results_file import CSV, FORMATS, WORKBOOK, named
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.results import use_cases
from kpi_service.results.schemas import alliance_result
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day

router = APIRouter(tags=["results"])

_BINARY = {"type": "string", "format": "binary"}
_FILE: dict[str, Any] = {
    CSV: {"schema": _BINARY, "example": "part,kpi,as_of,code,numerator\nresult,A6,2015-03-20,A6,15"},
    WORKBOOK: {"schema": _BINARY, "example": "(a workbook, .xlsx)"},
}


@router.get(
    "/v1/alliances/{alliance_id}/results/export",
    response_class=Response,
    responses={200: {"content": _FILE, "description": "The results as a file."}},
    summary="Export an alliance's results",
)
def export_alliance_results(
    alliance_id: UUID,
    reading: ReadingOf,
    format: Annotated[Literal["csv", "xlsx"], Query(description="What kind of file.")],
    set_code: Annotated[SetCode | None, Query(alias="set", description="KPIs of this set only.")] = None,
    code: Annotated[KpiCode | None, Query(alias="kpi", description="The KPI with this code only.")] = None,
    as_of: Annotated[Day | None, Query(description="The day asked about; today where it is left out.")] = None,
) -> Response:
    """The results of one alliance at the end of a day with all they are set against, and with every record behind them:
    schools with their inspections, designations with their deployments. No cell is taken for a formula. The leaders in
    it are people: the reading is noted in the audit log."""
    media_type, write = FORMATS[format]
    today = day_of(reading.now)
    day = as_of or today
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        found = use_cases.answer_for_alliance(
            session, alliance_id, set_code=set_code, code=code, chosen=DesignatedIn(), as_of=day, today=today
        )
        reading.note(session, "results-exported", subject=alliance_id, tenant=alliance_id)
    shown = [alliance_result(result).model_dump(mode="json", by_alias=True) for result in found]
    return Response(write(shown), media_type=media_type, headers=named(f"results-{day}.{format}"))
