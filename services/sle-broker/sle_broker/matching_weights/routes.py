"""Weights over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from service_kit.application import ReadingOf, UnkeyedCommand
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page
from sle_broker.matching_weights import store, use_cases
from sle_broker.matching_weights.schemas import WeightsIn, WeightsVersionOut

router = APIRouter(tags=["matching"])


@router.get("/v1/matching-weights/{alliance_id}", response_model=WeightsVersionOut, summary="Read the weights")
def get_weights(alliance_id: UUID, reading: ReadingOf, response: Response) -> WeightsVersionOut:
    """What each criterion counts in the shortlists of an alliance now: the version it recorded last, or version 1, the
    defaults."""
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        present = store.weights_of(session, alliance_id)
    response.headers["ETag"] = etag(present.version)
    return WeightsVersionOut.of(alliance_id, present)


@router.get("/v1/matching-weights", response_model=Page[WeightsVersionOut], summary="List the versions of weights")
def list_weights(alliance_id: UUID, reading: ReadingOf, page: PageOf) -> Page[WeightsVersionOut]:
    """Every version that an alliance has recorded, with who and when, in the order in which they were recorded. The
    defaults, version 1, are on no list: nobody recorded them."""
    reading.caller.require(alliance_id)
    with reading.transaction() as session:
        return store.page_of_weights(session, alliance_id, page, lambda one: WeightsVersionOut.of(alliance_id, one))


@router.put("/v1/matching-weights/{alliance_id}", response_model=WeightsVersionOut, summary="Record weights")
def record_weights(alliance_id: UUID, body: WeightsIn, expected: ExpectedVersion, command: UnkeyedCommand) -> Response:
    """Records the next version, which every shortlist scores with from now on. The versions before stay on record; a
    shortlist says which one it used."""
    return command.execute(
        lambda work: use_cases.record_weights(work, alliance_id, expected, body.to_rule()),
        lambda recorded: Reply(WeightsVersionOut.of(alliance_id, recorded), version=recorded.version),
    )
