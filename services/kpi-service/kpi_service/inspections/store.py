"""The SQL of changes between inspections: one statement finds each school's last two, whichever URN they were given to.

What was not known on the day asked about is not looked at: neither later inspections nor later restatements. What
stands behind a figure is found among the facts; where only grades are counted, in the pairs that are kept of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from kpi_service.inspections.change import (
    ChangeCount,
    GradeCounts,
    GradedInspection,
    GradePair,
    InspectedSchool,
    Judgement,
)
from kpi_service.measures.rate import Rate
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes.tables import InspectionRow, SchoolLinkRow
from kpi_service.schools.store import MEMBERS_OF_EACH, MEMBERS_ON_THE_DAY


class Population(StrEnum):
    """Whose schools: an alliance's members, those of each alliance apart, those of every alliance together, those in no
    alliance, or all; as they are open on the day."""

    ALLIANCE = "alliance"
    EACH_ALLIANCE = "each_alliance"
    EVERY_ALLIANCE = "every_alliance"
    IN_NO_ALLIANCE = "in_no_alliance"
    NATION = "nation"


WhoseSchools = Population | UUID
"""A population together, or one alliance of those that are counted each apart."""


_OF_EVERY_ALLIANCE = f"""
    SELECT DISTINCT memberships.urn FROM memberships LEFT JOIN schools USING (urn)
    WHERE {MEMBERS_ON_THE_DAY} AND (schools.closed_on IS NULL OR schools.closed_on >= :as_of)
"""  # noqa: S608 -- our own words alone
_MEMBERS = {
    Population.ALLIANCE: _OF_EVERY_ALLIANCE + "AND memberships.alliance_id = :alliance_id",
    Population.EACH_ALLIANCE: f"""
        SELECT members.alliance_id, members.urn FROM ({MEMBERS_OF_EACH}) AS members LEFT JOIN schools USING (urn)
        WHERE schools.closed_on IS NULL OR schools.closed_on >= :as_of
    """,  # noqa: S608 -- our own words alone
    Population.EVERY_ALLIANCE: _OF_EVERY_ALLIANCE,
    Population.IN_NO_ALLIANCE: """
        SELECT schools.urn FROM schools
        WHERE (schools.closed_on IS NULL OR schools.closed_on >= :as_of) AND NOT EXISTS (
            SELECT FROM times_in_alliances AS time WHERE time.urn = schools.urn AND time.from_on <= :as_of
              AND (time.to_on IS NULL OR time.to_on >= :as_of))
    """,
    Population.NATION: "SELECT urn FROM schools WHERE closed_on IS NULL OR closed_on >= :as_of",
}

# A school is in as many populations as it is asked about in, and has its grades, or its line, once.
_GROUPED = "grouped (whose, urn) AS ({each})"
_TOGETHER = "SELECT '{population}', urn FROM ({members}) AS members"
_APART = "SELECT alliance_id::text, urn FROM ({members}) AS members"
_GRADES_KEPT = """,
    grades AS (
        SELECT whose, grouped.urn,
               overall, overall_starting, teaching, teaching_starting, leadership, leadership_starting
        FROM grouped LEFT JOIN grade_pairs AS kept
          ON kept.urn = grouped.urn AND kept.from_on <= :as_of AND (kept.to_on IS NULL OR kept.to_on > :as_of)
    )
"""
# A school's line of predecessors is followed for ten steps, which no school has had, and never in a circle.
_LINES = """,
    links AS MATERIALIZED (
        SELECT DISTINCT predecessor_urn, successor_urn FROM school_links
        WHERE known_from_on <= :as_of AND (known_to_on IS NULL OR known_to_on > :as_of)
    ),
    linked AS MATERIALIZED (SELECT successor_urn AS urn FROM links UNION SELECT predecessor_urn FROM links),
    population AS MATERIALIZED (SELECT DISTINCT urn FROM grouped {which}),
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
_GRADES = "SELECT whose, urn, {judgement} AS grade, {judgement}_starting AS previous_grade FROM grades ORDER BY 1, 2"
# In the order of `ChangeCount`.
_COUNTED = """
    count(*) FILTER (WHERE {0} < {0}_starting), count(*) FILTER (WHERE {0} = {0}_starting),
    count(*) FILTER (WHERE {0} > {0}_starting), count(*) FILTER (WHERE {0} IS NOT NULL AND {0}_starting IS NULL),
    count(*) FILTER (WHERE {0} IS NULL), count(*) FILTER (WHERE {0}_starting > 1)
"""
_COUNTS = f"""
    SELECT whose, count(*) FILTER (WHERE overall <= 2), count(overall),
           {", ".join(_COUNTED.format(judgement.value) for judgement in Judgement)}
    FROM grades GROUP BY whose
"""  # noqa: S608 -- our own words alone
_POPULATIONS = {population.value: population for population in Population}
_GRADE_OF: Mapping[int | None, Grade | None] = {None: None} | {grade.value: grade for grade in Grade}


