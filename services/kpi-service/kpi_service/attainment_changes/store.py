"""The SQL of attainment year on year: one statement finds the figures of both years for every school of a population,
whichever URN they were given to. What was not known on the day asked about is not looked at."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, or_, select, text
from sqlalchemy.orm import Session

from kpi_service.attainment_changes.change import TOPICS, PublishedRecord, PupilSum, Topic, TopicSums, pupil_sum
from kpi_service.inspections.store import Population, WhoseSchools, whose, with_lines_of
from kpi_service.official_files.attainment import OF_THE_COUNTRY, Figure, Level
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes.tables import AttainmentRow, SchoolLinkRow

_TOPIC_OF = {figure: topic for topic in TOPICS for figure in topic.figures}

_PUBLISHED = """
    attainments.level = 'school' AND attainments.year BETWEEN :year - 1 AND :year
    AND attainments.known_from_on <= :as_of AND (attainments.known_to_on IS NULL OR attainments.known_to_on > :as_of)
"""
# The figure of a year is the school's own; where it has none, that of the predecessors nearest to it. Each line is
# looked up on its own and nothing is joined with itself: no planner knows how long lines are.
_RECORDS = f""",
    wanted AS (
        SELECT * FROM unnest(CAST(:topics AS int[]), CAST(:figures AS text[]), CAST(:needed AS int[]))
            AS wanted (topic, figure, needed)
    ),
    told AS (
        SELECT DISTINCT ON (whose, line.urn, given.code, given.figure, given.year)
               whose, line.urn, line.via, given.code AS given_to, wanted.topic, wanted.needed, given.figure,
               given.year, given.value, given.pupils, given.upload_id, given.line
        FROM grouped JOIN line USING (urn), LATERAL (
            SELECT * FROM attainments WHERE attainments.code = line.ancestor_urn AND {_PUBLISHED} OFFSET 0
        ) AS given JOIN wanted USING (figure)
        ORDER BY whose, line.urn, given.code, given.figure, given.year, cardinality(line.via)
    ),
    nearest AS (
        SELECT * FROM (
            SELECT told.*, rank() OVER nearest_first AS nth, row_number() OVER nearest_first AS place FROM told
            WINDOW nearest_first AS (PARTITION BY whose, urn, figure, year ORDER BY cardinality(via))
        ) AS told WHERE nth = 1
    ),
    set_beside AS (
        SELECT nearest.*, count(*) FILTER (WHERE place = 1) OVER (PARTITION BY whose, urn, topic)
                   = 2 * needed AS in_both_years
        FROM nearest
    ),
    records AS (
        SELECT set_beside.*, in_both_years AND row_number() OVER (
                   PARTITION BY whose, in_both_years, given_to, figure, year
                   ORDER BY cardinality(via), urn
               ) = 1 AS is_counted
        FROM set_beside
    )
"""  # noqa: S608 -- our own words alone
_EACH = "SELECT * FROM records ORDER BY urn, figure, year DESC, given_to"
# Of a school that is nobody's successor and nobody's predecessor the figures are its own, and no other school's.
_SUMS = f""",
    own AS (
        SELECT attainments.code AS urn, attainments.figure, attainments.year, attainments.pupils,
               attainments.value * attainments.pupils AS weighted,
               count(*) OVER (PARTITION BY attainments.code, wanted.topic) = 2 * wanted.needed AS in_both_years
        FROM attainments JOIN wanted USING (figure)
        WHERE {_PUBLISHED} AND attainments.code NOT IN (SELECT urn FROM linked)
    )
    SELECT whose, figure, year, sum(weighted) AS weighted, sum(pupils)::bigint AS pupils FROM (
        SELECT whose, figure, year, sum(weighted) AS weighted, sum(pupils) AS pupils
        FROM grouped JOIN own USING (urn) WHERE in_both_years GROUP BY whose, figure, year
        UNION ALL
        SELECT whose, figure, year, value * pupils, pupils FROM records WHERE is_counted
    ) AS counted
    GROUP BY whose, figure, year
"""  # noqa: S608 -- our own words alone


def records_of(session: Session, alliance_id: UUID, year: FileYear, as_of: date) -> Sequence[PublishedRecord]:
    """Each published figure of the alliance's schools for the year and the one before."""
    question = with_lines_of(Population.ALLIANCE) + _RECORDS + _EACH
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
        for row in _ask(session, question, year, as_of, {"alliance_id": alliance_id})
    ]


def sums_of(
    session: Session, populations: Collection[Population], year: FileYear, as_of: date
) -> Mapping[WhoseSchools, Mapping[Topic, TopicSums]]:
    """What every topic adds up to over each population, as `add_up` adds it, in one statement without reading each
    figure. Of alliances each apart those that the caller may see; one none of whose schools has a figure is left
    out."""
    found: dict[WhoseSchools, list[Row[Any]]] = {population: [] for population in populations}
    found.pop(Population.EACH_ALLIANCE, None)
    for row in _ask(session, with_lines_of(*populations, linked_only=True) + _RECORDS + _SUMS, year, as_of, {}):
        found.setdefault(whose(row), []).append(row)
    return {key: _added_up(rows, year) for key, rows in found.items()}


def official_sums(session: Session, topic: Topic, year: FileYear, as_of: date) -> tuple[Level, TopicSums] | None:
    """What the performance tables themselves say of the country: of the schools that the state funds where both years
    have that, or else of all schools. None where they say neither."""
    row = AttainmentRow
    rows = session.scalars(
        select(row).where(
            row.code == OF_THE_COUNTRY,
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


def _added_up(rows: Sequence[Row[Any]], year: FileYear) -> Mapping[Topic, TopicSums]:
    found: dict[Topic, dict[tuple[Figure, FileYear], PupilSum]] = {topic: {} for topic in TOPICS}
    for row in rows:
        figure = Figure(row.figure)
        topic = _TOPIC_OF[figure]
        found[topic][figure, FileYear(row.year)] = PupilSum.of(topic.unit, Fraction(row.weighted), row.pupils)
    return {topic: TopicSums(topic, sums, year) for topic, sums in found.items()}


def _ask(session: Session, question: str, year: FileYear, as_of: date, of: Mapping[str, Any]) -> Sequence[Row[Any]]:
    topics = [TOPICS.index(topic) for topic in _TOPIC_OF.values()]
    figures, needed = list(_TOPIC_OF), [len(topic.figures) for topic in _TOPIC_OF.values()]
    asked = {"as_of": as_of, "year": year.starting, "topics": topics, "figures": figures, "needed": needed}
    return session.execute(text(question), asked | dict(of)).all()
