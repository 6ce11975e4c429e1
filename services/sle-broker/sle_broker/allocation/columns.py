"""The leaders and the lines of a round as columns of numbers: what the rules for all pairs at once look at."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Final
from uuid import UUID

import numpy as np

from sle_broker.allocation.open_brokerage import LeaderOnOffer, OpenBrokerage, SchoolKind
from sle_broker.allocation.problem import Flags, Floats, Ints
from sle_broker.designations.academic_year import academic_year_of
from sle_broker.designations.clock import last_day_within
from sle_broker.designations.days import HALF_DAY
from sle_broker.designations.designation import Designation, LeaderKind
from sle_broker.designations.half_term import HalfTerm, half_terms_of
from sle_broker.matching.distance import Location
from sle_broker.matching_weights.weights import Weights
from sle_broker.specialisms.specialism import Phase, SpecialismStanding

_NEVER: Final = date.max.toordinal()
_BITS: Final = {phase: 1 << place for place, phase in enumerate(Phase)}
_NO_LIMIT: Final = 1 << 30


@dataclass(frozen=True)
class Run:
    """Half-terms that follow each other, by their places, and how many more half-days of each leader can be booked to
    be used within them: as `deployments.free_days` has it, for all leaders at once. A whole year is a run as well,
    of which its allowance is left."""

    half_terms: slice
    half_days_left: Ints


class Supply:
    """The leaders, a row each."""

    def __init__(self, brokerage: OpenBrokerage) -> None:
        leaders, terms = brokerage.leaders, brokerage.half_terms
        self.places = _places(one.home_location for one in leaders)
        alliances = alliances_of(brokerage)
        self.alliance = np.array([alliances[one.alliance_id] for one in leaders], np.int64)
        limits = (one.leader.travel_limit_km for one in leaders)
        self.travel_limit_km = np.array([-1 if limit is None else limit for limit in limits], np.int64)
        self.phases = np.array([sum(_BITS[phase] for phase in one.leader.phases) for one in leaders], np.int64)
        years = [academic_year_of(term.first_day).starting for term in terms]
        self.allowance = _by_half_term(leaders, years, LeaderOnOffer.allowance_days)
        self.days_left = _by_half_term(leaders, years, LeaderOnOffer.days_left)
        self.runs = _runs(leaders, terms, self.days_left)
        self.room = np.full((len(leaders), len(terms)), _NO_LIMIT)
        for run in self.runs:
            here = self.room[:, run.half_terms]
            np.minimum(here, np.maximum(run.half_days_left, 0)[:, None], out=here)
        self.open_deployments = np.array([one.open_deployments for one in leaders], np.int64)
        self.objectives_met = np.array([one.objectives_met for one in leaders], np.int64)
        # None judged has met none: out of one it earns the same nothing.
        self.objectives_judged = np.array([one.objectives_judged or 1 for one in leaders], np.int64)
        away = [(one.leader.not_released_from_on, one.leader.not_released_to_on) for one in leaders]
        self._away_from = np.array([_NEVER if day is None else day.toordinal() for day, _ in away], np.int64)
        self._away_to = np.array([0 if day is None else day.toordinal() for _, day in away], np.int64)
        self._designations = _designations(leaders, brokerage)
        kinds = {kind: place for place, kind in enumerate(_host_kinds(brokerage), start=1)}
        self.helped = np.zeros((len(leaders), len(kinds) + 1), np.int64)
        for place, one in enumerate(leaders):
            for kind, count in one.schools_helped.items():
                if kind in kinds:
                    self.helped[place, kinds[kind]] = count
        codes = {code: place for place, code in enumerate(_codes(brokerage))}
        self.standing = np.zeros((len(leaders), len(codes)), np.int8)
        for place, one in enumerate(leaders):
            for held in one.specialisms:
                column = codes.get(held.specialism.code)
                if column is not None:
                    standing = 2 if held.standing is SpecialismStanding.VALIDATED else 1
                    self.standing[place, column] = max(self.standing[place, column], standing)

    def is_designated(self, leader: Ints, on: Ints, kind: Ints) -> Flags:
        """Whether a designation as this kind of leader is in force; as any where the kind is 0."""
        found = np.zeros(len(leader), np.bool_)
        for one in self._designations:
            found |= one.is_in_force(leader, on) & ((kind == 0) | (kind == one.kind[leader]))
        return found

    def is_released(self, leader: Ints, first_day: Ints, last_day: Ints) -> Flags:
        """Whether the home school spares the leader on at least one day."""
        return np.asarray(~((self._away_from[leader] <= first_day) & (last_day <= self._away_to[leader])))

    def clock(self, leader: Ints, first_day: Ints) -> tuple[tuple[Ints, Ints], Flags]:
        """How much of the deployment clock has run as a share, 0 where help would not come in time; and whether it
        would be a first deployment within the three months. The designation is the last with a clock."""
        share, of, in_time = np.zeros(len(leader), np.int64), np.ones(len(leader), np.int64), None
        in_time = np.zeros(len(leader), np.bool_)
        for one in self._designations:
            counts = one.has_clock[leader] & one.is_in_force(leader, first_day)
            helps = one.is_pending[leader] & (first_day <= one.last_day[leader])
            in_time = np.where(counts, helps, in_time)
            share = np.where(counts, np.where(helps, one.elapsed[leader], 0), share)
            of = np.where(counts, one.span[leader], of)
        return (share, of), in_time


@dataclass(frozen=True)
class _Designation:
    """One designation of each leader, the first of all, then the second of all, and so on; in ordinals."""

    from_on: Ints
    until: Ints
    has_clock: Flags
    is_pending: Flags
    last_day: Ints
    elapsed: Ints
    span: Ints
    kind: Ints

    def is_in_force(self, leader: Ints, on: Ints) -> Flags:
        """From the day of designation up to, and not on, the day it ended."""
        return np.asarray((self.from_on[leader] <= on) & (on < self.until[leader]))


class Demand:
    """The lines, a row each."""

    def __init__(self, brokerage: OpenBrokerage) -> None:
        lines, terms = brokerage.lines, brokerage.half_terms
        self.places = _places(line.search.host_location for line in lines)
        alliances = alliances_of(brokerage)
        self.alliance = np.array([alliances[line.alliance_id] for line in lines], np.int64)
        self.phase = np.array([_BITS[line.search.phase] for line in lines], np.int64)
        self.half_days = np.array([int(line.search.days_wanted / HALF_DAY) for line in lines], np.int64)
        wanted = _kinds_wanted(brokerage)
        self.kind = np.array([wanted.get(line.search.leader_kind, 0) for line in lines], np.int64)
        self.people = np.array([line.places for line in lines], np.int64)
        self.arrived_on = np.array([line.submitted_on.toordinal() for line in lines], np.int64)
        self.request = np.array(brokerage.request_of_line, np.int64)
        self.is_urgent = np.array(brokerage.urgent_requests, np.bool_)
        starts = np.array([line.search.first_day.toordinal() for line in lines])
        ends = np.array([line.search.window.latest_finish_on.toordinal() for line in lines])
        term_starts, term_ends = (
            np.array([day.toordinal() for day in days], np.int64)
            for days in ([term.first_day for term in terms], [term.last_day for term in terms])
        )
        self.first_day = np.maximum(starts[:, None], term_starts)
        self.last_day = np.minimum(ends[:, None], term_ends)
        self.is_open = self.first_day <= self.last_day
        kinds = {kind: place for place, kind in enumerate(_host_kinds(brokerage), start=1)}
        # Nobody has helped in the column of a host whose kind is not known.
        self.host_kind = np.array([kinds[line.host_kind] if line.host_kind else 0 for line in lines], np.int64)
        codes = {code: place for place, code in enumerate(_codes(brokerage))}
        asked = [[codes[area.code] for area in line.search.areas] for line in lines]
        self.area_count = np.array([len(areas) for areas in asked], np.int64)
        self.areas = np.full((len(lines), max(map(len, asked), default=0)), -1)
        for place, areas in enumerate(asked):
            self.areas[place, : len(areas)] = areas
        names = [field.name for field in fields(Weights)]
        self.weights = {name: np.array([getattr(line.weights, name) for line in lines], np.int64) for name in names}


def _runs(leaders: Sequence[LeaderOnOffer], terms: Sequence[HalfTerm], left: Ints) -> list[Run]:
    begin = [term.first_day for term in terms]
    places = {term: place for place, term in enumerate(terms)}
    said = np.full((len(leaders), len(terms)), -1)
    # By the half-term in which they may be used at the earliest, and that in which at the latest.
    held = np.zeros((len(leaders), len(terms), len(terms)), np.int64)
    for row, one in enumerate(leaders):
        for term, days in one.said.items():
            if term in places:
                said[row, places[term]] = int(days / HALF_DAY)
        for taken in (each for year in one.taken.values() for each in year):
            if begin[0] <= taken.starts_on and taken.ends_on <= terms[-1].last_day:
                first, last = (bisect_right(begin, day) - 1 for day in (taken.starts_on, taken.ends_on))
                held[row, first, last] += int(taken.days / HALF_DAY)
    available = np.maximum(said, np.diagonal(held, axis1=1, axis2=2))
    runs = []
    for first, last in combinations(range(len(terms) + 1), 2):
        if terms[first].year != terms[last - 1].year:
            continue
        run = slice(first, last)
        more = available[:, run].sum(axis=1) - held[:, run, run].sum(axis=(1, 2))
        limit = np.where((said[:, run] >= 0).all(axis=1), more, _NO_LIMIT)
        is_year = terms[first:last] == half_terms_of(terms[first].year)
        runs.append(Run(run, np.minimum(limit, left[:, first]) if is_year else limit))
    return runs


def _designations(leaders: Sequence[LeaderOnOffer], brokerage: OpenBrokerage) -> list[_Designation]:
    """The designations of all leaders, each leader's in the order in which `matching.scoring` prefers them."""
    most = max((len(one.designations) for one in leaders), default=0)
    found, wanted = [], _kinds_wanted(brokerage)
    for place in range(most):
        rows = []
        for one in leaders:
            mine = sorted(one.designations, key=lambda made: (made.designated_on, made.id))
            has_one = place < len(mine)
            row = _clock_row(mine[place], one.first_days_on_site, brokerage.as_of) if has_one else _NO_ROW
            rows.append((*row, wanted.get(mine[place].kind, -1) if has_one else -1))
        columns = np.array(rows, np.int64).reshape(-1, 8).T
        found.append(_Designation(columns[0], columns[1], columns[2] > 0, columns[3] > 0, *columns[4:]))
    return found


