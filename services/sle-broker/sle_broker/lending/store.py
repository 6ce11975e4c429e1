"""The SQL of lending agreements."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.life_cycle import Step
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.lending.agreement import LendingAgreement, LendingAgreementReason, LendingAgreementState, Side
from sle_broker.lending.tables import LendingAgreementRow, LendingAgreementStepRow

Item = TypeVar("Item")
Versioned = tuple[LendingAgreement, int]
"""An agreement and the version that a change of it must name: it belongs to two alliances, and to neither alone."""


def agreements_among(session: Session, alliance_ids: Collection[UUID]) -> Sequence[LendingAgreement]:
    """The agreed agreements by which some of these alliances lend to others of them."""
    row = LendingAgreementRow
    found = select(row).where(
        row.lender_alliance_id.in_(alliance_ids),
        row.borrower_alliance_id.in_(alliance_ids),
        row.state == LendingAgreementState.AGREED,
    )
    return [_agreement(one) for one in session.scalars(found.order_by(row.id))]


def add_agreement(session: Session, agreement: LendingAgreement) -> Versioned:
    """A new agreement."""
    row = LendingAgreementRow(
        id=agreement.id,
        lender_alliance_id=agreement.lender_alliance_id,
        borrower_alliance_id=agreement.borrower_alliance_id,
        from_on=agreement.from_on,
        to_on=agreement.to_on,
        proposed_by=agreement.proposed_by,
        steps=[],
    )
    _write_steps(row, agreement)
    session.add(row)
    session.flush()
    return _versioned(row)


def get_agreement(session: Session, lending_agreement_id: UUID, *, for_update: bool = False) -> Versioned:
    """The agreement, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, LendingAgreementRow, lending_agreement_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return _versioned(row)


def save_agreement(session: Session, moved: LendingAgreement) -> Versioned:
    """Stores the steps of an agreement that was loaded before."""
    row = session.get_one(LendingAgreementRow, moved.id)
    _write_steps(row, moved)
    session.flush()
    return _versioned(row)


def page_of_agreements(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    states: Sequence[LendingAgreementState],
    page: PageRequest,
    shape: Callable[[Versioned], Item],
) -> Page[Item]:
    """A page of the agreements the caller may read, with these alliances on either side and in these states where any
    are named."""
    row, reach = LendingAgreementRow, caller.permitted
    found = select(row).where(
        or_(reach.condition(row.lender_alliance_id), reach.condition(row.borrower_alliance_id)),
        or_(row.lender_alliance_id.in_(alliance_ids), row.borrower_alliance_id.in_(alliance_ids))
        if alliance_ids
        else true(),
        row.state.in_(states) if states else true(),
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_versioned(one)))


def page_of_lenders(
    session: Session, alliance_id: UUID, on: date, page: PageRequest, shape: Callable[[Versioned], Item]
) -> Page[Item]:
    """A page of the agreements under which others lend to an alliance on a day."""
    row = LendingAgreementRow
    found = select(row).where(
        row.borrower_alliance_id == alliance_id,
        row.state == LendingAgreementState.AGREED,
        row.from_on <= on,
        or_(row.to_on.is_(None), row.to_on >= on),
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_versioned(one)))


def _write_steps(row: LendingAgreementRow, agreement: LendingAgreement) -> None:
    for position, step in enumerate(agreement.steps[len(row.steps) :], start=len(row.steps)):
        row.steps.append(
            LendingAgreementStepRow(
                lender_alliance_id=row.lender_alliance_id,
                borrower_alliance_id=row.borrower_alliance_id,
                position=position,
                state=step.state,
                on=step.on,
                reason=step.reason,
            )
        )
    row.state = agreement.state


def _versioned(row: LendingAgreementRow) -> Versioned:
    return _agreement(row), row.version


def _agreement(row: LendingAgreementRow) -> LendingAgreement:
    return LendingAgreement(
        id=row.id,
        lender_alliance_id=row.lender_alliance_id,
        borrower_alliance_id=row.borrower_alliance_id,
        from_on=row.from_on,
        to_on=row.to_on,
        proposed_by=Side(row.proposed_by),
        steps=tuple(
            Step(
                LendingAgreementState(step.state),
                step.on,
                None if step.reason is None else LendingAgreementReason(step.reason),
            )
            for step in row.steps
        ),
    )
