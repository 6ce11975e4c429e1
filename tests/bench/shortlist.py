"""A shortlist of the best ten, with reasons, out of ten thousand leaders: against the bare statement that finds the
nearest ten who hold the specialism, and its memory when ten times as many leaders work elsewhere."""

import statistics
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from fastapi import Response
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service_kit.access import Reach
from service_kit.database import Database, Prepared, make_engine
from service_kit.paging import PageRequest
from sle_broker.matching.blocking import BlockingReason
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.shortlist import shortlist_of
from sle_broker.matching.statements import PLAN_ONCE
from sle_broker.matching.store import best_candidates, count_by_reason, page_of_blocked, search_for
from sle_broker.matching_weights.weights import DEFAULT_VERSION
from sle_broker.settings import BrokerSettings
from sle_broker.support_requests.store import support_requests_named
from tests.bench.brokerage_database import ALLIANCE, load, request_id
from tests.bench.brokerage_instances import AS_OF, SIZES, instance
from tests.bench.load import Cost, Request, measure
from tests.bench.usage import backend_clock
from tests.databases import Databases, ServiceDatabase
from tests.people import People
from tests.postgres import any_postgres
from tests.running import House

SEARCHES, ROUNDS, BEST = 200, 5, 10
ELSEWHERE = 9
"""So many times the leaders there are, once more, in a place from which nobody travels to any of the schools."""

_NORTH, _EAST = 0.45, 0.75
"""How far, in degrees, the bare statement and the least one look."""

_BARE_ROWS = """
    CREATE TABLE bare_rows AS
        SELECT code, leader_id, point(longitude, latitude) AS place FROM search_rows;
    CREATE INDEX ON bare_rows USING gist (code, place);
    GRANT SELECT ON bare_rows TO PUBLIC;
    VACUUM ANALYZE bare_rows;
    VACUUM ANALYZE;
"""
_NEAREST = """
    SELECT leader_id FROM bare_rows WHERE code = %s AND place <@ box(point(%s, %s), point(%s, %s))
    ORDER BY place <-> point(%s, %s) LIMIT 10
"""
_NEAREST_OF_SEVERAL = """
    SELECT leader_id FROM unnest(%s::text[]) asked CROSS JOIN LATERAL (
        SELECT leader_id, place <-> point(%s, %s) AS far
        FROM bare_rows WHERE code = asked AND place <@ box(point(%s, %s), point(%s, %s))
        ORDER BY place <-> point(%s, %s) LIMIT 10
    ) near GROUP BY leader_id ORDER BY min(far) LIMIT 10
"""
"""Of several specialisms each is looked for by itself, which the index answers; of all at once (`= ANY`) it takes three
times as long."""
_WIDE_ROWS = """
    CREATE TABLE wide_rows AS
        SELECT held.*, told, taken FROM search_rows held JOIN search_profiles USING (leader_id);
    CREATE INDEX ON wide_rows (alliance_id, code, latitude);
    ALTER TABLE wide_rows ENABLE ROW LEVEL SECURITY;
    CREATE POLICY tenant_rows ON wide_rows USING (
        alliance_id = ANY ((SELECT string_to_array(current_setting('app.tenants'), ',')::uuid[])::uuid[]));
    GRANT SELECT ON wide_rows TO PUBLIC;
    VACUUM ANALYZE wide_rows;
"""
_LEAST = Prepared.of(f"""
    SELECT CAST(json_build_array(told, latitude, longitude, allowance_days, days_held, taken) AS text)
    FROM (
        SELECT * FROM wide_rows
        WHERE alliance_id = :alliance AND code = ANY(:codes)
          AND latitude BETWEEN :latitude - {_NORTH} AND :latitude + {_NORTH}
          AND longitude BETWEEN :longitude - {_EAST} AND :longitude + {_EAST}
        ORDER BY open_deployments, leader_id LIMIT {BEST}
    ) first
""")
"""The least that any layout asks: one table, one row policy, one index, whoever is near looked at once and sorted by a
number that stands in their row, and ten rows as wide as what is said of ten leaders."""
_COPIES = {
    "leaders": ("id", {"id": "more_id", "home_school_urn": "'999999'", "travel_limit_km": "50"}),
    "search_rows": (
        "leader_id",
        {
            "leader_id": "more_id", "home_school_urn": "'999999'", "latitude": "60.3", "longitude": "-1.2",
            "travel_limit_km": "50",
        },
    ),
    "search_profiles": (
        "leader_id", {"leader_id": "more_id", "home_school_urn": "'999999'", "travel_limit_km": "50"},
    ),
}  # fmt: skip
"""What a search asks of leaders who are not among the best, copied: by which column it is theirs, and what is another's
of each copy."""


