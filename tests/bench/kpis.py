"""Improvements of 800 alliances over ten years of national inspections: against the bare set-based statements that
count the same last two grades in the same run."""

import resource
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from kpi_service.comparators.use_cases import Matchable
from kpi_service.inspections.change import Judgement
from kpi_service.inspections.store import (
    Population,
    count_by_alliance,
    count_inspected_schools,
    grade_pairs_by_alliance,
)
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.results.use_cases import answer_for_alliance
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import Databases, ServiceDatabase
from tests.postgres import any_postgres

SCHOOLS, YEARS, ALLIANCES, MEMBERS = 24_000, 10, 800, 12
AS_OF = date(2018, 3, 12)
ROUNDS = 3

# Every school is inspected once a year, one in ten of them under the URN it had before; grades come from a hash.
_FACTS = f"""
    INSERT INTO schools (urn, recorded_at) SELECT (100000 + n)::text, now() FROM generate_series(1, {SCHOOLS}) AS n;
    INSERT INTO school_links (predecessor_urn, successor_urn, kind, known_from_on, upload_id, line, recorded_at)
        SELECT (500000 + n)::text, (100000 + n)::text, 'predecessor', '1900-01-01', gen_random_uuid(), n, now()
        FROM generate_series(10, {SCHOOLS}, 10) AS n;
    INSERT INTO inspections (urn, inspected_on, overall, teaching, leadership, known_from_on, upload_id, line,
                             recorded_at)
        SELECT (CASE WHEN n % 10 = 0 AND year < 5 THEN 500000 ELSE 100000 END + n)::text, on_day,
               1 + abs(hashint4(n * 31 + year)) % 4, 1 + abs(hashint4(n * 37 + year)) % 4,
               1 + abs(hashint4(n * 41 + year)) % 4, on_day, gen_random_uuid(), n, now()
        FROM generate_series(1, {SCHOOLS}) AS n, generate_series(0, {YEARS - 1}) AS year,
             LATERAL (SELECT date '2008-09-15' + 365 * year + n % 170 AS on_day) AS day;
    INSERT INTO school_places (urn, phase, region, known_from_on, upload_id, line, recorded_at)
        SELECT urn, CASE WHEN urn::int % 7 = 0 THEN 'Secondary' ELSE 'Primary' END, 'Region ' || urn::int % 9,
               '1900-01-01', gen_random_uuid(), 1, now() FROM schools;
    INSERT INTO school_characteristics (urn, year, pupils, disadvantaged_percent, known_from_on, upload_id, line,
                                        recorded_at)
        SELECT urn, year, 50 + abs(hashint4(urn::int)) % 1200, abs(hashint4(urn::int * 3 + year)) % 600 / 10.0,
               make_date(year, 9, 1), gen_random_uuid(), 1, now()
        FROM schools, generate_series(2008, {2008 + YEARS - 1}) AS year;
    INSERT INTO alliances (alliance_id, recorded_at)
        SELECT md5(n::text)::uuid, now() FROM generate_series(1, {ALLIANCES}) AS n;
    INSERT INTO memberships (membership_id, alliance_id, urn, from_on, recorded_at)
        SELECT gen_random_uuid(), md5(n::text)::uuid, (100000 + (n * {MEMBERS} + m) % {SCHOOLS} + 1)::text,
               '2011-09-01', now()
        FROM generate_series(1, {ALLIANCES}) AS n, generate_series(1, {MEMBERS}) AS m;
    INSERT INTO times_in_alliances SELECT membership_id, urn, from_on, to_on FROM memberships;
    VACUUM ANALYZE
"""  # noqa: S608 -- our own words alone
_BARE_PAIRS = """
    WITH numbered AS (
        SELECT urn, {judgement} AS grade,
               lead({judgement}) OVER newest_first AS previous_grade, row_number() OVER newest_first AS nth
        FROM inspections WHERE inspected_on <= :as_of
        WINDOW newest_first AS (PARTITION BY urn ORDER BY inspected_on DESC)
    ), pairs AS (SELECT * FROM numbered WHERE nth = 1)
"""
_BARE_COUNTS = """
    count(*) FILTER (WHERE grade < previous_grade), count(*) FILTER (WHERE grade = previous_grade),
    count(*) FILTER (WHERE grade > previous_grade)
"""
_BY_ALLIANCE = f"SELECT alliance_id, {_BARE_COUNTS} FROM pairs JOIN memberships USING (urn) GROUP BY 1"  # noqa: S608
_GROUP = f"SELECT {_BARE_COUNTS} FROM pairs WHERE urn NOT IN (SELECT urn FROM times_in_alliances)"  # noqa: S608
_NATION = f"SELECT {_BARE_COUNTS} FROM pairs"  # noqa: S608
_ONE = f"""
    SELECT {_BARE_COUNTS} FROM pairs JOIN memberships USING (urn) WHERE alliance_id = md5('1')::uuid
"""  # noqa: S608


