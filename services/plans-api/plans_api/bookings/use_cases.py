"""What people do with a run: nominate, book places, keep registers, record what came of it, and ask for payment."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from uuid import UUID

from plans_api.bookings import store as own
from plans_api.plans.use_cases import require_own_action
from plans_api.programmes import store
from plans_api.programmes.invoice import INVOICE_LIFE, InvoiceState, NoReason, require_due_after_issue
from plans_api.programmes.nomination import (
    NOMINATION_LIFE,
    STANDING,
    NominationReason,
    NominationState,
    require_place,
    require_within_limit,
    same_body,
)
from plans_api.programmes.outcome import MoreSatisfiedThanAsked, Outcome, OutcomeIsOfABooking, require_graded
from plans_api.programmes.programme import PlaceType, RunState, require_not_cancelled, require_on_run
from plans_api.programmes.tables import EvaluationRow, InvoiceRow, NominationRow, OutcomeRow, ProgrammeRunRow
from plans_api.programmes.use_cases import count
from plans_api.schools.store import require_in_register
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.etags import require_version
from service_kit.ids import new_id
from service_kit.life_cycle import Step


def nominate(
    work: UnitOfWork, run_id: UUID, nominating_body: str, names: Sequence[str | None], on: date
) -> Sequence[NominationRow]:
    """A body nominates one person or several, all of them or none. The run's row is locked, so that of two nominations
    for the last place within the limit one finds it taken.

    Errors: `RunIsCancelled`, `SchoolNotInRegister` where the body is written as a URN, `NominationLimitReached`.
    """
    run = store.get_run(work.session, run_id, for_update=True)
    require_own_action(work, run.alliance_id, run.programme.action_point_id, nominating_body)
    require_not_cancelled(RunState(run.state))
    refuse_future(what="nominated", on=on, today=work.today)
    if nominating_body.isdecimal():
        require_in_register(work.session, [nominating_body])
    before = store.nominations_of(work.session, run_id)
    standing = sum(
        row.state in STANDING and same_body(row.nominating_body) == same_body(nominating_body) for row in before
    )
    require_within_limit(run.nomination_limit, standing, len(names))
    rows = [
        NominationRow(
            id=new_id(),
            alliance_id=run.alliance_id,
            run_id=run.id,
            nominating_body=nominating_body,
            name=name,
            nominated_on=on,
            state=NominationState.NOMINATED,
            state_on=on,
        )
        for name in names
    ]
    work.session.add_all(rows)
    work.record_each("person-nominated", tenant=run.alliance_id, happened={str(r.id): _nomination(r) for r in rows})
    return rows


def book_places(
    work: UnitOfWork, run_id: UUID, nomination_ids: Sequence[UUID], place_type: PlaceType | None, on: date
) -> Sequence[NominationRow]:
    """Places are booked for people who are nominated, for all of them or for none.

    Errors: `RunIsCancelled`, `NotOnThisRun`, `PlaceTypeNotOffered`, `NoPlaceLeft`, and those of the life cycle.
    """
    run = store.get_run(work.session, run_id, for_update=True)
    require_own_action(work, run.alliance_id, run.programme.action_point_id)
    require_not_cancelled(RunState(run.state))
    everybody = store.nominations_of(work.session, run_id)
    chosen = _chosen(everybody, nomination_ids)
    offered = {PlaceType(places.place_type): places.offered for places in run.places}
    taken = [PlaceType(r.place_type) for r in everybody if r.state == NominationState.BOOKED and r.place_type]
    require_place(offered, taken, len(chosen), place_type)
    for row in chosen:
        _move_nomination(work, row, NominationState.BOOKED, on, None)
        row.place_type = place_type
    happened = {str(row.id): _nomination(row) for row in chosen}
    work.record_each("place-booked", tenant=run.alliance_id, happened=happened)
    count(work, run)
    return chosen


def end_nomination(
    work: UnitOfWork,
    nomination_id: UUID,
    expected_version: int,
    to: NominationState,
    on: date,
    reason: NominationReason,
) -> NominationRow:
    """A nomination is declined, or is withdrawn with the place it may hold. Its outcomes stay recorded and no longer
    count. Errors: `VersionMismatch`, and those of the life cycle."""
    run = store.get_run(work.session, own.get_nomination(work.session, nomination_id).run_id, for_update=True)
    row = own.get_nomination(work.session, nomination_id, for_update=True)
    require_own_action(work, row.alliance_id, run.programme.action_point_id, row.nominating_body)
    require_version(row.version, expected_version)
    _move_nomination(work, row, to, on, reason)
    work.record(f"nomination-{to}", subject=row.id, tenant=row.alliance_id, data=_nomination(row))
    count(work, run)
    return row


def record_attendance(work: UnitOfWork, run_id: UUID, on: date, nomination_ids: Sequence[UUID]) -> ProgrammeRunRow:
    """Who was there on one day of a run; the register of a day recorded before is replaced.

    Errors: `RunIsCancelled`, `NotOnThisRun`, `OutcomeIsOfABooking`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    run, _ = _people_on(work, run_id, nomination_ids)
    _require_within(run, "attended", on, work.today)
    refuse_out_of_order(earlier="attended", earlier_on=on, later="the run's last day", later_on=run.ends_on)
    own.put_attendance(work.session, run, on, list(dict.fromkeys(nomination_ids)))
    data = {"run_id": run.id, "on": on, "attended": len(set(nomination_ids))}
    work.record("attendance-recorded", subject=run.id, tenant=run.alliance_id, data=data)
    return run


