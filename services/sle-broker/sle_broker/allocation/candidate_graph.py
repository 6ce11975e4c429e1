"""The candidate graph: every leader, line and half-term that no hard rule stands against, with its points.

The rules are those of `matching.blocking` and `matching.scoring` for all pairs at once; tests hold the two against each
other pair by pair.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from sle_broker.allocation.columns import Demand, Supply, alliances_of
from sle_broker.allocation.open_brokerage import OpenBrokerage
from sle_broker.allocation.problem import Flags, Floats, Ints, Problem
from sle_broker.matching.distance import EARTH_RADIUS_KM

_ANYWHERE: Final = 2.0
"""The longest chord of a globe of radius 1."""


@dataclass(frozen=True)
class CandidateGraph:
    """The problem of a round; and of each of its edges the half-term, by its place among those of the brokerage, and
    whether the leader would be lent by another alliance."""

    problem: Problem
    half_term: Ints
    is_lent: Flags


def candidate_graph(brokerage: OpenBrokerage) -> CandidateGraph:
    """Every edge of a round, in the order of its line, half-term and leader.

    Each half-term of a line's window is searched by itself, as if it were the whole window: whoever is offered there
    gives all the days wanted of them within it.
    """
    supply, demand = Supply(brokerage), Demand(brokerage)
    pair_leader, pair_line = _pairs(brokerage, supply, demand)
    km = _whole_km(supply.places[pair_leader], demand.places[pair_line])
    limit = supply.travel_limit_km[pair_leader]
    near: Flags = np.asarray(np.isnan(km) | (limit < 0) | (km <= limit))
    pair_leader, pair_line, km = pair_leader[near], pair_line[near], km[near]

    pair, half_term = np.nonzero(demand.is_open[pair_line])
    leader, line = pair_leader[pair], pair_line[pair]
    first_day, last_day = demand.first_day[line, half_term], demand.last_day[line, half_term]
    stays = supply.is_designated(leader, first_day, demand.kind[line]) & supply.is_released(leader, first_day, last_day)
    stays &= supply.room[leader, half_term] >= demand.half_days[line]
    stays &= _is_own(supply, demand, leader, line) | _is_lent(brokerage, supply, demand, leader, line, first_day)
    leader, line, half_term, first_day = leader[stays], line[stays], half_term[stays], first_day[stays]
    km = km[pair[stays]]

    clock, in_time = supply.clock(leader, first_day)
    fit = _specialism(supply, demand, leader, line)
    weights = {name: demand.weights[name][line] for name in demand.weights}
    fit += np.where(supply.phases[leader] & demand.phase[line], weights["phase"], 0)
    known_km = np.where(np.isnan(km), 0, km).astype(np.int64)
    near_km = np.where(np.isnan(km), 0, np.maximum(weights["far_km"] - known_km, 0))
    fit += weights["distance"] * near_km // weights["far_km"]
    left, yearly = supply.days_left[leader, half_term], supply.allowance[leader, half_term]
    fit += weights["days"] * np.minimum(left, yearly) // yearly
    light = np.maximum(weights["heavy_load"] - supply.open_deployments[leader], 0)
    fit += weights["load"] * light // weights["heavy_load"]
    fit += (weights["clock"] * clock[0]) // clock[1]
    helped = np.minimum(supply.helped[leader, demand.host_kind[line]], weights["well_practised"])
    fit += weights["experience"] * helped // weights["well_practised"]
    fit += weights["evaluations"] * supply.objectives_met[leader] // supply.objectives_judged[leader]
    return _graph(supply, demand, leader, line, half_term, fit, known_km, in_time)


def _pairs(brokerage: OpenBrokerage, supply: Supply, demand: Demand) -> tuple[Ints, Ints]:
    """Leaders and lines that share a specialism, lie near enough together to look closer, and may be brought together.

    The two are far fewer than all pairs: a KD-tree of the hosts that ask for a specialism answers, for each leader who
    holds it, which of them lie within a little more than the leader travels.
    """
    count = len(brokerage.lines)
    reach = _chords(supply.travel_limit_km)
    reach[np.isnan(supply.places).any(axis=1)] = _ANYWHERE
    homes, hosts = _on_the_globe(supply.places), _on_the_globe(demand.places)
    is_anywhere = np.isnan(demand.places).any(axis=1)
    keys = [np.zeros(0, np.int64)]
    for column in range(supply.standing.shape[1]):
        holders = np.flatnonzero(supply.standing[:, column])
        asking = np.flatnonzero((demand.areas == column).any(axis=1))
        if not len(holders) or not len(asking):
            continue
        near = cKDTree(hosts[asking]).query_ball_point(homes[holders], reach[holders])
        found = np.repeat(holders, [len(one) for one in near]), asking[np.concatenate(near).astype(np.int64)]
        keys.append(found[0] * count + found[1])
        anywhere = asking[np.asarray(is_anywhere)[asking]]
        keys.append((holders[:, None] * count + anywhere).ravel())
    pair = np.sort(np.concatenate(keys))
    forbidden = np.array(_forbidden(brokerage), np.int64).reshape(-1, 2)
    is_new = np.diff(pair, prepend=-1) > 0
    pair = pair[is_new & ~np.isin(pair, forbidden[:, 0] * count + forbidden[:, 1])]
    leader, line = pair // max(count, 1), pair % max(count, 1)
    if not brokerage.lending:
        own = _is_own(supply, demand, leader, line)
        leader, line = leader[own], line[own]
    return leader, line


def _is_own(supply: Supply, demand: Demand, leader: Ints, line: Ints) -> Flags:
    return np.asarray(supply.alliance[leader] == demand.alliance[line])


def _is_lent(
    brokerage: OpenBrokerage, supply: Supply, demand: Demand, leader: Ints, line: Ints, first_day: Ints
) -> Flags:
    """Whether an agreement covers the first day of help: those that stand on the day of the round are looked at."""
    lent, alliances = np.zeros(len(leader), np.bool_), alliances_of(brokerage)
    for one in brokerage.lending:
        lender, borrower = alliances[one.lender_alliance_id], alliances[one.borrower_alliance_id]
        covers = (one.from_on.toordinal() <= first_day) & (first_day <= (one.to_on or date.max).toordinal())
        lent |= (supply.alliance[leader] == lender) & (demand.alliance[line] == borrower) & covers
    return lent


def _forbidden(brokerage: OpenBrokerage) -> list[tuple[int, int]]:
    """Pairs that no arrangement could bring together: own school, a conflict of interest, sent already."""
    lines_at: dict[str, list[int]] = {}
    for place, line in enumerate(brokerage.lines):
        lines_at.setdefault(line.search.host_school_urn, []).append(place)
    places = {one.leader.id: place for place, one in enumerate(brokerage.leaders)}
    schools = [
        (place, line)
        for place, one in enumerate(brokerage.leaders)
        for urn in {one.leader.home_school_urn, *one.leader.conflicts}
        for line in lines_at.get(urn, ())
    ]
    sent = [(places[id], line) for line, one in enumerate(brokerage.lines) for id in one.sent if id in places]
    return schools + sent


def _graph(
    supply: Supply, demand: Demand, leader: Ints, line: Ints, half_term: Ints, fit: Ints, km: Ints, in_time: Flags
) -> CandidateGraph:
    order = np.lexsort((leader, half_term, line))
    leader, line, half_term = leader[order], line[order], half_term[order]
    terms = supply.room.shape[1]
    blocks, block = np.unique(leader * terms + half_term, return_inverse=True)
    capacity = supply.room[blocks // terms, blocks % terms]
    span_blocks, span_capacity = _spans(supply, blocks)
    problem = Problem(
        leader=leader,
        line=line,
        block=block,
        half_days=demand.half_days[line],
        fit=fit[order],
        km=km[order],
        in_time=in_time[order],
        request_of_line=demand.request,
        places=demand.people,
        arrived_on=demand.arrived_on,
        is_urgent=demand.is_urgent,
        capacity=capacity,
        span_blocks=span_blocks,
        span_capacity=span_capacity,
    )
    return CandidateGraph(problem, half_term, ~_is_own(supply, demand, leader, line))


def _spans(supply: Supply, blocks: Ints) -> tuple[Ints, Ints]:
    """The runs of half-terms of which a leader's blocks together have more room than there is in the run."""
    number = np.full(supply.room.shape, -1)
    number.flat[blocks] = np.arange(len(blocks))
    room = np.where(number >= 0, supply.room, 0)
    pairs, limits, count = [np.zeros((0, 2), np.int64)], [np.zeros(0, np.int64)], 0
    for run in supply.runs:
        tight = np.flatnonzero(room[:, run.half_terms].sum(axis=1) > np.maximum(run.half_days_left, 0))
        span, member = np.nonzero(number[tight, run.half_terms] >= 0)
        pairs.append(np.column_stack((count + span, number[tight, run.half_terms][span, member])))
        limits.append(np.maximum(run.half_days_left[tight], 0))
        count += len(tight)
    return np.concatenate(pairs), np.concatenate(limits)


