"""What stands behind a result, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path

from kpi_service.traces.schemas import TraceEntryOut, TraceOut
from kpi_service.traces.use_cases import trace_result
from kpi_service.verdicts.result_id import LONGEST_ID, ResultId
from kpi_service.verdicts.schemas import RESULT_ID_EXAMPLE
from service_kit.application import ReadingOf
from service_kit.paging import PageOf, cut_page

router = APIRouter(tags=["results"])


@router.get("/v1/results/{result_id}/trace", response_model=TraceOut, summary="Read what stands behind a result")
def list_trace(
    result_id: Annotated[
        str,
        Path(max_length=LONGEST_ID, examples=[RESULT_ID_EXAMPLE], description="The `id` of a result of an alliance."),
    ],
    reading: ReadingOf,
    page: PageOf,
) -> TraceOut:
    """Every school, designation and figure behind the numerator and the denominator of a result, and those that were
    looked at and count in neither: what each counts as and adds, and the records it was read from. The reading of what
    is said of single leaders is noted in the audit log."""
    named = ResultId.read(result_id)
    reading.caller.require(named.alliance_id)
    with reading.transaction() as session:
        entries = trace_result(session, named)
        if any(entry.leader_id is not None for entry in entries):
            reading.note(session, "results-read", subject=named.alliance_id, tenant=named.alliance_id)
    shown = cut_page(entries, lambda entry: entry.key, page, TraceEntryOut.of)
    return TraceOut(items=shown.items, next_cursor=shown.next_cursor)
