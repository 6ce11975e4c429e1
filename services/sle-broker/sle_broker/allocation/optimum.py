"""The best round there is, level by level: each level's optimum is a limit of the next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sle_broker.allocation.bounds import LEVELS, Proof, Statement, statement_of
from sle_broker.allocation.bundles import (
    Master,
    SecondsLeft,
    best_of_each_line,
    bundles_of,
    single_edges,
)
from sle_broker.allocation.greedy import clock_aware, first_come
from sle_broker.allocation.pieces import search, search_in_pieces
from sle_broker.allocation.problem import Ints, Level, Problem, Value

SEARCHED_WHOLE = 10_000
"""Up to so many edges a level is searched to its end, which proves its optimum whatever the prices say."""

TRAVEL_SEARCHED_WHOLE = 3_000
"""Up to so many travel is as well: it takes several times as long as all levels before it."""


@dataclass(frozen=True)
class LevelReached:
    """How good the answer is on one level: its value, and the bound that no answer passes that is as good on the levels
    before. `proof` has the prices, and the bound that follows from them; a search to the end may have proven less."""

    level: Level
    value: int
    bound: int
    proof: Proof

    @property
    def is_optimal(self) -> bool:
        """Whether no better value is possible."""
        return self.value >= self.bound


@dataclass(frozen=True)
class Answer:
    """The edges chosen, how good they are on each level, and what the two greedy ways reach."""

    chosen: Ints
    levels: tuple[LevelReached, ...]
    first_come: Value
    clock_aware: Value


Tell = Callable[[Level, int, int], None]
"""Is told of a level the value reached so far and the bound."""

Keep = Callable[[Answer], None]
"""Is given the answer as it stands at the end of each level, with the levels so far."""


def best_answer(problem: Problem, seconds_left: SecondsLeft, tell: Tell, keep: Keep) -> Answer:
    """The best choice found in time, never worse than either greedy one.

    - `seconds_left` says how many seconds there are still. When they are over, the best so far is the answer, and its
      gap is what is left between its value and the bound.
    - A request is served when at least one leader is sent to it; one that wants several may be served in part.
    - Each level is solved by its relaxation and then in whole bundles; a small round is searched to the end. A large
      one is searched piece by piece for fit and for less travel with the same fit; of its travel there is a bound.
    """
    by_arrival, by_clock = first_come(problem), clock_aware(problem)
    best = max((by_arrival, by_clock), key=problem.value_of)
    found = [bundles_of(problem, np.column_stack((problem.block[one], one))) for one in (by_arrival, by_clock)]
    levels: list[LevelReached] = []
    for place, level in enumerate(LEVELS):
        reached = problem.value_of(best)[:place]
        statement = statement_of(problem, level, reached)
        tell(level, problem.value_of(best)[place], _no_bound(problem, statement))
        master = Master(problem, statement)
        for bundles in found:
            master.add(bundles)
        if level is not Level.TRAVEL:
            master.add(single_edges(problem, _to_begin_with(problem, level)))
        proof = master.price(level, reached, seconds_left)
        bound = proof.bound
        tell(level, problem.value_of(best)[place], bound)
        is_large = problem.edges > TRAVEL_SEARCHED_WHOLE
        if problem.value_of(best)[place] < bound and not (is_large and level is Level.TRAVEL):
            best = _better(problem, best, _choose(master, level, seconds_left))
        if is_large and level is Level.FIT:
            best = search_in_pieces(problem, best, seconds_left)
        is_searched = problem.edges <= (TRAVEL_SEARCHED_WHOLE if level is Level.TRAVEL else SEARCHED_WHOLE)
        if problem.value_of(best)[place] < bound and is_searched and seconds_left() > 0:
            choice, proven = search(problem, statement, seconds_left)
            best = _better(problem, best, choice)
            bound = bound if proven is None else min(bound, proven)
        tell(level, problem.value_of(best)[place], bound)
        levels.append(LevelReached(level, problem.value_of(best)[place], bound, proof))
        found = [master.bundles, bundles_of(problem, np.column_stack((problem.block[best], best)))]
        keep(_answer(problem, best, levels, by_arrival, by_clock))
    return _answer(problem, best, levels, by_arrival, by_clock)


def _answer(problem: Problem, best: Ints, levels: Sequence[LevelReached], by_arrival: Ints, by_clock: Ints) -> Answer:
    """A later level may have found more on an earlier one as well."""
    told = tuple(replace(one, value=value) for one, value in zip(levels, problem.value_of(best), strict=False))
    return Answer(best, told, problem.value_of(by_arrival), problem.value_of(by_clock))


def _choose(master: Master, level: Level, seconds_left: SecondsLeft) -> Ints | None:
    """Fit is where most bundles are known, and pieces are searched after it: it begins with what is quickly chosen."""
    choice = master.choose(seconds_left, keep_whole=True) if level is Level.FIT else None
    return master.choose(seconds_left) if choice is None else choice


def _better(problem: Problem, best: Ints, choice: Ints | None) -> Ints:
    if choice is None or not problem.obeys_limits(choice):
        return best
    return max((best, choice), key=problem.value_of)


def _no_bound(problem: Problem, statement: Statement) -> int:
    """What would be reached if every edge and every bonus could be had at once."""
    return int(np.maximum(statement.worth, 0).sum() + np.maximum(statement.bonus_worth, 0).sum())


def _to_begin_with(problem: Problem, level: Level) -> Ints:
    """The edges that the relaxation of a level begins with: what can earn something on it or on one before it."""
    edges = best_of_each_line(problem, problem.fit)
    if level is Level.FIT:
        return edges
    counts = problem.is_urgent[problem.request]
    if level is Level.FIRST_DEPLOYMENTS:
        counts = counts | problem.in_time
    return edges[counts[edges]]
