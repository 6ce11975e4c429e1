"""The SQL of SLEs designated and trained."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kpi_service.facts.fact import SPECIALIST_LEADER
from kpi_service.facts.tables import DesignationRow
from kpi_service.leader_training.result import TrainedLeader
from kpi_service.measures.target import Comparator
from kpi_service.official_files.file_year import FileYear
from kpi_service.outcomes.tables import AllianceFigureRow
from kpi_service.verdicts.comparison import Comparison


def trained_leaders(session: Session, alliance_id: UUID, year: FileYear, as_of: date) -> Sequence[TrainedLeader]:
    """The first designations of SLEs that were complete, with the training, in the year up to the day. Whoever was no
    longer designated when the training was complete is not among them; a renewal keeps a leader designated."""
    made, held = DesignationRow, aliased(DesignationRow)
    complete_on = func.greatest(made.designated_on, made.trained_on)
    ended_on = func.least(held.withdrawn_on, held.lapsed_on)
    still_designated = exists().where(
        held.alliance_id == made.alliance_id,
        held.leader_id == made.leader_id,
        held.kind == SPECIALIST_LEADER,
        held.designated_on <= complete_on,
        or_(ended_on.is_(None), complete_on < ended_on),
    )
    rows = session.scalars(
        select(made)
        .where(
            made.alliance_id == alliance_id,
            made.kind == SPECIALIST_LEADER,
            made.renews_designation_id.is_(None),
            made.trained_on.is_not(None),
            complete_on > year.before.last_day,
            complete_on <= min(as_of, year.last_day),
            still_designated,
        )
        .order_by(complete_on, made.designation_id)
    )
    return [
        TrainedLeader(row.designation_id, row.leader_id, row.designated_on, row.trained_on)
        for row in rows
        if row.trained_on is not None
    ]


def agreed_target(session: Session, alliance_id: UUID, code: str, year: FileYear, as_of: date) -> Comparison:
    """What the alliance agreed to reach in the year under the KPI with this code, as it was known on the day."""
    row = AllianceFigureRow
    found = session.scalar(
        select(row).where(
            row.alliance_id == alliance_id,
            row.year == year.starting,
            row.figure == f"target_{code}",
            row.known_from_on <= as_of,
            or_(row.known_to_on.is_(None), row.known_to_on > as_of),
        )
    )
    if found is None:
        return Comparison(Comparator.AGREED_TARGET, None, None)
    source = f"upload {found.upload_id}, line {found.line}"
    tolerance = Fraction(found.tolerance or 0)
    return Comparison(Comparator.AGREED_TARGET, found.known_from_on, Fraction(found.value), source, tolerance)