@dataclass(frozen=True)
class Timed:
    """Median and 99th percentile in milliseconds: by the clock on the wall, and of processor time, Python's and that of
    the connection's own process in the database, which a busy machine tells less of; and of the database's alone. No
    processor time where the database runs elsewhere."""

    wall: tuple[float, float]
    processor: tuple[float, float] | None
    in_database: tuple[float, float] | None

    @classmethod
    def each(
        cls, session: Session, acts: Sequence[Callable[[Any], object]], things: list[Any], rounds: int = ROUNDS
    ) -> "list[Timed]":
        """Of each act, done in turn with the others for each of `things`, so many times over, after once to warm up: a
        busy moment of the machine meets all of them."""
        in_database = backend_clock(session)
        took: list[list[tuple[float, float, float]]] = [[] for _ in acts]
        for turn in range(rounds + 1):
            for thing in things:
                for act, times in zip(acts, took, strict=True):
                    before = in_database() if in_database else 0.0
                    began, python_before = time.perf_counter(), time.thread_time()
                    act(thing)
                    python, ended = time.thread_time() - python_before, time.perf_counter()
                    there = in_database() - before if in_database else 0.0
                    if turn:
                        times.append(((ended - began) * 1000, (python + there) * 1000, there * 1000))
        measured = [[_median_and_p99(list(kind)) for kind in zip(*times, strict=True)] for times in took]
        return [
            cls(wall, processor if in_database else None, there if in_database else None)
            for wall, processor, there in measured
        ]

    def cells(self) -> list[str]:
        """As a row of a table has it."""
        return [f"{one:.2f}" for one in (*(self.processor or ()), *self.wall)]

    def against(self, bare: "Timed") -> list[str]:
        """How many times the other."""
        ours, theirs = ((*(one.processor or ()), *one.wall) for one in (self, bare))
        return [f"{one / other:.1f} x" for one, other in zip(ours, theirs, strict=True)]


