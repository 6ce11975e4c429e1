"""The JSON that results of every kind have in common."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any, Protocol
from uuid import UUID

from pydantic import Field

from kpi_service.definitions.kpi_definition import COUNTED, KpiDefinition
from kpi_service.definitions.schemas import TargetOut
from kpi_service.measures.interval import Estimate
from kpi_service.measures.rate import Interval, Rate, shown
from kpi_service.measures.target import Comparator, ResultState
from kpi_service.measures.year_on_year import JudgedYears, YearOnYear
from kpi_service.verdicts.change import ChangeAgainst
from kpi_service.verdicts.comparison import Comparison
from kpi_service.verdicts.result_id import WHOLE, ResultId, ResultPart
from kpi_service.verdicts.suppression import NATION, Level, Suppressed, Whose, state_of_all
from service_kit.schemas import ResponseBody, example

ON_THE_DAY_EXAMPLE = {
    "definition_version": 1,
    "comparator_version": 1,
    "as_of": "2015-03-20",
    "data_as_of": "2015-03-19T15:04:05Z",
}
RESULT_ID_EXAMPLE = (
    "WyIwMTk4YzFkMmE3ZTE3YzNmOGExYjJjM2Q0ZTVmNjA3MSIsIjAxYTIxM2JkZTFlYjcyZmZiYTk5Y2Y4NzUxMzA3YzcwIiwiMjAxNS0wMy0yMCJd"
)
OF_ALLIANCE_EXAMPLE = ON_THE_DAY_EXAMPLE | {
    "id": RESULT_ID_EXAMPLE,
    "alliance_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071",
}
FIXED_EXAMPLE = {"name": "fixed", "as_of": None, "value": 50.0, "source": None, "tolerance": None}
CHANGE_EXAMPLE = {"value": 64.0, "previous_value": 60.0, "change": 4.0, "change_percent": 6.67}
CHANGE_INTERVALS_EXAMPLE = {
    "change_interval": {"low": -9.32, "high": 17.12},
    "change_percent_interval": {"low": -14.14, "high": 32.78},
}
CHANGE_AGAINST_EXAMPLE = CHANGE_EXAMPLE | {
    "name": "group",
    "version": 1,
    "is_counted": True,
    "source": None,
    "published_on": None,
    "state": "not_met",
    "is_supported": False,
}

Supported = Annotated[
    bool | None,
    Field(
        description="Whether the verdict holds throughout the figure's interval; null where there is none of either."
    ),
]


class Result(Protocol):
    """A result of any kind."""

    @property
    def definition(self) -> KpiDefinition: ...

    @property
    def as_of(self) -> date: ...

    @property
    def data_as_of(self) -> datetime | None: ...

    @property
    def state(self) -> ResultState: ...


class ResultOfAlliance(Result, Protocol):
    """A result of any kind, of one alliance."""

    @property
    def alliance_id(self) -> UUID: ...


class ComparatorOut(ResponseBody):
    """What the figure is set against, in the unit of the measure. `as_of` is the day it is of: null where it is fixed,
    the day of publication where it was published, in `source`, and the day it was handed in where it was agreed."""

    model_config = ResponseBody.model_config | example(**FIXED_EXAMPLE)

    name: Comparator
    as_of: date | None
    value: float | None
    source: str | None
    tolerance: Annotated[float | None, Field(description="By how much an agreed target may be missed.")]

    @classmethod
    def of(cls, comparison: Comparison) -> "ComparatorOut":
        """The comparison as it is shown."""
        return cls(
            name=comparison.comparator,
            as_of=comparison.as_of,
            value=number_shown(comparison.figure),
            source=comparison.source,
            tolerance=number_shown(comparison.tolerance),
        )


class IntervalOut(ResponseBody):
    """Between which values a figure lies, with 95 per cent confidence: Wilson's interval of a rate, in per cent, or
    Newcombe's of a difference of two, in percentage points."""

    model_config = ResponseBody.model_config | example(low=20.65, high=100.0)

    low: float
    high: float


class RateOut(ResponseBody):
    """So many of so many; no percentage where there is nothing to be a share of."""

    model_config = ResponseBody.model_config | example(numerator=15, denominator=36, percent=41.67)

    numerator: int
    denominator: int
    percent: float | None

    @classmethod
    def of(cls, rate: Rate) -> "RateOut":
        """The rate as it is shown."""
        return cls(numerator=rate.numerator, denominator=rate.denominator, percent=number_shown(rate.percent))


class UncertainRateOut(ResponseBody):
    """A rate with its interval; neither percentage nor interval where there is nothing to be a share of."""

    numerator: int
    denominator: int
    percent: Annotated[float | None, Field(description="Shown to two decimals; judged exactly.")]
    interval: IntervalOut | None


class ChangeOut(ResponseBody):
    """A figure and that of the year before, and the change both in its own unit and in per cent of the year before."""

    model_config = ResponseBody.model_config | example(**CHANGE_EXAMPLE)

    value: float | None
    previous_value: float | None
    change: Annotated[
        float | None, Field(description="In the unit of the figure: percentage points where it is a percentage.")
    ]
    change_percent: Annotated[float | None, Field(description="Per cent of the year before; this is what is judged.")]


class UncertainChangeOut(ChangeOut):
    """A change with its intervals. Both are null of points, whose spread is not published; that in per cent also where
    the year before may have been nothing, or a gap the other way round."""

    change_interval: Annotated[IntervalOut | None, Field(description="Of the change, in percentage points.")]
    change_percent_interval: Annotated[IntervalOut | None, Field(description="Of the change in per cent.")]