def with_lines_of(*populations: Population, linked_only: bool = False) -> str:
    """The beginning of a statement over each school of the populations, `grouped` by them, and its `line` of
    predecessors, on `:as_of`; or those lines only of the schools that are `linked` to another."""
    return _with_lines(populations, "WHERE urn IN (SELECT urn FROM linked)" if linked_only else "")


def with_grades_of(*populations: Population) -> str:
    """The beginning of a statement over each school of the populations, `grouped` by them, and its last two `grades` of
    every judgement, on `:as_of`."""
    return "WITH " + _grouped(populations) + _GRADES_KEPT


def whose(row: Row[Any]) -> WhoseSchools:
    """What a row of a statement that counts `whose` schools is of."""
    return _POPULATIONS.get(row.whose) or UUID(row.whose)


def inspected_schools(
    session: Session, population: Population, judgement: Judgement, as_of: date, alliance_id: UUID | None = None
) -> Sequence[InspectedSchool]:
    """Each school of the population with its last two graded inspections up to the day."""
    pairs = with_lines_of(population) + _PAIRS.format(judgement=judgement.value)
    rows = _ask(session, pairs + _EACH, as_of, alliance_id)
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


def count_grades(
    session: Session, populations: Collection[Population], as_of: date, alliance_id: UUID | None = None
) -> Mapping[WhoseSchools, GradeCounts]:
    """How many schools of each population changed how, as `count_changes` counts them, and are good, as `rated_good`
    does: in one statement without reading each school. Of alliances each apart those that the caller may see; one that
    has no open school on the day is left out."""
    found = dict.fromkeys(populations, GradeCounts.of_no_school())
    found.pop(Population.EACH_ALLIANCE, None)
    rows = _ask(session, with_grades_of(*populations) + _COUNTS, as_of, alliance_id)
    return found | {whose(row): _counts(row[1:]) for row in rows}


def grade_pairs(
    session: Session, population: Population, judgement: Judgement, as_of: date, alliance_id: UUID | None = None
) -> Sequence[GradePair]:
    """Each school of the population with its last two grades up to the day, in the order of their URNs."""
    return [_grades(row) for row in _ask_grades(session, population, judgement, as_of, alliance_id)]


def grade_pairs_by_alliance(session: Session, judgement: Judgement, as_of: date) -> Mapping[UUID, Sequence[GradePair]]:
    """The schools of each alliance with their last two grades, in one statement for all that the caller may see."""
    found: dict[UUID, list[GradePair]] = defaultdict(list)
    for row in _ask_grades(session, Population.EACH_ALLIANCE, judgement, as_of):
        found[UUID(row.whose)].append(_grades(row))
    return found


def count_changes_by_year(
    session: Session, population: Population, judgement: Judgement, as_of: date
) -> Mapping[FileYear, ChangeCount]:
    """How many graded inspections of each academic year were better or worse than the one before, whichever school of
    the population they were of: every pair counts in the year of its later inspection."""
    members = _MEMBERS[population]
    lines = _with_lines([population], "WHERE urn IN (SELECT urn FROM changing)")
    followed = lines + _PAIRS + _CHANGING + _BY_YEAR
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


def _with_lines(populations: Iterable[Population], which: str) -> str:
    return "WITH RECURSIVE " + _grouped(populations) + _LINES.format(which=which)


def _grouped(populations: Iterable[Population]) -> str:
    each = [
        (_APART if population is Population.EACH_ALLIANCE else _TOGETHER).format(
            population=population.value, members=_MEMBERS[population]
        )
        for population in populations
    ]
    return _GROUPED.format(each=" UNION ALL ".join(each))


def _ask_grades(
    session: Session, population: Population, judgement: Judgement, as_of: date, alliance_id: UUID | None = None
) -> Sequence[Row[Any]]:
    return _ask(session, with_grades_of(population) + _GRADES.format(judgement=judgement.value), as_of, alliance_id)


def _ask(session: Session, statement: str, as_of: date, alliance_id: UUID | None = None) -> Sequence[Row[Any]]:
    asked = {"as_of": as_of} | ({} if alliance_id is None else {"alliance_id": alliance_id})
    return session.execute(text(statement), asked).all()


def _counts(counted: Sequence[int]) -> GradeCounts:
    (good, graded), changes = counted[:2], counted[2:]
    each = len(changes) // len(Judgement)
    return GradeCounts(
        {judgement: ChangeCount(*changes[each * nth : each * (nth + 1)]) for nth, judgement in enumerate(Judgement)},
        Rate(good, graded),
    )


def _grades(row: Row[Any]) -> GradePair:
    return GradePair(row.urn, _GRADE_OF[row.grade], _GRADE_OF[row.previous_grade])


def _graded(
    urn: str | None, inspected_on: date, grade: int, upload_id: UUID, line: int, via: list[str]
) -> GradedInspection | None:
    return None if urn is None else GradedInspection(urn, inspected_on, Grade(grade), upload_id, line, tuple(via))
