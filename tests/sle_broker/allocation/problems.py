"""Small random rounds, and the best answer to one by trying everything."""

from functools import cache

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
    """The best value of all choices: edge after edge in or out, remembering what the same room left was worth."""
    edges = list(range(problem.edges))
    spans = [
        tuple(problem.span_blocks[problem.span_blocks[:, 1] == block, 0].tolist())
        for block in range(len(problem.capacity))
    ]
    line, block, days = problem.line.tolist(), problem.block.tolist(), problem.half_days.tolist()
    leader, request = problem.leader.tolist(), problem.request.tolist()
    fit, km, in_time, urgent = (
        problem.fit.tolist(),
        problem.km.tolist(),
        problem.in_time.tolist(),
        problem.is_urgent.tolist(),
    )

    @cache
    def best(edge: int, places: tuple[int, ...], room: tuple[int, ...], span_room: tuple[int, ...],
             sent: frozenset[int], served: bool, deployed: frozenset[int]) -> Value:  # fmt: skip
        if edge == len(edges):
            return (0, 0, 0, 0)
        if edge and request[edge] != request[edge - 1]:
            sent, served = frozenset(), False
        if edge and line[edge] != line[edge - 1]:
            places = (int(problem.places[line[edge]]),)
        value = best(edge + 1, places, room, span_room, sent, served, deployed)
        one, need = block[edge], days[edge]
        if (
            places[0]
            and room[one] >= need
            and leader[edge] not in sent
            and all(span_room[s] >= need for s in spans[one])
        ):
            rest = best(
                edge + 1,
                (places[0] - 1,),
                tuple(left - need * (number == one) for number, left in enumerate(room)),
                tuple(left - need * (number in spans[one]) for number, left in enumerate(span_room)),
                sent | {leader[edge]},
                True,
                deployed | {leader[edge]} if in_time[edge] else deployed,
            )
            gained = (
                int(urgent[request[edge]] and not served),
                int(in_time[edge] and leader[edge] not in deployed),
                fit[edge],
                -km[edge],
            )
            with_it = tuple(more + most for more, most in zip(gained, rest, strict=True))
            value = max(value, with_it)
        return value

    if not edges:
        return (0, 0, 0, 0)
    first, room, span_room = (int(problem.places[line[0]]),), problem.capacity.tolist(), problem.span_capacity.tolist()
    return best(0, first, tuple(room), tuple(span_room), frozenset(), False, frozenset())


def shuffled(problem: Problem, order: Ints) -> Problem:
    """The same round with its edges in another order."""
    of_edges = ("leader", "line", "block", "half_days", "fit", "km", "in_time")
    return Problem(
        **{
            name: value[order] if name in of_edges else value
            for name, value in vars(problem).items()
            if name in Problem.__dataclass_fields__
        }
    )
