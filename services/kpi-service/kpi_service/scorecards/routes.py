"""The scorecard over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from kpi_service.definitions.schemas import KpiCode, SetCode
from kpi_service.exports.results_file import named
from kpi_service.improvements.use_cases import COUNTED_HERE
from kpi_service.result_series.schemas import SeriesOut
from kpi_service.result_series.series import Series, days_of
from kpi_service.result_series.use_cases import read_series
from kpi_service.results.schemas import alliance_result
from kpi_service.schools.store import alliance_name
from kpi_service.scorecards.page import page_of
from kpi_service.scorecards.print import print_of
from kpi_service.scorecards.scorecard import Published, first_day_of, scorecard
from kpi_service.scorecards.wording import document_of
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day

router = APIRouter(tags=["results"])

UNNAMED = "An alliance whose name has not arrived"
HTML, PDF = "text/html", "application/pdf"
_BEHIND = {"trace", "pending", "excluded"}
# The page is whole: a browser that is told so fetches and runs nothing, whatever stands in it.
_WHOLE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"}
_PAGE: dict[str, Any] = {
    HTML: {"schema": {"type": "string"}, "example": '<!doctype html><html lang="en-GB">…</html>'},
    PDF: {"schema": {"type": "string", "format": "binary"}, "example": "(a document, .pdf)"},
}


@router.get(
    "/v1/alliances/{alliance_id}/scorecard",
    response_class=Response,
    responses={200: {"content": _PAGE, "description": "The scorecard as a page, or as a document to hand round."}},
    summary="Read an alliance's scorecard",
)
def get_scorecard(
    alliance_id: UUID,
    reading: ReadingOf,
    set_code: Annotated[SetCode | None, Query(alias="set", description="KPIs of this set only.")] = None,
    code: Annotated[KpiCode | None, Query(alias="kpi", description="The KPI with this code only.")] = None,
    as_of: Annotated[Day | None, Query(description="The day asked about; today where it is left out.")] = None,
    years: Annotated[int, Query(ge=0, le=6, description="How many academic years before the day are shown.")] = 3,
    format: Annotated[Literal["html", "pdf"], Query(description="A page for a browser, or a PDF to print.")] = "html",
) -> Response:
    """The results of one alliance on one page, for governors: each KPI with its verdict, a chart of the years with what
    it is set against and what is asked for, and every number of the chart in a table. The page has no script and needs
    nothing from elsewhere; the PDF says the same and can be read aloud. Neither names a leader."""
    today = day_of(reading.now)
    day = as_of or today
    reading.caller.require(alliance_id)
    days = days_of(as_of_from=first_day_of(day, years), as_of_to=None, today=day)
    with reading.transaction() as session:
        name = alliance_name(session, alliance_id) or UNNAMED
        read = read_series(
            session, alliance_id, days, set_code=set_code, code=code, today=today, beside_on_the_last=COUNTED_HERE
        )
    in_force = sorted((series for series in read if series.results[-1].as_of == day), key=_place)
    newest = max((at for series in in_force if (at := series.results[-1].data_as_of) is not None), default=None)
    document = document_of(
        scorecard([_published(series) for series in in_force]), alliance=name, as_of=day, data_as_of=newest
    )
    if format == "html":
        return HTMLResponse(page_of(document), headers=_WHOLE)
    made = print_of(document, made_at=reading.now)
    return Response(made, media_type=PDF, headers=named(f"scorecard-{day}.pdf"))


def _place(series: Series) -> tuple[str, str]:
    return series.definition.terms.set_code, series.definition.terms.number


def _published(series: Series) -> Published:
    return Published(
        SeriesOut.of(series).model_dump(mode="json"),
        [alliance_result(result).model_dump(mode="json", exclude=_BEHIND) for result in series.results],
    )
