import numpy as np

from sle_broker.allocation.own_first import RoundAnswer, best_own_first
from sle_broker.allocation.problem import Flags, Problem
from tests.sle_broker.allocation.problems import a_problem, best_by_trying, endless


def lent_between_two(problem: Problem) -> Flags:
    """Leaders and requests of two alliances by turns: whose leader is not of the request's alliance is lent."""
    return np.asarray(problem.leader % 2 != problem.request % 2)


def solve(problem: Problem, is_lent: Flags) -> RoundAnswer:
    return best_own_first(problem, is_lent, endless, lambda level, value, bound: None, lambda answer: None)


def test_own_leaders_are_placed_as_if_nobody_lent_and_lent_ones_as_well_as_can_be_in_the_places_left() -> None:
    lent_at_all = 0
    for seed in range(25):
        problem = a_problem(seed)
        is_lent = lent_between_two(problem)
        answer = solve(problem, is_lent)
        own = answer.chosen[~is_lent[answer.chosen]]
        assert problem.obeys_limits(answer.chosen), seed
        assert problem.value_of(own) == best_by_trying(problem.with_edges(np.flatnonzero(~is_lent))), seed
        left, _ = problem.left_after(own, np.flatnonzero(is_lent))
        if answer.lent is not None:
            assert tuple(one.value for one in answer.lent.levels) == best_by_trying(left), seed
            together = zip(answer.own.levels, answer.lent.levels, strict=True)
            assert problem.value_of(answer.chosen) == tuple(own.value + lent.value for own, lent in together), seed
        lent_at_all += int(is_lent[answer.chosen].sum())
    assert lent_at_all > 10


def test_where_nobody_lends_there_is_no_second_answer() -> None:
    problem = a_problem(3)
    assert solve(problem, np.zeros(problem.edges, np.bool_)).lent is None


def test_an_answer_is_kept_at_the_end_of_each_level_of_both() -> None:
    problem = a_problem(3, leaders=12, requests=20)
    kept: list[RoundAnswer] = []
    is_lent = lent_between_two(problem)
    best_own_first(problem, is_lent, endless, lambda level, value, bound: None, kept.append)
    assert [len(one.own.levels) for one in kept] == [1, 2, 3, 4, 4, 4, 4, 4]
    assert all(problem.obeys_limits(one.chosen) for one in kept)
