"""Improvements between inspections: an alliance's share of improved schools, set against that of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.inspections.change import ChangeCount, InspectedSchool
from kpi_service.measures.target import Comparator, ResultState, Target, judge
from kpi_service.verdicts.comparison import rate_is_supported


@dataclass(frozen=True)
class PublishedFigure:
    """A percentage that was published for the country, where, and when."""

    percent: Fraction
    source: str
    published_on: date


@dataclass(frozen=True)
class JudgedAgainst:
    """What a figure is set against, by which version of the comparator's rule, and how it stands to that. `other` is
    what the comparator's figure was counted from, or where it was published. `is_supported` says whether the verdict
    holds throughout the figure's interval; None where there is no verdict."""

    comparator: Comparator
    version: int
    other: ChangeCount | PublishedFigure
    state: ResultState
    is_supported: bool | None

    @property
    def figure(self) -> Fraction | None:
        """The comparator's percentage."""
        return self.other.percent


@dataclass(frozen=True)
class ImprovementResult:
    """How many of an alliance's schools improved between inspections. `against` has the comparator of the definition
    first, then every other there is: the choice can change the verdict."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    count: ChangeCount
    against: Sequence[JudgedAgainst]
    schools: Sequence[InspectedSchool]

    @property
    def state(self) -> ResultState:
        """What is said against the comparator that the definition names."""
        return self.against[0].state


def judged_against(
    target: Target,
    comparator: Comparator,
    count: ChangeCount,
    other: ChangeCount | PublishedFigure,
    *,
    version: int,
    as_of: date,
    today: date,
) -> JudgedAgainst:
    """A share of improved schools set against another, by the rule of the target. Source: KPI A3, A6, B2 to B4."""
    rate = count.of_all_pairs
    state = judge(target, rate.percent, other.percent, as_of=as_of, today=today)
    return JudgedAgainst(comparator, version, other, state, rate_is_supported(target, state, rate, other.percent))
