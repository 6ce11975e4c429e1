"""A KPI through the years, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kpi_service.definitions.schemas import KpiCode, SetCode
from kpi_service.result_series.schemas import ResultSeriesOut, SeriesOut
from kpi_service.result_series.series import days_of
from kpi_service.result_series.use_cases import read_series
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day

router = APIRouter(tags=["results"])


@router.get(
    "/v1/alliances/{alliance_id}/results/series",
    response_model=ResultSeriesOut,
    summary="Read an alliance's results year by year",
)
def list_result_series(
    alliance_id: UUID,
    reading: ReadingOf,
    set_code: Annotated[SetCode | None, Query(alias="set", description="KPIs of this set only.")] = None,
    code: Annotated[KpiCode | None, Query(alias="kpi", description="The KPI with this code only.")] = None,
    as_of_from: Annotated[Day | None, Query(description="Years that end on this day or later only.")] = None,
    as_of_to: Annotated[Day | None, Query(description="Years that end before this day only.")] = None,
) -> ResultSeriesOut:
    """The results of one alliance at the end of each academic year, twenty at the most, and today's: what was judged,
    with its interval, what it was set against and what was asked for. Each is the result that is answered when it is
    asked for as of its day. Where no beginning is said, the last five years are answered."""
    today = day_of(reading.now)
    days = days_of(as_of_from=as_of_from, as_of_to=as_of_to, today=today)
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        found = read_series(session, alliance_id, days, set_code=set_code, code=code, today=today)
    return ResultSeriesOut(alliance_id=alliance_id, items=[SeriesOut.of(series) for series in found], next_cursor=None)
