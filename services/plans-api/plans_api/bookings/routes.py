"""Nominations, bookings, registers, outcomes, evaluations and invoices over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.bookings import store, use_cases
from plans_api.bookings.schemas import (
    AttendanceIn,
    AttendanceRecordedOut,
    BookingsIn,
    EvaluationIn,
    InvoiceIn,
    InvoiceOut,
    InvoiceTransitionIn,
    NominationOut,
    NominationsIn,
    NominationsOut,
    NominationTransitionIn,
    OutcomeOut,
    OutcomesIn,
    OutcomesOut,
)
from plans_api.programmes.schemas import EvaluationOut
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page

router = APIRouter(tags=["programmes"])

RunIds = Annotated[list[UUID] | None, Query(max_length=50)]


@router.post("/v1/nominations", status_code=201, response_model=NominationsOut, summary="Nominate people")
def nominate_people(body: NominationsIn, command: KeyedCommand) -> Response:
    """A body nominates people for a run, all of them or none. More than the run takes from each body is 409
    `nomination-limit-reached`. A school nominates for itself."""
    names = [person.name for person in body.people]
    return command.execute(
        lambda work: use_cases.nominate(work, body.run_id, body.nominating_body, names, body.on),
        lambda rows: Reply(NominationsOut(items=[NominationOut.model_validate(row) for row in rows]), 201),
    )


@router.get("/v1/nominations", response_model=Page[NominationOut], summary="List nominations")
def list_nominations(reading: ReadingOf, page: PageOf, run_id: RunIds = None) -> Page[NominationOut]:
    """Nominations in the order in which they were made; a school sees its own. They name people: the reading is noted
    in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_nominations(session, reading.caller, run_id or (), page, NominationOut.model_validate)
        reading.note_each(session, "nominations-read", read={item.run_id: item.alliance_id for item in found.items})
    return found


@router.get("/v1/nominations/{nomination_id}", response_model=NominationOut, summary="Read a nomination")
def get_nomination(nomination_id: UUID, reading: ReadingOf, response: Response) -> NominationOut:
    """One nomination. It names a person: the reading is noted in the audit log."""
    with reading.transaction() as session:
        row = store.get_nomination(session, nomination_id)
        reading.caller.require(row.alliance_id, row.nominating_body)
        reading.note(session, "nomination-read", subject=row.id, tenant=row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return NominationOut.model_validate(row)


@router.post(
    "/v1/nominations/{nomination_id}/transitions",
    response_model=NominationOut,
    summary="Decline or withdraw a nomination",
)
def transition_nomination(
    nomination_id: UUID, body: NominationTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """A nomination is declined, or withdrawn with the place it may hold; the body may nominate somebody else."""
    return command.execute(
        lambda work: use_cases.end_nomination(work, nomination_id, expected, body.to, body.on, body.reason),
        lambda row: Reply(NominationOut.model_validate(row), version=row.version),
    )


@router.post("/v1/bookings", status_code=201, response_model=NominationsOut, summary="Book places")
def book_places(body: BookingsIn, command: KeyedCommand) -> Response:
    """Books places of one type for people who are nominated, for all of them or none; more than are offered is 409
    `no-place-left`."""
    return command.execute(
        lambda work: use_cases.book_places(work, body.run_id, body.nomination_ids, body.place_type, body.on),
        lambda rows: Reply(NominationsOut(items=[NominationOut.model_validate(row) for row in rows]), 201),
    )


@router.post(
    "/v1/attendance-registers", status_code=201, response_model=AttendanceRecordedOut, summary="Record attendance"
)
def record_attendance(body: AttendanceIn, command: KeyedCommand) -> Response:
    """Who was there on one day of a run. The register of a day recorded before is replaced."""
    attended = len(set(body.nomination_ids))
    return command.execute(
        lambda work: use_cases.record_attendance(work, body.run_id, body.on, body.nomination_ids),
        lambda run: Reply(AttendanceRecordedOut(run_id=run.id, on=body.on, attended=attended), 201),
    )


@router.post("/v1/outcomes", status_code=201, response_model=OutcomesOut, summary="Record outcomes")
def record_outcomes(body: OutcomesIn, command: KeyedCommand) -> Response:
    """What came of people who hold a place: completed, graded, employed, promoted. An outcome recorded again replaces
    the one before, which stays on record."""
    outcomes = [(outcome.nomination_id, outcome.to_rule()) for outcome in body.outcomes]
    return command.execute(
        lambda work: use_cases.record_outcomes(work, body.run_id, outcomes),
        lambda rows: Reply(OutcomesOut(items=[OutcomeOut.model_validate(row) for row in rows]), 201),
    )


@router.get("/v1/outcomes", response_model=Page[OutcomeOut], summary="List outcomes")
def list_outcomes(reading: ReadingOf, page: PageOf, run_id: RunIds = None) -> Page[OutcomeOut]:
    """Outcomes, those that were corrected included. They judge people: the reading is noted in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_outcomes(session, reading.caller, run_id or (), page, OutcomeOut.model_validate)
        tenants = store.alliances_of_runs(session, {item.run_id for item in found.items})
        reading.note_each(session, "outcomes-read", read=tenants)
    return found


@router.post("/v1/evaluations", status_code=201, response_model=EvaluationOut, summary="Record an evaluation")
def record_evaluation(body: EvaluationIn, command: KeyedCommand) -> Response:
    """How many answered a question of a run's evaluation, and how many of them were satisfied."""
    return command.execute(
        lambda work: use_cases.record_evaluation(
            work, body.run_id, body.asked_on, body.question, body.respondents, body.satisfied
        ),
        lambda row: Reply(EvaluationOut.model_validate(row), 201),
    )


@router.post("/v1/invoices", status_code=201, response_model=InvoiceOut, summary="Issue an invoice")
def issue_invoice(body: InvoiceIn, command: KeyedCommand) -> Response:
    """Records what a body is asked to pay for a run. Nothing is paid here."""
    return command.execute(
        lambda work: use_cases.issue_invoice(
            work, body.run_id, body.billed_to, body.amount, body.currency, body.issued_on, body.due_on
        ),
        lambda row: Reply(InvoiceOut.model_validate(row), 201, row.version, f"/v1/invoices/{row.id}"),
    )


@router.get("/v1/invoices", response_model=Page[InvoiceOut], summary="List invoices")
def list_invoices(reading: ReadingOf, page: PageOf, run_id: RunIds = None) -> Page[InvoiceOut]:
    """The invoices of the alliances you work for."""
    with reading.transaction() as session:
        return store.page_of_invoices(session, reading.caller, run_id or (), page, InvoiceOut.model_validate)


@router.get("/v1/invoices/{invoice_id}", response_model=InvoiceOut, summary="Read an invoice")
def get_invoice(invoice_id: UUID, reading: ReadingOf, response: Response) -> InvoiceOut:
    """One invoice."""
    with reading.transaction() as session:
        row = store.get_invoice(session, invoice_id)
        reading.caller.require(row.alliance_id)
    response.headers["ETag"] = etag(row.version)
    return InvoiceOut.model_validate(row)


@router.post("/v1/invoices/{invoice_id}/transitions", response_model=InvoiceOut, summary="Settle an invoice")
def transition_invoice(
    invoice_id: UUID, body: InvoiceTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """An invoice was paid, or is cancelled."""
    return command.execute(
        lambda work: use_cases.move_invoice(work, invoice_id, expected, body.to, body.on),
        lambda row: Reply(InvoiceOut.model_validate(row), version=row.version),
    )