def record_outcomes(work: UnitOfWork, run_id: UUID, outcomes: Sequence[tuple[UUID, Outcome]]) -> Sequence[OutcomeRow]:
    """Outcomes of people who hold a place, all of them or none. One that says something else than before replaces it,
    and the old one stays on record; one that says the same changes nothing.

    Errors: `RunIsCancelled`, `NotOnThisRun`, `OutcomeIsOfABooking`, `GradeMissing`, `DatesOutOfOrder`,
    `DateNotYetCome`.
    """
    run, _ = _people_on(work, run_id, [nomination_id for nomination_id, _ in outcomes])
    present = {(row.nomination_id, row.kind): row for row in store.present_outcomes(work.session, run_id)}
    new: dict[tuple[UUID, str], OutcomeRow] = {}
    for nomination_id, outcome in outcomes:
        require_graded(outcome)
        _require_within(run, outcome.kind, outcome.on, work.today)
        key = (nomination_id, str(outcome.kind))
        new.pop(key, None)
        if key not in present or not present[key].says(outcome):
            new[key] = OutcomeRow(
                id=new_id(),
                alliance_id=run.alliance_id,
                run_id=run.id,
                nomination_id=nomination_id,
                recorded_at=work.now,
                **asdict(outcome),
            )
    own.replace_outcomes(work.session, [present[key] for key in new if key in present], work.now)
    work.session.add_all(new.values())
    if new:
        data = {"run_id": run.id, "recorded": len(new)}
        work.record("outcomes-recorded", subject=run.id, tenant=run.alliance_id, data=data)
        count(work, run)
    return list(new.values())


def record_evaluation(
    work: UnitOfWork, run_id: UUID, asked_on: date, question: str, respondents: int, satisfied: int
) -> EvaluationRow:
    """How many of those who answered a question were satisfied. Errors: `RunIsCancelled`, `MoreSatisfiedThanAsked`,
    `DatesOutOfOrder`, `DateNotYetCome`."""
    run, _ = _people_on(work, run_id, [])
    if satisfied > respondents:
        raise MoreSatisfiedThanAsked(f"{satisfied} of {respondents} cannot be satisfied.")
    _require_within(run, "asked", asked_on, work.today)
    row = EvaluationRow(
        id=new_id(),
        alliance_id=run.alliance_id,
        run_id=run.id,
        asked_on=asked_on,
        question=question,
        respondents=respondents,
        satisfied=satisfied,
    )
    work.session.add(row)
    data = {"evaluation_id": row.id, "run_id": run.id, "respondents": respondents, "satisfied": satisfied}
    work.record("evaluation-recorded", subject=row.id, tenant=run.alliance_id, data=data)
    return row