def run() -> None:
    """All alliances at once, then one of them, then the memory of both."""
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        try:
            database = databases.clone("kpi-service")
            with psycopg.connect(database.admin_url, autocommit=True) as admin:
                for statement in _FACTS.split(";"):
                    admin.execute(statement.encode())
            with _session(database) as session:
                _compare(session)
        finally:
            databases.remove_all()


def _compare(session: Session) -> None:
    one = UUID(str(session.scalar(text("SELECT md5('1')::uuid"))))
    questions: list[tuple[str, Callable[[], object]]] = [
        ("bare: all alliances, the group, the country", lambda: _bare(session, _BY_ALLIANCE, _GROUP, _NATION)),
        ("ours: the same, across URNs, as known on the day", lambda: _counts(session)),
        ("ours: and the matched schools of every alliance", lambda: _counts(session, matched=True)),
        ("bare: one alliance, the group, the country", lambda: _bare(session, _ONE, _GROUP, _NATION)),
        ("ours: its results, every comparator, every trace", lambda: _results(session, one)),
    ]
    took: dict[str, list[float]] = {name: [] for name, _ in questions}
    for _ in range(ROUNDS):
        for name, ask in questions:
            began = time.perf_counter()
            ask()
            took[name].append(time.perf_counter() - began)
    seconds = {name: statistics.median(each) for name, each in took.items()}
    table = Table("", "s", "ratio", title=f"{ALLIANCES} alliances, {SCHOOLS:,} schools, {YEARS} inspections each")
    bare = 1.0
    for name, each in seconds.items():
        bare = each if name.startswith("bare") else bare
        table.add_row(name, f"{each:.2f}", f"{each / bare:.1f} x")
    Console(width=110).print(table)
    for name, ask in questions[2::2]:
        tracemalloc.start()
        ask()
        peak = tracemalloc.get_traced_memory()[1] / 1_000_000
        tracemalloc.stop()
        Console(width=110).print(f"{name}: peak of Python {peak:.0f} MB")
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    Console(width=110).print(f"peak of the process, whatever was asked: {resident:.0f} MB")


def _bare(session: Session, *questions: str) -> None:
    for judgement in Judgement:
        for question in questions:
            session.execute(text(_BARE_PAIRS.format(judgement=judgement) + question), {"as_of": AS_OF}).all()


def _counts(session: Session, *, matched: bool = False) -> None:
    matchable = Matchable(session, AS_OF)
    for judgement in Judgement:
        if len(count_by_alliance(session, judgement, AS_OF)) != ALLIANCES:
            raise RuntimeError("an alliance was not counted")
        for population in (Population.IN_NO_ALLIANCE, Population.NATION):
            count_inspected_schools(session, population, judgement, AS_OF)
        if matched:
            for schools in grade_pairs_by_alliance(session, judgement, AS_OF).values():
                matchable.match(judgement, schools)


def _results(session: Session, alliance_id: UUID) -> None:
    answer_for_alliance(session, alliance_id, set_code=None, code=None, chosen=DesignatedIn(), as_of=AS_OF, today=AS_OF)


@contextmanager
def _session(database: ServiceDatabase) -> Iterator[Session]:
    """A transaction of the service's own role; what takes longer than its statements may is seen in the table."""
    engine = make_engine(
        ServiceSettings(
            database_url=database.app_url,
            token_issuer="http://127.0.0.1:1",
            statement_timeout_ms=600_000,
            idle_in_transaction_timeout_ms=600_000,
        )
    )
    with Database(engine).transaction(EVERY_TENANT) as session:
        yield session
    engine.dispose()
