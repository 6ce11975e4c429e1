"""The JSON of results."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.attainment_changes.schemas import ATTAINMENT_EXAMPLE, AttainmentResultOut
from kpi_service.definitions.kpi_definition import Measure
from kpi_service.deployment_days.result import DeploymentDaysResult
from kpi_service.deployment_days.schemas import DEPLOYMENT_DAYS_EXAMPLE, DeploymentDaysResultOut
from kpi_service.headships.result import HeadshipResult
from kpi_service.headships.schemas import HEADSHIP_EXAMPLE, HeadshipResultOut
from kpi_service.improvements.result import ImprovementResult
from kpi_service.improvements.schemas import IMPROVEMENT_EXAMPLE, ImprovementResultOut
from kpi_service.leader_training.result import TrainedLeadersResult
from kpi_service.leader_training.schemas import TRAINED_LEADERS_EXAMPLE, TrainedLeadersResultOut
from kpi_service.measures.deployment_clock import CountedAs, DesignatedIn
from kpi_service.measures.schemas import (
    CLOSED_EXAMPLE,
    MEMBER_EXAMPLE,
    PENDING_EXAMPLE,
    WITHDRAWN_EXAMPLE,
    WITHIN_EXAMPLE,
    ClosedSchoolOut,
    ExcludedDesignationOut,
    PendingOut,
    TracedDesignationOut,
    TracedSchoolOut,
)
from kpi_service.measures.school_count import COUNTING_RULE
from kpi_service.measures.target import ResultState
from kpi_service.results.result import (
    AllianceResult,
    DeploymentResult,
    NationalResult,
    SchoolsResult,
)
from kpi_service.school_grades.result import SchoolGradesResult
from kpi_service.school_grades.schemas import SCHOOL_GRADES_EXAMPLE, SchoolGradesResultOut
from kpi_service.trainees.result import EarlyEmploymentResult, TraineesResult
from kpi_service.trainees.schemas import (
    EARLY_EMPLOYMENT_EXAMPLE,
    TRAINEES_EXAMPLE,
    EarlyEmploymentResultOut,
    TraineesResultOut,
)
from kpi_service.verdicts.result_id import ResultPart
from kpi_service.verdicts.schemas import (
    FIXED_EXAMPLE,
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
from service_kit.schemas import Page, ResponseBody, example

_DEPLOYMENTS = OF_ALLIANCE_EXAMPLE | {
    "code": "B8b",
    "set": "B",
    "number": "8b",
    "name": "SLEs deployed within three months of designation",
    "measure": "sles_deployed_within_three_months",
    "unit": "percent",
    "period": {"from": "2014-09-01", "to": "2015-09-01"},
    "round": None,
    "numerator": 1,
    "denominator": 1,
    "percent": 100.0,
    "interval": {"low": 20.65, "high": 100.0},
    "target": {"rule": "at_least", "comparator": "fixed", "direction": "up", "value": 50.0},
    "comparator": FIXED_EXAMPLE,
    "is_supported": False,
    "state": "met",
    "pending": [PENDING_EXAMPLE],
    "excluded": [WITHDRAWN_EXAMPLE],
    "trace": [WITHIN_EXAMPLE],
}
_COUNT = {"value": 12, "previous_value": 10, "change": 2, "change_percent": 20.0}
_SCHOOLS_TARGET = {"rule": "greater_than", "comparator": "previous_year", "direction": "up", "value": None}
_SCHOOLS = (
    OF_ALLIANCE_EXAMPLE
    | _COUNT
    | {
        "code": "B7",
        "set": "B",
        "number": "7",
        "name": "Schools in alliances",
        "measure": "schools_in_alliances",
        "unit": "schools",
        "counting_rule": COUNTING_RULE,
        "target": _SCHOOLS_TARGET,
        "comparator": FIXED_EXAMPLE | {"name": "previous_year", "as_of": "2014-03-20", "value": 10.0},
        "state": "met",
        "excluded": [CLOSED_EXAMPLE],
        "trace": [MEMBER_EXAMPLE],
    }
)
_COHORT = _COUNT | {"cohort": 3, "state": "met"}
NATIONAL_SCHOOLS_EXAMPLE = ON_THE_DAY_EXAMPLE | {
    "code": "A1",
    "set": "A",
    "number": "1",
    "name": "Schools in teaching school alliances",
    "measure": "schools_in_alliances",
    "unit": "schools",
    "previous_as_of": "2014-03-20",
    "counting_rule": COUNTING_RULE,
    "target": _SCHOOLS_TARGET,
    "total": _COUNT | {"state": "met"},
    "cohorts": [_COHORT],
    "state": "met",
}


class PeriodOut(ResponseBody):
    """Designations from the first day on and before the second; open on a side that is null."""

    model_config = ResponseBody.model_config | example(**{"from": "2014-09-01", "to": "2015-09-01"})

    from_on: Annotated[date | None, Field(serialization_alias="from")]
    to_on: Annotated[date | None, Field(serialization_alias="to")]


class DeploymentResultOut(AllianceKpiResultOut, UncertainRateOut):
    """How many of an alliance's SLEs were deployed within three months of designation, and of how many."""

    model_config = ResponseBody.model_config | example(**_DEPLOYMENTS)

    measure: Literal[Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS]
    period: PeriodOut | None
    round: str | None
    comparator: ComparatorOut
    is_supported: Supported
    pending: list[PendingOut]
    excluded: list[ExcludedDesignationOut]
    trace: list[TracedDesignationOut]

    @classmethod
    def of(cls, result: DeploymentResult) -> "DeploymentResultOut":
        """The result as it is shown; each designation is in exactly one of the three lists."""
        clocks = {state: [clock for clock in result.clocks if clock.counted_as is state] for state in CountedAs}
        return cls(
            **alliance_members(result, ResultPart(designated_in=result.chosen)),
            **rate_shown(result.rate),
            period=_period(result.chosen),
            round=result.chosen.round,
            comparator=ComparatorOut.of(result.comparison),
            is_supported=result.is_supported,
            pending=[PendingOut.model_validate(clock) for clock in clocks.pop(CountedAs.PENDING)],
            excluded=[ExcludedDesignationOut.model_validate(clock) for clock in clocks.pop(CountedAs.EXCLUDED)],
            trace=[TracedDesignationOut.model_validate(clock) for clock in result.clocks if clock.counted_as in clocks],
        )


