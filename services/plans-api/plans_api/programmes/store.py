"""The SQL of programmes."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from plans_api.plans.tables import ActionPointRow
from plans_api.programmes.nomination import NominationState
from plans_api.programmes.outcome import Grade, Outcome, OutcomeKind, Part
from plans_api.programmes.programme import nothing_here
from plans_api.programmes.tables import (
    AttendanceRegisterRow,
    EvaluationRow,
    NominationRow,
    OutcomeRow,
    ProgrammeKindRow,
    ProgrammeRow,
    ProgrammeRunRow,
)
from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def kinds(session: Session) -> Sequence[ProgrammeKindRow]:
    """Every kind of programme, by its code."""
    return session.scalars(select(ProgrammeKindRow).order_by(ProgrammeKindRow.code)).all()


def add_kind(session: Session, code: str, name: str, *, trains_teachers: bool) -> tuple[ProgrammeKindRow, bool]:
    """The kind with this code as it now is, and whether it is new."""
    row = find_row(session, ProgrammeKindRow, code, for_update=True)
    is_new = row is None
    if row is None:
        row = ProgrammeKindRow(code=code)
        session.add(row)
    row.name, row.trains_teachers = name, trains_teachers
    return row, is_new


def get_kind(session: Session, code: str) -> ProgrammeKindRow:
    """The kind with this code. Errors: `NotFound`."""
    row = session.get(ProgrammeKindRow, code)
    if row is None:
        raise nothing_here()
    return row


def get_programme(session: Session, programme_id: UUID, *, for_update: bool = False) -> ProgrammeRow:
    """The programme, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, ProgrammeRow, programme_id, for_update=for_update)
    if row is None:
        raise nothing_here()
    return row


def get_run(session: Session, run_id: UUID, *, for_update: bool = False) -> ProgrammeRunRow:
    """The run with its programme and places; locked where nominations, bookings or outcomes are decided, so that they
    are decided one after the other. Errors: `NotFound`."""
    found = select(ProgrammeRunRow).where(ProgrammeRunRow.id == run_id)
    if for_update:
        found = found.with_for_update(of=ProgrammeRunRow, key_share=True).execution_options(populate_existing=True)
    row = session.scalar(found)
    if row is None:
        raise nothing_here()
    return row


def alliance_of_action_point(session: Session, action_point_id: UUID) -> UUID:
    """Whose action point it is. Errors: `NotFound`."""
    row = session.get(ActionPointRow, action_point_id)
    if row is None:
        raise nothing_here()
    return row.alliance_id


def touch(session: Session, run: ProgrammeRunRow) -> None:
    """Raises the run's version: its places stand in rows of their own, and changing them changes the run."""
    flag_modified(run, "title")
    session.flush()


def runs_of(session: Session, programme_id: UUID) -> Sequence[ProgrammeRunRow]:
    """Every run of the programme, locked."""
    found = select(ProgrammeRunRow).where(ProgrammeRunRow.programme_id == programme_id).order_by(ProgrammeRunRow.id)
    return session.scalars(found.with_for_update(of=ProgrammeRunRow, key_share=True)).all()


def nominations_of(session: Session, run_id: UUID) -> Sequence[NominationRow]:
    """Every nomination for the run, in the order in which they were made."""
    return session.scalars(select(NominationRow).where(NominationRow.run_id == run_id).order_by(NominationRow.id)).all()


def present_outcomes(session: Session, run_id: UUID) -> Sequence[OutcomeRow]:
    """The outcomes of the run as they stand, without those that were replaced."""
    found = select(OutcomeRow).where(OutcomeRow.run_id == run_id, OutcomeRow.replaced_at.is_(None))
    return session.scalars(found.order_by(OutcomeRow.id)).all()


def parts_of(session: Session, run_id: UUID) -> list[Part]:
    """Everybody's part in the run, as its figures count it."""
    outcomes: dict[UUID, dict[OutcomeKind, Outcome]] = {}
    for row in present_outcomes(session, run_id):
        kind = OutcomeKind(row.kind)
        grade = Grade(row.grade) if row.grade is not None else None
        outcomes.setdefault(row.nomination_id, {})[kind] = Outcome(
            kind, row.achieved, row.on, grade, row.within_alliance
        )
    return [
        Part(NominationState(row.state), row.nominating_body, outcomes.get(row.id, {}))
        for row in nominations_of(session, run_id)
    ]


def attendance_of(session: Session, run_id: UUID) -> Sequence[AttendanceRegisterRow]:
    """The run's registers in the order of their days."""
    found = select(AttendanceRegisterRow).where(AttendanceRegisterRow.run_id == run_id)
    return session.scalars(found.order_by(AttendanceRegisterRow.on)).all()


def evaluations_of(session: Session, run_id: UUID) -> Sequence[EvaluationRow]:
    """What those who took part said, in the order in which it was recorded."""
    return session.scalars(select(EvaluationRow).where(EvaluationRow.run_id == run_id).order_by(EvaluationRow.id)).all()


def page_of_programmes(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    kind_codes: Sequence[str],
    page: PageRequest,
    shape: Callable[[ProgrammeRow], Item],
) -> Page[Item]:
    """A page of the programmes the caller may read, of these alliances and kinds where any are named."""
    found = select(ProgrammeRow).where(
        caller.membership.condition(ProgrammeRow.alliance_id),
        ProgrammeRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
        ProgrammeRow.kind.in_(kind_codes) if kind_codes else true(),
    )
    return read_page(session, found, [ProgrammeRow.id], page, shape)


def page_of_runs(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    programme_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[ProgrammeRunRow], Item],
) -> Page[Item]:
    """A page of the runs the caller may read, of these alliances and programmes where any are named."""
    found = select(ProgrammeRunRow).where(
        caller.membership.condition(ProgrammeRunRow.alliance_id),
        ProgrammeRunRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
        ProgrammeRunRow.programme_id.in_(programme_ids) if programme_ids else true(),
    )
    return read_page(session, found, [ProgrammeRunRow.id], page, shape)
