"""The scorecard over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from kpi_service.definitions.schemas import KpiCode, SetCode
from kpi_service.improvements.use_cases import COUNTED_HERE
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.results import use_cases
from kpi_service.results.schemas import alliance_result
from kpi_service.scorecards.page import page_of
from kpi_service.scorecards.scorecard import days_of, scorecard
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day

router = APIRouter(tags=["results"])

# The page is whole: a browser that is told so fetches and runs nothing, whatever stands in it.
_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"}
_PAGE = {"text/html": {"schema": {"type": "string"}, "example": '<!doctype html><html lang="en-GB">…</html>'}}


@router.get(
    "/v1/alliances/{alliance_id}/scorecard",
    response_class=HTMLResponse,
    responses={200: {"content": _PAGE, "description": "The scorecard as a page."}},
    summary="Read an alliance's scorecard",
)
def get_scorecard(
    alliance_id: UUID,
    reading: ReadingOf,
    set_code: Annotated[SetCode | None, Query(alias="set", description="KPIs of this set only.")] = None,
    code: Annotated[KpiCode | None, Query(alias="kpi", description="The KPI with this code only.")] = None,
    as_of: Annotated[Day | None, Query(description="The day asked about; today where it is left out.")] = None,
    years: Annotated[int, Query(ge=0, le=6, description="How many academic years before the day are shown.")] = 3,
) -> HTMLResponse:
    """The results of one alliance on one page, for governors: each KPI with its verdict, a chart of the years with what
    it is set against and what is asked for, and every number of the chart in a table. The page has no script and needs
    nothing from elsewhere; it names no leader."""
    today = day_of(reading.now)
    day = as_of or today
    reading.caller.require(alliance_id)
    shown: dict[date, list[dict[str, Any]]] = {}
    with reading.transaction() as session:
        for on in days_of(day, years):
            found = use_cases.answer_for_alliance(
                session,
                alliance_id,
                set_code=set_code,
                code=code,
                chosen=DesignatedIn(),
                as_of=on,
                today=today,
                beside=COUNTED_HERE if on == day else (),
            )
            shown[on] = [alliance_result(result).model_dump(mode="json") for result in found]
            newest = max((result.data_as_of for result in found if result.data_as_of is not None), default=None)
    page = page_of(scorecard(shown), alliance_id=alliance_id, as_of=day, data_as_of=newest)
    return HTMLResponse(page, headers=_HEADERS)
