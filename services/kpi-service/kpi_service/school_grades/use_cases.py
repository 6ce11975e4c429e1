"""What people ask of the share of schools that are good or outstanding."""

from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.definitions.kpi_definition import KpiDefinition, Measure
from kpi_service.inspections import store as inspections
from kpi_service.inspections.change import Judgement, rated_good
from kpi_service.inspections.store import Population
from kpi_service.measures.target import Comparator, judge, year_before
from kpi_service.outcomes import store as outcomes
from kpi_service.school_grades.result import SchoolGradesResult
from kpi_service.verdicts.comparison import Comparison, compared


def answer_school_grades(
    session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date
) -> SchoolGradesResult:
    """How many of an alliance's schools are good or outstanding on the day, under one definition."""
    target = definition.terms.target
    data_as_of = inspections.newest_inspection_fact(session, as_of)
    schools = inspections.inspected_schools(session, Population.ALLIANCE, Judgement.OVERALL, as_of, alliance_id)
    rate = rated_good(school.grades for school in schools)
    comparison = share_of_others(session, target.comparator, as_of)
    if comparison is None:
        own = Population.ALLIANCE
        before = inspections.count_grades(session, [own], year_before(as_of), alliance_id)[own].rated_good
        comparison = compared(target, before.percent, as_of)
    return SchoolGradesResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        rate=rate,
        comparison=comparison,
        state=judge(target, rate.percent, comparison.figure, as_of=as_of, today=today),
        schools=schools,
    )


def share_of_others(session: Session, comparator: Comparator, as_of: date) -> Comparison | None:
    """The share of the group, or that of the country: as it was published last, or else as counted here. None where
    the comparator is not of other schools."""
    match comparator:
        case Comparator.GROUP:
            return _counted(session, comparator, Population.IN_NO_ALLIANCE, as_of)
        case Comparator.NATIONAL:
            published = outcomes.published_average(session, Measure.SCHOOLS_RATED_GOOD, as_of)
            if published is None:
                return _counted(session, comparator, Population.NATION, as_of)
            return Comparison(comparator, published.published_on, Fraction(published.value), published.source)
    return None


def _counted(session: Session, comparator: Comparator, population: Population, as_of: date) -> Comparison:
    counts = inspections.count_grades(session, [population], as_of)
    return Comparison(comparator, as_of, counts[population].rated_good.percent)
