"""The SQL of changes between inspections: one statement finds each school's last two, whichever URN they were given to.

What was not known on the day asked about is not looked at: neither later inspections nor later restatements. What
stands behind a figure is found among the facts; where only grades are counted, in the pairs that are kept of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from kpi_service.inspections.change import ChangeCount, GradedInspection, GradePair, InspectedSchool, Judgement
from kpi_service.measures.rate import Rate
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes.tables import InspectionRow, SchoolLinkRow
from kpi_service.schools.store import MEMBERS_OF_EACH, MEMBERS_ON_THE_DAY


class Population(StrEnum):
    """Whose schools: an alliance's members, those of every alliance, those in no alliance, or all; as they are open on
    the day."""

    ALLIANCE = "alliance"
    EVERY_ALLIANCE = "every_alliance"
    IN_NO_ALLIANCE = "in_no_alliance"
    NATION = "nation"


_OF_EVERY_ALLIANCE = f"""
    SELECT DISTINCT memberships.urn FROM memberships LEFT JOIN schools USING (urn)
    WHERE {MEMBERS_ON_THE_DAY} AND (schools.closed_on IS NULL OR schools.closed_on >= :as_of)
"""  # noqa: S608 -- our own words alone
_MEMBERS = {
    Population.ALLIANCE: _OF_EVERY_ALLIANCE + "AND memberships.alliance_id = :alliance_id",
    Population.EVERY_ALLIANCE: _OF_EVERY_ALLIANCE,
    Population.IN_NO_ALLIANCE: """
        SELECT schools.urn FROM schools
        WHERE (schools.closed_on IS NULL OR schools.closed_on >= :as_of) AND NOT EXISTS (
            SELECT FROM times_in_alliances AS time WHERE time.urn = schools.urn AND time.from_on <= :as_of
              AND (time.to_on IS NULL OR time.to_on >= :as_of))
    """,
    Population.NATION: "SELECT urn FROM schools WHERE closed_on IS NULL OR closed_on >= :as_of",
}

_GRADES_KEPT = """
    WITH population AS ({members}),
    grades AS (
        SELECT population.urn, overall, overall_starting, teaching, teaching_starting, leadership, leadership_starting
        FROM population LEFT JOIN grade_pairs AS kept
          ON kept.urn = population.urn AND kept.from_on <= :as_of AND (kept.to_on IS NULL OR kept.to_on > :as_of)
    )
"""
_PAIRS_KEPT = """,
    pairs AS (SELECT urn, {judgement} AS grade, {judgement}_starting AS previous_grade FROM grades)
"""
# A school's line of predecessors is followed for ten steps, which no school has had, and never in a circle.
_LINES = """
    WITH RECURSIVE population AS MATERIALIZED ({members}),
    links AS MATERIALIZED (
        SELECT DISTINCT predecessor_urn, successor_urn FROM school_links
        WHERE known_from_on <= :as_of AND (known_to_on IS NULL OR known_to_on > :as_of)
    ),
    line (urn, ancestor_urn, via) AS (
        SELECT urn, urn, ARRAY[]::text[] FROM population
        UNION ALL
        SELECT line.urn, links.predecessor_urn, line.via || links.predecessor_urn
        FROM line JOIN links ON links.successor_urn = line.ancestor_urn
        WHERE links.predecessor_urn <> line.urn AND links.predecessor_urn <> ALL (line.via)
          AND cardinality(line.via) < 10
    )
"""
_PAIRS = """,
    told AS (
        SELECT line.urn, line.via, inspections.urn AS given_to,
               inspections.inspected_on, inspections.{judgement} AS grade, inspections.upload_id, inspections.line
        FROM line JOIN inspections ON inspections.urn = line.ancestor_urn
        WHERE inspections.inspected_on <= :as_of AND inspections.{judgement} IS NOT NULL
          AND inspections.known_from_on <= :as_of
          AND (inspections.known_to_on IS NULL OR inspections.known_to_on > :as_of)
    ),
    once AS (
        SELECT * FROM (
            SELECT told.*, inspected_on - lag(inspected_on) OVER nearest_first AS days_since FROM told
            WINDOW nearest_first AS (PARTITION BY urn ORDER BY inspected_on, cardinality(via), given_to)
        ) AS told WHERE days_since IS NULL OR days_since > 7
    ),
    numbered AS (
        SELECT once.*, row_number() OVER (PARTITION BY urn ORDER BY inspected_on DESC) AS nth FROM once
    ),
    history AS (
        SELECT urn, inspected_on, grade, lag(grade) OVER (PARTITION BY urn ORDER BY inspected_on) AS previous_grade
        FROM once
    ),
    pairs AS (
        SELECT population.urn, latest.given_to, latest.inspected_on, latest.grade, latest.upload_id, latest.line,
               latest.via, previous.given_to AS previous_given_to, previous.inspected_on AS previous_inspected_on,
               previous.grade AS previous_grade, previous.upload_id AS previous_upload_id,
               previous.line AS previous_line, previous.via AS previous_via
        FROM population
        LEFT JOIN numbered AS latest ON latest.urn = population.urn AND latest.nth = 1
        LEFT JOIN numbered AS previous ON previous.urn = population.urn AND previous.nth = 2
    )
