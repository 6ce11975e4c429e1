"""The SQL of trainees: one statement sets what was handed in before what the programme runs add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.orm import Session

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.measures.rate import Rate
from kpi_service.measures.year_on_year import YearOnYear
from kpi_service.official_files.file_year import FileYear, read_year
from kpi_service.outcomes.tables import AllianceFigureRow
from kpi_service.trainees.count import ProgrammeRun, TrainedNationally, TraineeFigure
from kpi_service.trainees.tables import EarlierProgrammeRunRow, ProgrammeRunRow
from service_kit import replica
from service_kit.clock import day_of

_FIGURES = """
    WITH handed_in AS (
        SELECT alliance_id, year, value AS counted, people, upload_id, line FROM alliance_figures
        WHERE figure = :figure AND year IN (:year, :year - 1)
          AND known_from_on <= :as_of AND (known_to_on IS NULL OR known_to_on > :as_of)
    ),
    runs AS (
        SELECT programme_run_id, alliance_id, trains_teachers, year, completed, employment_known, employed_early
        FROM programme_runs WHERE known_from_on <= :as_of
        UNION ALL
        SELECT programme_run_id, alliance_id, trains_teachers, year, completed, employment_known, employed_early
        FROM earlier_programme_runs WHERE known_from_on <= :as_of AND known_to_on > :as_of
    ),
    added_up AS (
        SELECT alliance_id, year, sum({counted})::numeric AS counted, sum({people})::bigint AS people,
               array_agg(programme_run_id ORDER BY programme_run_id) AS programme_run_ids
        FROM runs WHERE {of_runs} AND year IN (:year, :year - 1) GROUP BY alliance_id, year
    ),
    figures AS (
        SELECT * FROM (
            SELECT alliance_id, year, counted, people, upload_id, line, ARRAY[]::uuid[] AS programme_run_ids
            FROM handed_in
            UNION ALL
            SELECT alliance_id, year, counted, people, NULL, NULL, programme_run_ids FROM added_up
            WHERE NOT EXISTS (
                SELECT FROM handed_in
                WHERE handed_in.alliance_id = added_up.alliance_id AND handed_in.year = added_up.year
            )
        ) AS either
    )
"""
_OF_ONE = "SELECT * FROM figures WHERE alliance_id = :alliance_id ORDER BY year DESC"
_OF_ALL = """
    SELECT figures.alliance_id, alliances.cohort, grouping(figures.alliance_id, alliances.cohort) AS without,
           sum(counted) FILTER (WHERE year = :year) AS counted, sum(people) FILTER (WHERE year = :year) AS people,
           sum(counted) FILTER (WHERE year = :year - 1) AS counted_year_before
    FROM figures LEFT JOIN alliances USING (alliance_id)
    GROUP BY GROUPING SETS ((figures.alliance_id), (alliances.cohort), ()) ORDER BY alliances.cohort
"""
# What `grouping` says of a row of these: it is of one alliance, of a cohort, or of all together.
_OF_AN_ALLIANCE, _OF_A_COHORT, _ALL = 1, 2, 3
_TRAINEES = {
    "figure": "trainees_trained",
    "counted": "completed",
    "people": "NULL::bigint",
    "of_runs": "trains_teachers",
}
# Of teachers nothing is handed in: they are those of the other programmes.
_TEACHERS = _TRAINEES | {"figure": "teachers_trained", "of_runs": "NOT trains_teachers"}
_TRAINED = {Measure.TRAINEES_TRAINED: _TRAINEES, Measure.TEACHERS_TRAINED: _TEACHERS}
_EMPLOYED = _TRAINEES | {"figure": "trainees_employed", "counted": "employed_early", "people": "employment_known"}


def put_programme_run(session: Session, run: ProgrammeRun) -> None:
    """Keeps what a run now adds up to. The first telling counts from the last day of its year on; one that says
    otherwise counts from the day it was told, and until then what was told before; an event that comes again changes
    nothing. Raises `AcademicYearNotReadable`."""
    told = asdict(run)
    year = read_year(told.pop("academic_year"))
    told["year"], counts_from = year.starting, year.last_day
    known = session.get(ProgrammeRunRow, run.programme_run_id)
    if known is not None:
        before = {name: getattr(known, name) for name in told}
        says_the_same = before | {"recorded_at": run.recorded_at} == told
        if says_the_same or run.recorded_at < known.recorded_at:
            return
        told_on = day_of(run.recorded_at)
        if known.known_from_on < told_on:
            replica.put(
                session, EarlierProgrammeRunRow, **before, known_from_on=known.known_from_on, known_to_on=told_on
            )
        counts_from = told_on
    replica.put(session, ProgrammeRunRow, **told, known_from_on=counts_from)


def remove_all(session: Session) -> None:
    """Removes every run."""
    for row in (EarlierProgrammeRunRow, ProgrammeRunRow):
        session.execute(delete(row))


def trained_in(
    session: Session, measure: Measure, alliance_id: UUID, year: FileYear, as_of: date
) -> Sequence[TraineeFigure]:
    """An alliance's trainees, or its teachers, of the year and of the one before, where anything is known of them."""
    return _of_one(session, _TRAINED[measure], alliance_id, year, as_of)


