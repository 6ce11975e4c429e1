"""How good a round can be at all: an upper bound of each level from its prices, checked in one pass.

Prices are what linear programming calls duals: one for each limit, never below nothing. Whatever they are, the bound
that follows from them holds; good prices make it tight. So whoever doubts a round can check its bounds without solving
anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from service_kit.errors import RuleBroken
from sle_broker.allocation.problem import Flags, Floats, Ints, Level, Problem

LEVELS = tuple(Level)
_NOTHING = 1e-9


class BoundNotProven(RuleBroken):
    """A bound that is told of a round follows from the prices that are stored with it."""


@dataclass(frozen=True)
class Statement:
    """One level of a round: maximise `worth` of the edges chosen and `bonus_worth` of the bonuses earned, with
    `rows` of the edges and `bonus_rows` of the bonuses no more than `limit`, each block filled within its capacity.

    A bonus is a request that is served, or a leader whose first deployment comes in time: earned once, however many
    edges earn it. What earlier levels reached is among the limits.
    """

    worth: Floats
    bonus_worth: Floats
    rows: sparse.csc_array
    bonus_rows: sparse.csc_array
    limit: Floats


@dataclass(frozen=True)
class Proof:
    """The bound of one level, once the levels before it have `reached` their values, and the prices it follows from."""

    level: Level
    reached: tuple[int, ...]
    bound: int
    prices: Floats


def verify_bounds(problem: Problem, proofs: Sequence[Proof]) -> None:
    """Whether each bound follows from its prices. Raises `BoundNotProven` for the first that does not."""
    for proof in proofs:
        follows = bound_of(problem, statement_of(problem, proof.level, proof.reached), proof.prices)
        if proof.bound < follows:
            raise BoundNotProven(
                f"The prices prove no more than {follows} for {proof.level}, and {proof.bound} is told."
            )


def bound_of(problem: Problem, statement: Statement, prices: Floats) -> int:
    """No choice of edges is worth more. Raises `BoundNotProven` where the prices are not prices of this statement."""
    if len(prices) != len(statement.limit) or not np.isfinite(prices).all() or (prices < 0).any():
        raise BoundNotProven("There is one price for each limit, a number that is never below nothing.")
    gain = statement.worth - statement.rows.T @ prices
    bonuses = np.maximum(statement.bonus_worth - statement.bonus_rows.T @ prices, 0).sum()
    worth = prices @ statement.limit + bonuses + fill_blocks(problem, gain).value.sum()
    # Values are whole, so the bound is as well; a hair above a whole number is how floats write it.
    return int(np.floor(worth + 1e-6 * max(1.0, abs(worth)) ** 0.5))


def statement_of(problem: Problem, level: Level, reached: Sequence[int]) -> Statement:
    """What `level` asks, once the levels before it have `reached` these values."""
    rows, limit = problem.limits
    urgent, waiting = np.flatnonzero(problem.is_urgent), np.unique(problem.leader[problem.in_time])
    bonuses, nothing = len(urgent) + len(waiting), np.zeros(problem.edges)
    is_urgent = np.arange(bonuses) < len(urgent)
    worth: Mapping[Level, tuple[Floats, Floats]] = {
        Level.URGENT_REQUESTS: (nothing, is_urgent.astype(float)),
        Level.FIRST_DEPLOYMENTS: (nothing, (~is_urgent).astype(float)),
        Level.FIT: (problem.fit.astype(float), np.zeros(bonuses)),
        Level.TRAVEL: (-problem.km.astype(float), np.zeros(bonuses)),
    }
    kept = [worth[one] for one in LEVELS[: len(reached)]]
    earned = sparse.vstack(
        [
            _earning(urgent, problem.request, np.ones(problem.edges, np.bool_)),
            _earning(waiting, problem.leader, problem.in_time),
        ]
    )
    kept_edges = np.array([-of_edges for of_edges, _ in kept]).reshape(len(kept), problem.edges)
    kept_bonuses = np.array([-of_bonuses for _, of_bonuses in kept]).reshape(len(kept), bonuses)
    return Statement(
        *worth[level],
        rows=sparse.csc_array(sparse.vstack([rows, earned, sparse.csr_array(kept_edges)])),
        bonus_rows=sparse.csc_array(
            sparse.vstack(
                [sparse.csr_array((len(limit), bonuses)), sparse.eye_array(bonuses), sparse.csr_array(kept_bonuses)]
            )
        ),
        limit=np.concatenate((limit, np.zeros(bonuses), [-float(value) for value in reached])),
    )


def _earning(ones: Ints, of_edge: Ints, earns: Flags) -> sparse.csr_array:
    """A row for each of `ones`, with -1 for every edge that earns its bonus."""
    edges = np.flatnonzero(earns & np.isin(of_edge, ones))
    place = np.searchsorted(ones, of_edge[edges])
    return sparse.csr_array((-np.ones(len(edges)), (place, edges)), (len(ones), len(of_edge)))


@dataclass(frozen=True)
class Fillings:
    """The best filling of each block for some gains of the edges: its value; and, where they were asked for, its edges
    as pairs of block and edge."""

    value: Floats
    edges: Ints


def fill_blocks(problem: Problem, gain: Floats, *, with_edges: bool = False) -> Fillings:
    """The most that each leader's half-term can gain within its half-days, all at once: knapsacks, solved exactly."""
    useful = np.flatnonzero(gain > _NOTHING)
    useful = useful[np.argsort(problem.block[useful], kind="stable")]
    blocks, first, count = np.unique(problem.block[useful], return_index=True, return_counts=True)
    capacity = problem.capacity[blocks]
    table = np.zeros((len(blocks), int(capacity.max(initial=0)) + 1))
    half_days = np.arange(table.shape[1])
    taken: list[tuple[Ints, Ints, Flags]] = []
    for turn in range(int(count.max(initial=0))):
        rows = np.flatnonzero(count > turn)
        edges = useful[first[rows] + turn]
        before = half_days - problem.half_days[edges][:, None]
        with_edge = table[rows[:, None], before.clip(0)] + gain[edges][:, None]
        is_better = (before >= 0) & (with_edge > table[rows])
        table[rows] = np.where(is_better, with_edge, table[rows])
        if with_edges:
            taken.append((rows, edges, is_better))
    value = np.zeros(len(problem.capacity))
    value[blocks] = table[np.arange(len(blocks)), capacity]
    return Fillings(value, _trace(problem, blocks, capacity.copy(), taken))


def _trace(problem: Problem, blocks: Ints, left: Ints, taken: Sequence[tuple[Ints, Ints, Flags]]) -> Ints:
    """Which edges the best fillings have, found from the last that was looked at to the first."""
    found = [np.zeros((0, 2), np.int64)]
    for rows, edges, is_better in reversed(taken):
        is_in = is_better[np.arange(len(rows)), left[rows]]
        left[rows[is_in]] -= problem.half_days[edges[is_in]]
        found.append(np.column_stack((blocks[rows[is_in]], edges[is_in])))
    return np.concatenate(found)
