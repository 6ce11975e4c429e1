"""The JSON of trainees."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.measures.target import ResultState
from kpi_service.trainees.count import COUNTING_RULE, TEACHERS_COUNTING_RULE, TraineeFigure
from kpi_service.trainees.result import EarlyEmploymentResult, NationalTraineesResult, TraineesResult
from kpi_service.verdicts.schemas import (
    OF_ALLIANCE_EXAMPLE,
    ON_THE_DAY_EXAMPLE,
    AllianceKpiResultOut,
    ComparatorOut,
    KpiResultOut,
    Supported,
    UncertainRateOut,
    alliance_members,
    by_cohort_members,
    change_shown,
    rate_shown,
)
from service_kit.schemas import ResponseBody, example

_COUNTING_RULES = {Measure.TRAINEES_TRAINED: COUNTING_RULE, Measure.TEACHERS_TRAINED: TEACHERS_COUNTING_RULE}
_YEARS = {"value": 30, "previous_value": 24, "change": 6, "change_percent": 25.0}
_FIGURE = {
    "year": "2012/13",
    "counted": 30,
    "people": None,
    "upload_id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60f1",
    "line": 2,
    "programme_run_ids": [],
}
_OF_ALLIANCE = OF_ALLIANCE_EXAMPLE | {
    "set": "B",
    "year": "2013/14",
    "counting_rule": COUNTING_RULE,
    "state": "met",
}
_UP = {"rule": "greater_than", "comparator": "previous_year", "direction": "up", "value": None}
TRAINEES_EXAMPLE = (
    _OF_ALLIANCE
    | _YEARS
    | {
        "code": "B5",
        "number": "5",
        "name": "Trainees trained",
        "measure": "trainees_trained",
        "unit": "trainees",
        "target": _UP,
        "comparator": {
            "name": "previous_year",
            "as_of": "2013-08-31",
            "value": 24.0,
            "source": None,
            "tolerance": None,
        },
        "trace": [_FIGURE],
    }
)
EARLY_EMPLOYMENT_EXAMPLE = _OF_ALLIANCE | {
    "code": "A2",
    "set": "A",
    "number": "2",
    "name": "Early employment of trainees trained in alliances",
    "measure": "trainees_employed_early",
    "unit": "percent",
    "numerator": 27,
    "denominator": 30,
    "percent": 90.0,
    "interval": {"low": 74.38, "high": 96.54},
    "target": _UP | {"comparator": "national"},
    "comparator": {
        "name": "national",
        "as_of": "2015-01-28",
        "value": 84.0,
        "source": "Performance profiles",
        "tolerance": None,
    },
    "is_supported": False,
    "trace": [_FIGURE | {"counted": 27, "people": 30}],
}
_COHORT = _YEARS | {"cohort": 2, "state": "met"}
NATIONAL_TRAINEES_EXAMPLE = ON_THE_DAY_EXAMPLE | {
    "code": "B5",
    "set": "B",
    "number": "5",
    "name": "Trainees trained",
    "measure": "trainees_trained",
    "unit": "trainees",
    "year": "2013/14",
    "counting_rule": COUNTING_RULE,
    "target": _UP,
    "total": _YEARS | {"state": "met"},
    "cohorts": [_COHORT],
    "state": "met",
}


class TraineeYearsOut(ResponseBody):
    """How many were trained in the year and in the one before; null of a year of which nothing is known, and where
    `state` is `suppressed`."""

    model_config = ResponseBody.model_config | example(**_YEARS)

    value: int | None
    previous_value: int | None
    change: Annotated[int | None, Field(description="In people.")]
    change_percent: Annotated[float | None, Field(description="Of the year before.")]


class JudgedTraineesOut(TraineeYearsOut):
    """The two years, and what is said of them."""

    model_config = ResponseBody.model_config | example(**_YEARS, state="met")

    state: ResultState


class CohortTraineesOut(JudgedTraineesOut):
    """The same of the alliances of one teaching-school cohort."""

    model_config = ResponseBody.model_config | example(**_COHORT)

    cohort: int


class TraineeFigureOut(ResponseBody):
    """A year's figure and what it was read from: a line of an upload, or programme runs."""

    model_config = ResponseBody.model_config | example(**_FIGURE)

    year: str
    counted: int
    people: int | None
    upload_id: UUID | None
    line: int | None
    programme_run_ids: list[UUID]

    @classmethod
    def of(cls, figure: TraineeFigure) -> "TraineeFigureOut":
        """The figure as it is shown."""
        return cls(
            year=str(figure.year),
            counted=figure.counted,
            people=figure.people,
            upload_id=figure.upload_id,
            line=figure.line,
            programme_run_ids=list(figure.programme_run_ids),
        )


class TraineesResultOut(AllianceKpiResultOut, TraineeYearsOut):
    """How many trainees, or teachers, an alliance trained."""

    model_config = ResponseBody.model_config | example(**TRAINEES_EXAMPLE)

    measure: Literal[Measure.TRAINEES_TRAINED, Measure.TEACHERS_TRAINED]
    year: str
    counting_rule: str
    comparator: ComparatorOut
    trace: list[TraineeFigureOut]

    @classmethod
    def of(cls, result: TraineesResult) -> "TraineesResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            **change_shown(result.judged.years),
            year=str(result.year),
            counting_rule=_COUNTING_RULES[result.definition.terms.measure],
            comparator=ComparatorOut.of(result.comparison),
            trace=[TraineeFigureOut.of(figure) for figure in result.figures],
        )


class EarlyEmploymentResultOut(AllianceKpiResultOut, UncertainRateOut):
    """How many of an alliance's trainees were employed early."""

    model_config = ResponseBody.model_config | example(**EARLY_EMPLOYMENT_EXAMPLE)

    measure: Literal[Measure.TRAINEES_EMPLOYED_EARLY]
    year: str
    counting_rule: str
    denominator: Annotated[int, Field(description="Those of whom it is known.")]
    comparator: ComparatorOut
    is_supported: Supported
    trace: list[TraineeFigureOut]

    @classmethod
    def of(cls, result: EarlyEmploymentResult) -> "EarlyEmploymentResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            **rate_shown(result.rate),
            year=str(result.year),
            counting_rule=COUNTING_RULE,
            comparator=ComparatorOut.of(result.comparison),
            is_supported=result.is_supported,
            trace=[TraineeFigureOut.of(figure) for figure in result.figures],
        )


class NationalTraineesResultOut(KpiResultOut):
    """How many trainees all alliances trained, in total and for each cohort."""

    model_config = ResponseBody.model_config | example(**NATIONAL_TRAINEES_EXAMPLE)

    measure: Literal[Measure.TRAINEES_TRAINED]
    year: str
    counting_rule: str
    total: JudgedTraineesOut
    cohorts: list[CohortTraineesOut]

    @classmethod
    def of(cls, result: NationalTraineesResult) -> "NationalTraineesResultOut":
        """The result as it may be shown, the cohorts in their order."""
        return cls(
            **by_cohort_members(result),
            year=str(result.year),
            counting_rule=COUNTING_RULE,
        )
