"""An upload: what was handed in, what it turned out to be, and what was read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kpi_service.official_files.document import Numbered
from kpi_service.official_files.facts import OF_ONE_YEAR, PERFORMANCE_TABLES
from kpi_service.official_files.family import Family
from kpi_service.official_files.file_year import (
    AcademicYearDisagrees,
    FileYear,
    agreed_year,
    year_of_header,
    year_of_name,
)
from kpi_service.official_files.table import NotThatFamily, Table
from service_kit.errors import Conflict, RuleBroken


class NothingToTakeOver(RuleBroken):
    """A file of which not one row can be read is the wrong file, or one that was spoilt on its way."""


class TableOfTotals(RuleBroken):
    """A performance table lists schools; one with nothing but totals is another table of the same publication."""


class UploadNotRead(Conflict):
    """What is wrong with the rows of a file is known once it has been read to its end."""


@dataclass(frozen=True)
class HandedIn:
    """A file as it was handed in. `family` and `year` are what whoever did it said it was, where they did. One with an
    `alliance_id` is about that alliance alone."""

    id: UUID
    alliance_id: UUID | None
    file_name: str
    size: int
    sha256: bytes
    family: Family | None
    year: FileYear | None
    handed_in_at: datetime


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken over, and why. `column` is the file's own word for it."""

    line: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True)
class ReadFile:
    """What was read of a file, in rows and in facts. `unread_columns` stand for nothing this service reads."""

    family: Family
    year: FileYear | None
    rows_read: int
    rows_refused: int
    facts_new: int
    facts_restated: int
    facts_unchanged: int
    unread_columns: tuple[str, ...]

    @property
    def rows_accepted(self) -> int:
        """The rows that were taken over."""
        return self.rows_read - self.rows_refused


def year_of(table: Table, handed_in: HandedIn, today: date) -> FileYear | None:
    """The academic year that the rows of a table are for; None where they say so themselves.

    The register is of the year in which it is handed in unless somebody says otherwise. Raises `AcademicYearNotKnown`,
    `AcademicYearDisagrees`.
    """
    family = table.recognised.family
    if family not in OF_ONE_YEAR or "academic_year" in table.recognised.places:
        return handed_in.year
    if family is Family.SCHOOL_REGISTER:
        return handed_in.year or year_of_name(handed_in.file_name) or FileYear.having(today)
    header = year_of_header(table.header) if family in PERFORMANCE_TABLES else None
    return agreed_year(asked=handed_in.year, header=header, name=year_of_name(handed_in.file_name))


def refuse_unless_read(read: ReadFile | None) -> None:
    """Whether a file's rows can be shown with what is wrong with them. Raises `UploadNotRead`."""
    if read is None:
        raise UploadNotRead("The file has not been read to its end; its `state` and `failure` say how it stands.")


def refuse_other_word_for_it(read: ReadFile, *, family: Family | None, year: FileYear | None) -> None:
    """Whether a file that has been read may be handed in again as `family` and for `year`. Raises `NotThatFamily`,
    `AcademicYearDisagrees`."""
    if family is not None and family is not read.family:
        raise NotThatFamily(f"By its columns this is {read.family}, and it was handed in as {family}.")
    if year is not None and read.year is not None and year != read.year:
        raise AcademicYearDisagrees(f"The file was read as that of {read.year}, and it was handed in for {year}.")


@dataclass
class Counted:
    """What has been read of a table so far, in rows. `schools_read` are those of a performance table that are of one
    school."""

    rows_read: int = 0
    rows_refused: int = 0
    schools_read: int = 0
    first_refused: RefusedRow | None = None

    def refuse(self, refused: RefusedRow) -> None:
        """Counts a row that is not taken over."""
        self.rows_refused += 1
        self.first_refused = self.first_refused or refused


def refuse_what_is_no_such_file(family: Family, counted: Counted) -> None:
    """Whether what was read can have been the file it was taken for. Raises `NothingToTakeOver`, `TableOfTotals`."""
    first = counted.first_refused
    if first is not None and counted.rows_refused == counted.rows_read:
        raise NothingToTakeOver(
            f"None of the {counted.rows_read} rows can be read. Line {first.line}, {first.column}: {first.detail}"
        )
    if not counted.rows_read:
        raise NothingToTakeOver("Below its header the file has no rows.")
    if family in PERFORMANCE_TABLES and not counted.schools_read:
        raise TableOfTotals("The file has totals of authorities or the country and not one school.")


def annotated(row: Numbered, refused: Sequence[RefusedRow], *, is_header: bool) -> Sequence[str]:
    """A row of the file with one more cell: what is wrong with it, or nothing."""
    _, cells = row
    said = "errors" if is_header else "; ".join(f"{wrong.column}: {wrong.detail}" for wrong in refused)
    return (*cells, said)
