"""The SQL of matched schools: what was known of every school on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kpi_service.comparators.matched_schools import MatchableSchool
from kpi_service.inspections.change import GradePair
from kpi_service.outcomes.tables import CharacteristicsRow, SchoolPlaceRow

_KNOWN = "known_from_on <= :as_of AND (known_to_on IS NULL OR known_to_on > :as_of)"
_DESCRIBED = f"""
    SELECT urn, phase, region, pupils, disadvantaged_percent
    FROM (SELECT urn, phase, region FROM school_places WHERE {_KNOWN}) AS place
    FULL JOIN (
        SELECT DISTINCT ON (urn) urn, pupils, disadvantaged_percent FROM school_characteristics
        WHERE {_KNOWN} ORDER BY urn, year DESC
    ) AS newest USING (urn)
"""  # noqa: S608 -- our own words alone


@dataclass(frozen=True)
class Description:
    """What is known of a school on a day; its size and disadvantage are those of the newest year told of."""

    phase: str | None = None
    region: str | None = None
    pupils: int | None = None
    disadvantaged_percent: Decimal | None = None


def describe_schools(session: Session, as_of: date) -> Mapping[str, Description]:
    """What was known of each school on the day, by its URN."""
    rows = session.execute(text(_DESCRIBED), {"as_of": as_of})
    return {urn: Description(*told) for urn, *told in rows}


def described(pairs: Iterable[GradePair], descriptions: Mapping[str, Description]) -> Sequence[MatchableSchool]:
    """Schools with what is known of them; of one that nothing is known of, nothing."""
    nothing = Description()
    answer = []
    for pair in pairs:
        known = descriptions.get(pair.urn, nothing)
        answer.append(MatchableSchool(pair, known.phase, known.region, known.pupils, known.disadvantaged_percent))
    return answer


def newest_description(session: Session, as_of: date) -> datetime | None:
    """When the newest of what was known of the schools on the day was recorded; None where nothing was."""
    newest = [
        select(func.max(row.recorded_at)).where(row.known_from_on <= as_of).scalar_subquery()
        for row in (SchoolPlaceRow, CharacteristicsRow)
    ]
    return session.scalar(select(func.greatest(*newest)))
