"""Invented brokerage of three sizes, the same for the same seed: schools, leaders and requests as arrays.

Home and host schools are those of a register extract where `SCHOOLS_FILE` names one, and otherwise stand around
invented towns. `brokerage_database` loads an instance into the database of sle-broker.
"""

import csv
import gzip
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

AS_OF = date(2015, 1, 5)
HALF_TERMS = (
    (date(2014, 9, 1), date(2014, 10, 26)),
    (date(2014, 10, 27), date(2014, 12, 31)),
    (date(2015, 1, 1), date(2015, 2, 15)),
    (date(2015, 2, 16), date(2015, 4, 5)),
    (date(2015, 4, 6), date(2015, 5, 31)),
    (date(2015, 6, 1), date(2015, 8, 31)),
)
PHASES = ("nursery", "primary", "secondary", "post_16")
SPECIALISMS = 33
"""As many as the standard list has: the number of a specialism here is its place there, from 0."""

SCHOOLS_FILE = Path(os.environ.get("SCHOOLS_FILE", Path(__file__).parents[3] / "shared" / "data" / "schools.csv.gz"))
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Size:
    """How many leaders, open requests and schools there are, and within how many kilometres all of it lies."""

    leaders: int
    requests: int
    schools: int
    radius_km: float


SIZES = {
    "alliance": Size(40, 60, 120, 10),
    "regional": Size(1_000, 1_500, 2_400, 60),
    "national": Size(10_000, 5_000, 24_000, 600),
    "stress": Size(10_000, 8_000, 24_000, 600),
}


@dataclass(frozen=True)
class Schools:
    """Every school: its URN, where it stands in degrees, and whether it is a secondary school."""

    urns: Ints
    latitudes: Floats
    longitudes: Floats
    are_secondary: Flags


@dataclass(frozen=True)
class Leaders:
    """One row a leader. Days count in half-days, dates in proleptic ordinals, schools and phases by their place.

    `phases` has a bit for each phase. `travel_limits_km` is -1 where a leader travels any distance. `half_term_days`
    has a column for each half-term. `designated_on` is the one designation. `first_days_on_site` is 0 where a leader
    has never been deployed. `days_held` are those an open deployment holds of this academic year, 0 where there are
    none. `helped` is the school of their first deployment, -1 before it, and `met_objective` whether its objective was
    met. `not_released_from` and `not_released_to` are 0 where the home school spares them at any time.
    `specialisms` and `conflicts` are pairs: of leader and specialism with whether it is validated, of leader and
    school.
    """

    homes: Ints
    phases: Ints
    travel_limits_km: Ints
    allowances: Ints
    half_term_days: Ints
    designated_on: Ints
    first_days_on_site: Ints
    days_held: Ints
    helped: Ints
    met_objective: Flags
    not_released_from: Ints
    not_released_to: Ints
    specialisms: Ints
    conflicts: Ints


@dataclass(frozen=True)
class Requests:
    """One row a request, in the same units; `areas` are pairs of request and specialism."""

    hosts: Ints
    phases: Ints
    half_days: Ints
    people: Ints
    earliest_start_on: Ints
    latest_finish_on: Ints
    submitted_on: Ints
    are_urgent: Flags
    areas: Ints


@dataclass(frozen=True)
class Instance:
    """All that one brokerage round looks at."""

    schools: Schools
    leaders: Leaders
    requests: Requests


def instance(size: Size, seed: int = 2015) -> Instance:
    """The brokerage of that size and seed."""
    chance = np.random.default_rng(seed)
    schools = _schools(size, chance)
    leaders = _leaders(size.leaders, schools, chance)
    return Instance(schools, leaders, _requests(size.requests, schools, chance))


def _schools(size: Size, chance: np.random.Generator) -> Schools:
    found = _read_register(size, chance) if SCHOOLS_FILE.exists() else None
    return found or _invented_schools(size, chance)


def _read_register(size: Size, chance: np.random.Generator) -> Schools | None:
    with gzip.open(SCHOOLS_FILE, "rt", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["latitude"] and not row["CLOSEDATE"]]
    places = np.array([(float(row["latitude"]), float(row["longitude"])) for row in rows])
    # Around the Midlands, where all of England is within the largest radius.
    away = np.hypot(places[:, 0] - 52.5, (places[:, 1] + 1.9) * np.cos(np.radians(52.5))) * KM_PER_DEGREE
    near = np.flatnonzero(away <= size.radius_km)
    if len(near) < size.schools:
        return None
    chosen = np.sort(chance.choice(near, size.schools, replace=False))
    return Schools(
        urns=np.array([int(rows[place]["URN"]) for place in chosen]),
        latitudes=places[chosen, 0],
        longitudes=places[chosen, 1],
        are_secondary=np.array([rows[place]["ISSECONDARY"] == "1" for place in chosen]),
    )


