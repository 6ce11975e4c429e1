"""One row of the register's files: what each of its values means."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, TypeAlias

from plans_api.register_imports.recognition import NAMES, Header
from plans_api.schools.national_grid import place_of
from plans_api.schools.school import Phase, School, SchoolStatus
from plans_api.schools.succession import Succession

_URN = re.compile(r"[1-9]\d{5}", re.ASCII)
_DAY = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
    r"|(?P<day_last>\d\d?)(?P<between>[-/])(?P<month_last>\d\d?)(?P=between)(?P<year_last>\d{4})",
    re.ASCII,
)
_STATUSES: Final = {
    "1": SchoolStatus.OPEN,
    "2": SchoolStatus.CLOSED,
    "3": SchoolStatus.OPEN_PROPOSED_TO_CLOSE,
    "4": SchoolStatus.PROPOSED_TO_OPEN,
    "open": SchoolStatus.OPEN,
    "closed": SchoolStatus.CLOSED,
    "open, but proposed to close": SchoolStatus.OPEN_PROPOSED_TO_CLOSE,
    "proposed to open": SchoolStatus.PROPOSED_TO_OPEN,
}
_PHASES: Final = {
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
_MISSING: Final = {"", "not applicable", "not recorded", "999"}
_REGIONS: Final = {
    "East Midlands", "East of England", "London", "North East", "North West", "South East", "South West",
    "West Midlands", "Yorkshire and the Humber",
}  # fmt: skip
_PLACE = ("latitude", "longitude")
_LATE = frozenset({"region", *_PLACE})
"""What stands behind the columns that the register added over the years."""

_ALWAYS = frozenset(field.name for field in fields(School)) - {"urn", *_LATE, "trust_uid", "trust_name"}


@dataclass(frozen=True)
class RefusedRow:
    """A row that is not taken over, and why. `line` counts from 1, the headings included."""

    line: int
    urn: str
    code: str
    detail: str


@dataclass(frozen=True)
class KnownSchool:
    """A school as one row has it, and the facts that the row knows: the others stay as they were."""

    line: int
    school: School
    facts: frozenset[str]


@dataclass(frozen=True)
class GroupOfSchool:
    """A trust that a school belongs to; None where the row is of a group of another kind, or of one that is closed."""

    line: int
    urn: str
    trust_uid: str | None
    trust_name: str | None


@dataclass(frozen=True)
class LinkBetween:
    """A link whose direction the file gives."""

    line: int
    succession: Succession


@dataclass(frozen=True)
class LinkWithoutDirection:
    """A link of which the file does not say which school goes on: the register's own states do."""

    line: int
    urns: tuple[str, str]
    succession: Succession


Record: TypeAlias = KnownSchool | GroupOfSchool | LinkBetween | LinkWithoutDirection | RefusedRow


