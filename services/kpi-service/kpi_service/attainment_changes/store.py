"""The SQL of attainment year on year: one statement finds the figures of both years for every school of a population,
whichever URN they were given to. What was not known on the day asked about is not looked at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select, text
from sqlalchemy.orm import Session

from kpi_service.attainment_changes.change import TOPICS, PublishedRecord, PupilSum, Topic, TopicSums, pupil_sum
from kpi_service.inspections.store import Population, with_lines_of
from kpi_service.official_files.attainment import Figure, Level
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes.tables import AttainmentRow, SchoolLinkRow
from kpi_service.schools.store import MEMBERS_OF_EACH

_TOPIC_OF = [(index, figure, len(topic.figures)) for index, topic in enumerate(TOPICS) for figure in topic.figures]

# The figure of a year is the school's own; where it has none, that of the predecessors nearest to it.
_RECORDS = """,
    wanted AS (
        SELECT * FROM unnest(CAST(:topics AS int[]), CAST(:figures AS text[]), CAST(:needed AS int[]))
            AS wanted (topic, figure, needed)
    ),
    told AS (
        SELECT DISTINCT ON (line.urn, given.code, given.figure, given.year)
               line.urn, line.via, given.code AS given_to, wanted.topic, wanted.needed, given.figure, given.year,
               given.value, given.pupils, given.upload_id, given.line
        FROM line JOIN attainments AS given ON given.code = line.ancestor_urn JOIN wanted USING (figure)
        WHERE given.level = 'school' AND given.year IN (:year, :year - 1)
          AND given.known_from_on <= :as_of AND (given.known_to_on IS NULL OR given.known_to_on > :as_of)
        ORDER BY line.urn, given.code, given.figure, given.year, cardinality(line.via)
    ),
    nearest AS (
        SELECT * FROM (
            SELECT told.*, rank() OVER (PARTITION BY urn, figure, year ORDER BY cardinality(via)) AS nth FROM told
        ) AS told WHERE nth = 1
    ),
    in_both_years AS (
        SELECT urn, topic FROM nearest GROUP BY urn, topic, needed HAVING count(DISTINCT (figure, year)) = 2 * needed
    ),
    counted AS (
        SELECT DISTINCT ON (given_to, figure, year) nearest.* FROM nearest JOIN in_both_years USING (urn, topic)
        ORDER BY given_to, figure, year, cardinality(via), urn
    )
"""
_EACH = """
    SELECT nearest.*, EXISTS (
        SELECT FROM counted
        WHERE counted.urn = nearest.urn AND counted.given_to = nearest.given_to
          AND counted.figure = nearest.figure AND counted.year = nearest.year
    ) AS is_counted
    FROM nearest ORDER BY urn, figure, year DESC, given_to
"""
_SUMS = """
    SELECT topic, figure, year, sum(value * pupils) AS weighted, sum(pupils)::bigint AS pupils
    FROM counted GROUP BY topic, figure, year
"""


_SUMS_BY_ALLIANCE = f""",
    counted_in_each AS (
        SELECT DISTINCT ON (alliance_id, given_to, figure, year) alliance_id, nearest.*
        FROM nearest JOIN in_both_years USING (urn, topic) JOIN ({MEMBERS_OF_EACH}) AS members USING (urn)
        ORDER BY alliance_id, given_to, figure, year, cardinality(via), urn
    )
    SELECT alliance_id, topic, figure, year, sum(value * pupils) AS weighted, sum(pupils)::bigint AS pupils
    FROM counted_in_each GROUP BY alliance_id, topic, figure, year
"""  # noqa: S608 -- our own words alone


def records_of(session: Session, alliance_id: UUID, year: FileYear, as_of: date) -> Sequence[PublishedRecord]:
    """Each published figure of the alliance's schools for the year and the one before."""
    return [
        PublishedRecord(
            urn=row.urn,
            given_to=row.given_to,
            via=tuple(row.via),
            figure=Figure(row.figure),
            year=FileYear(row.year),
            value=Fraction(row.value),
            pupils=row.pupils,
            upload_id=row.upload_id,
            line=row.line,
            is_counted=row.is_counted,
        )
        for row in _ask(session, _EACH, Population.ALLIANCE, year, as_of, {"alliance_id": alliance_id})
    ]


def sums_of(session: Session, population: Population, year: FileYear, as_of: date) -> Mapping[Topic, TopicSums]:
    """What every topic adds up to over a population, as `add_up` adds it, without reading each figure."""
    return _sums(_ask(session, _SUMS, population, year, as_of, {}), year)


def sums_by_alliance(session: Session, year: FileYear, as_of: date) -> Mapping[UUID, Mapping[Topic, TopicSums]]:
    """What every topic adds up to in each alliance, in one statement for all that the caller may see."""
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in _ask(session, _SUMS_BY_ALLIANCE, Population.EVERY_ALLIANCE, year, as_of, {}):
        found[row.alliance_id].append(row)
    return {alliance_id: _sums(rows, year) for alliance_id, rows in found.items()}


def _sums(rows: Sequence[Row[Any]], year: FileYear) -> Mapping[Topic, TopicSums]:
    found: dict[int, dict[tuple[Figure, FileYear], PupilSum]] = defaultdict(dict)
    for row in rows:
        average = Fraction(row.weighted) / row.pupils
        found[row.topic][Figure(row.figure), FileYear(row.year)] = pupil_sum(
            TOPICS[row.topic].unit, average, row.pupils
        )
    return {topic: TopicSums(topic, found[index], year) for index, topic in enumerate(TOPICS)}


def official_sums(session: Session, topic: Topic, year: FileYear, as_of: date) -> tuple[Level, TopicSums] | None:
    """What the performance tables themselves say of the country: of the schools that the state funds where both years
    have that, or else of all schools. None where they say neither."""
    row = AttainmentRow
    rows = session.scalars(
        select(row).where(
            row.level.in_([Level.ENGLAND_STATE_FUNDED, Level.ENGLAND]),
            row.figure.in_(topic.figures),
            row.year.in_([year.starting, year.before.starting]),
            row.known_from_on <= as_of,
            or_(row.known_to_on.is_(None), row.known_to_on > as_of),
        )
    ).all()
    for level in (Level.ENGLAND_STATE_FUNDED, Level.ENGLAND):
        sums = {
            (Figure(found.figure), FileYear(found.year)): pupil_sum(topic.unit, Fraction(found.value), found.pupils)
            for found in rows
            if found.level == level
        }
        if len(sums) == 2 * len(topic.figures):
            return level, TopicSums(topic, sums, year)
    return None


def newest_attainment_fact(session: Session, as_of: date) -> datetime | None:
    """When the newest of the facts about attainment that were known on the day was recorded; None where there is
    none."""
    newest = [
        select(func.max(row.recorded_at)).where(row.known_from_on <= as_of).scalar_subquery()
        for row in (AttainmentRow, SchoolLinkRow)
    ]
    return session.scalar(select(func.greatest(*newest)))


def _ask(
    session: Session, question: str, population: Population, year: FileYear, as_of: date, of: Mapping[str, Any]
) -> Sequence[Row[Any]]:
    topics, figures, needed = (list(column) for column in zip(*_TOPIC_OF, strict=True))
    asked = {"as_of": as_of, "year": year.starting, "topics": topics, "figures": figures, "needed": needed}
    return session.execute(text(with_lines_of(population) + _RECORDS + question), asked | dict(of)).all()
