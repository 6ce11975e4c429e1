from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sle_broker.allocation.bounds import BoundNotProven, verify_bounds
from sle_broker.allocation.greedy import clock_aware, first_come
from sle_broker.allocation.optimum import Answer, best_answer
from sle_broker.allocation.problem import Problem
from tests.sle_broker.allocation.problems import a_problem, best_by_trying, endless, shuffled, side_by_side

SEEDS = st.integers(10_000, 1_000_000)


def solve(problem: Problem) -> Answer:
    return best_answer(problem, endless, lambda level, value, bound: None, lambda answer: None)


TOGETHER = 100


@pytest.mark.parametrize("first", range(0, 2_000, 500))
def test_small_rounds_are_as_good_as_trying_everything_on_all_four_levels(first: int) -> None:
    """2,000 in all, a hundred side by side: each must be the best there is, or all together were not."""
    for start in range(first, first + 500, TOGETHER):
        problems = [a_problem(seed) for seed in range(start, start + TOGETHER)]
        together = side_by_side(problems)
        answer, best = solve(together), [best_by_trying(problem) for problem in problems]
        assert together.obeys_limits(answer.chosen), start
        ends = np.cumsum([problem.edges for problem in problems])
        chosen = np.split(answer.chosen, np.searchsorted(answer.chosen, ends))
        for place, problem in enumerate(problems):
            mine = chosen[place] - (ends[place] - problem.edges)
            assert problem.value_of(mine) == best[place], start + place
        values = [sum(each) for each in zip(*best, strict=True)]
        assert [one.value for one in answer.levels] == [one.bound for one in answer.levels] == values, start


def test_small_rounds_by_themselves_are_as_good_as_trying_everything() -> None:
    for seed in range(2_000, 2_060):
        problem = a_problem(seed)
        answer = solve(problem)
        assert problem.value_of(answer.chosen) == best_by_trying(problem), seed
        assert all(one.is_optimal for one in answer.levels), seed


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_a_round_keeps_every_limit_is_never_worse_than_either_greedy_and_its_bounds_hold(seed: int) -> None:
    problem = a_problem(seed, leaders=12, requests=20)
    answer = solve(problem)
    value = problem.value_of(answer.chosen)
    assert problem.obeys_limits(answer.chosen)
    for greedy in (first_come(problem), clock_aware(problem)):
        assert problem.obeys_limits(greedy)
        assert value >= problem.value_of(greedy)
    assert all(one.value <= one.bound <= one.proof.bound for one in answer.levels)
    verify_bounds(problem, [one.proof for one in answer.levels])


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(0, 1_000))
def test_the_order_of_the_edges_changes_no_value(seed: int, order: int) -> None:
    problem = a_problem(seed)
    other = shuffled(problem, np.random.default_rng(order).permutation(problem.edges))
    assert [one.value for one in solve(problem).levels] == [one.value for one in solve(other).levels]


def test_when_time_is_over_at_once_the_better_greedy_is_the_answer() -> None:
    problem = a_problem(7, leaders=12, requests=20)
    answer = best_answer(problem, lambda: 0.0, lambda level, value, bound: None, lambda answer: None)
    assert problem.value_of(answer.chosen) == max(answer.first_come, answer.clock_aware)
    assert all(one.value <= one.bound for one in answer.levels)


def test_a_bound_that_its_prices_do_not_prove_is_found() -> None:
    problem = a_problem(3, leaders=12, requests=20)
    proofs = [one.proof for one in solve(problem).levels]
    for place, proof in enumerate(proofs):
        for wrong in (
            replace(proof, bound=proof.bound - 1),
            replace(proof, prices=proof.prices * 0.0) if proof.prices.any() else replace(proof, bound=-1_000_000),
            replace(proof, prices=proof.prices - 1.0),
            replace(proof, prices=proof.prices[:-1]),
        ):
            with pytest.raises(BoundNotProven):
                verify_bounds(problem, [*proofs[:place], wrong])


def test_nothing_to_decide_is_decided() -> None:
    problem = shuffled(a_problem(1), np.zeros(0, np.int64))
    assert [(one.value, one.bound) for one in solve(problem).levels] == [(0, 0)] * 4
