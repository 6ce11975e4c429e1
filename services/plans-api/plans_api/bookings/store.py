"""The SQL of nominations, registers, outcomes and invoices."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from plans_api.programmes.programme import nothing_here
from plans_api.programmes.tables import (
    AttendanceRegisterRow,
    InvoiceRow,
    NominationRow,
    OutcomeRow,
    ProgrammeRunRow,
)
from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")
Row = TypeVar("Row", NominationRow, OutcomeRow, InvoiceRow)


def get_nomination(session: Session, nomination_id: UUID, *, for_update: bool = False) -> NominationRow:
    """The nomination, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, NominationRow, nomination_id, for_update=for_update)
    if row is None:
        raise nothing_here()
    return row


def get_invoice(session: Session, invoice_id: UUID, *, for_update: bool = False) -> InvoiceRow:
    """The invoice, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, InvoiceRow, invoice_id, for_update=for_update)
    if row is None:
        raise nothing_here()
    return row


def replace_outcomes(session: Session, rows: Sequence[OutcomeRow], at: datetime) -> None:
    """Marks outcomes as replaced at that instant, before their successors are added."""
    if rows:
        replaced = update(OutcomeRow).where(OutcomeRow.id.in_([row.id for row in rows]))
        session.execute(replaced.values(replaced_at=at))


def put_attendance(session: Session, run: ProgrammeRunRow, day: date, nomination_ids: Sequence[UUID]) -> None:
    """The register of one day as it now is."""
    values = {"run_id": run.id, "on": day, "alliance_id": run.alliance_id, "nomination_ids": list(nomination_ids)}
    given = insert(AttendanceRegisterRow).values(values)
    session.execute(
        given.on_conflict_do_update(
            index_elements=["run_id", "on"], set_={"nomination_ids": given.excluded.nomination_ids}
        )
    )


def page_of_nominations(
    session: Session,
    caller: Caller,
    run_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[NominationRow], Item],
) -> Page[Item]:
    """A page of the nominations the caller may read; a school sees those it made."""
    found = select(NominationRow).where(
        caller.permitted.condition(NominationRow.alliance_id, NominationRow.nominating_body)
    )
    return read_page(session, _of_runs(found, NominationRow.run_id, run_ids), [NominationRow.id], page, shape)


def alliances_of_runs(session: Session, run_ids: Collection[UUID]) -> dict[UUID | str, UUID | None]:
    """Whose the runs are."""
    found = select(ProgrammeRunRow.id, ProgrammeRunRow.alliance_id).where(ProgrammeRunRow.id.in_(run_ids))
    return {row.id: row.alliance_id for row in session.execute(found)}


def page_of_outcomes(
    session: Session, caller: Caller, run_ids: Sequence[UUID], page: PageRequest, shape: Callable[[OutcomeRow], Item]
) -> Page[Item]:
    """A page of the outcomes the caller may read, those that were replaced included."""
    found = select(OutcomeRow).where(caller.permitted.condition(OutcomeRow.alliance_id))
    return read_page(session, _of_runs(found, OutcomeRow.run_id, run_ids), [OutcomeRow.id], page, shape)


def page_of_invoices(
    session: Session, caller: Caller, run_ids: Sequence[UUID], page: PageRequest, shape: Callable[[InvoiceRow], Item]
) -> Page[Item]:
    """A page of the invoices the caller may read."""
    found = select(InvoiceRow).where(caller.permitted.condition(InvoiceRow.alliance_id))
    return read_page(session, _of_runs(found, InvoiceRow.run_id, run_ids), [InvoiceRow.id], page, shape)


def _of_runs(found: Select[Row], run_id: InstrumentedAttribute[UUID], run_ids: Sequence[UUID]) -> Select[Row]:
    return found.where(run_id.in_(run_ids)) if run_ids else found
