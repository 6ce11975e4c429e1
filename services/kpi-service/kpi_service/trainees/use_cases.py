"""What people ask of trainees."""

from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from kpi_service.definitions.kpi_definition import Disaggregation, KpiDefinition
from kpi_service.measures.target import judge
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes import store as outcomes
from kpi_service.trainees import store
from kpi_service.trainees.count import employed_early, judged, state_of_all, trained
from kpi_service.trainees.result import EarlyEmploymentResult, NationalTraineesResult, TraineesResult
from kpi_service.verdicts.comparison import Comparison


def answer_trained(
    session: Session, definition: KpiDefinition, alliance_id: UUID, as_of: date, today: date
) -> TraineesResult:
    """How many trainees an alliance trained in the last academic year that had ended by the day."""
    year, target = FileYear.ended_by(as_of), definition.terms.target
    data_as_of = store.newest_trainee_fact(session, as_of, alliance_id)
    figures = store.trained_in(session, alliance_id, year, as_of)
    years = trained(figures, year)
    return TraineesResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        year=year,
        judged=judged(target, years, as_of=as_of, today=today),
        comparison=Comparison(target.comparator, year.before.last_day, years.previous_value),
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
    published = outcomes.published_average(session, definition.terms.measure, as_of)
    comparison = Comparison(target.comparator, None, None)
    if published is not None and published.year == year:
        comparison = Comparison(target.comparator, published.published_on, Fraction(published.value), published.source)
    return EarlyEmploymentResult(
        definition=definition,
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        year=year,
        rate=rate,
        comparison=comparison,
        state=judge(target, rate.percent, comparison.figure, as_of=as_of, today=today),
        figures=[figure for figure in figures if figure.year == year],
    )


def answer_trained_nationally(
    session: Session, definition: KpiDefinition, as_of: date, today: date
) -> NationalTraineesResult:
    """How many trainees all alliances trained; where the definition asks for cohorts, for each of them too."""
    year, terms = FileYear.ended_by(as_of), definition.terms
    data_as_of = store.newest_trainee_fact(session, as_of)
    in_total, by_cohort = store.trained_nationally(session, year, as_of)
    asked_apart = by_cohort if Disaggregation.COHORT in terms.disaggregations else {}
    total = judged(terms.target, in_total, as_of=as_of, today=today)
    cohorts = {cohort: judged(terms.target, years, as_of=as_of, today=today) for cohort, years in asked_apart.items()}
    state = state_of_all(total, cohorts)
    return NationalTraineesResult(definition, as_of, data_as_of, year, total, cohorts, state)
