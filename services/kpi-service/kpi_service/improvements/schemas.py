"""The JSON of improvements between inspections."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.improvements.result import ImprovementResult, JudgedAgainst, PublishedFigure
from kpi_service.inspections.change import PAIRING_RULE, Change, ChangeCount, Judgement
from kpi_service.measures.target import Comparator, ResultState
from kpi_service.official_files.file_year import FileYear
from kpi_service.verdicts.schemas import (
    OF_ALLIANCE_EXAMPLE,
    AllianceKpiResultOut,
    RateOut,
    Supported,
    UncertainRateOut,
    alliance_members,
    number_shown,
    rate_shown,
)
from service_kit.schemas import ResponseBody, example

_CHANGES = {"improved": 15, "maintained": 15, "declined": 6, "first_inspection": 2, "not_inspected": 1}
GRADED_EXAMPLE = {
    "urn": "103121",
    "inspected_on": "2014-12-04",
    "grade": 2,
    "via": ["103121"],
    "upload_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60f1",
    "line": 1403,
}
_GROUP = {
    "name": "group",
    "version": 1,
    "percent": 39.0,
    "counts": {"improved": 390, "maintained": 480, "declined": 130, "first_inspection": 40, "not_inspected": 9},
    "of_those_that_could": {"numerator": 390, "denominator": 820, "percent": 47.56},
    "is_counted": True,
    "source": None,
    "published_on": None,
    "state": "not_met",
    "is_supported": False,
}
IMPROVEMENT_EXAMPLE = OF_ALLIANCE_EXAMPLE | {
    "code": "A6",
    "set": "A",
    "number": "6",
    "name": "Schools that improved their overall judgement",
    "measure": "schools_improved_overall",
    "unit": "percent",
    "pairing_rule": PAIRING_RULE,
    "numerator": 15,
    "denominator": 36,
    "percent": 41.67,
    "interval": {"low": 27.14, "high": 57.8},
    "of_those_that_could": {"numerator": 15, "denominator": 30, "percent": 50.0},
    "counts": _CHANGES,
    "target": {"rule": "double", "comparator": "group", "direction": "up", "value": None},
    "state": "not_met",
    "against": [_GROUP],
    "trace": [{"urn": "140000", "change": "improved", "latest": GRADED_EXAMPLE, "previous": None}],
}


_YEAR: dict[str, Any] = {
    "year": "2014/15",
    "improved": 1900,
    "maintained": 2600,
    "declined": 900,
    "first_inspection": 300,
    "improved_of_all_pairs": {"numerator": 1900, "denominator": 5400, "percent": 35.19},
}


class ChangeCountOut(ResponseBody):
    """How many schools changed how. The last two have no two inspections to compare."""

    model_config = ResponseBody.model_config | example(**_CHANGES)

    improved: int
    maintained: int
    declined: int
    first_inspection: int
    not_inspected: int


class JudgedAgainstOut(ResponseBody):
    """One comparator, and what is said against it. `counts` and `of_those_that_could` are what its figure was counted
    from; of a published figure there are its `source` and the day it was published on instead."""

    model_config = ResponseBody.model_config | example(**_GROUP)

    name: Comparator
    version: Annotated[int | None, Field(description="Of the comparator's rule.")]
    percent: float | None
    counts: ChangeCountOut | None
    of_those_that_could: RateOut | None
    is_counted: Annotated[bool, Field(description="Whether the figure was counted here, and not published.")]
    source: str | None
    published_on: date | None
    state: ResultState
    is_supported: Supported

    @classmethod
    def of(cls, against: JudgedAgainst) -> "JudgedAgainstOut":
        """The comparator as it is shown."""
        other = against.other
        published = other if isinstance(other, PublishedFigure) else None
        count = None if isinstance(other, PublishedFigure) else other
        return cls(
            name=against.comparator,
            version=against.version,
            percent=number_shown(against.figure),
            counts=None if count is None else ChangeCountOut.model_validate(count),
            of_those_that_could=None if count is None else RateOut.of(count.of_those_that_could),
            is_counted=published is None,
            source=None if published is None else published.source,
            published_on=None if published is None else published.published_on,
            state=against.state,
            is_supported=against.is_supported,
        )


class GradedInspectionOut(ResponseBody):
    """A graded inspection, the URN it was given to, and where it was read."""

    model_config = ResponseBody.model_config | example(**GRADED_EXAMPLE)

    urn: str
    inspected_on: date
    grade: Annotated[int, Field(description="1 is outstanding, 4 inadequate.")]
    via: Annotated[list[str], Field(description="The predecessors by which it came to the school, nearest first.")]
    upload_id: UUID
    line: int


class InspectedSchoolOut(ResponseBody):
    """A school with its last two graded inspections, and how the latest stands to the one before."""

    model_config = ResponseBody.model_config | example(
        urn="140000", change="improved", latest=GRADED_EXAMPLE, previous=None
    )

    urn: str
    change: Change
    latest: GradedInspectionOut | None
    previous: GradedInspectionOut | None


class ImprovementResultOut(AllianceKpiResultOut, UncertainRateOut):
    """How many of an alliance's schools improved between inspections, of all that have two and of those that could."""

    model_config = ResponseBody.model_config | example(**IMPROVEMENT_EXAMPLE)

    measure: Literal[
        Measure.SCHOOLS_IMPROVED_OVERALL,
        Measure.SCHOOLS_IMPROVED_IN_TEACHING,
        Measure.SCHOOLS_IMPROVED_IN_LEADERSHIP,
    ]
    pairing_rule: str
    percent: Annotated[float | None, Field(description="Of all pairs; shown to two decimals, judged exactly.")]
    of_those_that_could: RateOut
    counts: ChangeCountOut
    against: Annotated[list[JudgedAgainstOut], Field(description="The definition's own comparator first.")]
    trace: list[InspectedSchoolOut]

    @classmethod
    def of(cls, result: ImprovementResult) -> "ImprovementResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            **rate_shown(result.count.of_all_pairs),
            pairing_rule=PAIRING_RULE,
            of_those_that_could=RateOut.of(result.count.of_those_that_could),
            counts=ChangeCountOut.model_validate(result.count),
            against=[JudgedAgainstOut.of(against) for against in result.against],
            trace=[InspectedSchoolOut.model_validate(school) for school in result.schools],
        )


class YearOfChangesOut(ResponseBody):
    """The graded inspections of one academic year, set against the ones before them."""

    model_config = ResponseBody.model_config | example(**_YEAR)

    year: str
    improved: int
    maintained: int
    declined: int
    first_inspection: int
    improved_of_all_pairs: RateOut


class InspectionChangesOut(ResponseBody):
    """How inspection grades changed, year by year, earliest first."""

    model_config = ResponseBody.model_config | example(
        judgement="overall", as_of="2020-03-01", pairing_rule=PAIRING_RULE, items=[_YEAR]
    )

    judgement: Judgement
    as_of: date
    pairing_rule: str
    items: list[YearOfChangesOut]

    @classmethod
    def of(cls, judgement: Judgement, as_of: date, years: Mapping[FileYear, ChangeCount]) -> "InspectionChangesOut":
        """The years as they are shown."""
        items = [
            YearOfChangesOut(
                year=str(year),
                improved=count.improved,
                maintained=count.maintained,
                declined=count.declined,
                first_inspection=count.first_inspection,
                improved_of_all_pairs=RateOut.of(count.of_all_pairs),
            )
            for year, count in years.items()
        ]
        return cls(judgement=judgement, as_of=as_of, pairing_rule=PAIRING_RULE, items=items)