def _specialism(supply: Supply, demand: Demand, leader: Ints, line: Ints) -> Ints:
    percent = np.zeros(len(leader), np.int64)
    of = np.stack([np.zeros(len(line), np.int64), demand.weights["claimed_percent"][line], np.full(len(line), 100)])
    for column in range(demand.areas.shape[1]):
        area = demand.areas[line, column]
        standing = np.where(area < 0, 0, supply.standing[leader, area])
        percent += of[standing, np.arange(len(line))]
    return np.asarray(demand.weights["specialism"][line] * percent // (100 * demand.area_count[line]))


def _on_the_globe(places: Floats) -> Floats:
    """Points of a globe of radius 1; its pole where a location is not recorded."""
    north, east = np.radians(np.nan_to_num(places, nan=90.0)).T
    return np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))


def _chords(travel_limit_km: Ints) -> Floats:
    """How long a chord may be for the way to round to the limit, and a little more; any where there is no limit."""
    angle = np.minimum((travel_limit_km + 1) / EARTH_RADIUS_KM, np.pi)
    return np.where(travel_limit_km < 0, _ANYWHERE + 1, 2 * np.sin(angle / 2) + 1e-9)


def _whole_km(homes: Floats, hosts: Floats) -> Floats:
    """As `matching.distance.whole_km_between`; not a number where either is not recorded."""
    (north, east), (other_north, other_east) = np.radians(homes).T, np.radians(hosts).T
    half_chord = (
        np.sin((other_north - north) / 2) ** 2
        + np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    )
    return np.asarray(np.rint(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half_chord, 1.0)))))
