"""Shortlists over HTTP."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from service_kit.application import ReadingOf
from service_kit.clock import day_of
from service_kit.paging import PageOf
from service_kit.schemas import Day, Page
from sle_broker.matching import store
from sle_broker.matching.blocking import BlockedLeader, BlockingReason, block
from sle_broker.matching.candidate import WhatIf
from sle_broker.matching.schemas import BlockedLeaderOut, ShortlistOut
from sle_broker.matching_weights.store import weights_of
from sle_broker.specialisms.schemas import Days
from sle_broker.support_requests.store import get_support_request

router = APIRouter(tags=["matching"])

AsOf = Annotated[Day | None, Query(description="The day of the search; today where absent.")]
LineOf = Annotated[int, Query(ge=1, le=100, description="Which line of the request leaders are wanted for.")]


async def what_if(
    earliest_start_on: Annotated[Day | None, Query(description="What if help began no earlier?")] = None,
    latest_finish_on: Annotated[Day | None, Query(description="What if it ended no later?")] = None,
    days_wanted: Annotated[Days | None, Query(description="What if so many days were wanted of each leader?")] = None,
    travel_km_more: Annotated[
        int, Query(ge=0, le=1_000, description="What if leaders travelled so many kilometres further than they say?")
    ] = 0,
) -> WhatIf:
    """How the search differs from the request as it stands."""
    days = None if days_wanted is None else Decimal(str(days_wanted))
    return WhatIf(earliest_start_on, latest_finish_on, days, travel_km_more)


WhatIfOf = Annotated[WhatIf, Depends(what_if)]


@router.get(
    "/v1/support-requests/{support_request_id}/shortlist",
    response_model=ShortlistOut,
    summary="Find leaders for a support request",
)
def get_shortlist(
    support_request_id: UUID,
    reading: ReadingOf,
    asked: WhatIfOf,
    line: LineOf = 1,
    as_of: AsOf = None,
    limit: Annotated[
        int | None, Query(ge=1, le=50, description="How many are offered at most: 10 of more than 200 leaders, or all.")
    ] = None,
) -> ShortlistOut:
    """Every leader of the alliance once: those who can be offered, best first, with the points of each criterion and
    the fact they were given for; and the others, each with the one reason that stands against them. Of more than 200
    leaders the best are listed, and the others counted by reason: the list of blocked leaders has them by page. The
    same records give the same order. Nothing that happened after `as_of` is looked at: no claim, no validation, no end
    of a designation, no step of a deployment. What is kept without a day counts as it is now: a leader's profile, what
    they offer of the year, conflicts and release, and the days agreed for a deployment.

    Another window, other days or further travel show who would become available, each with what stands against them in
    the request as it stands. Every reading of a shortlist is recorded: it judges people."""
    with reading.transaction() as session:
        kept = get_support_request(session, support_request_id)
        reading.caller.require(kept.alliance_id)
        alliance_id, stands = (
            kept.alliance_id,
            store.search_for(session, kept.thing, as_of or day_of(reading.now), line),
        )
        search, weights = asked.of(stands), weights_of(session, alliance_id)
        found, leaders, counts = store.find_leaders(session, alliance_id, search, weights, limit)
        before: dict[UUID, BlockedLeader] = {}
        if search != stands:
            offered = store.candidates_named(session, [leader.leader_id for leader in found.candidates], stands)
            obstacles = (block(candidate, stands) for _, candidate in offered.values())
            before = {obstacle.leader_id: obstacle for obstacle in obstacles if obstacle is not None}
        reading.note(session, "shortlist-read", subject=support_request_id, tenant=alliance_id)
    return ShortlistOut.of(found, search, leaders, counts, before)


@router.get(
    "/v1/support-requests/{support_request_id}/blocked-leaders",
    response_model=Page[BlockedLeaderOut],
    summary="List the leaders blocked for a reason",
)
def list_blocked_leaders(
    support_request_id: UUID,
    reading: ReadingOf,
    page: PageOf,
    asked: WhatIfOf,
    reason: BlockingReason,
    line: LineOf = 1,
    as_of: AsOf = None,
) -> Page[BlockedLeaderOut]:
    """The leaders who are not offered for one reason, with the fact behind it: the others of a shortlist of more than
    200 leaders. Every reading is recorded: it judges people."""
    with reading.transaction() as session:
        kept = get_support_request(session, support_request_id)
        reading.caller.require(kept.alliance_id)
        alliance_id, stands = (
            kept.alliance_id,
            store.search_for(session, kept.thing, as_of or day_of(reading.now), line),
        )
        search = asked.of(stands)
        ids, leaders = store.page_of_blocked(session, alliance_id, search, reason, page)
        reading.note(session, "shortlist-read", subject=support_request_id, tenant=alliance_id)
    obstacles = (block(leaders[id][1], search) for id in ids.items)
    return Page(
        items=[BlockedLeaderOut.of(obstacle, leaders) for obstacle in obstacles if obstacle is not None],
        next_cursor=ids.next_cursor,
    )
