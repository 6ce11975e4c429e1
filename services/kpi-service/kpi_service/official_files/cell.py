"""One cell of an official file: a number, a percentage, a grade, a day, a URN, or one of the codes for none.

A code for none is not zero and not an error: it is read as `None`. Anything else that is not what its column holds is
refused, with the column and what was found.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

# Blank or a space; suppressed, no entries, not published, not applicable, low coverage, new school; and from 2022/23 on
# their one-letter successors.
CODES_FOR_NONE = frozenset(
    {"", "SUPP", "NE", "NP", "NA", "N/A", "LOWCOV", "NEW", "NULL", "Z", "C", "X", "LOW", "U", ".."}
)

Read = TypeVar("Read")

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,12})?", re.ASCII)
_URN = re.compile(r"([0-9]{6})(?:\.0)?", re.ASCII)
_MOST_WRITTEN = 40  # nothing that is read is longer
_LONGEST_WORD = 200
_DAY_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<day>[0-9]{1,2})([/-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    )
)


class CellNotReadable(Exception):
    """A cell does not hold what its column is for. `column` is the file's own word for it."""

    def __init__(self, column: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column
        self.code = code
        self.detail = detail


class Grade(IntEnum):
    """The grade of an inspection; 1 is the best. Satisfactory, as it was called until 2012, and requires improvement
    are the same grade; special measures and serious weaknesses are kinds of the fourth."""

    OUTSTANDING = 1
    GOOD = 2
    REQUIRES_IMPROVEMENT = 3
    INADEQUATE = 4


_GRADES: Mapping[str, Grade | None] = MappingProxyType(
    {
        "1": Grade.OUTSTANDING,
        "2": Grade.GOOD,
        "3": Grade.REQUIRES_IMPROVEMENT,
        "4": Grade.INADEQUATE,
        "outstanding": Grade.OUTSTANDING,
        "good": Grade.GOOD,
        "satisfactory": Grade.REQUIRES_IMPROVEMENT,
        "requires improvement": Grade.REQUIRES_IMPROVEMENT,
        "inadequate": Grade.INADEQUATE,
        "special measures": Grade.INADEQUATE,
        "serious weaknesses": Grade.INADEQUATE,
        # Not judged, does not apply, and a rare nought: none of them is a grade.
        "9": None,
        "8": None,
        "0": None,
        "": None,
        "null": None,
        "not judged": None,
    }
)


class _NotRead(Exception):
    """What is written is not what it is read as."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def _remembered(reads: Callable[[str], Read]) -> Callable[[str], Read]:
    """A national file writes the same few thousand figures, grades and days again and again, trimmed or not."""

    @lru_cache(maxsize=10_000)
    def reads_trimmed(written: str) -> Read:
        return reads(written.strip())

    return reads_trimmed


@_remembered
def _number(written: str) -> Decimal | None:
    if written.upper() in CODES_FOR_NONE:
        return None
    if _NUMBER.fullmatch(written) is None:
        raise _NotRead("number-not-readable", f"“{written}” is no number and no code for none.")
    return Decimal(written)


@_remembered
def _percent(written: str) -> Decimal | None:
    found = _number(written.removesuffix("%").rstrip())
    if found is not None and not 0 <= found <= 100:
        raise _NotRead("percentage-out-of-range", "A percentage lies between 0 and 100.")
    return found


@_remembered
def _count(written: str) -> int | None:
    found = _number(written.replace(",", ""))
    if found is None:
        return None
    if found < 0 or found != found.to_integral_value():
        raise _NotRead("count-not-whole", "A number of people is whole, and not below nought.")
    return int(found)


@_remembered
def _grade(written: str) -> Grade | None:
    judged = written.removesuffix(".0").lower()
    if judged not in _GRADES:
        raise _NotRead("grade-not-known", f"“{judged}” is no grade: 1 to 4, their names, or 9 for not judged.")
    return _GRADES[judged]


@_remembered
def _day(written: str) -> date | None:
    if written.upper() in CODES_FOR_NONE:
        return None
    for form in _DAY_FORMS:
        parts = form.fullmatch(written)
        if parts is not None and 1900 <= int(parts["year"]) < 2200:
            with suppress(ValueError):
                return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    raise _NotRead("day-not-readable", f"“{written}” is no day, as 24/03/2019 or 2019-03-24 is.")


def _urn(written: str) -> str:
    urn = _URN.fullmatch(written.strip())
    if urn is None:
        raise _NotRead("urn-not-readable", "A URN has six digits.")
    return urn[1]


@_remembered
def _required_day(written: str) -> date:
    day = _day(written)
    if day is None:
        raise _NotRead("day-missing", "The day is needed.")
    return day


def _reading(reads: Callable[[str], Read]) -> Callable[["Row", str], Read]:
    """What reads the cell of a row by its name in the family; a blank where the file has no such column."""

    def read(row: "Row", name: str) -> Read:
        place = row.places.get(name)
        written = "" if place is None else row.cells[place]
        try:
            return reads(written if len(written) <= _MOST_WRITTEN else written.strip()[:_MOST_WRITTEN])
        except _NotRead as wrong:
            raise row.refused(name, wrong.code, wrong.detail) from None

    return read


# One is made for every row of a file, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class Row:
    """A row of a recognised file. `line` counts from 1 in the file; `cells` are as they are written, with blanks where
    the row is shorter than the header; `places` and `columns` say of each column that is known, by its name in the
    family, where it stands and the file's own name of it."""

    line: int
    cells: Sequence[str]
    places: Mapping[str, int]
    columns: Mapping[str, str]

    number = _reading(_number)
    """A plain number. Raises `CellNotReadable`."""
    percent = _reading(_percent)
    """A percentage, with or without its sign. Raises `CellNotReadable`."""
    count = _reading(_count)
    """A whole number of pupils or trainees, 0 or more. Raises `CellNotReadable`."""
    grade = _reading(_grade)
    """An inspection grade; none where it was not judged. Raises `CellNotReadable`."""
    day = _reading(_day)
    """A calendar day, day first or year first. Raises `CellNotReadable`."""
    required_day = _reading(_required_day)
    """A calendar day that must be there. Raises `CellNotReadable`."""
    urn = _reading(_urn)
    """A school's URN. Raises `CellNotReadable`."""

    def text(self, name: str) -> str:
        """The cell's text, trimmed; empty where the file has no such column."""
        place = self.places.get(name)
        return "" if place is None else self.cells[place].strip()

    def word(self, name: str) -> str:
        """A word by which something is known, which must be there. Raises `CellNotReadable`."""
        found = self.text(name)
        if not found or len(found) > _LONGEST_WORD:
            raise self.refused(name, "word-missing", f"It is needed, with at most {_LONGEST_WORD} characters.")
        return found

    def refused(self, name: str, code: str, detail: str) -> CellNotReadable:
        """The refusal of one cell of this row, to be raised."""
        return CellNotReadable(self.columns.get(name, name), code, detail)
