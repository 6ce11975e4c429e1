"""What is said of all alliances, over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from kpi_service.definitions.schemas import KpiCode, SetCode
from kpi_service.exports.results_file import FORMATS, contents, named
from kpi_service.measures.target import Comparator
from kpi_service.national_results.schemas import (
    AllianceFiguresOut,
    AllianceResultsTableOut,
    AnyNationalResultOut,
    NationalFigureOut,
    NationalResultsOut,
)
from kpi_service.national_results.tally import AllianceRow, KpiTable
from kpi_service.national_results.use_cases import Nation, NationalAnswer
from kpi_service.permissions import MATRIX
from kpi_service.results.result import NationalResult
from kpi_service.results.schemas import NationalResultOut
from kpi_service.trainees.result import NationalTraineesResult
from kpi_service.trainees.schemas import NationalTraineesResultOut
from kpi_service.verdicts.suppression import DEFAULT_MINIMUM_COUNT, NATION
from service_kit.access import Caller, Reach
from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.paging import PageOf, cut_page
from service_kit.schemas import Day

router = APIRouter(tags=["results"])


_FILE = contents("part,kpi,as_of,alliance_id,numerator,denominator\nresult,A6,2015-03-20,…,,36")


async def _minimum_count(request: Request) -> int:
    return int(getattr(request.app.state, "minimum_count", DEFAULT_MINIMUM_COUNT))


MinimumCountOf = Annotated[int, Depends(_minimum_count)]
_OWN_RESULTS = MATRIX["list_alliance_results"]
_READERS = frozenset[str]() if _OWN_RESULTS is None else _OWN_RESULTS.roles
SetOf = Annotated[SetCode | None, Query(alias="set", description="KPIs of this set only.")]
AsOf = Annotated[Day | None, Query(description="The day asked about; today where it is left out.")]


@router.get("/v1/national/results", response_model=NationalResultsOut, summary="Read the national results")
def list_national_results(
    reading: ReadingOf,
    minimum_count: MinimumCountOf,
    set_code: SetOf = None,
    code: Annotated[KpiCode | None, Query(alias="kpi", description="The KPI with this code only.")] = None,
    as_of: AsOf = None,
) -> NationalResultsOut:
    """The results of all alliances together at the end of a day. Schools and trainees are counted in total and for each
    teaching-school cohort, beside the year before; a school in several alliances counts once. A figure with too few
    behind it is suppressed, with whatever would give it away."""
    reading.caller.require_everywhere()
    today = day_of(reading.now)
    with reading.transaction() as session:
        nation = Nation(session, as_of or today, today)
        found = nation.answer(set_code=set_code, code=code, minimum_count=minimum_count)
        items = [_national(nation, answer, minimum_count) for answer in found]
    return NationalResultsOut(items=items, next_cursor=None)


def _national(nation: Nation, answer: NationalAnswer, minimum_count: int) -> AnyNationalResultOut:
    match answer:
        case NationalResult():
            return NationalResultOut.of(answer)
        case NationalTraineesResult():
            return NationalTraineesResultOut.of(answer)
        case KpiTable():
            suppressed = answer.suppressed(minimum_count)
            return NationalFigureOut.of(
                answer,
                nation.against(answer, None, answer.total),
                is_suppressed=NATION in suppressed.parts,
                is_total_suppressed=NATION in suppressed.totals,
            )


@router.get(
    "/v1/national/alliance-results",
    response_model=AllianceResultsTableOut,
    summary="Read the results of all alliances beside each other",
)
def list_results_of_all_alliances(
    reading: ReadingOf,
    page: PageOf,
    minimum_count: MinimumCountOf,
    code: Annotated[KpiCode, Query(alias="kpi", description="The KPI that is asked about.")],
    as_of: AsOf = None,
) -> AllianceResultsTableOut:
    """One KPI at the end of a day, a row for each alliance, of attainment one for each figure: the figure, what it is
    set against and how it stands to that. Figures with too few behind them are suppressed, with whatever would give
    them away, but for those of an alliance whose results the caller may read as one of its own."""
    reading.caller.require_everywhere()
    today = day_of(reading.now)
    with reading.transaction() as session:
        nation = Nation(session, as_of or today, today)
        definition = nation.definition(code)
        tables = nation.tables(definition)
        rows = nation.rows(tables, minimum_count, _alliances_of(reading.caller))

        def shown(row: AllianceRow) -> AllianceFiguresOut:
            return AllianceFiguresOut.of(row, nation.against(row.table, row.alliance_id, row.own))

        found = cut_page(rows, lambda row: row.key, page, shown)
    return AllianceResultsTableOut.of(definition, tables, found, as_of=nation.as_of, minimum_count=minimum_count)


@router.get(
    "/v1/national/alliance-results/export",
    response_class=Response,
    responses={200: {"content": _FILE, "description": "The table as a file."}},
    summary="Export the results of all alliances",
)
def export_results_of_all_alliances(
    reading: ReadingOf,
    minimum_count: MinimumCountOf,
    format: Annotated[Literal["csv", "xlsx"], Query(description="What kind of file.")],
    code: Annotated[KpiCode, Query(alias="kpi", description="The KPI that is asked about.")],
    as_of: AsOf = None,
) -> Response:
    """The whole table of one KPI, with the same figures suppressed. Of improvements it is set against the comparator of
    the definition, the group and the country; matched schools are in the pages."""
    media_type, write = FORMATS[format]
    reading.caller.require_everywhere()
    today = day_of(reading.now)
    day = as_of or today
    with reading.transaction() as session:
        nation = Nation(session, day, today, beside=(Comparator.GROUP, Comparator.NATIONAL))
        tables = nation.tables(nation.definition(code))
        rows = sorted(nation.rows(tables, minimum_count, _alliances_of(reading.caller)), key=lambda row: row.key)
        shown = [AllianceFiguresOut.of(row, nation.against(row.table, row.alliance_id, row.own)) for row in rows]
    told = [{"code": code, "as_of": str(day), **one.model_dump(mode="json")} for one in shown]
    return Response(write(told), media_type=media_type, headers=named(f"{code}-{day}.{format}"))


def _alliances_of(caller: Caller) -> frozenset[UUID]:
    """The alliances whose results the caller may read whole by a role in them."""
    return Reach.of(grant for grant in caller.grants if grant.role in _READERS).tenants
