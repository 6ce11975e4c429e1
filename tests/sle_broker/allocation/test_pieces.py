import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sle_broker.allocation.greedy import clock_aware
from sle_broker.allocation.optimum import Answer, best_answer
from sle_broker.allocation.pieces import search_in_pieces
from sle_broker.allocation.problem import Problem
from tests.sle_broker.allocation.problems import a_problem, endless, side_by_side


def answers(problem: Problem) -> list[Answer]:
    """The answer at the end of each level."""
    kept: list[Answer] = []
    best_answer(problem, endless, lambda level, value, bound: None, kept.append)
    return kept


@settings(max_examples=10, deadline=None)
@given(st.integers(10_000, 1_000_000), st.integers(1, 12))
def test_a_round_searched_in_pieces_keeps_every_limit_and_is_never_worse(seed: int, leaders: int) -> None:
    problem = a_problem(seed, leaders=12, requests=20)
    before = clock_aware(problem)
    after = search_in_pieces(problem, before, endless, leaders)
    assert problem.obeys_limits(after)
    assert problem.value_of(after) >= problem.value_of(before)
    assert problem.value_of(after)[:2] >= problem.value_of(before)[:2]


def test_one_piece_of_everybody_is_the_best_there_is_and_smaller_ones_come_nearer_to_it() -> None:
    rounds = [a_problem(seed) for seed in range(300, 330)]
    problem = side_by_side(rounds)
    by_level = answers(problem)
    begun, best = by_level[1].chosen, problem.value_of(by_level[3].chosen)
    assert problem.value_of(begun)[:2] == best[:2]
    assert problem.value_of(begun) < best
    everybody = len(np.unique(problem.leader))
    assert problem.value_of(search_in_pieces(problem, begun, endless, everybody)) == best
    in_parts = problem.value_of(search_in_pieces(problem, begun, endless, everybody // 5))
    assert problem.value_of(begun) < in_parts <= best


def test_where_nobody_could_be_sent_anywhere_nobody_is() -> None:
    problem = a_problem(10_084, leaders=12, requests=20)
    assert problem.edges == 0
    assert search_in_pieces(problem, clock_aware(problem), endless).size == 0
    assert best_answer(problem, endless, lambda level, value, bound: None, lambda answer: None).chosen.size == 0


def test_a_piece_without_time_stays_as_it_is() -> None:
    problem = a_problem(7, leaders=12, requests=20)
    before = clock_aware(problem)
    assert np.array_equal(search_in_pieces(problem, before, lambda: 0.0), before)
