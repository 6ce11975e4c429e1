"""The year in which a leader's days are counted."""

import re
from datetime import date
from typing import NamedTuple, Self

from service_kit.errors import RuleBroken

FIRST_MONTH = 9

_WRITTEN = re.compile(r"((?:19|20|21)[0-9]{2})/([0-9]{2})")


class AcademicYearNotUnderstood(RuleBroken):
    """An academic year is written as its first year and the last two digits of the next: `2014/15`."""


class AcademicYear(NamedTuple):
    """1 September of `starting` to 31 August of the year after, both days included; written `2014/15`."""

    starting: int

    @property
    def first_day(self) -> date:
        """1 September."""
        return date(self.starting, FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        """31 August of the next calendar year."""
        return date(self.starting + 1, FIRST_MONTH - 1, 31)

    def __str__(self) -> str:
        return f"{self.starting}/{(self.starting + 1) % 100:02d}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The year that is written so. Raises `AcademicYearNotUnderstood`."""
        written = _WRITTEN.fullmatch(text)
        if written is None or (int(written[1]) + 1) % 100 != int(written[2]):
            raise AcademicYearNotUnderstood(f"“{text}” is not an academic year: write it as 2014/15.")
        return cls(int(written[1]))


def academic_year_of(day: date) -> AcademicYear:
    """The academic year a day falls in: August still belongs to the year that began the September before."""
    return AcademicYear(day.year if day.month >= FIRST_MONTH else day.year - 1)
