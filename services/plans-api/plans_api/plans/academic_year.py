"""The academic year: 1 September to 31 August, written `2014/15`."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from service_kit.errors import RuleBroken

_WRITTEN = re.compile(r"(?<![\d/])((?:19|20)\d\d)\s?[/–-]\s?((?:19|20)?\d\d)(?![\d/–-])")
_FIRST_MONTH = 9


class AcademicYearNotUnderstood(RuleBroken):
    """An academic year is written as its first year and the last two digits of the next: `2014/15`."""


@dataclass(frozen=True, order=True)
class AcademicYear:
    """The year of an English school, known by the calendar year in which it begins (1800 to 2199)."""

    first_year: int

    def __post_init__(self) -> None:
        if not 1800 <= self.first_year < 2200:
            raise AcademicYearNotUnderstood(f"No academic year begins in {self.first_year}.")

    def __str__(self) -> str:
        return f"{self.first_year}/{(self.first_year + 1) % 100:02d}"

    @property
    def starts_on(self) -> date:
        """1 September."""
        return date(self.first_year, _FIRST_MONTH, 1)

    @property
    def ends_on(self) -> date:
        """31 August, the last day that belongs to the year."""
        return date(self.first_year + 1, 8, 31)

    def calendar_year_of(self, month: int) -> int:
        """The calendar year in which this academic year has its `month` (1 to 12)."""
        return self.first_year if month >= _FIRST_MONTH else self.first_year + 1

    @classmethod
    def having(cls, month: int, calendar_year: int) -> Self:
        """The academic year to which `month` (1 to 12) of `calendar_year` belongs."""
        return cls(calendar_year if month >= _FIRST_MONTH else calendar_year - 1)

    @classmethod
    def read(cls, text: str) -> Self:
        """The year that `text` writes, as `2014/15`, `2014-15` or `2014/2015`; raises `AcademicYearNotUnderstood`."""
        written = _WRITTEN.fullmatch(text.strip())
        years = cls.all_in(text) if written else ()
        if not years:
            raise AcademicYearNotUnderstood(f"“{text}” is not an academic year: write it as 2014/15.")
        return years[0]

    @classmethod
    def all_in(cls, text: str) -> tuple[Self, ...]:
        """Every academic year written anywhere in `text`, in order. `2014/16` is none: the second year is the next."""
        pairs = ((int(first), second) for first, second in _WRITTEN.findall(text))
        return tuple(cls(first) for first, second in pairs if f"{first + 1}".endswith(second))
