"""The SQL of matched schools: what was known of every school on a day, in one statement."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kpi_service.comparator_versions.comparator_version import Variable
from kpi_service.comparators.matched_schools import SchoolColumns, flags, numbers, words
from kpi_service.inspections.change import Judgement
from kpi_service.inspections.store import Population, with_grades_of
from kpi_service.outcomes.tables import CharacteristicsRow, SchoolPlaceRow

_KNOWN = "known_from_on <= :as_of AND (known_to_on IS NULL OR known_to_on > :as_of)"
_GRADES = [name for judgement in Judgement for name in (judgement.value, f"{judgement.value}_starting")]
# A school's size and disadvantage are those of the newest year told of: found by a group and a join, which no sort is.
_DESCRIBED = f"""
    SELECT urn, grades.urn IS NOT NULL, phase, region, pupils, disadvantaged_percent::float8, {", ".join(_GRADES)}
    FROM (SELECT urn, phase, region FROM school_places WHERE {_KNOWN}) AS place
    FULL JOIN (
        SELECT urn, pupils, disadvantaged_percent FROM (
            SELECT urn, max(year) AS year FROM school_characteristics WHERE {_KNOWN} GROUP BY urn
        ) AS newest JOIN school_characteristics USING (urn, year) WHERE {_KNOWN}
    ) AS newest USING (urn)
    FULL JOIN grades USING (urn)
    ORDER BY urn COLLATE "C"
"""  # noqa: S608 -- our own words alone


def describe_schools(session: Session, as_of: date) -> Mapping[Judgement, SchoolColumns]:
    """What was known of each school on the day; where it is open and in no alliance, its grades in each judgement."""
    rows = session.execute(text(with_grades_of(Population.IN_NO_ALLIANCE) + _DESCRIBED), {"as_of": as_of}).all()
    urns, in_none, phases, regions, pupils, percents, *grades = zip(*rows, strict=True) if rows else [()] * 12
    variables = {Variable.PUPILS: numbers(pupils), Variable.DISADVANTAGED_PERCENT: numbers(percents)}
    may_be_chosen, places = flags(in_none), {urn: place for place, urn in enumerate(urns)}
    phase_words, region_words = words(phases), words(regions)
    return {
        judgement: SchoolColumns(
            urns,
            may_be_chosen,
            numbers(latest),
            numbers(starting),
            phase_words,
            region_words,
            variables,
            places,
        )
        for judgement, latest, starting in zip(Judgement, grades[::2], grades[1::2], strict=True)
    }


def newest_description(session: Session, as_of: date) -> datetime | None:
    """When the newest of what was known of the schools on the day was recorded; None where nothing was."""
    newest = [
        select(func.max(row.recorded_at)).where(row.known_from_on <= as_of).scalar_subquery()
        for row in (SchoolPlaceRow, CharacteristicsRow)
    ]
    return session.scalar(select(func.greatest(*newest)))
