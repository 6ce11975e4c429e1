"""What the files say of a school itself: where it is, how large, and how disadvantaged its pupils are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kpi_service.official_files.attainment import Level, level_of, row_year
from kpi_service.official_files.cell import Row
from kpi_service.official_files.family import Family
from kpi_service.official_files.file_year import FileYear

# The words of a link's two ends, as plans-api has them for the link.
_SUCCESSION_KINDS = {"": "succession", "merged": "merger", "amalgamated": "amalgamation", "split school": "split"}
_NOT_RECORDED = frozenset({"", "not recorded", "not applicable", "999", "na"})


@dataclass(frozen=True)
class Place:
    """Where a school is and whom it teaches, as the register has it; what it does not record is None."""

    urn: str
    phase: str | None
    region: str | None
    local_authority: str | None


class Characteristics(NamedTuple):
    """How large a school was in a year, and the percentage of its pupils that the file counts as disadvantaged: in care
    or entitled to free school meals. What the file does not say is None."""

    urn: str
    year: FileYear
    pupils: int | None
    disadvantaged_percent: Decimal | None


@dataclass(frozen=True)
class SchoolLink:
    """A school that followed another: what `predecessor_urn` was is now, wholly or partly, `successor_urn`."""

    predecessor_urn: str
    successor_urn: str
    kind: str
    established_on: date | None


@dataclass(frozen=True)
class GroupLink:
    """A school in a group of schools, such as a multi-academy trust, known by the group's own number."""

    urn: str
    group_uid: str
    kind: str
    joined_on: date | None


def read_register(row: Row, year: FileYear) -> Iterator[Place | Characteristics]:
    """A school of the register as it was in `year`. Raises `CellNotReadable`."""
    urn = row.urn("urn")
    yield Place(urn, _recorded(row, "phase"), _recorded(row, "region"), _recorded(row, "local_authority"))
    yield from _said(urn, year, row.count("pupils"), row.percent("free_school_meals"))


def read_performance_table(family: Family, row: Row, year: FileYear) -> Iterator[Characteristics]:
    """The size and the disadvantage of a school in the year of its results. Raises `CellNotReadable`."""
    if level_of(family, row) is Level.SCHOOL:
        year = row_year(row, "academic_year") if row.text("academic_year") else year
        yield from _said(row.urn("urn"), year, row.count("totpups"), row.percent("ptfsm6cla1a"))


def read_school_information(row: Row) -> Iterator[Characteristics]:
    """A school of the tables as they have been since 2022/23; rows of authorities and the country say nothing of one.
    Raises `CellNotReadable`."""
    if row.text("geographic_level").lower() in ("", "school"):
        year = row_year(row, "time_period")
        yield from _said(row.urn("school_urn"), year, row.count("t_allks_pupils"), row.percent("pt_disadvantaged"))


def read_pupil_premium(row: Row, year: FileYear) -> Iterator[Characteristics]:
    """A school's pupils, and the share of them for whom it is paid the pupil premium. Raises `CellNotReadable`."""
    pupils, eligible = row.count("pupils"), row.count("eligible")
    share = None if not pupils or eligible is None else round(Decimal(100 * eligible) / pupils, 2)
    yield from _said(row.urn("urn"), year, pupils, share)


def read_school_link(row: Row) -> Iterator[SchoolLink]:
    """Two schools, the earlier first, whichever of the two the row is about. Raises `CellNotReadable`."""
    end, _, how = row.text("linktype").lower().partition(" - ")
    kind = _SUCCESSION_KINDS.get(how, how)
    one, other = row.urn("urn"), row.urn("linkurn")
    established_on = row.day("established_on")
    if end == "predecessor":
        yield SchoolLink(other, one, kind, established_on)
    elif end == "successor":
        yield SchoolLink(one, other, kind, established_on)


def read_group_link(row: Row) -> Iterator[GroupLink]:
    """A school in a group. Raises `CellNotReadable`."""
    yield GroupLink(row.urn("urn"), row.word("linked uid"), row.text("group type"), row.day("joined_on"))


def _said(urn: str, year: FileYear, pupils: int | None, share: Decimal | None) -> Iterator[Characteristics]:
    if pupils is not None or share is not None:
        yield Characteristics(urn, year, pupils, share)


def _recorded(row: Row, name: str) -> str | None:
    written = row.text(name)
    return None if written.lower() in _NOT_RECORDED else written
