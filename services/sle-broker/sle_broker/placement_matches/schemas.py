"""The JSON of matches of hosts and applicants."""

from datetime import date
from typing import Self
from uuid import UUID

from service_kit.schemas import ResponseBody, example
from sle_broker.placement_matches.match import Found
from sle_broker.placements.placement_kind import TERMS, PlacementKind
from sle_broker.placements.schemas import HOST_EXAMPLE


class MatchPartOut(ResponseBody):
    """What one criterion contributed to a total, and the fact it was given for."""

    model_config = ResponseBody.model_config | example(
        criterion="area", points=300, out_of=300, fact="offers School self-evaluation"
    )

    criterion: str
    points: int
    out_of: int
    fact: str


class MatchOut(ResponseBody):
    """One of the other side. `total` is the sum of the points of `parts`."""

    model_config = ResponseBody.model_config | example(
        id=HOST_EXAMPLE,
        rank=1,
        total=300,
        parts=[{"criterion": "area", "points": 300, "out_of": 300, "fact": "offers School self-evaluation"}],
    )

    id: UUID
    rank: int
    total: int
    parts: list[MatchPartOut]


class NoMatchOut(ResponseBody):
    """One of the other side who does not fit, the one reason, and the fact behind it."""

    model_config = ResponseBody.model_config | example(
        id=HOST_EXAMPLE, reason="no_place_left", fact="0 of 10 days left, 3 wanted"
    )

    id: UUID
    reason: str
    fact: str


class MatchesOut(ResponseBody):
    """Hosts for an applicant, or applicants for a host: who fits, best first, and why each of the others does not."""

    model_config = ResponseBody.model_config | example(
        as_of="2015-01-05",
        offered=[
            {
                "id": HOST_EXAMPLE,
                "rank": 1,
                "total": 300,
                "parts": [{"criterion": "area", "points": 300, "out_of": 300, "fact": "offers School self-evaluation"}],
            }
        ],
        blocked=[{"id": HOST_EXAMPLE, "reason": "no_place_left", "fact": "0 of 10 days left, 3 wanted"}],
    )

    as_of: date
    offered: list[MatchOut]
    blocked: list[NoMatchOut]

    @classmethod
    def of(cls, found: Found, kind: PlacementKind, as_of: date) -> Self:
        """What was found, in the words of the kind."""
        say = TERMS[kind].vocabulary.say
        return cls(
            as_of=as_of,
            offered=[
                MatchOut(
                    id=one.leader_id,
                    rank=rank,
                    total=one.total,
                    parts=[
                        MatchPartOut(
                            criterion=say(part.criterion), points=part.points, out_of=part.out_of, fact=say(part.fact)
                        )
                        for part in one.parts
                    ],
                )
                for rank, one in enumerate(found.offered, start=1)
            ],
            blocked=[NoMatchOut(id=one.leader_id, reason=say(one.reason), fact=say(one.fact)) for one in found.blocked],
        )