_NO_ROW = (_NEVER, 0, 0, 0, 0, 0, 1)


def _clock_row(made: Designation, first_days: Sequence[date], as_of: date) -> tuple[int, ...]:
    has_clock = made.kind == LeaderKind.SLE and made.renews_designation_id is None
    last_day = last_day_within(made.designated_on)
    on_site = any(day <= as_of and made.is_in_force(day) for day in first_days)
    is_pending = has_clock and made.designated_on <= as_of <= last_day and not on_site
    return (
        made.designated_on.toordinal(),
        _NEVER if made.ended_on is None else made.ended_on.toordinal(),
        has_clock,
        is_pending,
        last_day.toordinal(),
        (as_of - made.designated_on).days,
        (last_day - made.designated_on).days,
    )


def _by_half_term(
    leaders: Sequence[LeaderOnOffer], years: Sequence[int], days: Callable[[LeaderOnOffer, int], Decimal]
) -> Ints:
    """Half-days of each leader's academic year, in a column for each half-term of it."""
    rows = [[int(days(one, year) / HALF_DAY) for year in dict.fromkeys(years)] for one in leaders]
    columns = {year: place for place, year in enumerate(dict.fromkeys(years))}
    of_year = np.array(rows, np.int64).reshape(len(leaders), len(columns))
    return of_year[:, [columns[year] for year in years]]


