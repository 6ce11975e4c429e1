"""Small files as the official ones are made, and where the official ones themselves stand, if they do."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from kpi_service.official_files.document import rows_of
from kpi_service.official_files.facts import Fact, reader_of
from kpi_service.official_files.family import Family
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.table import Table, read_table

ROOT = Path(__file__).parents[4]
OFFICIAL = ROOT / "shared" / "data" / "original-samples"
YEAR = FileYear(2016)


def official(name: str) -> Path:
    """An official file, where the folder beside the repository is there."""
    if not OFFICIAL.is_dir():
        pytest.skip("the official files are not beside this repository")
    return OFFICIAL / name


def csv_file(*rows: Sequence[str]) -> bytes:
    """A CSV file of these rows, as Windows ends its lines."""
    return "\r\n".join(",".join(row) for row in rows).encode()


def table_of(content: bytes, family: Family | None = None) -> Table:
    """The table in a file."""
    return read_table(rows_of(io.BytesIO(content)), family)


def facts_in(content: bytes, year: FileYear | None = YEAR) -> list[Fact]:
    """Everything a file says."""
    table = table_of(content)
    return facts_of(table, year)


def facts_of(table: Table, year: FileYear | None = YEAR) -> list[Fact]:
    """Everything a table says."""
    reader = reader_of(table.recognised.family, year)
    return [fact for row in table.records() for fact in reader(row)]


def facts_in_file(path: Path, year: FileYear | None) -> list[Fact]:
    """Everything an official file says."""
    with path.open("rb") as file:
        return facts_of(read_table(rows_of(file), None), year)


def of_kind(facts: Iterable[Fact], kind: type[Fact]) -> list[Fact]:
    """The facts of one kind."""
    return [fact for fact in facts if isinstance(fact, kind)]
