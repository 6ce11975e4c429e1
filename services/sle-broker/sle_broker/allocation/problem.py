"""A round as arrays: every pair of a leader and a request that may be proposed, and what all of them have to share."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Level(StrEnum):
    """What a round is judged by, in this order: a later level decides only between what is equal on those before it."""

    URGENT_REQUESTS = "urgent_requests"
    FIRST_DEPLOYMENTS = "first_deployments"
    FIT = "fit"
    TRAVEL = "travel"


Value = tuple[int, int, int, int]
"""Urgent requests served, first deployments in time, points of fit, and kilometres travelled below nothing: the more of
each the better, and the first that differs decides."""


@dataclass(frozen=True)
class Problem:
    """What may be chosen, and the limits on choosing it. Days count in half-days; everything is known by its place.

    An edge is one leader sent for one line of a request in one half-term: all its days come from that half-term.
    `fit` are its points, `km` the distance in whole kilometres (0 where it is not known), and `in_time` says whether it
    would be the leader's first deployment and begin within their three months.

    A block is one leader's half-term, with the half-days that can still be booked in it. A span is a run of a leader's
    blocks that may not be booked to the full together, as when an academic year's allowance is nearly used up:
    `span_blocks` are pairs of span and block. A line wants as many leaders as it has `places`, and was asked for on
    the day `arrived_on`.
    """

    leader: Ints
    line: Ints
    block: Ints
    half_days: Ints
    fit: Ints
    km: Ints
    in_time: Flags
    request_of_line: Ints
    places: Ints
    arrived_on: Ints
    is_urgent: Flags
    capacity: Ints
    span_blocks: Ints
    span_capacity: Ints

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.leader)

    def with_edges(self, edges: Ints) -> Self:
        """The same round with these edges alone, in this order."""
        of_edges = ("leader", "line", "block", "half_days", "fit", "km", "in_time")
        return replace(self, **{name: getattr(self, name)[edges] for name in of_edges})

    def left_after(self, chosen: Ints, edges: Ints) -> tuple[Self, Ints]:
        """The round of what is left once some edges are chosen, and those of `edges` that it has. They are of other
        leaders, or for other requests, than those chosen."""
        taken = np.bincount(self.block[chosen], self.half_days[chosen], len(self.capacity)).astype(np.int64)
        span, block = self.span_blocks.T
        in_spans = np.bincount(span, taken[block], len(self.span_capacity)).astype(np.int64)
        capacity = self.capacity - taken
        places = self.places - np.bincount(self.line[chosen], minlength=len(self.places))
        edges = edges[(places[self.line[edges]] > 0) & (self.half_days[edges] <= capacity[self.block[edges]])]
        left = self.with_edges(edges)
        is_served = np.isin(np.arange(len(self.is_urgent)), self.request[chosen])
        is_deployed = np.isin(left.leader, self.leader[chosen[self.in_time[chosen]]])
        return replace(
            left,
            places=places,
            capacity=capacity,
            span_capacity=self.span_capacity - in_spans,
            is_urgent=self.is_urgent & ~is_served,
            in_time=left.in_time & ~is_deployed,
        ), edges

    @cached_property
    def request(self) -> Ints:
        """The request of each edge."""
        return np.asarray(self.request_of_line[self.line])

    @cached_property
    def limits(self) -> tuple[sparse.csc_array, Floats]:
        """What every choice obeys, block by block apart: a row for each limit, a column for each edge, and the limits.

        A line takes no more leaders than it has places, a span no more half-days than it has left, and a leader one
        place of a request.
        """
        places = _incidence(self.line, np.ones(self.edges), len(self.places))
        spans = sparse.csc_array(
            (np.ones(len(self.span_blocks)), self.span_blocks.T), (len(self.span_capacity), len(self.capacity))
        )
        days = spans[:, self.block] * self.half_days if len(self.span_capacity) else None
        pair, of_pair, count = np.unique(
            self.leader * len(self.is_urgent) + self.request, return_inverse=True, return_counts=True
        )
        # Where a request has a single place, the row of its line says the same.
        wanted = np.bincount(self.request_of_line, self.places, len(self.is_urgent))[pair % len(self.is_urgent)]
        needed = (count > 1) & (wanted > 1)
        row = np.where(needed, np.cumsum(needed) - 1, -1)[of_pair]
        once = _incidence(row, np.ones(self.edges), int(needed.sum()))
        rows = [part for part in (places, days, once) if part is not None]
        limit = (self.places, self.span_capacity, np.ones(int(needed.sum())))
        return sparse.csc_array(sparse.vstack(rows, format="csc")), np.concatenate(limit).astype(float)

    def value_of(self, chosen: Ints) -> Value:
        """What a choice of edges is worth on each level."""
        urgent = np.unique(self.request[chosen])
        return (
            int(self.is_urgent[urgent].sum()),
            len(np.unique(self.leader[chosen[self.in_time[chosen]]])),
            int(self.fit[chosen].sum()),
            -int(self.km[chosen].sum()),
        )

    def obeys_limits(self, chosen: Ints) -> bool:
        """Whether a choice of edges keeps every limit."""
        rows, limit = self.limits
        in_block = np.bincount(self.block[chosen], self.half_days[chosen], len(self.capacity))
        taken = np.zeros(self.edges)
        taken[chosen] = 1
        return bool(
            len(np.unique(chosen)) == len(chosen)
            and (in_block <= self.capacity).all()
            and (rows @ taken <= limit + 1e-9).all()
        )


def _incidence(rows: Ints, values: Floats, count: int) -> sparse.csc_array:
    """A matrix with one value for each edge, in its row; none where its row is -1."""
    has_row = rows >= 0
    columns = np.flatnonzero(has_row)
    return sparse.csc_array((values[has_row], (rows[has_row], columns)), (count, len(rows)))
