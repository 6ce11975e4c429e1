"""National files of 25,000 rows handed in and read by a real worker: against reading the same CSV and copying the facts
that come of it into a table without anything else, in the same run; and how much memory the worker takes."""

import csv
import gzip
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from tests.bench.official_tables import inspection_outcomes, performance_table, performance_workbook
from tests.databases import Databases, ServiceDatabase
from tests.kpi_service.uploads.worker_process import worker_process
from tests.postgres import any_postgres

ROWS, ROUNDS = 25_000, 3
_ATTAINMENTS = ("attainments", "level, code, year, figure, unit, value, pupils, known_from_on, upload_id, line")
_SIZES = ("school_characteristics", "urn, year, pupils, disadvantaged_percent, known_from_on, upload_id, line")
_INSPECTIONS = ("inspections", "urn, inspected_on, overall, teaching, leadership, known_from_on, upload_id, line")


@dataclass(frozen=True)
class _File:
    """A file, what it is called, how it is made, the tables its facts stand in, and how often it is read."""

    called: str
    name: str
    content: Callable[[], bytes]
    tables: tuple[tuple[str, str], ...]
    rounds: int


_FILES = (
    _File("key stage 2", "2016-2017.csv", lambda: performance_table(ROWS), (_ATTAINMENTS, _SIZES), ROUNDS),
    _File("inspections", "ofsted.csv", lambda: inspection_outcomes(ROWS), (_INSPECTIONS,), ROUNDS),
    _File("key stage 2, .csv.gz", "2016-2017.csv.gz", lambda: gzip.compress(performance_table(ROWS), 1), (), 1),
    _File("key stage 2, .xlsx", "2016-2017.xlsx", lambda: performance_workbook(ROWS), (), 1),
)


def run() -> None:
    """Each file in turn with its baseline, on a database and with a worker of its own each time; medians."""
    table = Table(
        "", "rows/s", "seconds", "of bare speed", "bare seconds", "MB of memory", title=f"Files of {ROWS:,} rows read"
    )
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        try:
            for file in _FILES:
                table.add_row(file.called, *_measured(databases, file, Path(folder, "worker.log")))
        finally:
            databases.remove_all()
    Console(width=110).print(table)


def _measured(databases: Databases, file: _File, log: Path) -> tuple[str, ...]:
    content = file.content()
    took, bare, memory = list[float](), list[float](), list[float]()
    for _ in range(file.rounds):
        store = databases.clone("kpi-service")
        with worker_process(store, log) as worker:
            took.append(worker.read(content, file.name, patience=900))
            memory.append(worker.peak_memory())
        if file.tables:
            bare.append(_bare(store, content, file.tables))
    seconds = statistics.median(took)
    alone = statistics.median(bare) if bare else None
    compared = ("", "") if alone is None else (f"{alone / seconds:.2f} x", f"{alone:.2f}")
    return (f"{ROWS / seconds:,.0f}", f"{seconds:.2f}", *compared, f"{max(memory):.0f}")


def _bare(store: ServiceDatabase, content: bytes, tables: tuple[tuple[str, str], ...]) -> float:
    with psycopg.connect(store.admin_url) as connection, connection.cursor() as cursor:
        facts = [cursor.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in tables]  # noqa: S608
        began = time.perf_counter()
        for cells in csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")):
            _ = cells
        for (table, columns), rows in zip(tables, facts, strict=True):
            _copy(cursor, table, columns, rows)
        connection.commit()
        return time.perf_counter() - began


def _copy(cursor: "psycopg.Cursor[Any]", table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    cursor.execute(f"CREATE TABLE bare_{table} AS SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608
    with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
