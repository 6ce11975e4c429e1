"""Which figures of a table with totals stay hidden, so that none of them can be worked out from those that are shown.

The figures are laid out as a circulation: each runs from one node to another, and as much runs into every node as out
of it, because a total is the sum of its parts. Whoever reads the table knows that, and that every figure is at least
one. A hidden figure is safe where it is part of a ring of hidden figures round which one may be moved: the table is
then as true as before, all that is shown stays the same, and the hidden figure is another.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

Node = Hashable


@dataclass(frozen=True)
class Figure:
    """One number of the table, at least one; it runs from `tail` to `head`."""

    tail: Node
    head: Node
    value: int


@dataclass(frozen=True)
class _Step:
    """A figure followed from one node to the next, and what it costs to hide it."""

    figure: int
    to: Node
    cost: int


class _Cost(NamedTuple):
    """What must be hidden that is not yet, and the number of steps."""

    hidden_beside: int
    length: int


@dataclass(frozen=True)
class _Way:
    """A way between two nodes: what it costs, and the figures it takes."""

    cost: _Cost
    figures: frozenset[int]


def hidden_figures(figures: Sequence[Figure], too_small: Collection[int]) -> frozenset[int]:
    """The places in `figures` of those that stay hidden: all that are `too_small`, and others that make them safe, for
    each of them as little as will do. The figures must balance at every node. The same figures give the same answer.
    """
    hidden, safe = set(too_small), set[int]()
    for figure in sorted(too_small):
        if figure not in safe:
            ring = _cheapest_ring(figures, figure, hidden)
            hidden |= ring
            safe |= ring
    return frozenset(hidden)


def _cheapest_ring(figures: Sequence[Figure], figure: int, hidden: Collection[int]) -> frozenset[int]:
    """The ring through a figure along which one may be moved, and for which the least need be hidden beside what is.
    The figure itself becomes one more, or one less where it can spare one."""
    steps = _steps(figures, hidden, without=figure)
    tail, head = figures[figure].tail, figures[figure].head
    ways = [_cheapest_way(steps, head, tail)]
    if figures[figure].value > 1:
        ways.append(_cheapest_way(steps, tail, head))
    return min((way for way in ways if way is not None), key=lambda way: way.cost).figures | {figure}


def _steps(figures: Sequence[Figure], hidden: Collection[int], *, without: int) -> Mapping[Node, Sequence[_Step]]:
    steps = defaultdict[Node, list[_Step]](list)
    for place, figure in enumerate(figures):
        if place == without:
            continue
        cost = 0 if place in hidden else figure.value
        steps[figure.tail].append(_Step(place, figure.head, cost))
        if figure.value > 1:
            steps[figure.head].append(_Step(place, figure.tail, cost))
    return steps


def _cheapest_way(steps: Mapping[Node, Sequence[_Step]], start: Node, goal: Node) -> _Way | None:
    """The cheapest way from one node to another, the shortest where several cost the same. From a figure's head to its
    tail there always is one, because what runs out of a node comes back to it; the other way round there may be none.
    """
    order = count()
    ahead = [(_Cost(0, 0), next(order), start, frozenset[int]())]
    reached = set[Node]()
    while ahead:
        cost, _, node, taken = heapq.heappop(ahead)
        if node == goal:
            return _Way(cost, taken)
        if node in reached:
            continue
        reached.add(node)
        for step in steps[node]:
            if step.to not in reached:
                further = _Cost(cost.hidden_beside + step.cost, cost.length + 1)
                heapq.heappush(ahead, (further, next(order), step.to, taken | {step.figure}))
    return None
