"""The relaxation of one level by bundles: columns are whole fillings of a leader's half-term, so that only what many
half-terms share is relaxed."""

from collections.abc import Callable

import highspy
import numpy as np
from scipy import sparse

from sle_broker.allocation.bounds import Proof, Statement, bound_of, fill_blocks
from sle_broker.allocation.problem import Floats, Ints, Level, Problem

BEST_OF_LINE = 10
"""How many edges of each line the relaxation begins with; it finds the others that it needs."""

PROMISING_POINTS = 300.0
"""A bundle that is further than this from paying for itself is not tried when whole bundles are chosen."""

SecondsLeft = Callable[[], float]


class Master:
    """The linear programme of one level over the bundles known so far."""

    def __init__(self, problem: Problem, statement: Statement) -> None:
        self._problem, self._statement = problem, statement
        self._bonuses = len(statement.bonus_worth)
        blocks, rows = len(problem.capacity), len(statement.limit)
        self._in_block = sparse.csc_array(
            (np.ones(problem.edges), (problem.block, np.arange(problem.edges))), (blocks, problem.edges)
        )
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_, lp.sense_ = self._bonuses, rows + blocks, highspy.ObjSense.kMaximize
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
            statement.bonus_worth,
            np.zeros(self._bonuses),
            np.ones(self._bonuses),
        )
        lp.row_lower_ = np.full(rows + blocks, -np.inf)
        lp.row_upper_ = np.concatenate((statement.limit, np.ones(blocks)))
        matrix = statement.bonus_rows
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        self._highs = quiet_solver()
        self._highs.passModel(lp)
        self.bundles = sparse.csc_array((problem.edges, 0))

    def add(self, bundles: sparse.csc_array) -> None:
        """Takes in more bundles: a column each, with 1 for each of its edges."""
        in_block = self._in_block @ bundles
        in_block.data = np.ones(len(in_block.data))
        rows = sparse.csc_array(sparse.vstack([self._statement.rows @ bundles, in_block]))
        count = bundles.shape[1]
        worth = bundles.T @ self._statement.worth
        self._highs.addCols(
            count, worth, np.zeros(count), np.ones(count), rows.nnz, rows.indptr[:-1], rows.indices, rows.data
        )
        self.bundles = sparse.csc_array(sparse.hstack([self.bundles, bundles]))

    def price(self, level: Level, reached: tuple[int, ...], seconds_left: SecondsLeft) -> Proof:
        """Takes in the bundles that pay for themselves, until there are none or time is short; the best bound that was
        found on the way, with its prices."""
        problem, statement = self._problem, self._statement
        best = Proof(
            level, reached, bound_of(problem, statement, np.zeros(len(statement.limit))), np.zeros(len(statement.limit))
        )
        while seconds_left() > 0:
            self._highs.setOptionValue("time_limit", max(seconds_left(), 0.01))
            self._highs.run()
            if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                break
            duals = np.maximum(np.array(self._highs.getSolution().row_dual), 0)
            prices, block_prices = np.split(duals, [len(statement.limit)])
            bound = bound_of(problem, statement, prices)
            if bound < best.bound:
                best = Proof(level, reached, bound, prices)
            filled = fill_blocks(problem, statement.worth - statement.rows.T @ prices, with_edges=True)
            pays = filled.value > block_prices + 1e-6
            new = filled.edges[pays[filled.edges[:, 0]]]
            if not len(new):
                break
            self.add(bundles_of(problem, new))
        return best

    def choose(self, seconds_left: SecondsLeft, *, keep_whole: bool = False) -> Ints | None:
        """The best choice of whole bundles of those known and promising, as its edges; None where none was found in
        time. With `keep_whole`, what the relaxation has chosen whole stays chosen, which is far quicker."""
        highs, bonuses = self._highs, self._bonuses
        share = np.array(highs.getSolution().col_value)
        dual = np.array(highs.getSolution().col_dual)
        count = bonuses + self.bundles.shape[1]
        if len(share) != count or seconds_left() <= 0:
            return None
        is_bundle = np.arange(count) >= bonuses
        least = np.where(is_bundle & (share > 1 - 1e-6) & keep_whole, 1.0, 0.0)
        most = np.where(is_bundle & (share <= 0) & (np.abs(dual) > PROMISING_POINTS), 0.0, 1.0)
        every = np.arange(count, dtype=np.int32)
        highs.changeColsBounds(count, every, least, most)
        highs.changeColsIntegrality(count, every, np.full(count, highspy.HighsVarType.kInteger))
        taken = solve_in_whole_numbers(highs, seconds_left)
        if taken is None:
            return None
        return np.flatnonzero(self.bundles @ np.rint(taken[bonuses:]) > 0.5)


def quiet_solver() -> highspy.Highs:
    """HiGHS, silent, on one core, the same each time."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # it does not type its constructor
    for name, value in {"output_flag": False, "threads": 1, "random_seed": 1}.items():
        highs.setOptionValue(name, value)
    return highs


def solve_in_whole_numbers(highs: highspy.Highs, seconds_left: SecondsLeft) -> Floats | None:
    """The values of the columns in the best solution found in time. Values are whole, so a gap below 1 is none."""
    for name, value in {"mip_rel_gap": 0.0, "mip_abs_gap": 0.9, "time_limit": max(seconds_left(), 0.01)}.items():
        highs.setOptionValue(name, value)
    highs.run()
    found = highs.getSolution()
    return np.array(found.col_value) if found.value_valid else None


def bundles_of(problem: Problem, of_block: Ints) -> sparse.csc_array:
    """Pairs of block and edge as bundles, one for each block."""
    blocks, column = np.unique(of_block[:, 0], return_inverse=True)
    return sparse.csc_array((np.ones(len(column)), (of_block[:, 1], column)), (problem.edges, len(blocks)))


def single_edges(problem: Problem, edges: Ints) -> sparse.csc_array:
    """Bundles of one edge each."""
    return sparse.csc_array((np.ones(len(edges)), (edges, np.arange(len(edges)))), (problem.edges, len(edges)))


def best_of_each_line(problem: Problem, worth: Ints) -> Ints:
    """The edges of each line that are worth most."""
    order = np.lexsort((-worth, problem.line))
    rank = np.arange(problem.edges) - np.searchsorted(problem.line[order], problem.line[order])
    return np.sort(order[rank < BEST_OF_LINE])
