"""What a change over a year is set against, and how it stands to that."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from kpi_service.measures.target import Comparator, ResultState, Target
from kpi_service.measures.year_on_year import YearOnYear, change_is_supported, judge_change


@dataclass(frozen=True)
class OtherChange:
    """The change of a comparator, in per cent. `year_on_year` is what it follows from. Where it was published there is
    its `source`, and the day it was published on where that is known; of a change that was published as such there is
    nothing it follows from. Where there is no source it was counted here."""

    percent: Fraction | None
    year_on_year: YearOnYear | None
    source: str | None = None
    published_on: date | None = None

    @classmethod
    def of(cls, year_on_year: YearOnYear, source: str | None = None) -> Self:
        """What two years' figures say."""
        return cls(year_on_year.change_percent, year_on_year, source)

    @property
    def judged_with(self) -> YearOnYear | Fraction | None:
        """What another change is judged with: the two years where they are known."""
        return self.percent if self.year_on_year is None else self.year_on_year


@dataclass(frozen=True)
class ChangeAgainst:
    """One comparator, the version of its rule, its change, and what is said against it. `is_supported` says whether the
    verdict holds throughout the interval of the change."""

    comparator: Comparator
    version: int
    other: OtherChange
    state: ResultState
    is_supported: bool | None


def changed_against(
    target: Target,
    comparator: Comparator,
    version: int,
    own: YearOnYear,
    other: OtherChange,
    *,
    as_of: date,
    today: date,
) -> ChangeAgainst:
    """A change in per cent set against another. Source: KPI A4, A5, B1a, B1b, B6."""
    state = judge_change(target, own, other.judged_with, as_of=as_of, today=today)
    return ChangeAgainst(comparator, version, other, state, change_is_supported(target, state, own, other.judged_with))
