"""Own alliance first: the best round of own leaders, and then lent leaders for the places that it leaves."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sle_broker.allocation.bundles import SecondsLeft
from sle_broker.allocation.optimum import Answer, Tell, best_answer
from sle_broker.allocation.problem import Flags, Ints, Problem


@dataclass(frozen=True)
class RoundAnswer:
    """The edges chosen of a whole round, the answer for own leaders, and the one for lent leaders in the places that
    the first leaves: None where no alliance lends, or there was no time for it."""

    chosen: Ints
    own: Answer
    lent: Answer | None


def best_own_first(
    problem: Problem,
    is_lent: Flags,
    seconds_left: SecondsLeft,
    tell: Tell,
    keep: Callable[[RoundAnswer], None],
) -> RoundAnswer:
    """A leader is lent only for a place for which the best round of own leaders, all alliances together, has nobody;
    and only days are lent that it leaves. So lending never takes a leader from their own alliance.

    What lent leaders add is as good as it can be on the same four levels: urgent requests that no own leader serves,
    leaders for whom it is the first deployment, and so on.
    """
    own, lent = np.flatnonzero(~is_lent), np.flatnonzero(is_lent)

    def keep_own(answer: Answer) -> None:
        keep(RoundAnswer(own[answer.chosen], answer, None))

    of_own = best_answer(problem.with_edges(own) if len(lent) else problem, seconds_left, tell, keep_own)
    chosen = own[of_own.chosen]
    if not len(lent):
        return RoundAnswer(chosen, of_own, None)
    left, lent = left_to_lend(problem, chosen, lent)

    def with_lent(answer: Answer) -> RoundAnswer:
        return RoundAnswer(np.concatenate((chosen, lent[answer.chosen])), of_own, answer)

    return with_lent(best_answer(left, seconds_left, tell, lambda answer: keep(with_lent(answer))))


def left_to_lend(problem: Problem, chosen: Ints, lent: Ints) -> tuple[Problem, Ints]:
    """The round of what is left once own leaders are chosen, and which of the `lent` edges it has."""
    capacity = problem.capacity - np.bincount(
        problem.block[chosen], problem.half_days[chosen], len(problem.capacity)
    ).astype(np.int64)
    taken = (problem.capacity - capacity)[problem.span_blocks[:, 1]]
    in_spans = np.bincount(problem.span_blocks[:, 0], taken, len(problem.span_capacity)).astype(np.int64)
    places = problem.places - np.bincount(problem.line[chosen], minlength=len(problem.places))
    lent = lent[(places[problem.line[lent]] > 0) & (problem.half_days[lent] <= capacity[problem.block[lent]])]
    left = problem.with_edges(lent)
    return replace(
        left,
        places=places,
        capacity=capacity,
        span_capacity=problem.span_capacity - in_spans,
        is_urgent=problem.is_urgent & ~np.isin(np.arange(len(problem.is_urgent)), problem.request[chosen]),
        in_time=left.in_time & ~np.isin(left.leader, problem.leader[chosen[problem.in_time[chosen]]]),
    ), lent
