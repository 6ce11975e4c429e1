"""Own alliance first: the best round of own leaders, and then lent leaders for the places that it leaves."""

from collections.abc import Callable
from dataclasses import dataclass

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
    left, lent = problem.left_after(chosen, lent)

    def with_lent(answer: Answer) -> RoundAnswer:
        return RoundAnswer(np.concatenate((chosen, lent[answer.chosen])), of_own, answer)

    return with_lent(best_answer(left, seconds_left, tell, lambda answer: keep(with_lent(answer))))
