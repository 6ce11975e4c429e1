"""The JSON of a KPI through the years."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.definitions.kpi_definition import COUNTED, Disaggregation, Measure
from kpi_service.definitions.schemas import TargetOut
from kpi_service.measures.target import Comparator, ResultState
from kpi_service.result_series.series import Series, judged
from kpi_service.results.result import AllianceResult
from kpi_service.verdicts.result_id import WHOLE, ResultId
from kpi_service.verdicts.schemas import RESULT_ID_EXAMPLE, IntervalOut, interval_shown, number_shown
from service_kit.schemas import Page, ResponseBody, example

_POINT = {
    "id": RESULT_ID_EXAMPLE,
    "as_of": "2014-08-31",
    "definition_version": 1,
    "judged": 41.67,
    "numerator": 15,
    "denominator": 36,
    "interval": {"low": 27.14, "high": 57.8},
    "comparator": "group",
    "against": 39.0,
    "asked_for": 78.0,
    "state": "not_met",
}
_SERIES = {
    "code": "A6",
    "set": "A",
    "number": "6",
    "name": "Schools that improved their overall judgement",
    "measure": "schools_improved_overall",
    "unit": "percent",
    "key_stage": None,
    "figure": None,
    "target": {"rule": "double", "comparator": "group", "direction": "up", "value": None},
    "points": [_POINT],
}
_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"


class PointOut(ResponseBody):
    """A KPI on one day: what was judged, what it was set against, and at which figure its target is reached, all in the
    unit of the KPI; a change in per cent of the year before. The whole result is the one of this `id`."""

    model_config = ResponseBody.model_config | example(**_POINT)

    id: str
    as_of: date
    definition_version: int
    judged: float | None
    numerator: Annotated[int | None, Field(description="Null where what is judged is no share.")]
    denominator: int | None
    interval: IntervalOut | None
    comparator: Comparator
    against: Annotated[float | None, Field(description="The comparator's figure.")]
    asked_for: Annotated[float | None, Field(description="The figure at which the target is reached.")]
    state: ResultState

    @classmethod
    def of(cls, result: AllianceResult) -> "PointOut":
        """The result as a point."""
        said, part = judged(result), result.topic.part if isinstance(result, AttainmentResult) else WHOLE
        rate = said.rate
        return cls(
            id=ResultId(result.alliance_id, result.definition.id, result.as_of, part).text,
            as_of=result.as_of,
            definition_version=result.definition.version,
            judged=number_shown(said.figure),
            numerator=None if rate is None else rate.numerator,
            denominator=None if rate is None else rate.denominator,
            interval=None if rate is None else interval_shown(rate),
            comparator=said.comparator,
            against=number_shown(said.against),
            asked_for=number_shown(said.asked_for(result.definition.terms.target.rule)),
            state=result.state,
        )


class SeriesOut(ResponseBody):
    """One KPI, or one figure of one key stage, through the years, earliest first; its name and target are those of the
    last."""

    model_config = ResponseBody.model_config | example(**_SERIES)

    code: str
    set: str
    number: str
    name: str
    measure: Measure
    unit: str
    key_stage: Disaggregation | None
    figure: str | None
    target: TargetOut
    points: list[PointOut]

    @classmethod
    def of(cls, series: Series) -> "SeriesOut":
        """The series as it is shown."""
        terms, last = series.definition.terms, series.results[-1]
        topic = last.topic if isinstance(last, AttainmentResult) else None
        return cls(
            code=terms.code,
            set=terms.set_code,
            number=terms.number,
            name=terms.name,
            measure=terms.measure,
            unit=COUNTED[terms.measure].unit,
            key_stage=None if topic is None else topic.key_stage,
            figure=None if topic is None else topic.name,
            target=TargetOut.model_validate(terms.target),
            points=[PointOut.of(result) for result in series.results],
        )


class ResultSeriesOut(Page[SeriesOut]):
    """The series of an alliance's KPIs; always a single page."""

    model_config = ResponseBody.model_config | example(alliance_id=_ALLIANCE, items=[_SERIES], next_cursor=None)

    alliance_id: UUID
