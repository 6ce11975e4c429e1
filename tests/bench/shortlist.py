"""A shortlist of the best ten, with reasons, out of ten thousand leaders: against the bare statement that finds the
nearest ten who hold the specialism, and its memory when ten times as many leaders work elsewhere."""

import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from fastapi import Response
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service_kit.access import Reach
from service_kit.database import Database, make_engine
from service_kit.paging import PageRequest
from sle_broker.matching.blocking import BlockingReason
from sle_broker.matching.candidate import Search
from sle_broker.matching.shortlist import shortlist_of
from sle_broker.matching.statements import PLAN_ONCE
from sle_broker.matching.store import best_candidates, count_by_reason, page_of_blocked, search_for
from sle_broker.matching_weights.weights import DEFAULT_VERSION
from sle_broker.settings import BrokerSettings
from sle_broker.support_requests.store import support_requests_named
from tests.bench.brokerage_database import ALLIANCE, load, profiles_kept_last, request_id
from tests.bench.brokerage_instances import AS_OF, SIZES, instance
from tests.bench.load import Cost, Request, measure
from tests.databases import Databases, ServiceDatabase
from tests.people import People
from tests.postgres import any_postgres
from tests.running import House

SEARCHES, ROUNDS, BEST = 200, 3, 10
ELSEWHERE = 9
"""So many times the leaders there are, once more, in a place from which nobody travels to any of the schools."""

_BARE_ROWS = """
    CREATE TABLE bare_rows AS
        SELECT code, leader_id, point(longitude, latitude) AS place FROM leader_search_rows;
    CREATE INDEX ON bare_rows USING gist (code, place);
    GRANT SELECT ON bare_rows TO PUBLIC;
    VACUUM ANALYZE bare_rows;
    VACUUM ANALYZE;
"""
_NEAREST = """
    SELECT leader_id FROM bare_rows WHERE code = %s AND place <@ box(point(%s, %s), point(%s, %s))
    ORDER BY place <-> point(%s, %s) LIMIT 10
"""
_MORE_LEADERS = f"""
    INSERT INTO schools VALUES ('999999', 'primary', 'community', 60.3, -1.2);
    CREATE TABLE more AS SELECT id, gen_random_uuid() AS more_id FROM leaders, generate_series(1, {ELSEWHERE});
    INSERT INTO leaders SELECT more_id, alliance_id, kind, name, '999999', phases, allowance_days, 50, conflicts,
        not_released_from_on, not_released_to_on, version FROM leaders JOIN more USING (id);
    INSERT INTO designations (id, alliance_id, leader_id, kind, designated_on, round, version)
        SELECT gen_random_uuid(), alliance_id, more_id, kind, designated_on, round, version
        FROM designations JOIN more ON more.id = leader_id;
    INSERT INTO leader_specialisms (id, alliance_id, leader_id, specialism_id, claimed_on, version)
        SELECT gen_random_uuid(), alliance_id, more_id, specialism_id, claimed_on, version
        FROM leader_specialisms JOIN more ON more.id = leader_id;
    DROP TABLE more;
"""  # noqa: S608 -- our own words alone


@dataclass(frozen=True)
class Timed:
    """Median and 99th percentile, and the median of the least time of each thing, which a busy machine tells nothing
    of; in milliseconds."""

    median: float
    p99: float
    least: float

    @classmethod
    def each(cls, acts: Sequence[Callable[[Any], object]], things: list[Any]) -> "list[Timed]":
        """Of each act, done in turn with the others for each of `things`, `ROUNDS` times over, after once to warm up: a
        busy moment of the machine meets all of them."""
        took: list[list[float]] = [[] for _ in acts]
        for turn in range(ROUNDS + 1):
            for thing in things:
                for act, times in zip(acts, took, strict=True):
                    began = time.perf_counter()
                    act(thing)
                    if turn:
                        times.append((time.perf_counter() - began) * 1000)
        least = [[min(times[place :: len(things)]) for place in range(len(things))] for times in took]
        return [
            cls(statistics.median(times), statistics.quantiles(times, n=100)[98], statistics.median(quickest))
            for times, quickest in zip(took, least, strict=True)
        ]


def run() -> None:
    """Below HTTP against the bare statement in the same run, then over HTTP, then with ten times the leaders."""
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        house = House(databases, Path(folder))
        people = People(house)
        try:
            signed_in = people.nobody("sle-broker")
            database = house.stores["sle-broker"]
            load(database.admin_url, instance(SIZES["national"]))
            with psycopg.connect(database.admin_url, autocommit=True) as admin:
                for statement in _BARE_ROWS.split(";"):
                    admin.execute(statement)
                issuer = house.url("plans-api")
                grant = [uuid4(), issuer, signed_in.client_id, "broker", ALLIANCE]
                admin.execute("INSERT INTO role_grants VALUES (%s, %s, %s, %s, %s)", grant)
            _compare(database)
            _over_http(house, signed_in.authorization)
            _with_more_elsewhere(database)
        finally:
            people.close()
            house.stop()
            databases.remove_all()