def _places(locations: Iterable[Location | None]) -> Floats:
    """Degrees north and east, or what is not a number where a location is not recorded."""
    unknown = Location(np.nan, np.nan)
    found = [(place.latitude, place.longitude) for place in (one or unknown for one in locations)]
    return np.array(found, np.float64).reshape(-1, 2)


def _host_kinds(brokerage: OpenBrokerage) -> list[SchoolKind]:
    return sorted({line.host_kind for line in brokerage.lines if line.host_kind is not None})


def _kinds_wanted(brokerage: OpenBrokerage) -> Mapping[str | None, int]:
    """The kinds of leader that lines ask for, numbered from 1."""
    wanted = {line.search.leader_kind for line in brokerage.lines} - {None}
    return {kind: number for number, kind in enumerate(sorted(map(str, wanted)), start=1)}


def _codes(brokerage: OpenBrokerage) -> list[str]:
    return sorted({area.code for line in brokerage.lines for area in line.search.areas})


def alliances_of(brokerage: OpenBrokerage) -> dict[UUID, int]:
    """The number of each alliance that has a leader or a line here, or lends to another."""
    named = [one.alliance_id for one in brokerage.leaders] + [line.alliance_id for line in brokerage.lines]
    named += [id for one in brokerage.lending for id in (one.lender_alliance_id, one.borrower_alliance_id)]
    return {id: place for place, id in enumerate(dict.fromkeys(named))}
