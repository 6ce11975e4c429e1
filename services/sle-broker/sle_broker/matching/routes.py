"""Shortlists over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.schemas import Day
from sle_broker.matching import store
from sle_broker.matching.schemas import ShortlistOut
from sle_broker.matching.shortlist import shortlist
from sle_broker.matching_weights.store import weights_of
from sle_broker.support_requests.store import get_support_request

router = APIRouter(tags=["matching"])


@router.get(
    "/v1/support-requests/{support_request_id}/shortlist",
    response_model=ShortlistOut,
    summary="Find leaders for a support request",
)
def get_shortlist(
    support_request_id: UUID,
    reading: ReadingOf,
    as_of: Annotated[Day | None, Query(description="The day of the search; today where absent.")] = None,
) -> ShortlistOut:
    """Every leader of the alliance once: those who can be offered, best first, with the points of each criterion and
    the fact they were given for; and the others, each with the one reason that stands against them. The same records
    give the same order. Nothing that happened after `as_of` is looked at: no claim, no validation, no end of a
    designation, no step of a deployment. What is kept without a day counts as it is now: a leader's profile, allowance,
    conflicts and release, and the days agreed for a deployment. Every reading of a shortlist is recorded: it judges
    people."""
    with reading.transaction() as session:
        kept = get_support_request(session, support_request_id)
        reading.caller.require(kept.alliance_id)
        search = store.search_for(session, kept.thing, as_of or day_of(reading.now))
        leaders = store.candidates_for(session, kept.alliance_id, search)
        weights = weights_of(session, kept.alliance_id)
        reading.note(session, "shortlist-read", subject=support_request_id, tenant=kept.alliance_id)
    found = shortlist(search, [candidate for _, candidate in leaders.values()], weights)
    return ShortlistOut.of(found, leaders)
