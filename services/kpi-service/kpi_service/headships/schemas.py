"""The JSON of headship vacancies."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.headships.result import HeadshipResult
from kpi_service.headships.vacancy import COUNTING_RULE
from kpi_service.verdicts.schemas import (
    CHANGE_AGAINST_EXAMPLE,
    OF_ALLIANCE_EXAMPLE,
    AllianceKpiResultOut,
    ChangeAgainstOut,
    RateOut,
    UncertainChangeOut,
    alliance_members,
    change_intervals_shown,
    change_shown,
)
from service_kit.schemas import ResponseBody, example

_CHANGE = {"value": 5.0, "previous_value": 10.0, "change": -5.0, "change_percent": -50.0}
_INTERVALS = {
    "change_interval": {"low": -25.52, "high": 14.96},
    "change_percent_interval": {"low": -93.28, "high": 283.31},
}
_COUNT = {
    "given_to": "100001",
    "counted_on": "2014-11-06",
    "is_vacant": False,
    "upload_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60f1",
    "line": 2,
}
_SCHOOL = {"urn": "100001", "is_counted": False, "latest": _COUNT, "previous": None}
HEADSHIP_EXAMPLE = (
    OF_ALLIANCE_EXAMPLE
    | _CHANGE
    | _INTERVALS
    | {
        "code": "B6",
        "set": "B",
        "number": "6",
        "name": "Improvement in headship vacancy rate",
        "measure": "headship_vacancy_change",
        "unit": "percent",
        "change_unit": "percentage_points",
        "counting_rule": COUNTING_RULE,
        "rate": {"numerator": 1, "denominator": 20, "percent": 5.0},
        "previous_rate": {"numerator": 2, "denominator": 20, "percent": 10.0},
        "target": {"rule": "greater_than", "comparator": "national", "direction": "down", "value": None},
        "state": "met",
        "against": [CHANGE_AGAINST_EXAMPLE | {"name": "national", "state": "met"}],
        "trace": [_SCHOOL],
    }
)


class HeadshipCountOut(ResponseBody):
    """A count of a school's headship, and where it was read."""

    model_config = ResponseBody.model_config | example(**_COUNT)

    given_to: str
    counted_on: date
    is_vacant: bool
    upload_id: UUID
    line: int


class CountedSchoolOut(ResponseBody):
    """A school with its last count of each of the two years."""

    model_config = ResponseBody.model_config | example(**_SCHOOL)

    urn: str
    is_counted: Annotated[bool, Field(description="Whether it is in the rates.")]
    latest: HeadshipCountOut | None
    previous: HeadshipCountOut | None


class HeadshipResultOut(AllianceKpiResultOut, UncertainChangeOut):
    """How the headship vacancy rate of an alliance's schools changed over a year: a fall is good."""

    model_config = ResponseBody.model_config | example(**HEADSHIP_EXAMPLE)

    measure: Literal[Measure.HEADSHIP_VACANCY_CHANGE]
    change_unit: Literal["percentage_points"] = "percentage_points"
    counting_rule: str
    rate: RateOut
    previous_rate: RateOut
    against: Annotated[list[ChangeAgainstOut], Field(description="The definition's own comparator first.")]
    trace: list[CountedSchoolOut]

    @classmethod
    def of(cls, result: HeadshipResult) -> "HeadshipResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            **change_shown(result.rates.year_on_year),
            **change_intervals_shown(result.rates.year_on_year),
            counting_rule=COUNTING_RULE,
            rate=RateOut.of(result.rates.rate),
            previous_rate=RateOut.of(result.rates.previous_rate),
            against=[ChangeAgainstOut.of(against) for against in result.against],
            trace=[CountedSchoolOut.model_validate(school) for school in result.schools],
        )
