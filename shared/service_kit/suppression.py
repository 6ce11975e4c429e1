"""Which figures of a table with totals stay hidden, so that none of them can be worked out from those that are shown.

The figures are laid out as a circulation: each runs from one node to another, and as much runs into every node as out
of it, because a total is the sum of its parts. Whoever reads the table knows that, and that every figure is at least
one. A hidden figure is safe where it is part of a ring of hidden figures round which one may be moved: the table is
then as true as before, all that is shown stays the same, and the hidden figure is another.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

Node = int


@dataclass(frozen=True)
class Figure:
    """One number of the table, at least one; it runs from the node `tail` to the node `head`. Nodes are numbered."""

    tail: Node
    head: Node
    value: int


@dataclass(frozen=True)
class _Way:
    """A way from one node to another: what must be hidden for it that is not yet, and the figures it takes."""

    cost: int
    figures: frozenset[int]


_Steps = Mapping[Node, Sequence[tuple[int, Node]]]
"""From each node the figures that may be followed, each with the node it leads to: forward one is added to the figure,
and backward taken from it, where it can spare one."""


def hidden_figures(figures: Sequence[Figure], too_small: Collection[int]) -> frozenset[int]:
    """The places in `figures` of those that stay hidden: all that are `too_small`, and others that make them safe, for
    each of them as little as will do. The figures must balance at every node. The same figures give the same answer.
    """
    steps = _steps(figures)
    hidden, safe = set(too_small), set[int]()
    for figure in sorted(too_small):
        if figure not in safe:
            ring = _cheapest_ring(figures, steps, figure, hidden)
            hidden |= ring
            safe |= ring
    return frozenset(hidden)


def _steps(figures: Sequence[Figure]) -> _Steps:
    steps = defaultdict[Node, list[tuple[int, Node]]](list)
    for place, figure in enumerate(figures):
        steps[figure.tail].append((place, figure.head))
        if figure.value > 1:
            steps[figure.head].append((place, figure.tail))
    return steps


def _cheapest_ring(figures: Sequence[Figure], steps: _Steps, figure: int, hidden: Collection[int]) -> frozenset[int]:
    """The ring through a figure for which the least need be hidden beside what is. One is added to the figure, and the
    rest of the ring leads from its head to its tail; or one is taken from it, the other way round."""
    tail, head = figures[figure].tail, figures[figure].head
    ways = [_cheapest_way(figures, steps, head, tail, without=figure, hidden=hidden)]
    if figures[figure].value > 1 and ways[0] is not None and ways[0].cost > 0:
        ways.append(_cheapest_way(figures, steps, tail, head, without=figure, hidden=hidden))
    # There is a first way always: what runs out of a node comes back to it.
    return min((way for way in ways if way is not None), key=lambda way: way.cost).figures | {figure}


def _cheapest_way(
    figures: Sequence[Figure], steps: _Steps, start: Node, goal: Node, *, without: int, hidden: Collection[int]
) -> _Way | None:
    """The cheapest way, the shortest where several cost the same; None where there is none."""
    order = count()
    ahead = [(0, 0, next(order), start, -1)]
    came_by: dict[Node, int] = {}
    while ahead:
        cost, length, _, node, by = heapq.heappop(ahead)
        if node in came_by:
            continue
        came_by[node] = by
        if node == goal:
            return _Way(cost, frozenset(_taken(figures, came_by, start, goal)))
        for figure, to in steps[node]:
            if figure != without and to not in came_by:
                further = cost if figure in hidden else cost + figures[figure].value
                heapq.heappush(ahead, (further, length + 1, next(order), to, figure))
    return None


def _taken(figures: Sequence[Figure], came_by: Mapping[Node, int], start: Node, goal: Node) -> Iterator[int]:
    node = goal
    while node != start:
        figure = came_by[node]
        yield figure
        node = figures[figure].tail if figures[figure].head == node else figures[figure].head