def _median_and_p99(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


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
                for statement in (_WIDE_ROWS + _BARE_ROWS).split(";"):
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
        few = searches[:20]
        past = [replace(search, as_of=AS_OF - timedelta(days=30)) for search in few[:5]]
        best = {search.request_id: _candidates(session, search) for search in searches}
        acts = [partial(_nearest, session), partial(_best, session), partial(_least, session, best)]
        bare, ours, least = Timed.each(session, acts, searches)
        counted, listed = Timed.each(session, [partial(_counted, session), partial(_blocked, session)], few, 1)
        (exact,) = Timed.each(session, [partial(_best, session)], past, 1)
        offered = [len(_best(session, search).candidates) for search in few]
        blocked = [sum(_counted(session, search).values()) for search in few]
    kinds = [] if ours.processor is None else ["processor, median ms", "p99 ms"]
    table = Table("", *kinds, "wall, median ms", "p99 ms", title="best ten of 10,000 leaders, below HTTP")
    table.add_row("bare: nearest ten who hold the specialism", *bare.cells())
    table.add_row("ours: best ten with every part and its fact", *ours.cells())
    table.add_row("ratio", *ours.against(bare))
    if ours.in_database is not None:
        table.add_row("of ours, the database alone", *(f"{one:.2f}" for one in ours.in_database))
    table.add_row("least of any layout, and ten explained", *least.cells())
    table.add_row("ratio of that to bare", *least.against(bare), end_section=True)
    table.add_row("counting everybody else by reason", *counted.cells())
    table.add_row("a page of fifty who lack the specialism", *listed.cells())
    table.add_row("the best ten as of a day in the past", *exact.cells())
    console = Console(width=120)
    console.print(table)
    console.print(
        f"{len(searches)} searches; of {len(few)}: {statistics.mean(offered):.1f} leaders offered on average, "
        f"{statistics.mean(blocked):.0f} blocked"
    )


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
        _add_elsewhere(admin)
    after = _memory(database)
    with _session(database) as session:
        (ours,) = Timed.each(session, [partial(_best, session)], _searches(session)[:100], 1)
    table = Table("", "peak of Python, kB", "growth of the process, kB", title="memory of the same hundred searches")
    for name, (peak, growth) in {"10,000 leaders": before, "and 90,000 elsewhere": after}.items():
        table.add_row(name, f"{peak:.0f}", f"{growth:.0f}")
    console = Console(width=110)
    console.print(table)
    console.print(f"with 90,000 elsewhere, median and p99, in ms: {', '.join(ours.cells())}")


def _add_elsewhere(admin: "psycopg.Connection[Any]") -> None:
    """Copies every leader with what a search looks at, `ELSEWHERE` times over; no trigger works it out again."""
    admin.execute("SET session_replication_role = replica")
    admin.execute("INSERT INTO schools VALUES ('999999', 'primary', 'community', 60.3, -1.2)")
    admin.execute(
        f"CREATE TABLE more AS SELECT id AS of_id, gen_random_uuid() AS more_id "
        f"FROM leaders, generate_series(1, {ELSEWHERE})"
    )
    for table, (whose, changed) in _COPIES.items():
        values = ", ".join(f"'{name}', {value}" for name, value in changed.items())
        stored = admin.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            "WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        ).fetchone()
        assert stored is not None
        admin.execute(
            f"INSERT INTO {table} ({stored[0]}) SELECT {stored[0]} FROM (SELECT copy.* FROM {table} one "
            f"JOIN more ON of_id = one.{whose}, jsonb_populate_record(one, jsonb_build_object({values})) copy) copies"
        )
    admin.execute("DROP TABLE more")
    admin.execute("VACUUM ANALYZE")


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
    return shortlist_of(search, _candidates(session, search), DEFAULT_VERSION)


def _candidates(session: Session, search: Search) -> list[Candidate]:
    leaders = best_candidates(session, ALLIANCE, search, DEFAULT_VERSION.weights, BEST)
    return [candidate for _, candidate in leaders.values()]


def _least(session: Session, best: Mapping[UUID, list[Candidate]], search: Search) -> object:
    assert search.host_location is not None
    asked = {"alliance": ALLIANCE, "codes": [area.code for area in search.areas], **search.host_location._asdict()}
    _LEAST.rows(session, asked)
    return shortlist_of(search, best[search.request_id], DEFAULT_VERSION)


def _counted(session: Session, search: Search) -> Counter[BlockingReason]:
    return count_by_reason(session, ALLIANCE, search)


def _blocked(session: Session, search: Search) -> object:
    page = PageRequest(50, None, "blocked", str, Response())
    return page_of_blocked(session, ALLIANCE, search, BlockingReason.LACKS_SPECIALISM, page)


def _nearest(session: Session, search: Search) -> list[Any]:
    assert search.host_location is not None
    latitude, longitude = search.host_location
    box = [longitude - _EAST, latitude - _NORTH, longitude + _EAST, latitude + _NORTH]
    place, codes = [longitude, latitude], [area.code for area in search.areas]
    connection = session.connection().connection.driver_connection
    assert connection is not None
    if len(codes) == 1:
        found = connection.execute(_NEAREST, [*codes, *box, *place], prepare=True)
    else:
        found = connection.execute(_NEAREST_OF_SEVERAL, [codes, *place, *box, *place], prepare=True)
    rows: list[Any] = found.fetchall()
    return rows
