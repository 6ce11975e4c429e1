"""A national register of 50,000 schools taken over, against reading the same file and copying its rows into a table."""

import csv
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from plans_api.access.roles import Role
from plans_api.register_imports.register_file import open_register
from plans_api.register_imports.use_cases import import_register
from service_kit import clock
from service_kit.access import Caller, Grant, Permission
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import Databases, ServiceDatabase
from tests.postgres import any_postgres

SCHOOLS, COLUMNS, ROUNDS = 50_000, 120, 3
OPERATOR = Caller("i", "operator", frozenset(), (Grant("operator", None),), Permission("", frozenset({Role.OPERATOR})))
_HEADINGS = [
    "URN", "LA (code)", "LA (name)", "EstablishmentName", "TypeOfEstablishment (name)", "EstablishmentStatus (name)",
    "OpenDate", "CloseDate", "PhaseOfEducation (name)", "GOR (name)", "Easting", "Northing",
]  # fmt: skip
_TABLE = ", ".join(f"c{number} text" for number in range(len(_HEADINGS)))


def run() -> None:
    """Each kind of import in turn with the baseline, on databases of their own; medians of three."""
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        try:
            _compare(databases)
        finally:
            databases.remove_all()


def _compare(databases: Databases) -> None:
    first, renamed = national(), national(renamed_each=100)
    kinds = ("read and COPY", "first import", "the same again", "one in a hundred renamed")
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(ROUNDS):
        store = databases.clone("plans-api")
        took["read and COPY"].append(_timed(_copy, store, first))
        for kind, told in zip(kinds[1:], (first, first, renamed), strict=True):
            took[kind].append(_timed(_import, store, told))
    bare = statistics.median(took["read and COPY"])
    table = Table(
        "", "seconds", "rows/s", "ratio", title=f"{SCHOOLS:,} schools of {COLUMNS} columns, {len(first) / 1e6:.0f} MB"
    )
    for kind, seconds in took.items():
        median = statistics.median(seconds)
        table.add_row(kind, f"{median:.2f}", f"{SCHOOLS / median:,.0f}", f"{median / bare:.1f} x")
    Console(width=110).print(table)


def national(renamed_each: int = 0) -> bytes:
    """An extract as it is downloaded: quoted, in Windows letters, with columns that nobody reads."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, quoting=csv.QUOTE_ALL)
    rows.writerow([*_HEADINGS, *(f"Column {number}" for number in range(len(_HEADINGS), COLUMNS))])
    for number in range(SCHOOLS):
        name = f"St Bede’s School {number}" + (" renamed" if renamed_each and number % renamed_each == 0 else "")
        known = [
            str(100_000 + number), "393", "South Tyneside", name, "Community school", "Open", "01-09-1996", "",
            "Primary", "North East", str(430_000 + number % 9_000), str(560_000 + number % 7_000),
        ]  # fmt: skip
        rows.writerow([*known, *["Not applicable"] * (COLUMNS - len(known))])
    return out.getvalue().encode("cp1252")


def _timed(do: Callable[[ServiceDatabase, bytes], None], store: ServiceDatabase, told: bytes) -> float:
    began = time.perf_counter()
    do(store, told)
    return time.perf_counter() - began


def _import(store: ServiceDatabase, told: bytes) -> None:
    database = Database(make_engine(ServiceSettings(database_url=store.app_url, token_issuer="i")))
    with database.transaction(EVERY_TENANT) as session:
        done = import_register(UnitOfWork(session, OPERATOR, clock.now()), open_register(told, gzipped=False))
    database.engine.dispose()
    if done.rows_read != SCHOOLS or done.refused:
        raise RuntimeError(f"{done.rows_read} rows read, {done.rows_refused} refused")


def _copy(store: ServiceDatabase, told: bytes) -> None:
    lines = csv.reader(io.TextIOWrapper(io.BytesIO(told), "cp1252", newline=""))
    next(lines)
    with psycopg.connect(store.admin_url) as bare, bare.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bare ({_TABLE})")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for cells in lines:
                copy.write_row(cells[: len(_HEADINGS)])
