"""The JSON of a shortlist."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import ResponseBody, example
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.matching.blocking import BlockedLeader, BlockingReason
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.scoring import Criterion
from sle_broker.matching.shortlist import Shortlist
from sle_broker.matching_weights.schemas import WEIGHTS_EXAMPLE, WeightsOut
from sle_broker.support_requests.schemas import REQUEST_EXAMPLE

_PART = {"criterion": "specialism", "points": 300, "out_of": 300, "fact": "validated in Phonics on 2014-11-03"}
_OFFERED = {
    "leader_id": LEADER_EXAMPLE,
    "name": "Asha Bell",
    "home_school_urn": "108100",
    "rank": 1,
    "total": 300,
    "parts": [_PART],
    "stood_against": None,
}
_BLOCKED = {
    "leader_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6085",
    "name": "Tom Reed",
    "reason": "no_days_left",
    "fact": "2 of 15 days left, 5 wanted",
}
_SEARCHED = {
    "earliest_start_on": "2015-01-12",
    "latest_finish_on": "2015-03-27",
    "days_wanted": 5,
    "travel_km_more": 0,
}


class ScorePartOut(ResponseBody):
    """What one criterion contributed to a total, and the fact it was given for."""

    model_config = ResponseBody.model_config | example(**_PART)

    criterion: Criterion
    points: int
    out_of: int
    fact: str


class StoodAgainstOut(ResponseBody):
    """What stands against a leader in the request as it stands."""

    model_config = ResponseBody.model_config | example(reason="no_days_left", fact="2 of 15 days left, 5 wanted")

    reason: BlockingReason
    fact: str


class OfferedLeaderOut(ResponseBody):
    """A leader who can be offered. `total` is the sum of the points of `parts`. Where the search is not the request as
    it stands, `stood_against` says what stood against a leader there; null where nothing did."""

    model_config = ResponseBody.model_config | example(**_OFFERED)

    leader_id: UUID
    name: str
    home_school_urn: str
    rank: Annotated[int, Field(description="1 is the best.")]
    total: int
    parts: list[ScorePartOut]
    stood_against: StoodAgainstOut | None


class BlockedLeaderOut(ResponseBody):
    """A leader who is not offered, the one reason, and the fact behind it."""

    model_config = ResponseBody.model_config | example(**_BLOCKED)

    leader_id: UUID
    name: str
    reason: BlockingReason
    fact: str

    @classmethod
    def of(cls, blocked: BlockedLeader, leaders: Mapping[UUID, tuple[str, Candidate]]) -> Self:
        """A blocked leader, with their name."""
        return cls(
            leader_id=blocked.leader_id,
            name=leaders[blocked.leader_id][0],
            reason=blocked.reason,
            fact=blocked.fact,
        )


class BlockedCountOut(ResponseBody):
    """How many leaders are blocked for one reason."""

    model_config = ResponseBody.model_config | example(reason="no_days_left", leaders=1)

    reason: BlockingReason
    leaders: int


class SearchedOut(ResponseBody):
    """What was searched for: the request as it stands, or as it would be."""

    model_config = ResponseBody.model_config | example(**_SEARCHED)

    earliest_start_on: date
    latest_finish_on: date
    days_wanted: float
    travel_km_more: int


class ShortlistOut(ResponseBody):
    """Every leader of the alliance once: offered with a score, or blocked with one reason. Of more than 200 leaders the
    best are listed and those blocked are counted; `blocked` is empty then."""

    model_config = ResponseBody.model_config | example(
        support_request_id=REQUEST_EXAMPLE,
        line=1,
        as_of="2015-01-12",
        searched=_SEARCHED,
        weights=WEIGHTS_EXAMPLE,
        weights_version=1,
        candidates=[_OFFERED],
        blocked_counts=[{"reason": "no_days_left", "leaders": 1}],
        blocked=[_BLOCKED],
    )

    support_request_id: UUID
    line: int
    as_of: date
    searched: SearchedOut
    weights: WeightsOut
    weights_version: Annotated[int, Field(description="Which version of the alliance's weights; 1: the defaults.")]
    candidates: list[OfferedLeaderOut]
    blocked_counts: Annotated[list[BlockedCountOut], Field(description="In the order of precedence of the reasons.")]
    blocked: list[BlockedLeaderOut]

    @classmethod
    def of(
        cls,
        found: Shortlist,
        search: Search,
        leaders: Mapping[UUID, tuple[str, Candidate]],
        counts: Mapping[BlockingReason, int],
        before: Mapping[UUID, BlockedLeader],
    ) -> Self:
        """A shortlist, with the leaders' names, and what stood `before` against those whom it offers."""
        return cls(
            support_request_id=found.request_id,
            line=search.line_number,
            as_of=found.as_of,
            searched=SearchedOut(
                earliest_start_on=search.window.earliest_start_on,
                latest_finish_on=search.window.latest_finish_on,
                days_wanted=float(search.days_wanted),
                travel_km_more=search.travel_km_more,
            ),
            weights=WeightsOut.model_validate(found.weights.weights),
            weights_version=found.weights.version,
            candidates=[
                OfferedLeaderOut(
                    leader_id=offered.leader_id,
                    name=leaders[offered.leader_id][0],
                    home_school_urn=leaders[offered.leader_id][1].home_school_urn,
                    rank=rank,
                    total=offered.total,
                    parts=[ScorePartOut.model_validate(part) for part in offered.parts],
                    stood_against=_stood_against(before.get(offered.leader_id)),
                )
                for rank, offered in enumerate(found.candidates, start=1)
            ],
            blocked_counts=[
                BlockedCountOut(reason=reason, leaders=counts[reason])
                for reason in BlockingReason
                if counts.get(reason)
            ],
            blocked=[BlockedLeaderOut.of(blocked, leaders) for blocked in found.blocked],
        )


def _stood_against(blocked: BlockedLeader | None) -> StoodAgainstOut | None:
    return None if blocked is None else StoodAgainstOut(reason=blocked.reason, fact=blocked.fact)
