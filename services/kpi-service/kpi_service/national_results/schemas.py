"""The JSON of what is said of all alliances."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from kpi_service.definitions.kpi_definition import Disaggregation, KpiDefinition, Measure
from kpi_service.definitions.schemas import TargetOut
from kpi_service.measures.target import Comparator, ResultState
from kpi_service.national_results.tally import Against, AllianceRow, KpiTable, Tally
from kpi_service.results.schemas import NATIONAL_SCHOOLS_EXAMPLE, NationalResultOut
from kpi_service.trainees.schemas import NATIONAL_TRAINEES_EXAMPLE, NationalTraineesResultOut
from kpi_service.verdicts.result_id import (
    WHOLE,
    ResultId,
)
from kpi_service.verdicts.schemas import (
    ON_THE_DAY_EXAMPLE,
    RESULT_ID_EXAMPLE,
    IntervalOut,
    KpiResultOut,
    definition_members,
    interval_shown,
    number_shown,
)
from service_kit.schemas import Page, ResponseBody, example

_AGAINST = {"name": "group", "version": None, "figure": 39.0, "source": None, "state": "met"}
_FIGURES = {
    "key_stage": None,
    "figure": None,
    "numerator": 150,
    "denominator": 360,
    "percent": 41.67,
    "interval": {"low": 36.69, "high": 46.82},
    "value": None,
    "previous_value": None,
    "change": None,
    "change_percent": None,
    "state": "met",
    "against": [_AGAINST],
}
_KPI = {
    "code": "A6",
    "set": "A",
    "number": "6",
    "name": "Schools that improved their overall judgement",
    "unit": "percent",
    "target": {"rule": "greater_than", "comparator": "group", "direction": "up", "value": None},
}
_NATIONAL = ON_THE_DAY_EXAMPLE | _KPI | _FIGURES | {"measure": "schools_improved_overall"}
_ROW = _FIGURES | {
    "id": RESULT_ID_EXAMPLE,
    "alliance_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071",
    "cohort": 3,
    "is_suppressed": False,
}


class NationalAgainstOut(ResponseBody):
    """One comparator, its figure, and what is said against it."""

    model_config = ResponseBody.model_config | example(**_AGAINST)

    name: Comparator
    version: Annotated[int | None, Field(description="Of the comparator's rule on the day.")]
    figure: Annotated[float | None, Field(description="In the unit of the KPI; of a change, in per cent.")]
    source: str | None
    state: ResultState


class FiguresOut(ResponseBody):
    """A share, or the figures of two years, or a number as `value`. What is suppressed is null."""

    model_config = ResponseBody.model_config | example(**_FIGURES)

    key_stage: Disaggregation | None
    figure: Annotated[str | None, Field(description="Of attainment: which one.")]
    numerator: int | None
    denominator: Annotated[int | None, Field(description="May be shown where the numerator is suppressed.")]
    percent: float | None
    interval: IntervalOut | None
    value: float | None
    previous_value: float | None
    change: Annotated[
        float | None, Field(description="In the unit of the value: percentage points, points, people, days.")
    ]
    change_percent: float | None
    state: ResultState
    against: Annotated[list[NationalAgainstOut], Field(description="The definition's own comparator first.")]


class NationalFigureOut(KpiResultOut, FiguresOut):
    """A KPI of all alliances together."""

    model_config = ResponseBody.model_config | example(**_NATIONAL)

    measure: Literal[
        Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS,
        Measure.SCHOOLS_IMPROVED_OVERALL,
        Measure.SCHOOLS_IMPROVED_IN_TEACHING,
        Measure.SCHOOLS_IMPROVED_IN_LEADERSHIP,
        Measure.ATTAINMENT_CHANGE,
        Measure.ATTAINMENT_GAP_CHANGE,
        Measure.TRAINEES_EMPLOYED_EARLY,
        Measure.HEADSHIP_VACANCY_CHANGE,
        Measure.SLES_TRAINED,
        Measure.SCHOOLS_RATED_GOOD,
        Measure.DEPLOYMENT_DAYS,
        Measure.TEACHERS_TRAINED,
    ]

    @classmethod
    def of(
        cls, table: KpiTable, against: Sequence[Against], *, is_suppressed: bool, is_total_suppressed: bool
    ) -> "NationalFigureOut":
        """The KPI as it may be shown."""
        shown = _figures(table, table.total, against, is_suppressed, is_total_suppressed)
        return cls(**definition_members(table.definition), as_of=table.as_of, data_as_of=table.data_as_of, **shown)


class AllianceFiguresOut(FiguresOut):
    """A KPI of one alliance, beside the others. Its whole result, and its trace, are those of this `id`, for those who
    may read them."""

    model_config = ResponseBody.model_config | example(**_ROW)

    id: str
    alliance_id: UUID
    cohort: int | None
    is_suppressed: Annotated[bool, Field(description="Of too few, or another could be worked out by it.")]

    @classmethod
    def of(cls, row: AllianceRow, against: Sequence[Against]) -> "AllianceFiguresOut":
        """The row of an alliance as it may be shown."""
        table = row.table
        part = WHOLE if table.topic is None else table.topic.part
        return cls(
            **_figures(table, row.own, against, row.is_suppressed, row.is_total_suppressed),
            id=ResultId(row.alliance_id, table.definition.id, table.as_of, part).text,
            alliance_id=row.alliance_id,
            cohort=row.cohort,
            is_suppressed=row.is_suppressed,
        )


AnyNationalResultOut = Annotated[
    NationalResultOut | NationalTraineesResultOut | NationalFigureOut, Field(discriminator="measure")
]


class NationalResultsOut(Page[AnyNationalResultOut]):
    """The national results, one for each definition, of attainment one for each figure; always a single page."""

    model_config = ResponseBody.model_config | example(
        items=[NATIONAL_SCHOOLS_EXAMPLE, NATIONAL_TRAINEES_EXAMPLE, _NATIONAL], next_cursor=None
    )


class AllianceResultsTableOut(Page[AllianceFiguresOut]):
    """A page of the alliances under one KPI. A figure with fewer than `minimum_count` behind it is suppressed."""

    model_config = ResponseBody.model_config | example(
        **ON_THE_DAY_EXAMPLE,
        **_KPI,
        measure="schools_improved_overall",
        minimum_count=5,
        items=[_ROW],
        next_cursor=None,
    )

    code: str
    set: str
    number: str
    name: str
    definition_version: int
    comparator_version: int
    measure: Measure
    unit: str
    as_of: date
    data_as_of: datetime | None
    target: TargetOut
    minimum_count: int

    @classmethod
    def of(
        cls,
        definition: KpiDefinition,
        tables: Sequence[KpiTable],
        page: Page[AllianceFiguresOut],
        *,
        as_of: date,
        minimum_count: int,
    ) -> "AllianceResultsTableOut":
        """The page with what all its rows have in common."""
        return cls(
            **definition_members(definition),
            as_of=as_of,
            data_as_of=max((table.data_as_of for table in tables if table.data_as_of is not None), default=None),
            minimum_count=minimum_count,
            items=page.items,
            next_cursor=page.next_cursor,
        )


def _figures(
    table: KpiTable, own: Tally, against: Sequence[Against], is_suppressed: bool, is_total_suppressed: bool
) -> dict[str, Any]:
    topic, rate = table.topic, own.rate
    shown = [one.suppressed if is_suppressed else one for one in against]
    years = None if is_suppressed else own.years
    value = None if is_suppressed or rate is not None else own.figure
    return {
        "key_stage": None if topic is None else topic.key_stage,
        "figure": None if topic is None else topic.name,
        "numerator": None if rate is None or is_suppressed else rate.numerator,
        "denominator": None if rate is None or is_total_suppressed else rate.denominator,
        "percent": None if rate is None or is_suppressed else number_shown(rate.percent),
        "interval": None if rate is None or is_suppressed else interval_shown(rate),
        "value": number_shown(value) if years is None else number_shown(years.value),
        "previous_value": None if years is None else number_shown(years.previous_value),
        "change": None if years is None else number_shown(years.change),
        "change_percent": None if years is None else number_shown(years.change_percent),
        "state": shown[0].state,
        "against": [
            NationalAgainstOut(
                name=one.comparator,
                version=one.version,
                figure=number_shown(one.figure),
                source=one.source,
                state=one.state,
            )
            for one in shown
        ],
    }
