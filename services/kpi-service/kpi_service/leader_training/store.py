"""The SQL of SLEs designated and trained."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kpi_service.facts.fact import SPECIALIST_LEADER
from kpi_service.facts.tables import DesignationRow
from kpi_service.leader_training.result import TrainedLeader
from kpi_service.official_files.file_year import FileYear

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
