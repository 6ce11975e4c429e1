"""Schools in alliances: how many, on a day and on the same day of the year before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from kpi_service.measures.year_on_year import YearOnYear

COUNTING_RULE = "a member on the day, and not closed before it; a school counts once, however many alliances it is in"


@dataclass(frozen=True)
class SchoolCount:
    """How many schools count on the day (`schools`) and how many did a year before."""

    schools: int
    schools_year_before: int

    @property
    def figure(self) -> Fraction | None:
        """The number on the day. None where neither day has a school: then nothing is known to be counted."""
        return Fraction(self.schools) if self.schools or self.schools_year_before else None

    @property
    def years(self) -> YearOnYear:
        """The two days beside each other."""
        return YearOnYear(Fraction(self.schools), Fraction(self.schools_year_before))


@dataclass(frozen=True)
class NationalCount:
    """Schools in alliances in total, by cohort in the alliances of each, and of each alliance."""

    total: SchoolCount
    cohorts: Mapping[int, SchoolCount]
    alliances: Mapping[UUID, SchoolCount]


@dataclass(frozen=True)
class MemberSchool:
    """A school behind an alliance's count, with the memberships that hold on either day, earliest first.

    `is_closed` is said of a member that does not count on the day because it closed before it, on `closed_on`.
    """

    urn: str
    membership_ids: tuple[UUID, ...]
    is_counted: bool
    was_counted: bool
    is_closed: bool
    closed_on: date | None

    @property
    def stands_behind_figures(self) -> bool:
        """Whether it is in the count of either day."""
        return self.is_counted or self.was_counted
