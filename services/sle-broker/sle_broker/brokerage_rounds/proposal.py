"""What a round proposes: whom to send where and when, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sle_broker.allocation.bundles import SecondsLeft
from sle_broker.allocation.candidate_graph import CandidateGraph
from sle_broker.allocation.open_brokerage import OpenBrokerage
from sle_broker.allocation.own_first import RoundAnswer, best_own_first
from sle_broker.allocation.problem import Flags, Level, Problem
from sle_broker.deployments.booking import Booking
from sle_broker.matching.scoring import ScorePart, score


@dataclass(frozen=True)
class Proposal:
    """One leader for one line of a request: all days within one half-term, and the parts of their score for it.
    `lender_alliance_id` is the leader's own alliance where another one asks."""

    alliance_id: UUID
    support_request_id: UUID
    line_number: int
    leader_id: UUID
    lender_alliance_id: UUID | None
    booking: Booking
    is_first_deployment: bool
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True)
class Progress:
    """How far a round has come: the level it works on, the value reached on it, and the bound."""

    level: Level
    value: int
    bound: int


def answer_round(asked: tuple[Problem, Flags], seconds_left: SecondsLeft, say: Callable[[object], None]) -> None:
    """Says each progress, and the answer as it stands at the end of each level. `asked` is the problem, and which of
    its edges are lent. Runs in a process of its own."""
    best_own_first(*asked, seconds_left, lambda level, value, bound: say(Progress(level, value, bound)), say)


def proposals_of(brokerage: OpenBrokerage, graph: CandidateGraph, answer: RoundAnswer) -> Sequence[Proposal]:
    """The edges chosen as proposals, own leaders first, each with the parts and facts that matching gives for it."""
    found = []
    for edge in answer.chosen.tolist():
        leader = brokerage.leaders[graph.problem.leader[edge]]
        line = brokerage.lines[graph.problem.line[edge]]
        search = line.search_within(brokerage.half_terms[graph.half_term[edge]])
        if search is None:
            raise ValueError("an edge lies in a half-term of its line's window")
        window, is_lent = search.window, graph.is_lent[edge]
        found.append(
            Proposal(
                alliance_id=line.alliance_id,
                support_request_id=search.request_id,
                line_number=search.line_number,
                leader_id=leader.leader.id,
                lender_alliance_id=leader.alliance_id if is_lent else None,
                booking=Booking(window.earliest_start_on, window.latest_finish_on, search.days_wanted),
                is_first_deployment=bool(graph.problem.in_time[edge]),
                parts=score(leader.candidate(line, search), search, line.weights),
            )
        )
    return found


def nothing_found(graph: CandidateGraph) -> RoundAnswer:
    """The answer of a round that had no time for any: the better of the two greedy ways."""
    return best_own_first(
        graph.problem, graph.is_lent, lambda: 0.0, lambda level, value, bound: None, lambda answer: None
    )
