"""Small random rounds, and the best answer to one by trying everything."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from sle_broker.allocation.problem import Ints, Problem, Value

ENDLESS = 1e9


def endless() -> float:
    """As many seconds as anybody could want."""
    return ENDLESS


def a_problem(seed: int, leaders: int = 6, requests: int = 8) -> Problem:
    """A round of a few leaders and requests, some of several lines, with tight half-terms and tighter years."""
    chance = np.random.default_rng(seed)
    leaders, requests = int(chance.integers(1, leaders + 1)), int(chance.integers(1, requests + 1))
    lines = requests + int(chance.integers(0, 2))
    request_of_line = np.sort(np.concatenate((np.arange(requests), chance.integers(0, requests, lines - requests))))
    days_of_line = chance.integers(1, 7, lines)
    capacity = chance.integers(1, 9, (leaders, 2))
    triples = [
        (line, term, leader)
        for line in range(lines)
        for term in range(2)
        for leader in range(leaders)
        if chance.random() < 0.3 and days_of_line[line] <= capacity[leader, term]
    ]
    line, term, leader = np.array(triples, np.int64).reshape(-1, 3).T
    blocks, block = np.unique(leader * 2 + term, return_inverse=True)
    waiting = chance.random(leaders) < 0.4
    year = np.maximum(capacity.max(axis=1), chance.integers(3, 13, leaders))
    both = [one for one in range(leaders) if capacity[one].sum() > year[one] and {one * 2, one * 2 + 1} <= set(blocks)]
    spans = [(span, int(np.searchsorted(blocks, one * 2 + half))) for span, one in enumerate(both) for half in (0, 1)]
    return Problem(
        leader=leader,
        line=line,
        block=block,
        half_days=days_of_line[line],
        fit=chance.integers(0, 6, len(line)) * 100 + 1,
        km=chance.integers(0, 30, len(line)),
        in_time=waiting[leader] & (term == 0),
        request_of_line=request_of_line,
        places=chance.choice((1, 1, 2), lines),
        arrived_on=chance.integers(1, 9, lines),
        is_urgent=chance.random(requests) < 0.4,
        capacity=capacity.ravel()[blocks],
        span_blocks=np.array(spans, np.int64).reshape(-1, 2),
        span_capacity=year[both].astype(np.int64),
    )


def best_by_trying(problem: Problem) -> Value:
    """The best value of all choices: edge after edge in or out, given up where all that is left could not help.

    A value is one number here, of whose digits each level has its own: no instance comes near to filling them.
    """
    urgent, first, fit = 10**12, 10**10, 10**4
    edges, leader, request = problem.edges, problem.leader.tolist(), problem.request.tolist()
    line, block, days = problem.line.tolist(), problem.block.tolist(), problem.half_days.tolist()
    gain = (problem.fit * fit - problem.km).tolist()
    serves = [urgent * int(problem.is_urgent[one]) for one in request]
    deploys = [first * int(one) for one in problem.in_time]
    spans: list[list[int]] = [[] for _ in problem.capacity]
    for span, of in problem.span_blocks.tolist():
        spans[of].append(span)
    places, room, span_room = (array.tolist() for array in (problem.places, problem.capacity, problem.span_capacity))
    hope = [_hope(problem, edge, gain, serves, deploys) for edge in range(edges + 1)]
    taken: set[tuple[object, int]] = set()
    best = 0

    def look(edge: int, value: int) -> None:
        nonlocal best
        best = max(best, value)
        if edge == edges or value + hope[edge] <= best:
            return
        place, need, of = line[edge], days[edge], spans[block[edge]]
        once = (leader[edge], request[edge])
        if places[place] and room[block[edge]] >= need and once not in taken and all(span_room[s] >= need for s in of):
            earns: set[tuple[object, int]] = {once}
            more = gain[edge]
            for bonus, what in ((serves[edge], ("request", request[edge])), (deploys[edge], ("leader", leader[edge]))):
                if bonus and what not in taken:
                    earns.add(what)
                    more += bonus
            places[place] -= 1
            room[block[edge]] -= need
            for span in of:
                span_room[span] -= need
            taken.update(earns)
            look(edge + 1, value + more)
            taken.difference_update(earns)
            for span in of:
                span_room[span] += need
            room[block[edge]] += need
            places[place] += 1
        look(edge + 1, value)

    look(0, 0)
    travelled = -best % fit
    of_fit = (best + travelled) // fit
    return best // urgent, best % urgent // first, of_fit % (first // fit), -travelled


def _hope(problem: Problem, edge: int, gain: list[int], serves: list[int], deploys: list[int]) -> int:
    """More than this the edges from one on cannot add, whatever was chosen before."""
    rest = range(edge, problem.edges)
    by_line: dict[int, list[int]] = {}
    for one in rest:
        by_line.setdefault(int(problem.line[one]), []).append(gain[one])
    fits = sum(sum(sorted(gains)[-int(problem.places[line]) :]) for line, gains in by_line.items())
    served = {int(problem.request[one]): serves[one] for one in rest}
    deployed = {int(problem.leader[one]): deploys[one] for one in rest if deploys[one]}
    return fits + sum(served.values()) + sum(deployed.values())


def side_by_side(problems: Sequence[Problem]) -> Problem:
    """Rounds that have nothing to do with each other, as one: the best of all is the best of each."""
    offsets = {
        "leader": [int(one.leader.max(initial=-1)) + 1 for one in problems],
        "line": [len(one.places) for one in problems],
        "block": [len(one.capacity) for one in problems],
        "request_of_line": [len(one.is_urgent) for one in problems],
    }
    before = {name: np.concatenate(([0], np.cumsum(counts))) for name, counts in offsets.items()}
    spans = np.concatenate(([0], np.cumsum([len(one.span_capacity) for one in problems])))
    columns = {
        name: np.concatenate(
            [getattr(one, name) + (before[name][place] if name in before else 0) for place, one in enumerate(problems)]
        )
        for name in (field.name for field in fields(Problem))
        if name not in ("span_blocks", "is_urgent", "in_time")
    }
    moved = [np.array((spans[place], before["block"][place])) for place in range(len(problems))]
    pairs = [one.span_blocks + by for one, by in zip(problems, moved, strict=True)]
    return Problem(
        **columns,
        span_blocks=np.concatenate(pairs),
        is_urgent=np.concatenate([one.is_urgent for one in problems]),
        in_time=np.concatenate([one.in_time for one in problems]),
    )


def shuffled(problem: Problem, order: Ints) -> Problem:
    """The same round with its edges in another order."""
    return problem.with_edges(order)
