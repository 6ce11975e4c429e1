"""The SQL of days used on visits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from kpi_service.deployment_days.result import DaysUsed
from kpi_service.facts.fact import Visit
from kpi_service.facts.tables import VisitRow
from kpi_service.measures.target import year_before
from kpi_service.official_files.file_year import FileYear


def visits_of(session: Session, alliance_id: UUID, as_of: date) -> Sequence[Visit]:
    """The visits of an alliance's leaders in the academic year up to the day, and in the one before up to the same day
    of it, latest first."""
    row, both = VisitRow, or_(_in_year_up_to(as_of), _in_year_up_to(year_before(as_of)))
    found = session.scalars(
        select(row).where(row.alliance_id == alliance_id, both).order_by(row.visited_on.desc(), row.deployment_id)
    )
    return [
        Visit(one.deployment_id, one.alliance_id, one.leader_id, one.visited_on, one.days, one.recorded_at)
        for one in found
    ]


def days_by_alliance(session: Session, as_of: date) -> Mapping[UUID, DaysUsed]:
    """What the visits of each alliance add up to, as `days_used` adds them, in one statement for all that the caller
    may see."""
    row, now, before = VisitRow, _in_year_up_to(as_of), _in_year_up_to(year_before(as_of))
    found = session.execute(
        select(
            row.alliance_id,
            func.coalesce(func.sum(row.days).filter(now), 0).label("days"),
            func.coalesce(func.sum(row.days).filter(before), 0).label("days_year_before"),
            func.count(row.leader_id.distinct()).filter(now).label("leaders"),
            func.count(row.leader_id.distinct()).filter(before).label("leaders_year_before"),
        )
        .where(or_(now, before))
        .group_by(row.alliance_id)
    )
    return {
        one.alliance_id: DaysUsed(
            Fraction(one.days), Fraction(one.days_year_before), one.leaders, one.leaders_year_before
        )
        for one in found
    }


def newest_visit_fact(session: Session, alliance_id: UUID | None = None) -> datetime | None:
    """When the newest visit, of one alliance or of all, was recorded; None where there is none."""
    of = true() if alliance_id is None else VisitRow.alliance_id == alliance_id
    return session.scalar(select(func.max(VisitRow.recorded_at)).where(of))


def _in_year_up_to(day: date) -> ColumnElement[bool]:
    return and_(VisitRow.visited_on > FileYear.having(day).before.last_day, VisitRow.visited_on <= day)