def _invented_schools(size: Size, chance: np.random.Generator) -> Schools:
    towns = max(3, size.schools // 60)
    spread = size.radius_km / KM_PER_DEGREE / 2
    centres = chance.uniform((52.5 - spread, -1.9 - spread), (52.5 + spread, -1.9 + spread), (towns, 2))
    # A few large towns and many small ones.
    sizes = chance.pareto(1.2, towns) + 0.2
    town = chance.choice(towns, size.schools, p=sizes / sizes.sum())
    places = centres[town] + chance.normal(0, 0.06, (size.schools, 2))
    return Schools(
        urns=np.arange(100_000, 100_000 + size.schools),
        latitudes=places[:, 0],
        longitudes=places[:, 1],
        are_secondary=chance.random(size.schools) < 0.18,
    )


def _leaders(count: int, schools: Schools, chance: np.random.Generator) -> Leaders:
    homes = chance.integers(0, len(schools.urns), count)
    secondary = schools.are_secondary[homes]
    own_phase = np.where(secondary, 2, 1)
    also = np.where(chance.random(count) < 0.15, 1 << np.where(secondary, 3, 0), 0)
    allowances = chance.choice((20, 30, 30, 30, 40), count)
    deployed_before = chance.random(count) < 0.9
    waiting = ~deployed_before
    long_ago = date(2011, 9, 1).toordinal()
    designated_on = np.where(
        waiting,
        AS_OF.toordinal() - chance.integers(1, 60, count),
        chance.integers(long_ago, date(2013, 6, 1).toordinal(), count),
    )
    has_one_open = deployed_before & (chance.random(count) < 0.25)
    is_away = chance.random(count) < 0.04
    away_from = np.where(is_away, AS_OF.toordinal() + chance.integers(-30, 90, count), 0)
    held = chance.choice((1, 1, 2, 2, 3), count)
    specialisms = _pairs(held, chance.choice(SPECIALISMS, (count, 3), p=_popularity()))
    validated = chance.random(len(specialisms)) < 0.6
    conflicts = _pairs((chance.random(count) < 0.03).astype(int), chance.integers(0, len(schools.urns), (count, 1)))
    return Leaders(
        homes=homes,
        phases=(1 << own_phase) | also,
        travel_limits_km=chance.choice((-1, 5, 8, 10, 12, 15, 25), count, p=(0.005, 0.2, 0.25, 0.25, 0.15, 0.1, 0.045)),
        allowances=allowances,
        half_term_days=chance.choice((0, 2, 4, 4, 6, 8), (count, len(HALF_TERMS))),
        designated_on=designated_on,
        first_days_on_site=np.where(deployed_before, designated_on + chance.integers(20, 200, count), 0),
        days_held=np.where(has_one_open, chance.integers(1, 9, count), 0),
        helped=np.where(deployed_before, _another_school(homes, len(schools.urns), chance), -1),
        met_objective=chance.random(count) < 0.7,
        not_released_from=away_from,
        not_released_to=np.where(is_away, away_from + chance.integers(7, 70, count), 0),
        specialisms=np.column_stack((specialisms, validated)),
        conflicts=conflicts,
    )


def _requests(count: int, schools: Schools, chance: np.random.Generator) -> Requests:
    hosts = chance.integers(0, len(schools.urns), count)
    first_half_term = chance.choice((2, 3, 4), count, p=(0.5, 0.3, 0.2))
    last_half_term = np.minimum(first_half_term + chance.choice(3, count, p=(0.5, 0.3, 0.2)), len(HALF_TERMS) - 1)
    starts = np.array([first.toordinal() for first, _ in HALF_TERMS])
    ends = np.array([last.toordinal() for _, last in HALF_TERMS])
    earliest = starts[first_half_term] + chance.integers(4, 21, count)
    phase = np.where(schools.are_secondary[hosts], 2, 1)
    areas = _pairs(chance.choice((1, 1, 1, 1, 2), count), chance.choice(SPECIALISMS, (count, 2), p=_popularity()))
    return Requests(
        hosts=hosts,
        phases=phase,
        half_days=chance.choice((1, 2, 3, 4, 5, 6, 8, 10), count, p=(0.05, 0.2, 0.1, 0.25, 0.1, 0.15, 0.1, 0.05)),
        people=chance.choice((1, 2, 3), count, p=(0.85, 0.12, 0.03)),
        earliest_start_on=earliest,
        latest_finish_on=np.maximum(ends[last_half_term] - chance.integers(0, 10, count), earliest),
        submitted_on=AS_OF.toordinal() - chance.integers(0, 60, count),
        are_urgent=chance.random(count) < 0.155,
        areas=areas,
    )


def _another_school(than: Ints, count: int, chance: np.random.Generator) -> Ints:
    return np.asarray((than + chance.integers(1, count, len(than))) % count)


def _popularity() -> Floats:
    """Some specialisms are held and asked for far more often than others."""
    weight = 1 / (np.arange(SPECIALISMS) + 20)
    return np.asarray(weight / weight.sum())


def _pairs(counts: Ints, choices: Ints) -> Ints:
    """The first `counts` of each row's choices as pairs of row and choice, each pair once."""
    taken = np.arange(choices.shape[1]) < counts[:, None]
    rows = np.repeat(np.arange(len(counts)), counts)
    return np.unique(np.column_stack((rows, choices[taken])), axis=0)
