"""Results: a KPI's figure on a day, what it was set against, what is said of it, and what stands behind it.

In all of them `as_of` is the day asked about: what happened after it is not looked at. `data_as_of` is when the newest
of the facts known here was recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.definitions.kpi_definition import Disaggregation, KpiDefinition
from kpi_service.deployment_days.result import DeploymentDaysResult
from kpi_service.headships.result import HeadshipResult
from kpi_service.improvements.result import ImprovementResult
from kpi_service.leader_training.result import TrainedLeadersResult
from kpi_service.measures.deployment_clock import ClockReading, DesignatedIn
from kpi_service.measures.rate import Rate
from kpi_service.measures.school_count import MemberSchool, NationalCount, SchoolCount
from kpi_service.measures.target import ResultState, judge, year_before
from kpi_service.measures.year_on_year import JudgedYears
from kpi_service.school_grades.result import SchoolGradesResult
from kpi_service.trainees.result import EarlyEmploymentResult, TraineesResult
from kpi_service.verdicts.comparison import Comparison, compared, rate_is_supported
from kpi_service.verdicts.suppression import Suppressed, state_of_all


@dataclass(frozen=True)
class DeploymentResult:
    """How many of an alliance's SLEs were deployed within three months of designation."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    chosen: DesignatedIn
    rate: Rate
    comparison: Comparison
    state: ResultState
    clocks: Sequence[ClockReading]

    @property
    def is_supported(self) -> bool | None:
        """Whether the verdict holds throughout the rate's interval."""
        return rate_is_supported(self.definition.terms.target, self.state, self.rate, self.comparison.figure)


@dataclass(frozen=True)
class SchoolsResult:
    """How many schools an alliance has."""

    definition: KpiDefinition
    alliance_id: UUID
    as_of: date
    data_as_of: datetime | None
    count: SchoolCount
    comparison: Comparison
    state: ResultState
    schools: Sequence[MemberSchool]


@dataclass(frozen=True)
class NationalResult:
    """How many schools are in alliances, in total and for each cohort. What is `suppressed` is not to be shown."""

    definition: KpiDefinition
    as_of: date
    previous_as_of: date
    data_as_of: datetime | None
    total: JudgedYears
    cohorts: Mapping[int, JudgedYears]
    suppressed: Suppressed

    @property
    def state(self) -> ResultState:
        """What is said of all together."""
        return state_of_all(self.total.state, [part.state for part in self.cohorts.values()])


def national_result(
    definition: KpiDefinition,
    counted: NationalCount,
    suppressed: Suppressed,
    *,
    as_of: date,
    today: date,
    data_as_of: datetime | None,
) -> NationalResult:
    """The national figure judged, and that of each cohort where the definition asks for them. Source: KPI A1, B7."""
    target = definition.terms.target

    def judged(count: SchoolCount) -> JudgedYears:
        against = compared(target, Fraction(count.schools_year_before), as_of).figure
        return JudgedYears(count.years, judge(target, count.figure, against, as_of=as_of, today=today))

    by_cohort = Disaggregation.COHORT in definition.terms.disaggregations
    cohorts = {cohort: judged(count) for cohort, count in counted.cohorts.items()} if by_cohort else {}
    total = judged(counted.total)
    return NationalResult(definition, as_of, year_before(as_of), data_as_of, total, cohorts, suppressed)


AllianceResult = (
    DeploymentResult
    | SchoolsResult
    | ImprovementResult
    | AttainmentResult
    | TraineesResult
    | EarlyEmploymentResult
    | HeadshipResult
    | TrainedLeadersResult
    | SchoolGradesResult
    | DeploymentDaysResult
)
"""A result of one alliance, whatever it counts."""