"""
# Where every inspection of a school counts from its own day on, each period that is kept begins with one, so that the
# pairs are its history. The others, told apart as `keep_grade_pairs` tells them, are followed among the facts.
_CHANGING = """,
    changing AS MATERIALIZED (
        SELECT successor_urn AS urn FROM school_links
        UNION
        SELECT urn FROM inspections GROUP BY urn
        HAVING bool_or(known_from_on <> inspected_on OR known_to_on IS NOT NULL)
            OR count(teaching) NOT IN (0, count(*)) OR count(leadership) NOT IN (0, count(*))
    )
"""
_ARE_CHANGING = "SELECT urn FROM ({members}) AS members WHERE urn IN (SELECT urn FROM changing)"
_BY_YEAR = """,
    by_day AS (
        SELECT inspected_on, grade, previous_grade, count(*) AS inspections FROM (
            SELECT inspected_on, grade, previous_grade FROM history
            UNION ALL
            SELECT from_on, {judgement}, {judgement}_starting FROM grade_pairs JOIN ({members}) AS members USING (urn)
            WHERE from_on <= :as_of AND {judgement} IS NOT NULL AND urn NOT IN (SELECT urn FROM changing)
        ) AS graded GROUP BY inspected_on, grade, previous_grade
    )
    SELECT extract(year FROM inspected_on - interval '8 months')::int AS starting,
           coalesce(sum(inspections) FILTER (WHERE grade < previous_grade), 0)::int AS improved,
           coalesce(sum(inspections) FILTER (WHERE grade = previous_grade), 0)::int AS maintained,
           coalesce(sum(inspections) FILTER (WHERE grade > previous_grade), 0)::int AS declined,
           coalesce(sum(inspections) FILTER (WHERE previous_grade IS NULL), 0)::int AS first_inspection,
           coalesce(sum(inspections) FILTER (WHERE previous_grade > 1), 0)::int AS could_improve
    FROM by_day GROUP BY 1 ORDER BY 1
"""
_EACH = "SELECT * FROM pairs ORDER BY urn"
_GRADES = "SELECT urn, grade, previous_grade FROM pairs ORDER BY urn"
_COUNTED = """
    count(*) FILTER (WHERE grade < previous_grade) AS improved,
           count(*) FILTER (WHERE grade = previous_grade) AS maintained,
           count(*) FILTER (WHERE grade > previous_grade) AS declined,
           count(*) FILTER (WHERE grade IS NOT NULL AND previous_grade IS NULL) AS first_inspection,
           count(*) FILTER (WHERE grade IS NULL) AS not_inspected,
           count(*) FILTER (WHERE previous_grade > 1) AS could_improve
"""
_COUNTS = f"SELECT {_COUNTED} FROM pairs"  # noqa: S608 -- our own words alone
_OF_ALLIANCES = f"""
    pairs JOIN ({MEMBERS_OF_EACH}) AS members USING (urn)