class SchoolFiguresOut(ResponseBody):
    """How many schools count on the day and on the same day of the year before."""

    model_config = ResponseBody.model_config | example(**_COUNT)

    value: int
    previous_value: int
    change: Annotated[int, Field(description="In schools.")]
    change_percent: Annotated[float | None, Field(description="Of the year before; null where there was no school.")]


class SchoolCountOut(ResponseBody):
    """Schools on the day and a year before, and what is said of the two; null where `state` is `suppressed`."""

    model_config = ResponseBody.model_config | example(**_COUNT, state="met")

    value: int | None
    previous_value: int | None
    change: Annotated[int | None, Field(description="In schools.")]
    change_percent: Annotated[float | None, Field(description="Of the year before; null where there was no school.")]
    state: ResultState


class CohortCountOut(SchoolCountOut):
    """The same of the schools in the alliances of one teaching-school cohort."""

    model_config = ResponseBody.model_config | example(**_COHORT)

    cohort: int


class SchoolsResultOut(AllianceKpiResultOut, SchoolFiguresOut):
    """How many schools an alliance has, and had a year before."""

    model_config = ResponseBody.model_config | example(**_SCHOOLS)

    measure: Literal[Measure.SCHOOLS_IN_ALLIANCES]
    counting_rule: str
    comparator: ComparatorOut
    excluded: list[ClosedSchoolOut]
    trace: list[TracedSchoolOut]

    @classmethod
    def of(cls, result: SchoolsResult) -> "SchoolsResultOut":
        """The result as it is shown."""
        return cls(
            **alliance_members(result),
            **change_shown(result.count.years),
            counting_rule=COUNTING_RULE,
            comparator=ComparatorOut.of(result.comparison),
            excluded=[ClosedSchoolOut.model_validate(school) for school in result.schools if school.is_closed],
            trace=[TracedSchoolOut.model_validate(school) for school in result.schools if school.stands_behind_figures],
        )


class NationalResultOut(KpiResultOut):
    """How many schools are in alliances, in total and for each cohort; `state` is what is said of all together."""

    model_config = ResponseBody.model_config | example(**NATIONAL_SCHOOLS_EXAMPLE)

    measure: Literal[Measure.SCHOOLS_IN_ALLIANCES]
    previous_as_of: date
    counting_rule: str
    total: SchoolCountOut
    cohorts: list[CohortCountOut]

    @classmethod
    def of(cls, result: NationalResult) -> "NationalResultOut":
        """The result as it may be shown, the cohorts in their order."""
        return cls(
            **by_cohort_members(result),
            previous_as_of=result.previous_as_of,
            counting_rule=COUNTING_RULE,
        )


AllianceResultOut = Annotated[
    DeploymentResultOut
    | SchoolsResultOut
    | ImprovementResultOut
    | AttainmentResultOut
    | TraineesResultOut
    | EarlyEmploymentResultOut
    | HeadshipResultOut
    | TrainedLeadersResultOut
    | SchoolGradesResultOut
    | DeploymentDaysResultOut,
    Field(discriminator="measure"),
]


def alliance_result(result: AllianceResult) -> AllianceResultOut:
    """A result of an alliance as it is shown, by what it counts."""
    match result:
        case DeploymentResult():
            return DeploymentResultOut.of(result)
        case SchoolsResult():
            return SchoolsResultOut.of(result)
        case ImprovementResult():
            return ImprovementResultOut.of(result)
        case AttainmentResult():
            return AttainmentResultOut.of(result)
        case TraineesResult():
            return TraineesResultOut.of(result)
        case EarlyEmploymentResult():
            return EarlyEmploymentResultOut.of(result)
        case HeadshipResult():
            return HeadshipResultOut.of(result)
        case TrainedLeadersResult():
            return TrainedLeadersResultOut.of(result)
        case SchoolGradesResult():
            return SchoolGradesResultOut.of(result)
        case DeploymentDaysResult():
            return DeploymentDaysResultOut.of(result)


class AllianceResultsOut(Page[AllianceResultOut]):
    """The results of one alliance: one for each definition, of attainment one for each figure; always a single page."""

    model_config = ResponseBody.model_config | example(
        items=[
            *(_SCHOOLS, _DEPLOYMENTS, IMPROVEMENT_EXAMPLE, ATTAINMENT_EXAMPLE),
            *(TRAINEES_EXAMPLE, EARLY_EMPLOYMENT_EXAMPLE, HEADSHIP_EXAMPLE, TRAINED_LEADERS_EXAMPLE),
            *(SCHOOL_GRADES_EXAMPLE, DEPLOYMENT_DAYS_EXAMPLE),
        ],
        next_cursor=None,
    )


def _period(chosen: DesignatedIn) -> PeriodOut | None:
    return PeriodOut(from_on=chosen.designated_from, to_on=chosen.designated_to) if chosen.has_period else None
