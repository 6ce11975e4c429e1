"""The SQL of agreed targets."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kpi_service.definitions.kpi_definition import KpiTerms
from kpi_service.measures.target import Comparator
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes.tables import AllianceFigureRow
from kpi_service.verdicts.comparison import Comparison, compared

NO_AGREED_TARGET = Comparison(Comparator.AGREED_TARGET, None, None)


def agreed_target(session: Session, alliance_id: UUID, code: str, year: FileYear, as_of: date) -> Comparison:
    """What the alliance agreed to reach in the year under the KPI with this code, as it was known on the day."""
    found = session.scalar(_targets(code, year, as_of).where(AllianceFigureRow.alliance_id == alliance_id))
    return NO_AGREED_TARGET if found is None else _agreed(found)


def agreed_targets(session: Session, code: str, year: FileYear, as_of: date) -> Mapping[UUID, Comparison]:
    """What each alliance agreed to reach, where it agreed to anything."""
    return {found.alliance_id: _agreed(found) for found in session.scalars(_targets(code, year, as_of))}


def compared_in_year(
    session: Session,
    terms: KpiTerms,
    alliance_id: UUID,
    year: FileYear,
    previous: Fraction | None,
    last_counted_on: date,
    as_of: date,
) -> Comparison:
    """What a figure of an academic year, counted up to `last_counted_on`, is set against: what the alliance agreed to
    reach in the year, a fixed value, or the figure of the year before."""
    if terms.target.comparator is Comparator.AGREED_TARGET:
        return agreed_target(session, alliance_id, terms.code, year, as_of)
    return compared(terms.target, previous, last_counted_on)


def _targets(code: str, year: FileYear, as_of: date) -> Select[AllianceFigureRow]:
    row = AllianceFigureRow
    return select(row).where(
        row.year == year.starting,
        row.figure == f"target_{code}",
        row.known_from_on <= as_of,
        or_(row.known_to_on.is_(None), row.known_to_on > as_of),
    )


def _agreed(found: AllianceFigureRow) -> Comparison:
    source = f"upload {found.upload_id}, line {found.line}"
    tolerance = Fraction(found.tolerance or 0)
    return Comparison(Comparator.AGREED_TARGET, found.known_from_on, Fraction(found.value), source, tolerance)
