"""The SQL of SLEs designated and trained."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kpi_service.facts.fact import SPECIALIST_LEADER
from kpi_service.facts.tables import DesignationRow
from kpi_service.leader_training.result import TrainedLeader
from kpi_service.measures.target import Comparator
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes.tables import AllianceFigureRow
from kpi_service.verdicts.comparison import Comparison

NO_AGREED_TARGET = Comparison(Comparator.AGREED_TARGET, None, None)
_COMPLETE_ON = func.greatest(DesignationRow.designated_on, DesignationRow.trained_on)


def trained_leaders(session: Session, alliance_id: UUID, year: FileYear, as_of: date) -> Sequence[TrainedLeader]:
    """The first designations of SLEs that were complete, with the training, in the year up to the day. Whoever was no
    longer designated when the training was complete is not among them; a renewal keeps a leader designated."""
    made = DesignationRow
    rows = session.scalars(
        select(made)
        .where(made.alliance_id == alliance_id, *_trained_in(year, as_of))
        .order_by(_COMPLETE_ON, made.designation_id)
    )
    return [
        TrainedLeader(row.designation_id, row.leader_id, row.designated_on, row.trained_on)
        for row in rows
        if row.trained_on is not None
    ]


def count_by_alliance(session: Session, year: FileYear, as_of: date) -> Mapping[UUID, int]:
    """How many of them each alliance has, in one statement for all that the caller may see."""
    made = DesignationRow.alliance_id
    counted = select(made, func.count().label("trained")).where(*_trained_in(year, as_of)).group_by(made)
    return {row.alliance_id: row.trained for row in session.execute(counted)}


def _trained_in(year: FileYear, as_of: date) -> Sequence[ColumnElement[bool]]:
    made, held = DesignationRow, aliased(DesignationRow)
    ended_on = func.least(held.withdrawn_on, held.lapsed_on)
    still_designated = exists().where(
        held.alliance_id == made.alliance_id,
        held.leader_id == made.leader_id,
        held.kind == SPECIALIST_LEADER,
        held.designated_on <= _COMPLETE_ON,
        or_(ended_on.is_(None), ended_on > _COMPLETE_ON),
    )
    return [
        made.kind == SPECIALIST_LEADER,
        made.renews_designation_id.is_(None),
        made.trained_on.is_not(None),
        year.before.last_day < _COMPLETE_ON,
        min(as_of, year.last_day) >= _COMPLETE_ON,
        still_designated,
    ]


def agreed_target(session: Session, alliance_id: UUID, code: str, year: FileYear, as_of: date) -> Comparison:
    """What the alliance agreed to reach in the year under the KPI with this code, as it was known on the day."""
    found = session.scalar(_targets(code, year, as_of).where(AllianceFigureRow.alliance_id == alliance_id))
    return NO_AGREED_TARGET if found is None else _agreed(found)


def agreed_targets(session: Session, code: str, year: FileYear, as_of: date) -> Mapping[UUID, Comparison]:
    """What each alliance agreed to reach, where it agreed to anything."""
    return {found.alliance_id: _agreed(found) for found in session.scalars(_targets(code, year, as_of))}


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