class ChangeAgainstOut(ChangeOut):
    """One comparator, and what is said against it. Of a published change there are only `change_percent`, the `source`
    and, where it is known, the day it was published on."""

    model_config = ResponseBody.model_config | example(**CHANGE_AGAINST_EXAMPLE)

    name: Comparator
    version: Annotated[int, Field(description="Of the comparator's rule.")]
    is_counted: Annotated[bool, Field(description="Whether the figure was counted here, and not published.")]
    source: str | None
    published_on: date | None
    state: ResultState
    is_supported: Supported

    @classmethod
    def of(cls, against: ChangeAgainst) -> "ChangeAgainstOut":
        """The comparator as it is shown."""
        other = against.other
        members = change_shown(other.year_on_year or YearOnYear(None, None))
        members["change_percent"] = number_shown(other.percent)
        return cls(
            **members,
            name=against.comparator,
            version=against.version,
            is_counted=other.source is None,
            source=other.source,
            published_on=other.published_on,
            state=against.state,
            is_supported=against.is_supported,
        )


class KpiResultOut(ResponseBody):
    """What every result says of its KPI and its day."""

    code: str
    set: str
    number: str
    name: str
    definition_version: int
    comparator_version: Annotated[int, Field(description="Of the rule of the target's comparator, on the day.")]
    unit: str
    as_of: date
    data_as_of: Annotated[datetime | None, Field(description="When the newest of the facts was recorded.")]
    target: TargetOut
    state: ResultState


def definition_members(definition: KpiDefinition) -> dict[str, Any]:
    """What every result says of its KPI."""
    terms = definition.terms
    return {
        "code": terms.code,
        "set": terms.set_code,
        "number": terms.number,
        "name": terms.name,
        "definition_version": definition.version,
        "comparator_version": definition.comparator_version,
        "measure": terms.measure,
        "unit": COUNTED[terms.measure].unit,
        "target": TargetOut.model_validate(terms.target),
    }


def kpi_members(result: Result) -> dict[str, Any]:
    """What every result says of its KPI and its day."""
    on_the_day = {"as_of": result.as_of, "data_as_of": result.data_as_of, "state": result.state}
    return definition_members(result.definition) | on_the_day


class ResultByCohort(Result, Protocol):
    """A count of two years, in total and for each teaching-school cohort, of which some may be suppressed."""

    @property
    def total(self) -> JudgedYears: ...

    @property
    def cohorts(self) -> Mapping[int, JudgedYears]: ...

    @property
    def suppressed(self) -> Suppressed: ...


def by_cohort_members(result: ResultByCohort) -> dict[str, Any]:
    """What a result says of its KPI and its day, and its figures as they may be shown, the cohorts in their order."""

    def shown(judged: JudgedYears, whose: Whose) -> dict[str, Any]:
        figures = change_shown(judged.years)
        if whose in result.suppressed.parts:
            return dict.fromkeys(figures) | {"state": ResultState.SUPPRESSED}
        return figures | {"state": judged.state}

    total = shown(result.total, NATION)
    cohorts = [shown(judged, (Level.COHORT, cohort)) | {"cohort": cohort} for cohort, judged in result.cohorts.items()]
    state = state_of_all(total["state"], [part["state"] for part in cohorts])
    return kpi_members(result) | {"total": total, "cohorts": cohorts, "state": state}


class AllianceKpiResultOut(KpiResultOut):
    """What every result of an alliance says of its KPI, its day and itself."""

    id: Annotated[
        str, Field(description="Names this result for good, whoever reads it: what its trace is asked for by.")
    ]
    alliance_id: UUID


def alliance_members(result: ResultOfAlliance, part: ResultPart = WHOLE) -> dict[str, Any]:
    """What every result of an alliance says, of the `part` of its KPI that it is of."""
    named = ResultId(result.alliance_id, result.definition.id, result.as_of, part)
    return kpi_members(result) | {"id": named.text, "alliance_id": result.alliance_id}


def rate_shown(rate: Rate) -> dict[str, Any]:
    """A rate with its interval."""
    return {
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "percent": number_shown(rate.percent),
        "interval": interval_shown(rate),
    }


def interval_shown(rate: Rate) -> IntervalOut | None:
    """The interval of a rate as it is shown."""
    return None if rate.interval is None else IntervalOut.model_validate(rate.interval)


def change_intervals_shown(year_on_year: YearOnYear) -> dict[str, IntervalOut | None]:
    """The intervals of a change as they are shown."""
    return {
        "change_interval": _estimate_shown(year_on_year.change_estimate),
        "change_percent_interval": _estimate_shown(year_on_year.change_percent_estimate),
    }


def _estimate_shown(estimate: Estimate | None) -> IntervalOut | None:
    return None if estimate is None else IntervalOut.model_validate(Interval.of(estimate))


def number_shown(figure: Fraction | None) -> float | None:
    """A figure to two decimals."""
    return None if figure is None else float(shown(figure))


def change_shown(year_on_year: YearOnYear) -> dict[str, float | None]:
    """A figure, that of the year before, and the change in both units."""
    return {
        "value": number_shown(year_on_year.value),
        "previous_value": number_shown(year_on_year.previous_value),
        "change": number_shown(year_on_year.change),
        "change_percent": number_shown(year_on_year.change_percent),
    }
