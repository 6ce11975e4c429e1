"""What a broker would do by hand: requests in the order in which they came, or with an eye on urgency and the clock."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sle_broker.allocation.problem import Ints, Problem


def first_come(problem: Problem) -> Ints:
    """First come, first served: each request in turn gets those who fit it best of all who are still free."""
    taking = _Taking(problem)
    taking.take(_by(problem.arrived_on[problem.line], problem.line, -problem.fit))
    return taking.chosen()


def clock_aware(problem: Problem) -> Ints:
    """Urgent requests first, those with the fewest candidates before others, and of their candidates those whose clock
    is running; then every leader whose clock is running, those with the fewest requests before others; then the rest
    as they came."""
    taking = _Taking(problem)
    late = ~problem.in_time
    urgent = np.flatnonzero(problem.is_urgent[problem.request])
    choices = np.bincount(problem.request, minlength=len(problem.is_urgent))
    order = _by(choices[problem.request], problem.request, late, -problem.fit)
    taking.take(order[np.isin(order, urgent)], one_a_request=True)
    chances = np.bincount(problem.leader[problem.in_time], minlength=problem.leader.max(initial=0) + 1)
    order = _by(chances[problem.leader], problem.leader, -problem.fit)
    taking.take(order[problem.in_time[order]], one_a_leader=True)
    taking.take(_by(problem.arrived_on[problem.line], problem.line, -problem.fit))
    return taking.chosen()


def _by(*keys: NDArray[Any]) -> Ints:
    """The edges ordered by the first key, then the second, and so on."""
    return np.lexsort(keys[::-1])


class _Taking:
    """A choice that grows edge by edge and keeps every limit."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._places = problem.places.tolist()
        self._room = problem.capacity.tolist()
        self._span_room = problem.span_capacity.tolist()
        self._spans: dict[int, list[int]] = {}
        for span, block in problem.span_blocks.tolist():
            self._spans.setdefault(block, []).append(span)
        self._sent: set[tuple[int, int]] = set()
        self._served: set[int] = set()
        self._deployed: set[int] = set()
        self._chosen: list[int] = []

    def chosen(self) -> Ints:
        """The edges taken, in their order."""
        return np.array(sorted(self._chosen), np.int64)

    def take(self, order: Ints, *, one_a_request: bool = False, one_a_leader: bool = False) -> None:
        """Takes the edges in this order, each unless a limit stands against it; where told so, none for a request that
        somebody is sent to already, or of a leader who is deployed in time already."""
        problem = self._problem
        columns = (problem.line, problem.request, problem.leader, problem.block, problem.half_days, problem.in_time)
        for edge, line, request, leader, block, days, in_time in zip(
            order.tolist(), *(column[order].tolist() for column in columns), strict=True
        ):
            if not self._places[line] or days > self._room[block] or (leader, request) in self._sent:
                continue
            if (one_a_request and request in self._served) or (one_a_leader and leader in self._deployed):
                continue
            spans = self._spans.get(block, ())
            if any(days > self._span_room[span] for span in spans):
                continue
            self._places[line] -= 1
            self._room[block] -= days
            for span in spans:
                self._span_room[span] -= days
            self._sent.add((leader, request))
            self._served.add(request)
            if in_time:
                self._deployed.add(leader)
            self._chosen.append(edge)