"""
_RATED = "count(*) FILTER (WHERE grade <= 2) AS good, count(grade) AS graded"
_RATE = f"SELECT {_RATED} FROM pairs"  # noqa: S608 -- our own words alone
_RATES_BY_ALLIANCE = f"SELECT alliance_id, {_RATED} FROM {_OF_ALLIANCES} GROUP BY alliance_id"  # noqa: S608 -- our own words alone
_GRADE_OF: Mapping[int | None, Grade | None] = {None: None} | {grade.value: grade for grade in Grade}
_COUNTS_BY_ALLIANCE = f"SELECT alliance_id, {_COUNTED} FROM {_OF_ALLIANCES} GROUP BY alliance_id"  # noqa: S608 -- our own words alone
_GRADES_BY_ALLIANCE = f"SELECT alliance_id, urn, grade, previous_grade FROM {_OF_ALLIANCES} ORDER BY 1, 2"  # noqa: S608 -- our own words alone


def with_lines_of(population: Population) -> str:
    """The beginning of a statement over each school of a `population` and its `line` of predecessors, on `:as_of`."""
    return _LINES.format(members=_MEMBERS[population])


def with_grades_of(population: Population) -> str:
    """The beginning of a statement over each school of a `population` and its last two `grades` of every judgement, on
    `:as_of`."""
    return _GRADES_KEPT.format(members=_MEMBERS[population])


def inspected_schools(
    session: Session, population: Population, judgement: Judgement, as_of: date, alliance_id: UUID | None = None
) -> Sequence[InspectedSchool]:
    """Each school of the population with its last two graded inspections up to the day."""
    rows = _ask(session, _from_facts(population, judgement) + _EACH, as_of, alliance_id)
    return [
        InspectedSchool(
            row.urn,
            _graded(row.given_to, row.inspected_on, row.grade, row.upload_id, row.line, row.via),
            _graded(
                row.previous_given_to,
                row.previous_inspected_on,
                row.previous_grade,
                row.previous_upload_id,
                row.previous_line,
                row.previous_via,
            ),
        )
        for row in rows
    ]


def count_inspected_schools(
    session: Session, population: Population, judgement: Judgement, as_of: date, alliance_id: UUID | None = None
) -> ChangeCount:
    """How many schools of the population changed how, as `count_changes` counts them, without reading each."""
    (row,) = _ask(session, _from_kept(population, judgement) + _COUNTS, as_of, alliance_id)
    return ChangeCount(**row._mapping)


def grade_pairs(
    session: Session, population: Population, judgement: Judgement, as_of: date, alliance_id: UUID | None = None
) -> Sequence[GradePair]:
    """Each school of the population with its last two grades up to the day, in the order of their URNs."""
    return [_grades(row) for row in _ask(session, _from_kept(population, judgement) + _GRADES, as_of, alliance_id)]


def count_by_alliance(session: Session, judgement: Judgement, as_of: date) -> Mapping[UUID, ChangeCount]:
    """How many schools of each alliance changed how, in one statement for all that the caller may see. An alliance that
    has no open school on the day is left out."""
    rows = _ask(session, _from_kept(Population.EVERY_ALLIANCE, judgement) + _COUNTS_BY_ALLIANCE, as_of)
    counts = [dict(row._mapping) for row in rows]
    return {count.pop("alliance_id"): ChangeCount(**count) for count in counts}


def grade_pairs_by_alliance(session: Session, judgement: Judgement, as_of: date) -> Mapping[UUID, Sequence[GradePair]]:
    """The schools of each alliance with their last two grades, in one statement for all that the caller may see."""
    found: dict[UUID, list[GradePair]] = defaultdict(list)
    for row in _ask(session, _from_kept(Population.EVERY_ALLIANCE, judgement) + _GRADES_BY_ALLIANCE, as_of):
        found[row.alliance_id].append(_grades(row))
    return found


def rate_rated_good(session: Session, population: Population, as_of: date, alliance_id: UUID | None = None) -> Rate:
    """How many schools of the population are good or outstanding overall, as `rated_good` counts them."""
    (row,) = _ask(session, _from_kept(population, Judgement.OVERALL) + _RATE, as_of, alliance_id)
    return Rate(row.good, row.graded)


def rates_rated_good_by_alliance(session: Session, as_of: date) -> Mapping[UUID, Rate]:
    """The same of each alliance, in one statement for all that the caller may see."""
    rows = _ask(session, _from_kept(Population.EVERY_ALLIANCE, Judgement.OVERALL) + _RATES_BY_ALLIANCE, as_of)
    return {row.alliance_id: Rate(row.good, row.graded) for row in rows}


def count_changes_by_year(
    session: Session, population: Population, judgement: Judgement, as_of: date
) -> Mapping[FileYear, ChangeCount]:
    """How many graded inspections of each academic year were better or worse than the one before, whichever school of
    the population they were of: every pair counts in the year of its later inspection."""
    members = _MEMBERS[population]
    followed = _LINES.format(members=_ARE_CHANGING.format(members=members)) + _PAIRS + _CHANGING + _BY_YEAR
    rows = _ask(session, followed.format(members=members, judgement=judgement.value), as_of)
    return {
        FileYear(row.starting): ChangeCount(
            improved=row.improved,
            maintained=row.maintained,
            declined=row.declined,
            first_inspection=row.first_inspection,
            could_improve=row.could_improve,
        )
        for row in rows
    }


def newest_inspection_fact(session: Session, as_of: date) -> datetime | None:
    """When the newest of the facts about inspections that were known on the day was recorded; None where there is
    none."""
    newest = [
        select(func.max(row.recorded_at)).where(row.known_from_on <= as_of).scalar_subquery()
        for row in (InspectionRow, SchoolLinkRow)
    ]
    return session.scalar(select(func.greatest(*newest)))


def _from_facts(population: Population, judgement: Judgement) -> str:
    return with_lines_of(population) + _PAIRS.format(judgement=judgement.value)


def _from_kept(population: Population, judgement: Judgement) -> str:
    return with_grades_of(population) + _PAIRS_KEPT.format(judgement=judgement.value)


def _ask(session: Session, statement: str, as_of: date, alliance_id: UUID | None = None) -> Sequence[Row[Any]]:
    asked = {"as_of": as_of} | ({} if alliance_id is None else {"alliance_id": alliance_id})
    return session.execute(text(statement), asked).all()


def _grades(row: Row[Any]) -> GradePair:
    return GradePair(row.urn, _GRADE_OF[row.grade], _GRADE_OF[row.previous_grade])


def _graded(
    urn: str | None, inspected_on: date, grade: int, upload_id: UUID, line: int, via: list[str]
) -> GradedInspection | None:
    return None if urn is None else GradedInspection(urn, inspected_on, Grade(grade), upload_id, line, tuple(via))
