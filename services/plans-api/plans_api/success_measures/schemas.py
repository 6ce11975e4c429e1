"""The JSON of success measures."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from plans_api.success_measures.success_measure import Direction, Verdict
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example

_PLAN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074"
_MEASURE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60c1"
_CONDITIONS = [
    {"label": "Trainees employed", "unit": "per cent", "direction": "at_least", "target": "95"},
    {"label": "Trainees graded good or better", "unit": "per cent", "direction": "at_least", "target": "95"},
]
_A_MEASURE = {"plan_id": _PLAN, "action_point_id": None, "title": "Employed and graded good", "due_on": "2015-08-31"}

Number = Annotated[Decimal, Field(ge=-(10**9), le=10**9, max_digits=13, decimal_places=4)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]


class ConditionIn(RequestBody):
    """One condition: what, in which unit, on which side of the target."""

    label: ShortText
    unit: ShortText
    direction: Direction
    target: Number


class SuccessMeasureIn(RequestBody):
    """A measure. Several conditions must hold together."""

    model_config = RequestBody.model_config | example(**_A_MEASURE, conditions=_CONDITIONS)

    plan_id: UUID
    action_point_id: UUID | None = None
    title: Text
    due_on: Annotated[Day | None, Field(description="Before this day, what is not met yet is not due yet.")] = None
    conditions: Annotated[list[ConditionIn], Field(min_length=1, max_length=10)]


class ConditionOut(ResponseBody):
    """One condition, by its position."""

    position: int
    label: str
    unit: str
    direction: Direction
    target: Decimal


class SuccessMeasureOut(ResponseBody):
    """A success measure."""

    model_config = ResponseBody.model_config | example(
        id=_MEASURE, **_A_MEASURE, conditions=[{"position": 1, **_CONDITIONS[0]}, {"position": 2, **_CONDITIONS[1]}]
    )

    id: UUID
    plan_id: UUID
    action_point_id: UUID | None
    title: str
    due_on: date | None
    conditions: list[ConditionOut]


class SuccessActualIn(RequestBody):
    """What was reached of one condition, said in one of three ways: a `value` in the condition's unit; `numerator` of
    `denominator`, compared as an exact percentage; or a `figure` (one of the rates) of a programme's run."""

    model_config = RequestBody.model_config | example(
        measure_id=_MEASURE, position=1, as_of="2015-07-17", numerator=19, denominator=20, source="Leavers' survey"
    )

    measure_id: UUID
    position: Annotated[int, Field(ge=1, le=10)]
    as_of: Day
    value: Number | None = None
    numerator: Count | None = None
    denominator: Count | None = None
    run_id: UUID | None = None
    figure: ShortText | None = None
    source: Text | None = None


class ActualOut(ResponseBody):
    """What was reached of one condition as of a day, and from where that is known."""

    id: UUID
    position: int
    value: Decimal | None
    numerator: int | None
    denominator: int | None
    as_of: date
    source: str | None
    run_id: UUID | None
    figure: str | None
    recorded_at: datetime


class SuccessMeasureResultOut(SuccessMeasureOut):
    """A measure with all that was recorded of it, and whether it is met on a day."""

    model_config = ResponseBody.model_config | example(
        id=_MEASURE,
        **_A_MEASURE,
        conditions=[{"position": 1, **_CONDITIONS[0]}],
        as_of="2015-08-31",
        verdict="not_met",
        actuals=[],
    )

    as_of: date
    verdict: Verdict
    actuals: list[ActualOut]
