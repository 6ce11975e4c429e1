"""The register's extract as a file: which columns are read, and what each of their values means."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from plans_api.schools.school import Phase, School, SchoolStatus
from service_kit.errors import RuleBroken

MOST_BYTES_UNPACKED: Final = 100 * 1024 * 1024
MOST_ROWS: Final = 200_000

_COLUMNS = ("URN", "SCHNAME", "LA", "LA (name)", "PhaseOfEducation (name)", "NFTYPE", "ICLOSE")
_URN = re.compile(r"[1-9]\d{5}", re.ASCII)
_STATUSES = {
    "1": SchoolStatus.OPEN,
    "2": SchoolStatus.CLOSED,
    "3": SchoolStatus.OPEN_PROPOSED_TO_CLOSE,
}
_PHASES = {
    "Nursery": Phase.NURSERY,
    "Primary": Phase.PRIMARY,
    "Middle deemed primary": Phase.MIDDLE_DEEMED_PRIMARY,
    "Middle deemed secondary": Phase.MIDDLE_DEEMED_SECONDARY,
    "Secondary": Phase.SECONDARY,
    "All through": Phase.ALL_THROUGH,
    "All-through": Phase.ALL_THROUGH,
    "16 plus": Phase.SIXTEEN_PLUS,
    "Not applicable": Phase.NOT_APPLICABLE,
}
_MISSING = {"", "not applicable", "not recorded"}


class RegisterNotReadable(RuleBroken):
    """A register extract is a CSV file, plain or gzipped, in UTF-8 or Windows-1252, with the columns that are read."""


class RegisterTooLarge(RuleBroken):
    """A register extract has at most 200,000 rows and 100 MB unpacked."""


@dataclass(frozen=True)
class RefusedRow:
    """A row that is not taken over, and why. `line` counts from 1, the headings included."""

    line: int
    urn: str
    code: str
    detail: str


@dataclass(frozen=True)
class RegisterFile:
    """What a register extract says. Each URN stands once in `schools`."""

    rows_read: int
    schools: tuple[School, ...]
    refused: tuple[RefusedRow, ...]


class _Unreadable(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read_register(data: bytes, *, gzipped: bool) -> RegisterFile:
    """The schools of an extract; a row that cannot be read is refused with its line, and the others are taken.

    Source: the columns of the Department's register (URN, SCHNAME, LA, NFTYPE, ICLOSE, …). Dates are ISO or
    day-month-year. Errors: `RegisterNotReadable`, `RegisterTooLarge`.
    """
    schools: dict[str, School] = {}
    refused: list[RefusedRow] = []
    read = 0
    for line, row in _rows(_text(_unpacked(data) if gzipped else data)):
        read += 1
        if read > MOST_ROWS:
            raise RegisterTooLarge(f"The extract has more than {MOST_ROWS:,} rows.")
        try:
            school = _school(row)
            if school.urn in schools:
                raise _Unreadable("urn-repeated", "This URN stands in the extract before; the first row is taken.")
            schools[school.urn] = school
        except _Unreadable as reason:
            refused.append(RefusedRow(line, _value(row, "URN")[:20], reason.code, reason.detail))
    return RegisterFile(read, tuple(schools.values()), tuple(refused))


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            unpacked = packed.read(MOST_BYTES_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise RegisterNotReadable(f"The extract is not a whole gzip file: {error}.") from error
    if len(unpacked) > MOST_BYTES_UNPACKED:
        raise RegisterTooLarge(f"The extract unpacks to more than {MOST_BYTES_UNPACKED:,} bytes.")
    return unpacked


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise RegisterNotReadable("The extract holds a NUL character: it is not a CSV file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        headings = [heading.strip() for heading in next(lines, [])]
        missing = [column for column in _COLUMNS if column not in headings]
        if missing:
            raise RegisterNotReadable(f"The extract lacks the columns {', '.join(missing)}.")
        for cells in lines:
            if cells:
                yield lines.line_num, dict(zip(headings, cells, strict=False))
    except csv.Error as error:
        raise RegisterNotReadable(f"Line {lines.line_num} of the extract is not CSV: {error}.") from error


def _school(row: Mapping[str, str]) -> School:
    urn = _value(row, "URN")
    if _URN.fullmatch(urn) is None:
        raise _Unreadable("urn-not-readable", "A URN has six digits.")
    status = _STATUSES.get(_value(row, "ICLOSE"))
    if status is None:
        raise _Unreadable("status-not-known", "ICLOSE is 1 (open), 2 (closed) or 3 (open, proposed to close).")
    latitude, longitude = _location(row)
    return School(
        urn=urn,
        name=_required(row, "SCHNAME"),
        phase=_phase(row),
        type=_required(row, "NFTYPE"),
        local_authority_code=_required(row, "LA"),
        local_authority=_present(row, "LA (name)"),
        region=_present(row, "GOR (name)"),
        latitude=latitude,
        longitude=longitude,
        status=status,
        opened_on=_date(row, "OPENDATE"),
        closed_on=_date(row, "CLOSEDATE"),
    )


def _phase(row: Mapping[str, str]) -> Phase:
    """The register's phase. Where it says none, a mainstream school's own is taken if its teaching and its ages leave
    no choice: middle and all-through schools teach primary and secondary years, and are `unknown` then."""
    written = _value(row, "PhaseOfEducation (name)")
    if written:
        phase = _PHASES.get(written)
        if phase is None:
            raise _Unreadable("phase-not-known", f"“{written[:40]}” is not a phase of the register.")
        return phase
    if _value(row, "MINORGROUP") not in ("Maintained School", "Academy"):
        return Phase.UNKNOWN
    youngest, oldest = _age(row, "AGEL"), _age(row, "AGEH")
    match tuple(_value(row, column) == "1" for column in ("ISPRIMARY", "ISSECONDARY", "ISPOST16")):
        case (True, False, False) if oldest is not None and oldest <= 11:
            return Phase.PRIMARY
        case (False, True, _) if youngest is not None and youngest >= 11:
            return Phase.SECONDARY
        case (False, False, True):
            return Phase.SIXTEEN_PLUS
    return Phase.UNKNOWN


def _age(row: Mapping[str, str], column: str) -> int | None:
    value = _value(row, column)
    return int(value) if re.fullmatch(r"\d{1,3}", value, re.ASCII) else None


def _location(row: Mapping[str, str]) -> tuple[float | None, float | None]:
    latitude, longitude = _value(row, "latitude"), _value(row, "longitude")
    if not latitude or not longitude:
        return None, None
    try:
        place = float(latitude), float(longitude)
    except ValueError:
        raise _Unreadable("location-not-readable", "Latitude and longitude are decimal degrees.") from None
    if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        raise _Unreadable("location-not-readable", "Latitude is within ±90 degrees, longitude within ±180.")
    return place


def _date(row: Mapping[str, str], column: str) -> date | None:
    written = _value(row, column)
    if not written:
        return None
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            found = datetime.strptime(written, form).date()  # noqa: DTZ007 -- a calendar day has no zone
        except ValueError:
            continue
        if 1000 <= found.year < 2200:
            return found
    raise _Unreadable("date-not-readable", f"{column} is a day, written 2014-09-01 or 01-09-2014.")


def _required(row: Mapping[str, str], column: str) -> str:
    value = _value(row, column)
    if not value or len(value) > 200:
        raise _Unreadable("value-missing", f"{column} is needed, with at most 200 characters.")
    return value


def _present(row: Mapping[str, str], column: str) -> str | None:
    value = _value(row, column)
    return None if value.lower() in _MISSING else value[:200]


def _value(row: Mapping[str, str], column: str) -> str:
    return row.get(column, "").strip()
