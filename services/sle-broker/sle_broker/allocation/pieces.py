"""Choices of edges searched to the end: of a whole round where it is small, and of a large one piece by piece."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import reverse_cuthill_mckee

from sle_broker.allocation.bounds import Statement, statement_of
from sle_broker.allocation.bundles import SecondsLeft, quiet_solver, solve_in_whole_numbers
from sle_broker.allocation.problem import Ints, Level, Problem

PIECE_LEADERS = 250
"""So many leaders are looked at together. Where requests are dense that is thousands of edges, and there most is found:
pieces of as many edges each find half as much."""


def search(problem: Problem, statement: Statement, seconds_left: SecondsLeft) -> tuple[Ints | None, int | None]:
    """Every choice of edges searched: the best found in time, and the bound that the search proves."""
    bonuses, blocks = len(statement.bonus_worth), len(problem.capacity)
    days = sparse.csc_array(
        (problem.half_days.astype(float), (problem.block, np.arange(problem.edges))), (blocks, problem.edges)
    )
    of_bonuses = sparse.vstack([statement.bonus_rows, sparse.csc_array((blocks, bonuses))])
    matrix = sparse.csc_array(sparse.hstack([of_bonuses, sparse.vstack([statement.rows, days])]))
    columns = bonuses + problem.edges
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.sense_ = columns, matrix.shape[0], highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate((statement.bonus_worth, statement.worth))
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_ = np.full(matrix.shape[0], -np.inf)
    lp.row_upper_ = np.concatenate((statement.limit, problem.capacity.astype(float)))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    highs = quiet_solver()
    highs.passModel(lp)
    taken = solve_in_whole_numbers(highs, seconds_left)
    proven = highs.getInfo().mip_dual_bound
    choice = None if taken is None else np.flatnonzero(np.rint(taken[bonuses:]) > 0.5)
    return choice, int(np.floor(proven + 1e-6)) if np.isfinite(proven) else None


def search_in_pieces(
    problem: Problem, best: Ints, seconds_left: SecondsLeft, piece_leaders: int = PIECE_LEADERS
) -> Ints:
    """The choice with each piece made as good as it can be while all others stay as they are: as many urgent requests
    and first deployments as before, the best fit, and with it the least travel. Never worse than `best`; pieces for
    which there is no time stay as they are.

    A piece is all edges of some leaders, of whom many could be sent to the same requests.
    """
    for leaders in _pieces(problem, piece_leaders):
        if seconds_left() <= 0:
            break
        is_here = np.isin(problem.leader, leaders)
        staying, here = best[~is_here[best]], best[is_here[best]]
        left, edges = problem.left_after(staying, np.flatnonzero(is_here))
        before = left.value_of(np.searchsorted(edges, here))
        choice, _ = search(left, _fit_then_travel(left, before[:2]), seconds_left)
        if choice is not None and left.obeys_limits(choice) and left.value_of(choice) > before:
            best = np.sort(np.concatenate((staying, edges[choice])))
    return best


def _pieces(problem: Problem, piece_leaders: int) -> Iterator[Ints]:
    """Leaders in an order in which those who could be sent to the same lines are near each other, cut into pieces; none
    where nobody could be sent anywhere."""
    if not problem.edges:
        return
    of_line = sparse.csr_array((np.ones(problem.edges), (problem.leader, problem.line)))
    order = reverse_cuthill_mckee(sparse.csr_array(of_line @ of_line.T), symmetric_mode=True).astype(np.int64)
    has_edges = order[np.isin(order, problem.leader)]
    yield from np.split(has_edges, range(piece_leaders, len(has_edges), piece_leaders))


def _fit_then_travel(problem: Problem, reached: Sequence[int]) -> Statement:
    """Fit, with a point of it worth more than all travel that could be saved."""
    furthest = np.zeros(len(problem.places), np.int64)
    np.maximum.at(furthest, problem.line, problem.km)
    point = 1 + furthest @ problem.places
    statement = statement_of(problem, Level.FIT, reached)
    return replace(statement, worth=(problem.fit * point - problem.km).astype(float))
