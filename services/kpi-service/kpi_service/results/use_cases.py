"""What people ask of the indicators.

How new the facts are is asked before the figures: an answer may rest on newer facts than it says, never on fewer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.attainment_changes.result import AttainmentResult
from kpi_service.attainment_changes.use_cases import AttainmentComparators, answer_attainment
from kpi_service.definitions import store as definitions
from kpi_service.definitions.kpi_definition import JUDGEMENTS, KpiDefinition, Measure
from kpi_service.deployment_days.use_cases import answer_deployment_days
from kpi_service.headships.use_cases import answer_headships
from kpi_service.improvements.result import ImprovementResult
from kpi_service.improvements.use_cases import COUNTED_HERE, Comparators, answer_improvement
from kpi_service.leader_training.use_cases import answer_trained_leaders
from kpi_service.measures import store as measures
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.measures.target import Comparator, judge, year_before
from kpi_service.results.result import (
    AllianceResult,
    DeploymentResult,
    SchoolsResult,
)
from kpi_service.school_grades.use_cases import answer_school_grades
from kpi_service.schools.store import require_alliance
from kpi_service.trainees.use_cases import answer_early_employment, answer_trained
from kpi_service.verdicts.comparison import compared


@dataclass(frozen=True)
class Asked:
    """What is asked of one alliance; what it is compared with is counted once, however many KPIs ask for it."""

    session: Session
    alliance_id: UUID
    chosen: DesignatedIn
    as_of: date
    today: date
    improvements: Comparators
    attainment: AttainmentComparators


def answer_for_alliance(
    session: Session,
    alliance_id: UUID,
    *,
    set_code: str | None,
    code: str | None,
    chosen: DesignatedIn,
    as_of: date,
    today: date,
    beside: Sequence[Comparator] = COUNTED_HERE,
) -> Sequence[AllianceResult]:
    """An alliance's results on a day under the definitions in force on it. Where a round or a period of designations is
    asked for, those of the definitions that can be taken apart by it. Improvements are set against the comparator of
    their definition and those `beside` it. Errors: `NotFound`."""
    require_alliance(session, alliance_id)
    improvements, attainment = Comparators(session, as_of, beside), AttainmentComparators(session, as_of)
    asked = Asked(session, alliance_id, chosen, as_of, today, improvements, attainment)
    return [
        result
        for definition in definitions.definitions_in_force(session, as_of, set_code=set_code, code=code)
        if definition.terms.can_be_asked_for(chosen)
        for result in _ANSWERS[definition.terms.measure](asked, definition)
    ]


def _deployments(asked: Asked, definition: KpiDefinition) -> Sequence[DeploymentResult]:
    session, alliance_id, chosen, as_of = asked.session, asked.alliance_id, asked.chosen, asked.as_of
    target = definition.terms.target
    data_as_of = measures.newest_leader_fact(session, alliance_id)
    rate, clocks = measures.read_deployment_clocks(session, alliance_id, chosen, as_of)
    percent_year_before = None
    if target.comparator is Comparator.PREVIOUS_YEAR:
        rate_year_before, _ = measures.read_deployment_clocks(session, alliance_id, chosen, year_before(as_of))
        percent_year_before = rate_year_before.percent
    comparison = compared(target, percent_year_before, as_of)
    result = DeploymentResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        chosen=chosen,
        rate=rate,
        comparison=comparison,
        state=judge(target, rate.percent, comparison.figure, as_of=as_of, today=asked.today),
        clocks=clocks,
    )
    return [result]


def _schools(asked: Asked, definition: KpiDefinition) -> Sequence[SchoolsResult]:
    session, alliance_id, as_of = asked.session, asked.alliance_id, asked.as_of
    target = definition.terms.target
    data_as_of = measures.newest_school_fact(session, alliance_id)
    count, schools = measures.count_member_schools(session, alliance_id, as_of, year_before(as_of))
    comparison = compared(target, Fraction(count.schools_year_before), as_of)
    result = SchoolsResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        count=count,
        comparison=comparison,
        state=judge(target, count.figure, comparison.figure, as_of=as_of, today=asked.today),
        schools=schools,
    )
    return [result]


def _improvement(asked: Asked, definition: KpiDefinition) -> Sequence[ImprovementResult]:
    return [answer_improvement(asked.session, definition, asked.alliance_id, asked.improvements, asked.today)]


def _attainment(asked: Asked, definition: KpiDefinition) -> Sequence[AttainmentResult]:
    return answer_attainment(asked.session, definition, asked.alliance_id, asked.attainment, asked.today)


def _one(
    answer: Callable[[Session, KpiDefinition, UUID, date, date], AllianceResult],
) -> Callable[[Asked, KpiDefinition], Sequence[AllianceResult]]:
    """What answers a KPI of one result, for which nothing else has to be known."""
    return lambda asked, definition: [answer(asked.session, definition, asked.alliance_id, asked.as_of, asked.today)]


_ANSWERS: Mapping[Measure, Callable[[Asked, KpiDefinition], Sequence[AllianceResult]]] = MappingProxyType(
    {
        Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS: _deployments,
        Measure.SCHOOLS_IN_ALLIANCES: _schools,
        **dict.fromkeys(JUDGEMENTS, _improvement),
        Measure.ATTAINMENT_CHANGE: _attainment,
        Measure.ATTAINMENT_GAP_CHANGE: _attainment,
        Measure.TRAINEES_TRAINED: _one(answer_trained),
        Measure.TRAINEES_EMPLOYED_EARLY: _one(answer_early_employment),
        Measure.HEADSHIP_VACANCY_CHANGE: _one(answer_headships),
        Measure.SLES_TRAINED: _one(answer_trained_leaders),
        Measure.SCHOOLS_RATED_GOOD: _one(answer_school_grades),
        Measure.DEPLOYMENT_DAYS: _one(answer_deployment_days),
        Measure.TEACHERS_TRAINED: _one(answer_trained),
    }
)
"""What answers for one alliance, by what is counted."""