class Unreadable(Exception):
    """A row that is refused: the code of the reason, and what a reader is told."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read_school(line: int, row: Mapping[str, str], header: Header, *, runs_on: bool) -> KnownSchool:
    """The school of a row. A row that `runs_on` past its header has columns the header does not know: what stands
    behind them is read only where the region is in its place. Raises `Unreadable`."""
    urn = urn_in(row, "urn")
    status = _STATUSES.get(row.get("status", "").lower())
    if status is None:
        raise Unreadable("status-not-known", "A school is open, closed, proposed to close, or proposed to open.")
    facts = set(_ALWAYS)
    latitude, longitude, region = None, None, None
    if not runs_on or row.get("region") in _REGIONS:
        region = _present(row, "region")
        latitude, longitude = _location(row)
        facts |= {"region"} if header.knows("region") else set()
        facts |= set(_PLACE) if header.knows(*_PLACE) or header.knows("easting", "northing") else set()
    facts |= {name for name in ("trust_uid", "trust_name") if header.knows(name)}
    school = School(
        urn=urn,
        name=_required(row, "name"),
        phase=_phase(row),
        type=_required(row, "type"),
        local_authority_code=_required(row, "local_authority_code"),
        local_authority=_present(row, "local_authority"),
        region=region,
        latitude=latitude,
        longitude=longitude,
        status=status,
        opened_on=date_in(row, "opened_on"),
        closed_on=date_in(row, "closed_on"),
        trust_uid=_present(row, "trust_uid"),
        trust_name=_present(row, "trust_name"),
    )
    return KnownSchool(line, school, frozenset(facts))


def read_group(line: int, row: Mapping[str, str]) -> GroupOfSchool:
    """The trust of a row of the group links. Raises `Unreadable`."""
    urn = urn_in(row, "urn")
    if "trust" not in row.get("group_type", "").lower() or date_in(row, "group_closed_on") is not None:
        return GroupOfSchool(line, urn, None, None)
    return GroupOfSchool(line, urn, _required(row, "group_uid"), _required(row, "group_name"))


def urn_in(row: Mapping[str, str], name: str) -> str:
    """The URN in this column. Raises `Unreadable`."""
    urn = row.get(name, "")
    if _URN.fullmatch(urn) is None:
        raise Unreadable("urn-not-readable", "A URN has six digits.")
    return urn


def date_in(row: Mapping[str, str], name: str) -> date | None:
    """The day in this column, ISO or day-month-year, or none. Raises `Unreadable`."""
    written = row.get(name, "")
    if not written:
        return None
    if match := _DAY.fullmatch(written):
        year, month, day = (int(match[part] or match[f"{part}_last"]) for part in ("year", "month", "day"))
        try:
            if 1000 <= year < 2200:
                return date(year, month, day)
        except ValueError:
            pass
    raise Unreadable("date-not-readable", f"{NAMES[name][0]} is a day, written 2014-09-01 or 01-09-2014.")


def _phase(row: Mapping[str, str]) -> Phase:
    """The register's phase. Where it says none, a mainstream school's own is taken if its teaching and its ages leave
    no choice: middle and all-through schools teach primary and secondary years, and are `unknown` then."""
    written = row.get("phase", "")
    if written:
        phase = _PHASES.get(written)
        if phase is None:
            raise Unreadable("phase-not-known", f"“{written[:40]}” is not a phase of the register.")
        return phase
    if row.get("minor_group") not in ("Maintained School", "Academy"):
        return Phase.UNKNOWN
    youngest, oldest = _age(row, "youngest"), _age(row, "oldest")
    teaches = tuple(row.get(f"teaches_{ages}") == "1" for ages in ("primary", "secondary", "post_16"))
    match teaches:
        case (True, False, False) if oldest is not None and oldest <= 11:
            return Phase.PRIMARY
        case (False, True, _) if youngest is not None and youngest >= 11:
            return Phase.SECONDARY
        case (False, False, True):
            return Phase.SIXTEEN_PLUS
    return Phase.UNKNOWN


def _age(row: Mapping[str, str], name: str) -> int | None:
    value = row.get(name, "")
    return int(value) if re.fullmatch(r"\d{1,3}", value, re.ASCII) else None


def _location(row: Mapping[str, str]) -> tuple[float | None, float | None]:
    if row.get("latitude") and row.get("longitude"):
        place = _numbers(row, "latitude", "longitude")
        if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
            raise Unreadable("location-not-readable", "Latitude is within ±90 degrees, longitude within ±180.")
        return place
    if row.get("easting", "0") in ("", "0") or row.get("northing", "0") in ("", "0"):
        return None, None
    easting, northing = _numbers(row, "easting", "northing")
    if not (0 < easting < 700_000 and 0 < northing < 1_300_000):
        raise Unreadable("location-not-readable", "Easting and northing are metres of the national grid.")
    latitude, longitude = place_of(easting, northing)
    return round(latitude, 5), round(longitude, 5)


def _numbers(row: Mapping[str, str], *names: str) -> tuple[float, float]:
    try:
        first, second = (float(row[name]) for name in names)
    except ValueError:
        raise Unreadable("location-not-readable", f"{' and '.join(names)} are decimal numbers.") from None
    if not (math.isfinite(first) and math.isfinite(second)):
        raise Unreadable("location-not-readable", f"{' and '.join(names)} are decimal numbers.")
    return first, second


def _required(row: Mapping[str, str], name: str) -> str:
    value = row.get(name, "")
    if not value or len(value) > 200:
        raise Unreadable("value-missing", f"{NAMES[name][0]} is needed, with at most 200 characters.")
    return value


def _present(row: Mapping[str, str], name: str) -> str | None:
    value = row.get(name, "")
    return None if value.lower() in _MISSING else value[:200]