def _compare(database: ServiceDatabase) -> None:
    with _session(database) as session:
        searches = _searches(session)
        bare, ours = Timed.each([partial(_nearest, session), partial(_best, session)], searches)
        counted, listed = Timed.each([partial(_counted, session), partial(_blocked, session)], searches[:20])
        offered = [len(_best(session, search).candidates) for search in searches]
    with _session(database) as session:
        past = [replace(search, as_of=AS_OF - timedelta(days=30)) for search in searches[:20]]
        (exact,) = Timed.each([partial(_best, session)], past)
    table = Table("", "median ms", "p99 ms", "least ms", title="best ten of 10,000 leaders, below HTTP")
    for name, one in {
        "bare: nearest ten who hold the specialism": bare,
        "ours: best ten with every part and its fact": ours,
    }.items():
        table.add_row(name, f"{one.median:.2f}", f"{one.p99:.2f}", f"{one.least:.2f}")
    ratios = (ours.median / bare.median, ours.p99 / bare.p99, ours.least / bare.least)
    table.add_row("ratio", *(f"{ratio:.1f} x" for ratio in ratios), end_section=True)
    for name, one in {
        "the same as of a day in the past": exact,
        "counting everybody else by reason": counted,
        "a page of fifty who lack the specialism": listed,
    }.items():
        table.add_row(name, f"{one.median:.0f}", f"{one.p99:.0f}", f"{one.least:.0f}")
    console = Console(width=110)
    console.print(table)
    console.print(f"{len(searches)} searches, {statistics.mean(offered):.1f} leaders offered on average")


def _over_http(house: House, authorization: str) -> None:
    path = f"/v1/support-requests/{request_id(0)}/shortlist?as_of={AS_OF}"
    request = Request("GET", path, lambda: {"Authorization": authorization})
    cost: Cost = measure(
        house.ports["sle-broker"], house.running["sle-broker"].group, request, seconds=4, connections=1
    )
    Console(width=110).print(
        f"over HTTP, with the counts and the audit row: median {cost.median_ms:.1f} ms, p99 {cost.p99_ms:.1f} ms"
    )


def _with_more_elsewhere(database: ServiceDatabase) -> None:
    before = _memory(database)
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        with profiles_kept_last(admin):
            for statement in _MORE_LEADERS.split(";"):
                admin.execute(statement)
        admin.execute("VACUUM ANALYZE")
    after = _memory(database)
    with _session(database) as session:
        (ours,) = Timed.each([partial(_best, session)], _searches(session)[:100])
    table = Table("", "peak of Python, kB", "growth of the process, kB", title="memory of the same hundred searches")
    for name, (peak, growth) in {"10,000 leaders": before, "and 90,000 elsewhere": after}.items():
        table.add_row(name, f"{peak:.0f}", f"{growth:.0f}")
    console = Console(width=110)
    console.print(table)
    console.print(f"with 90,000 elsewhere: median {ours.median:.2f} ms, p99 {ours.p99:.2f} ms")


def _memory(database: ServiceDatabase) -> tuple[float, float]:
    with _session(database) as session:
        searches = _searches(session)[:100]
        _best(session, searches[0])
        resident = _resident_kb()
        for search in searches:
            _best(session, search)
        growth = _resident_kb() - resident
        tracemalloc.start()
        for search in searches:
            _best(session, search)
        peak = tracemalloc.get_traced_memory()[1] / 1024
        tracemalloc.stop()
    return peak, growth


def _resident_kb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


@contextmanager
def _session(database: ServiceDatabase) -> Iterator[Session]:
    """A transaction of the service's own role that sees the one alliance."""
    nowhere = "http://127.0.0.1:1"
    settings = BrokerSettings(
        database_url=database.app_url, token_issuer=nowhere, jwks_url=nowhere, token_url=nowhere, client_id="-",
        client_secret="-", plans_api_url=nowhere, idle_in_transaction_timeout_ms=600_000,
    )  # fmt: skip
    engine = make_engine(settings)
    with Database(engine).transaction(Reach(everywhere=False, tenants=frozenset({ALLIANCE}), parties={})) as session:
        session.execute(PLAN_ONCE)
        yield session
    engine.dispose()


def _searches(session: Session) -> list[Search]:
    requests = support_requests_named(session, [request_id(place) for place in range(SEARCHES)])
    return [search_for(session, requests[request_id(place)].thing, AS_OF) for place in range(SEARCHES)]


def _best(session: Session, search: Search) -> Any:
    leaders = best_candidates(session, ALLIANCE, search, DEFAULT_VERSION.weights, BEST)
    return shortlist_of(search, [candidate for _, candidate in leaders.values()], DEFAULT_VERSION)


def _counted(session: Session, search: Search) -> object:
    return count_by_reason(session, ALLIANCE, search)


def _blocked(session: Session, search: Search) -> object:
    page = PageRequest(50, None, "blocked", str, Response())
    return page_of_blocked(session, ALLIANCE, search, BlockingReason.LACKS_SPECIALISM, page)


def _nearest(session: Session, search: Search) -> list[Any]:
    assert search.host_location is not None
    latitude, longitude = search.host_location.latitude, search.host_location.longitude
    box = (longitude - 0.75, latitude - 0.45, longitude + 0.75, latitude + 0.45)
    connection = session.connection().connection.driver_connection
    assert connection is not None
    place = [search.areas[0].code, *box, longitude, latitude]
    found: list[Any] = connection.execute(_NEAREST, place, prepare=True).fetchall()
    return found
