"""Summaries of needs over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from service_kit.application import ReadingOf, UnkeyedCommand
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from sle_broker.need_summaries import store, use_cases
from sle_broker.need_summaries.need_summary import summarise
from sle_broker.need_summaries.schemas import MinimumCountIn, MinimumCountOut, NeedSummaryOut
from sle_broker.schools.store import require_alliance

router = APIRouter(tags=["needs"])


@router.get(
    "/v1/alliances/{alliance_id}/need-summary", response_model=NeedSummaryOut, summary="Summarise an alliance's needs"
)
def get_need_summary(alliance_id: UUID, reading: ReadingOf) -> NeedSummaryOut:
    """Which specialisms should the next round recruit? The open needs by specialism, phase and local authority, actual
    and predicted together, beside the leaders designated today who could meet them. What an audit told of counts while
    its school shares it with the alliance. Small figures are hidden, with whatever would give them away."""
    today = day_of(reading.now)
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        require_alliance(session, alliance_id)
        minimum = store.minimum_count_of(session, alliance_id)
        needs = store.counted_needs(session, alliance_id, today)
        supply = store.supply(session, alliance_id, today)
    return NeedSummaryOut.of(alliance_id, today, summarise(needs, minimum.minimum_count), supply)


@router.get("/v1/minimum-counts/{alliance_id}", response_model=MinimumCountOut, summary="Read the minimum count")
def get_minimum_count(alliance_id: UUID, reading: ReadingOf, response: Response) -> MinimumCountOut:
    """How many schools stand behind every figure of a summary that is shown: what the alliance has set last, or
    version 1, the default of five."""
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        require_alliance(session, alliance_id)
        present = store.minimum_count_of(session, alliance_id)
    response.headers["ETag"] = etag(present.version)
    return MinimumCountOut(alliance_id=alliance_id, minimum_count=present.minimum_count, version=present.version)


@router.put("/v1/minimum-counts/{alliance_id}", response_model=MinimumCountOut, summary="Set the minimum count")
def set_minimum_count(
    alliance_id: UUID, body: MinimumCountIn, expected: ExpectedVersion, command: UnkeyedCommand
) -> Response:
    """Sets how many schools stand behind every figure that is shown, three at the least."""
    return command.execute(
        lambda work: use_cases.set_minimum_count(work, alliance_id, expected, body.minimum_count),
        lambda chosen: Reply(
            MinimumCountOut(alliance_id=alliance_id, minimum_count=chosen.minimum_count, version=chosen.version),
            version=chosen.version,
        ),
    )
