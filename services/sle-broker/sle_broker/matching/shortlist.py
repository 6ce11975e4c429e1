"""The shortlist for one request: who can be offered, best first, and why each of the others cannot."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Self
from uuid import UUID

from sle_broker.matching.blocking import BlockedLeader, BlockingReason, block
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.scoring import ScorePart, score
from sle_broker.matching_weights.weights import DEFAULT_VERSION, WeightsVersion


class OfferedLeader(NamedTuple):
    """A leader who can be offered, with the parts of their score."""

    leader_id: UUID
    parts: tuple[ScorePart, ...]

    @property
    def total(self) -> int:
        """The sum of the parts, in points; nothing else goes into it."""
        return sum([part.points for part in self.parts])


@dataclass(frozen=True)
class Shortlist:
    """The answer to one search, with the day and the weights it was given for, so that it can be asked for again."""

    request_id: UUID
    as_of: date
    weights: WeightsVersion
    candidates: tuple[OfferedLeader, ...]
    blocked: tuple[BlockedLeader, ...]

    def first(self, count: int | None) -> Self:
        """The same with the best candidates alone, at most so many; None: with all."""
        return replace(self, candidates=self.candidates[:count])


def shortlist(
    search: Search,
    candidates: Iterable[Candidate],
    weights: WeightsVersion = DEFAULT_VERSION,
    left_out: Collection[BlockingReason] = frozenset(),
) -> Shortlist:
    """Every leader once: offered with a score, or blocked with one reason. Source: matching with reasons.

    The hard rules come first and no score outweighs them. Those offered are ordered by total, highest first, and by
    leader id where totals are equal; those blocked by precedence of the reason and then by leader id. The order in
    which the candidates came changes nothing. Each leader is given once.
    """
    offered: list[Candidate] = []
    blocked: list[BlockedLeader] = []
    for candidate in candidates:
        obstacle = block(candidate, search, left_out)
        if obstacle is None:
            offered.append(candidate)
        else:
            blocked.append(obstacle)
    precedence = {reason: place for place, reason in enumerate(BlockingReason)}
    in_order = sorted(blocked, key=lambda leader: (precedence[leader.reason], leader.leader_id))
    return replace(shortlist_of(search, offered, weights), blocked=tuple(in_order))


def shortlist_of(search: Search, offered: Iterable[Candidate], weights: WeightsVersion = DEFAULT_VERSION) -> Shortlist:
    """The same of leaders against whom nothing stands, as is known already."""
    scored = (OfferedLeader(one.leader_id, score(one, search, weights.weights)) for one in offered)
    in_order = sorted(scored, key=lambda leader: (-leader.total, leader.leader_id))
    return Shortlist(search.request_id, search.as_of, weights, tuple(in_order), ())
