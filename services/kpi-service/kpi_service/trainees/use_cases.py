"""What people ask of trainees."""

from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.agreed_targets.store import compared_in_year
from kpi_service.definitions.kpi_definition import Disaggregation, KpiDefinition
from kpi_service.measures.target import judge
from kpi_service.measures.year_on_year import JudgedYears
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes import store as outcomes
from kpi_service.schools.store import cohorts_of_alliances
from kpi_service.trainees import store
from kpi_service.trainees.count import employed_early, judged, trained
from kpi_service.trainees.result import EarlyEmploymentResult, NationalTraineesResult, TraineesResult
from kpi_service.verdicts.comparison import Comparison, judged_in_year
from kpi_service.verdicts.suppression import suppress_years


def answer_trained(
    session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date
) -> TraineesResult:
    """How many trainees, or teachers, an alliance trained in the last academic year that had ended by the day."""
    year, terms = FileYear.ended_by(as_of), definition.terms
    data_as_of = store.newest_trainee_fact(session, as_of, alliance_id)
    figures = store.trained_in(session, terms.measure, alliance_id, year, as_of)
    years = trained(figures, year)
    comparison = compared_in_year(session, terms, alliance_id, year, years.previous_value, year.last_day, as_of)
    state = judged_in_year(terms.target, years.value, comparison, year, as_of=as_of, today=today)
    return TraineesResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        year=year,
        judged=JudgedYears(years, state),
        comparison=comparison,
        figures=figures,
    )


def answer_early_employment(
    session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date
) -> EarlyEmploymentResult:
    """How many of an alliance's trainees of that year were employed early, against the published national average of
    the same year."""
    year, target = FileYear.ended_by(as_of), definition.terms.target
    data_as_of = store.newest_trainee_fact(session, as_of, alliance_id)
    figures = store.employed_of(session, alliance_id, year, as_of)
    rate = employed_early(figures, year)
    comparison = employment_average(session, definition, year, as_of)
    return EarlyEmploymentResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        year=year,
        rate=rate,
        comparison=comparison,
        state=judge(target, rate.percent, comparison.figure, as_of=as_of, today=today),
        figures=figures,
    )


def employment_average(session: Session, definition: KpiDefinition, year: FileYear, as_of: date) -> Comparison:
    """The published national average of the year, where there is one."""
    comparator = definition.terms.target.comparator
    published = outcomes.published_average(session, definition.terms.measure, as_of)
    if published is None or published.year != year:
        return Comparison(comparator, None, None)
    return Comparison(comparator, published.published_on, Fraction(published.value), published.source)


def answer_trained_nationally(
    session: Session, definition: KpiDefinition, as_of: date, today: date, minimum_count: int
) -> NationalTraineesResult:
    """How many trainees all alliances trained; where the definition asks for cohorts, for each of them too. What is of
    fewer than `minimum_count` of them stays suppressed."""
    year, terms = FileYear.ended_by(as_of), definition.terms
    data_as_of = store.newest_trainee_fact(session, as_of)
    found = store.trained_nationally(session, terms.measure, year, as_of)
    asked_apart = found.cohorts if Disaggregation.COHORT in terms.disaggregations else {}
    total = judged(terms.target, found.total, as_of=as_of, today=today)
    cohorts = {cohort: judged(terms.target, years, as_of=as_of, today=today) for cohort, years in asked_apart.items()}
    cohort_of = cohorts_of_alliances(session) if asked_apart else {}
    suppressed = suppress_years(found.alliances, cohort_of, minimum_count)
    return NationalTraineesResult(definition, as_of, data_as_of, year, total, cohorts, suppressed)