def issue_invoice(
    work: UnitOfWork, run_id: UUID, billed_to: str, amount: Decimal, currency: str, issued_on: date, due_on: date
) -> InvoiceRow:
    """A body is asked to pay for a run. Errors: `InvoiceDueBeforeIssue`, `DateNotYetCome`."""
    run = store.get_run(work.session, run_id)
    require_own_action(work, run.alliance_id, run.programme.action_point_id)
    require_due_after_issue(issued_on, due_on)
    refuse_future(what=InvoiceState.ISSUED, on=issued_on, today=work.today)
    row = InvoiceRow(
        id=new_id(),
        alliance_id=run.alliance_id,
        run_id=run.id,
        billed_to=billed_to,
        amount=amount,
        currency=currency,
        issued_on=issued_on,
        due_on=due_on,
        state=InvoiceState.ISSUED,
        state_on=issued_on,
    )
    work.session.add(row)
    work.record("invoice-issued", subject=row.id, tenant=row.alliance_id, data=_invoice(row))
    return row


def move_invoice(work: UnitOfWork, invoice_id: UUID, expected_version: int, to: InvoiceState, on: date) -> InvoiceRow:
    """An invoice was paid, or is cancelled. Errors: `VersionMismatch`, and those of the life cycle."""
    row = own.get_invoice(work.session, invoice_id, for_update=True)
    run = store.get_run(work.session, row.run_id)
    require_own_action(work, row.alliance_id, run.programme.action_point_id)
    require_version(row.version, expected_version)
    present: Step[InvoiceState, NoReason] = Step(InvoiceState(row.state), row.state_on)
    step = INVOICE_LIFE.next_step([present], to=to, on=on, today=work.today, reason=None)
    row.state, row.state_on = step.state, step.on
    work.record(f"invoice-{to}", subject=row.id, tenant=row.alliance_id, data=_invoice(row))
    return row


def _people_on(
    work: UnitOfWork, run_id: UUID, nomination_ids: Sequence[UUID]
) -> tuple[ProgrammeRunRow, Sequence[NominationRow]]:
    run = store.get_run(work.session, run_id, for_update=True)
    require_own_action(work, run.alliance_id, run.programme.action_point_id)
    require_not_cancelled(RunState(run.state))
    chosen = _chosen(store.nominations_of(work.session, run_id), nomination_ids)
    unbooked = sum(row.state != NominationState.BOOKED for row in chosen)
    if unbooked:
        raise OutcomeIsOfABooking(f"{unbooked} of the people named hold no place on this run: book it first.")
    return run, chosen


def _chosen(everybody: Sequence[NominationRow], nomination_ids: Sequence[UUID]) -> list[NominationRow]:
    wanted = set(nomination_ids)
    chosen = [row for row in everybody if row.id in wanted]
    require_on_run(len(chosen), len(wanted))
    return chosen


def _move_nomination(
    work: UnitOfWork, row: NominationRow, to: NominationState, on: date, reason: NominationReason | None
) -> None:
    present: Step[NominationState, NominationReason] = Step(NominationState(row.state), row.state_on)
    step = NOMINATION_LIFE.next_step([present], to=to, on=on, today=work.today, reason=reason)
    row.state, row.state_on, row.reason = step.state, step.on, step.reason


def _require_within(run: ProgrammeRunRow, what: str, on: date, today: date) -> None:
    refuse_out_of_order(earlier="the run's first day", earlier_on=run.begins_on, later=what, later_on=on)
    refuse_future(what=what, on=on, today=today)


def _nomination(row: NominationRow) -> dict[str, object]:
    return {"nomination_id": row.id, "alliance_id": row.alliance_id, "run_id": row.run_id, "state": row.state}


def _invoice(row: InvoiceRow) -> dict[str, object]:
    return {"invoice_id": row.id, "run_id": row.run_id, "state": row.state, "on": row.state_on, "due_on": row.due_on}
