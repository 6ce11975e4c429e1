"""The SQL of headship vacancies: one statement finds each school's last count in each of the two years."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from kpi_service.headships.vacancy import CountedSchool, HeadshipCount, VacancyRates
from kpi_service.inspections.store import Population, WhoseSchools, whose, with_lines_of
from kpi_service.measures.rate import Rate
from kpi_service.measures.target import year_before
from kpi_service.outcomes.tables import HeadshipVacancyRow

_COUNTS = """,
    told AS (
        SELECT DISTINCT ON (line.urn, vacancy.counted_on > :year_before)
               line.urn, vacancy.counted_on > :year_before AS is_latest, vacancy.urn AS given_to, vacancy.counted_on,
               vacancy.is_vacant, vacancy.upload_id, vacancy.line
        FROM line JOIN headship_vacancies AS vacancy ON vacancy.urn = line.ancestor_urn
        WHERE vacancy.counted_on > :two_years_before AND vacancy.counted_on <= :as_of
          AND vacancy.known_from_on <= :as_of AND (vacancy.known_to_on IS NULL OR vacancy.known_to_on > :as_of)
        ORDER BY line.urn, vacancy.counted_on > :year_before, vacancy.counted_on DESC, cardinality(line.via),
                 vacancy.urn
    )
"""
_EACH = "SELECT * FROM told ORDER BY urn"
_RATES = """
    SELECT whose, count(*) AS schools, count(*) FILTER (WHERE latest.is_vacant) AS vacant,
           count(*) FILTER (WHERE previous.is_vacant) AS vacant_before
    FROM grouped JOIN told AS latest USING (urn) JOIN told AS previous USING (urn)
    WHERE latest.is_latest AND NOT previous.is_latest
    GROUP BY whose
"""


def counted_schools(session: Session, alliance_id: UUID, as_of: date) -> Sequence[CountedSchool]:
    """Each school of the alliance that was counted in either year."""
    found: dict[str, dict[bool, HeadshipCount]] = {}
    for row in _ask(session, _EACH, [Population.ALLIANCE], as_of, {"alliance_id": alliance_id}):
        count = HeadshipCount(row.given_to, row.counted_on, row.is_vacant, row.upload_id, row.line)
        found.setdefault(row.urn, {})[row.is_latest] = count
    return [CountedSchool(urn, counts.get(True), counts.get(False)) for urn, counts in found.items()]


def rates_of(session: Session, populations: Collection[Population], as_of: date) -> Mapping[WhoseSchools, VacancyRates]:
    """The rates of each population, as `vacancy_rates` counts them, in one statement without reading each school. Of
    alliances each apart those that the caller may see; one none of whose schools was counted in both years is left
    out."""
    nothing = VacancyRates(Rate(0, 0), Rate(0, 0))
    found = dict.fromkeys(populations, nothing)
    found.pop(Population.EACH_ALLIANCE, None)
    return found | {
        whose(row): VacancyRates(Rate(row.vacant, row.schools), Rate(row.vacant_before, row.schools))
        for row in _ask(session, _RATES, populations, as_of, {})
    }


def newest_headship_fact(session: Session, as_of: date) -> datetime | None:
    """When the newest count that was known on the day was recorded; None where there is none."""
    row = HeadshipVacancyRow
    return session.scalar(select(func.max(row.recorded_at)).where(row.known_from_on <= as_of))


def _ask(
    session: Session, question: str, populations: Collection[Population], as_of: date, of: Mapping[str, Any]
) -> Sequence[Row[Any]]:
    before = year_before(as_of)
    days = {"as_of": as_of, "year_before": before, "two_years_before": year_before(before)}
    return session.execute(text(with_lines_of(*populations) + _COUNTS + question), days | dict(of)).all()
