"""Files handed in and read by a real worker, by the clock and in processor time of the worker and all its database
connections: against reading the same CSV and copying the facts that come of it into a table, in the same run; and the
worker's memory.

In the first comparison the table copied into has nothing else and does not outlive the connection. In the second it is
the least that keeps the same: a table that lasts, with the indexes and checks of the real one, and, of inspections,
every day's grades copied from where they were counted.
"""

import csv
import gzip
import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from rich.console import Console
from rich.table import Table

from tests.bench.load import cpu_seconds
from tests.bench.official_tables import inspection_outcomes, performance_table, performance_workbook
from tests.databases import Databases, ServiceDatabase
from tests.kpi_service.uploads.worker_process import WorkerProcess, worker_process
from tests.postgres import any_postgres

ROWS, INSPECTION_ROWS, WORKBOOK_ROWS, ROUNDS = 12_500, 25_000, 500, 3
_ANOTHER_SCHOOL = 900_000
_ATTAINMENTS = (
    "attainments",
    "level, code, year, figure, unit, value, pupils, known_from_on, upload_id, line, recorded_at",
)
_SIZES = (
    "school_characteristics",
    "urn, year, pupils, disadvantaged_percent, known_from_on, upload_id, line, recorded_at",
)
_INSPECTIONS = (
    "inspections",
    "urn, inspected_on, overall, teaching, leadership, known_from_on, upload_id, line, recorded_at",
)


@dataclass(frozen=True)
class _File:
    """A file of so many rows, what it is called, how it is made, the tables its facts stand in, the one that is
    counted from them, and how often it is read."""

    called: str
    name: str
    content: Callable[..., bytes]
    tables: tuple[tuple[str, str], ...] = ()
    counted: str | None = None
    rows: int = ROWS
    rounds: int = 1


class _Spent(NamedTuple):
    """What one reading took."""

    seconds: float
    cpu_seconds: float


_FILES = (
    _File("key stage 2", "2016-2017.csv", performance_table, (_ATTAINMENTS, _SIZES), rounds=ROUNDS),
    _File(
        *("inspections", "ofsted.csv", inspection_outcomes, (_INSPECTIONS,), "grade_pairs"),
        rows=INSPECTION_ROWS,
        rounds=ROUNDS,
    ),
    _File(
        "key stage 2, .csv.gz", "2016-2017.csv.gz", lambda *made, **of: gzip.compress(performance_table(*made, **of), 1)
    ),
    _File("key stage 2, .xlsx", "2016-2017.xlsx", performance_workbook, rows=WORKBOOK_ROWS),
)


def run() -> None:
    """Each file in turn with its baselines, on a database and with a worker of its own each time; medians."""
    table = Table("", "rows", title="Files read")
    for kind in ("s", "CPU s"):
        for column in (kind, "bare", "of its speed", "least kept", "of its speed"):
            table.add_column(column, justify="right")
    table.add_column("MB", justify="right")
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        try:
            for file in _FILES:
                table.add_row(file.called, f"{file.rows:,}", *_measured(databases, file, Path(folder, "worker.log")))
        finally:
            databases.remove_all()
    Console(width=140).print(table)


def _measured(databases: Databases, file: _File, log: Path) -> tuple[str, ...]:
    content = file.content(file.rows)
    took, alone, least, memory = list[_Spent](), list[_Spent](), list[_Spent](), list[float]()
    for _ in range(file.rounds):
        store = databases.clone("kpi-service")
        with worker_process(store, log) as worker:
            worker.read(file.content(1, first_urn=_ANOTHER_SCHOOL), file.name)
            worker.settle()
            began = _cpu_seconds_of_worker(worker)
            seconds = worker.read(content, file.name, patience=900)
            took.append(_Spent(seconds, _cpu_seconds_of_worker(worker) - began))
            memory.append(worker.peak_memory())
        if file.tables:
            alone.append(_bare(store, content, file.tables))
            least.append(_least(store, content, file.tables, file.counted))
    cells = [
        cell
        for which in range(len(_Spent._fields))
        for cell in _compared(*([spent[which] for spent in each] for each in (took, alone, least)))
    ]
    return (*cells, f"{max(memory):.0f}")


def _compared(took: list[float], *baselines: list[float]) -> Iterator[str]:
    seconds = statistics.median(took)
    yield f"{seconds:.2f}"
    for baseline in baselines:
        yield f"{statistics.median(baseline):.2f}" if baseline else ""
        yield f"{statistics.median(baseline) / seconds:.2f} x" if baseline else ""


def _cpu_seconds_of_worker(worker: WorkerProcess) -> float:
    with psycopg.connect(worker.store.admin_url) as admin:
        connections = admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user"
        ).fetchall()
    return sum(cpu_seconds(pid) for pid in (worker.process.pid, *(pid for (pid,) in connections)))


def _bare(store: ServiceDatabase, content: bytes, tables: tuple[tuple[str, str], ...]) -> _Spent:
    with psycopg.connect(store.admin_url) as connection:
        for table, _ in tables:
            connection.execute(f"CREATE TEMPORARY TABLE bare_{table} (LIKE {table})")
            connection.execute(f"ALTER TABLE bare_{table} DROP COLUMN id")
        return _copied(connection, content, tables, None)


def _least(store: ServiceDatabase, content: bytes, tables: tuple[tuple[str, str], ...], counted: str | None) -> _Spent:
    with psycopg.connect(store.admin_url) as connection:
        for table in (*(table for table, _ in tables), *([counted] if counted else [])):
            connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        return _copied(connection, content, tables, counted)


def _copied(
    connection: "psycopg.Connection[Any]", content: bytes, tables: tuple[tuple[str, str], ...], counted: str | None
) -> _Spent:
    facts = [connection.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in tables]
    began = _Spent(time.monotonic(), _cpu_seconds_of_bare(connection))
    for cells in csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")):
        _ = cells
    for (table, columns), rows in zip(tables, facts, strict=True):
        with connection.cursor().copy(f"COPY bare_{table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    if counted:
        connection.execute(f"INSERT INTO bare_{counted} SELECT * FROM {counted}")
    connection.commit()
    return _Spent(time.monotonic() - began.seconds, _cpu_seconds_of_bare(connection) - began.cpu_seconds)


def _cpu_seconds_of_bare(connection: "psycopg.Connection[Any]") -> float:
    return time.process_time() + cpu_seconds(connection.info.backend_pid)
