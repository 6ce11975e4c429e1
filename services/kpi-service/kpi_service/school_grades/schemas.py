"""The JSON of schools that are good or outstanding."""

from typing import Annotated, Literal

from pydantic import Field

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.improvements.schemas import GRADED_EXAMPLE, GradedInspectionOut
from kpi_service.inspections.change import InspectedSchool
from kpi_service.school_grades.result import COUNTING_RULE, SchoolGradesResult
from kpi_service.verdicts.schemas import (
    OF_ALLIANCE_EXAMPLE,
    AllianceKpiResultOut,
    ComparatorOut,
    Supported,
    UncertainRateOut,
    alliance_members,
    rate_shown,
)
from service_kit.schemas import ResponseBody, example

_SCHOOL = {"urn": "140000", "is_good": True, "latest": GRADED_EXAMPLE}
SCHOOL_GRADES_EXAMPLE = OF_ALLIANCE_EXAMPLE | {
    "code": "C3",
    "set": "C",
    "number": "3",
    "name": "Schools that are good or outstanding",
    "measure": "schools_rated_good",
    "unit": "percent",
    "counting_rule": COUNTING_RULE,
    "numerator": 30,
    "denominator": 36,
    "percent": 83.33,
    "interval": {"low": 68.11, "high": 92.13},
    "target": {"rule": "greater_than", "comparator": "national", "direction": "up", "value": None},
    "comparator": {"name": "national", "as_of": "2015-03-20", "value": 81.0, "source": None, "tolerance": None},
    "is_supported": False,
    "state": "met",
    "trace": [_SCHOOL],
}


class GradedSchoolOut(ResponseBody):
    """A school with its latest graded inspection; `is_good` is null where it has none."""

    model_config = ResponseBody.model_config | example(**_SCHOOL)

    urn: str
    is_good: Annotated[bool | None, Field(description="Whether the latest grade is good or outstanding.")]
    latest: GradedInspectionOut | None

    @classmethod
    def of(cls, school: InspectedSchool) -> "GradedSchoolOut":
        """The school as it is shown."""
        latest = None if school.latest is None else GradedInspectionOut.model_validate(school.latest)
        return cls(urn=school.urn, is_good=school.grades.is_good, latest=latest)


class SchoolGradesResultOut(AllianceKpiResultOut, UncertainRateOut):
    """How many of an alliance's schools are good or outstanding."""

    model_config = ResponseBody.model_config | example(**SCHOOL_GRADES_EXAMPLE)

    measure: Literal[Measure.SCHOOLS_RATED_GOOD]
    counting_rule: str
    denominator: Annotated[int, Field(description="Those with a graded inspection.")]
    comparator: ComparatorOut
    is_supported: Supported
    trace: list[GradedSchoolOut]

    @classmethod
    def of(cls, result: SchoolGradesResult) -> "SchoolGradesResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            **rate_shown(result.rate),
            counting_rule=COUNTING_RULE,
            comparator=ComparatorOut.of(result.comparison),
            is_supported=result.is_supported,
            trace=[GradedSchoolOut.of(school) for school in result.schools],
        )
