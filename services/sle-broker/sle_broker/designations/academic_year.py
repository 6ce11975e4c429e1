"""The year in which a leader's days are counted."""

from dataclasses import dataclass
from datetime import date

FIRST_MONTH = 9


@dataclass(frozen=True, order=True)
class AcademicYear:
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


def academic_year_of(day: date) -> AcademicYear:
    """The academic year a day falls in: August still belongs to the year that began the September before."""
    return AcademicYear(day.year if day.month >= FIRST_MONTH else day.year - 1)
