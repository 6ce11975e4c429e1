"""The national directory of teaching schools as it is exported: a row for each school that leads an alliance."""

import csv
import io
import re
from dataclasses import dataclass

from plans_api.alliances.membership import MOST_LEADS
from service_kit.errors import RuleBroken
from service_kit.file_signature import kind_by_signature

_NEEDED = ("Alliance Name", "URN")
_URN = re.compile(r"[1-9]\d{5}", re.ASCII)
_MOST_ROWS = 20_000


class DirectoryNotReadable(RuleBroken):
    """The directory is a CSV file with the columns “Alliance Name” and “URN”, and perhaps “Cohort”."""


@dataclass(frozen=True)
class RefusedLead:
    """A row that is not taken over, and why. `line` counts from 1, the headings included."""

    line: int
    alliance: str
    urn: str
    code: str
    detail: str


@dataclass(frozen=True)
class ListedAlliance:
    """An alliance of the directory: its lead schools in the order of their rows, its cohort where one is given."""

    name: str
    lead_school_urns: tuple[str, ...]
    cohort: int | None
    line: int


@dataclass(frozen=True)
class Directory:
    """What the directory says. Each alliance stands once."""

    rows_read: int
    alliances: tuple[ListedAlliance, ...]
    refused: tuple[RefusedLead, ...]


def read_directory(data: bytes) -> Directory:
    """The alliances of the directory; a row that cannot be read is refused with its line and the others are taken.
    Headings count whatever blanks stand around them. Errors: `DirectoryNotReadable`."""
    found: dict[str, ListedAlliance] = {}
    refused: list[RefusedLead] = []
    rows = _rows(data)
    for line, row in rows:
        name, urn, cohort = (row.get(heading, "") for heading in (*_NEEDED, "Cohort"))
        known = found.get(name.casefold(), ListedAlliance(name, (), None, line))
        reason = _reason(name, urn, cohort, known)
        if reason is not None:
            refused.append(RefusedLead(line, name[:200], urn[:20], *reason))
            continue
        number = int(cohort) if cohort else known.cohort
        leads = (*known.lead_school_urns, urn)
        found[name.casefold()] = ListedAlliance(known.name, leads, number, known.line)
    return Directory(len(rows), tuple(found.values()), tuple(refused))


def _reason(name: str, urn: str, cohort: str, known: ListedAlliance) -> tuple[str, str] | None:
    if not name or len(name) > 200:
        return "name-missing", "An alliance has a name of at most 200 characters."
    if _URN.fullmatch(urn) is None:
        return "urn-not-readable", "A URN has six digits."
    if cohort and re.fullmatch(r"[1-9]\d{0,2}", cohort, re.ASCII) is None:
        return "cohort-not-readable", "A cohort is a number from 1 to 999."
    if urn in known.lead_school_urns:
        return "lead-school-named-twice", "This school leads the alliance already."
    if len(known.lead_school_urns) == MOST_LEADS:
        return "too-many-lead-schools", f"An alliance has at most {MOST_LEADS} lead schools."
    return None


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    if kind := kind_by_signature(data):
        raise DirectoryNotReadable(f"The file is {kind}, as the directory is exported: save it as CSV and send that.")
    if b"\0" in data:
        raise DirectoryNotReadable("The file holds a NUL character: it is not a CSV file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        headings = [heading.strip() for heading in next(lines, [])]
        missing = [heading for heading in _NEEDED if heading not in headings]
        if missing:
            raise DirectoryNotReadable(f"The directory lacks the columns {', '.join(missing)}.")
        rows = []
        for cells in lines:
            if cells:
                rows.append((lines.line_num, {h: cell.strip() for h, cell in zip(headings, cells, strict=False)}))
            if len(rows) > _MOST_ROWS:
                raise DirectoryNotReadable(f"The directory has more than {_MOST_ROWS:,} rows.")
    except csv.Error as error:
        raise DirectoryNotReadable(f"Line {lines.line_num} of the directory is not CSV: {error}.") from error
    return rows
