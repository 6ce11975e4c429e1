"""What people ask of the indicators.

How new the facts are is asked before the figures: an answer may rest on newer facts than it says, never on fewer.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.definitions import store as definitions
from kpi_service.definitions.kpi_definition import Disaggregation, KpiDefinition, Measure
from kpi_service.improvements.result import ImprovementResult
from kpi_service.improvements.use_cases import COUNTED_HERE, Comparators, answer_improvement
from kpi_service.measures import store as measures
from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.measures.target import Comparator, judge, year_before
from kpi_service.results.result import (
    DeploymentResult,
    NationalResult,
    SchoolsResult,
    national_result,
)
from kpi_service.schools.store import require_alliance
from kpi_service.verdicts.comparison import compared


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
) -> Sequence[DeploymentResult | SchoolsResult | ImprovementResult]:
    """An alliance's results on a day under the definitions in force on it. Where a round or a period of designations is
    asked for, those of the definitions that can be taken apart by it. Improvements are set against the comparator of
    their definition and those `beside` it. Errors: `NotFound`."""
    require_alliance(session, alliance_id)
    asked_apart = {Disaggregation.ROUND} if chosen.round is not None else set()
    asked_apart |= {Disaggregation.PERIOD} if chosen.has_period else set()
    compared_with = Comparators(session, as_of, beside)
    answers: list[DeploymentResult | SchoolsResult | ImprovementResult] = []
    for definition in definitions.definitions_in_force(session, as_of, set_code=set_code, code=code):
        if not asked_apart <= definition.terms.disaggregations:
            continue
        match definition.terms.measure:
            case Measure.SLES_DEPLOYED_WITHIN_THREE_MONTHS:
                answers.append(_deployments(session, definition, alliance_id, chosen, as_of, today))
            case Measure.SCHOOLS_IN_ALLIANCES:
                answers.append(_schools(session, definition, alliance_id, as_of, today))
            case _:
                answers.append(answer_improvement(session, definition, alliance_id, compared_with, today))
    return answers


def answer_nationally(
    session: Session, *, set_code: str | None, code: str | None, as_of: date, today: date
) -> Sequence[NationalResult]:
    """The results of all alliances together on a day, under the definitions in force on it that count schools. The
    schools are counted once for all of them, so that they agree."""
    data_as_of = measures.newest_school_fact(session)
    counted = measures.count_schools_nationally(session, as_of, year_before(as_of))
    return [
        national_result(definition, counted, as_of=as_of, today=today, data_as_of=data_as_of)
        for definition in definitions.definitions_in_force(session, as_of, set_code=set_code, code=code)
        if definition.terms.measure is Measure.SCHOOLS_IN_ALLIANCES
    ]


def _deployments(
    session: Session, definition: KpiDefinition, alliance_id: UUID, chosen: DesignatedIn, as_of: date, today: date
) -> DeploymentResult:
    target = definition.terms.target
    data_as_of = measures.newest_leader_fact(session, alliance_id)
    rate, clocks = measures.read_deployment_clocks(session, alliance_id, chosen, as_of)
    percent_year_before = None
    if target.comparator is Comparator.PREVIOUS_YEAR:
        rate_year_before, _ = measures.read_deployment_clocks(session, alliance_id, chosen, year_before(as_of))
        percent_year_before = rate_year_before.percent
    comparison = compared(target, percent_year_before, as_of)
    return DeploymentResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        chosen=chosen,
        rate=rate,
        comparison=comparison,
        state=judge(target, rate.percent, comparison.figure, as_of=as_of, today=today),
        clocks=clocks,
    )


def _schools(session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date) -> SchoolsResult:
    target = definition.terms.target
    data_as_of = measures.newest_school_fact(session, alliance_id)
    count, schools = measures.count_member_schools(session, alliance_id, as_of, year_before(as_of))
    comparison = compared(target, Fraction(count.schools_year_before), as_of)
    return SchoolsResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        count=count,
        comparison=comparison,
        state=judge(target, count.figure, comparison.figure, as_of=as_of, today=today),
        schools=schools,
    )
