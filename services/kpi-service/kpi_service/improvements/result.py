"""Improvements between inspections: an alliance's share of improved schools, set against that of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from kpi_service.definitions.kpi_definition import KpiDefinition
from kpi_service.inspections.change import ChangeCount, InspectedSchool
from kpi_service.measures.target import Comparator, ResultState, Target, judge


@dataclass(frozen=True)
class PublishedFigure:
    """A percentage that was published for the country, and where."""

    percent: Fraction
    source: str


@dataclass(frozen=True)
class JudgedAgainst:
    """What a figure is set against, and how it stands to that. `count` is what the comparator's figure was counted
    from; of a published one there is its `source` instead. `is_supported` says whether the verdict holds at both ends
    of the figure's interval; None where there is no verdict. `version` is that of the rule that chose the schools,
    where there is one."""

    comparator: Comparator
    version: int | None
    figure: Fraction | None
    count: ChangeCount | None
    source: str | None
    state: ResultState
    is_supported: bool | None


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
    version: int | None = None,
    as_of: date,
    today: date,
) -> JudgedAgainst:
    """A share of improved schools set against another, by the rule of the target. Source: KPI A3, A6, B2 to B4.

    A small group's share is uncertain: the verdict is supported where it would be the same at both ends of the share's
    95 per cent interval.
    """
    rate = count.of_all_pairs
    figure = other.percent if isinstance(other, PublishedFigure) else other.of_all_pairs.percent
    state = judge(target, rate.percent, figure, as_of=as_of, today=today)
    supported = None
    if rate.interval is not None and state in (ResultState.MET, ResultState.NOT_MET):
        ends = (Fraction(rate.interval.low), Fraction(rate.interval.high))
        supported = all(judge(target, end, figure, as_of=as_of, today=today) is state for end in ends)
    return JudgedAgainst(
        comparator=comparator,
        version=version,
        figure=figure,
        count=None if isinstance(other, PublishedFigure) else other,
        source=other.source if isinstance(other, PublishedFigure) else None,
        state=state,
        is_supported=supported,
    )
