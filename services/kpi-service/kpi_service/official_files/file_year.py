"""Which academic year a file of results is for: its header, its name and whoever hands it in must not disagree."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from service_kit.errors import RuleBroken

_YEAR_BEFORE = re.compile(r"_(1[5-9]|2[0-9])(?:$|_)")
_WRITTEN = re.compile(r"(?<![0-9])(20[0-9]{2})[-_/–]?((?:20)?[0-9]{2})(?![0-9])")


class AcademicYearNotKnown(RuleBroken):
    """Neither the file nor its name says which academic year it is for, so whoever hands it in must."""


class AcademicYearDisagrees(RuleBroken):
    """The file is for another academic year than the one it was handed in for."""


class AcademicYearNotReadable(RuleBroken):
    """An academic year is written `2016/17`, and its second year is the one after its first."""


@dataclass(frozen=True, order=True)
class FileYear:
    """An academic year by the calendar year it begins in; written `2016/17`."""

    starting: int

    @cached_property
    def last_day(self) -> date:
        """31 August, from which on the results of the year count."""
        return date(self.starting + 1, 8, 31)

    @classmethod
    def having(cls, day: date) -> Self:
        """The academic year a day falls in: August still belongs to the year that began the September before."""
        return cls(day.year if day.month >= 9 else day.year - 1)

    @classmethod
    def ended_by(cls, day: date) -> Self:
        """The last academic year that had ended by a day, its last day included."""
        return cls(day.year - 1 if (day.month, day.day) >= (8, 31) else day.year - 2)

    @property
    def before(self) -> Self:
        """The academic year before."""
        return type(self)(self.starting - 1)

    def __str__(self) -> str:
        return f"{self.starting}/{(self.starting + 1) % 100:02d}"


def read_year(written: str) -> FileYear:
    """The year that `2016/17`, `2016-2017`, `201617` or `2016-17` writes. Raises `AcademicYearNotReadable`."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None or int(found[1]) + 1 != _second(found):
        raise AcademicYearNotReadable(f"“{written[:20]}” is not an academic year: write it as 2016/17.")
    return FileYear(int(found[1]))


def year_of_header(header: Sequence[str]) -> FileYear | None:
    """The year of a performance table: it carries the year before beside its own, in columns that end in that year's
    two digits (`PTRWM_EXP_16` stands in the table of 2016/17). None where it carries none."""
    years = [int(digits) for heading in header for digits in _YEAR_BEFORE.findall(heading.strip())]
    return FileYear(2000 + max(years)) if years else None


def year_of_name(name: str) -> FileYear | None:
    """The year that stands in a file's name, as in `2016-2017_england_ks5final.csv`. None where none or several do."""
    found = {int(year[1]) for year in _WRITTEN.finditer(name) if int(year[1]) + 1 == _second(year)}
    return FileYear(found.pop()) if len(found) == 1 else None


def agreed_year(*, asked: FileYear | None, header: FileYear | None, name: FileYear | None) -> FileYear:
    """The year that all who say one agree on. The header is believed before the name.

    Raises `AcademicYearDisagrees` where the file is another year's, `AcademicYearNotKnown` where nobody says one.
    """
    told = header or name
    if asked is not None and told is not None and asked != told:
        by = "columns" if header is not None else "name"
        raise AcademicYearDisagrees(f"By its {by} the file is for {told}, and it was handed in for {asked}.")
    year = asked or told
    if year is None:
        raise AcademicYearNotKnown("Say which academic year the file is for, as 2016/17.")
    return year


def _second(written: "re.Match[str]") -> int:
    return int(written[2]) if len(written[2]) == 4 else int(written[1][:2] + written[2])