def employed_of(session: Session, alliance_id: UUID, year: FileYear, as_of: date) -> Sequence[TraineeFigure]:
    """How many of an alliance's trainees were employed early, of those of whom it is known."""
    return [figure for figure in _of_one(session, _EMPLOYED, alliance_id, year, as_of) if figure.year == year]


def trained_nationally(session: Session, measure: Measure, year: FileYear, as_of: date) -> TrainedNationally:
    """The trainees, or the teachers, of all alliances in total, of the alliances of each cohort, and of each. An
    alliance whose cohort is not known counts in the total only."""
    rows = _ask(session, _OF_ALL, _TRAINED[measure], year, as_of, {})
    counts = [(row, YearOnYear(_exact(row.counted), _exact(row.counted_year_before))) for row in rows]
    return TrainedNationally(
        total=next(count for row, count in counts if row.without == _ALL),
        cohorts={row.cohort: count for row, count in counts if row.without == _OF_A_COHORT and row.cohort is not None},
        alliances={row.alliance_id: count for row, count in counts if row.without == _OF_AN_ALLIANCE},
    )


def employment_rates(session: Session, year: FileYear, as_of: date) -> Mapping[UUID, Rate]:
    """How many trainees of each alliance were employed early, of those of whom it is known."""
    rows = _ask(session, _OF_ALL, _EMPLOYED, year, as_of, {})
    return {
        row.alliance_id: Rate(int(row.counted or 0), int(row.people or 0))
        for row in rows
        if row.without == _OF_AN_ALLIANCE
    }


def newest_trainee_fact(session: Session, as_of: date, alliance_id: UUID | None = None) -> datetime | None:
    """When the newest of the facts about trainees, of one alliance or of all, was recorded; None where there is
    none."""
    newest = []
    for row in (ProgrammeRunRow, EarlierProgrammeRunRow, AllianceFigureRow):
        known = select(func.max(row.recorded_at)).where(row.known_from_on <= as_of)
        if row is AllianceFigureRow:
            known = known.where(row.figure.startswith("trainees_"))
        if alliance_id is not None:
            known = known.where(row.alliance_id == alliance_id)
        newest.append(known.scalar_subquery())
    return session.scalar(select(func.greatest(*newest)))


def _of_one(
    session: Session, of: Mapping[str, str], alliance_id: UUID, year: FileYear, as_of: date
) -> Sequence[TraineeFigure]:
    return [
        TraineeFigure(
            year=FileYear(row.year),
            counted=int(row.counted),
            people=row.people,
            upload_id=row.upload_id,
            line=row.line,
            programme_run_ids=tuple(row.programme_run_ids),
        )
        for row in _ask(session, _OF_ONE, of, year, as_of, {"alliance_id": alliance_id})
    ]


def _ask(
    session: Session, question: str, of: Mapping[str, str], year: FileYear, as_of: date, more: Mapping[str, Any]
) -> Sequence[Row[Any]]:
    statement = _FIGURES.format_map(of) + question
    asked = {"figure": of["figure"], "year": year.starting, "as_of": as_of} | dict(more)
    return session.execute(text(statement), asked).all()


def _exact(count: int | None) -> Fraction | None:
    return None if count is None else Fraction(int(count))
