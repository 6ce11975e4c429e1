"""The SQL of alliances and memberships."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from plans_api.alliances.tables import AllianceRow, MembershipRow
from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def add_alliance(
    session: Session, name: str, cohort: int | None, lead_school_urns: tuple[str, ...], **more: Any
) -> AllianceRow:
    """A new alliance; `more` are its aliases and strategic partners."""
    row = AllianceRow(id=new_id(), name=name, cohort=cohort, lead_school_urns=lead_school_urns, **more)
    session.add(row)
    return row


def get_alliance(session: Session, alliance_id: UUID, *, for_update: bool = False) -> AllianceRow:
    """The alliance, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, AllianceRow, alliance_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def alliances_by_name(session: Session) -> dict[str, AllianceRow]:
    """Every alliance by its name and by each of its aliases, in small letters, locked until the transaction's end."""
    rows = session.scalars(select(AllianceRow).order_by(AllianceRow.id).with_for_update(key_share=True)).all()
    by_alias = {alias.casefold(): row for row in rows for alias in row.aliases}
    return by_alias | {row.name.casefold(): row for row in rows}


def page_of_alliances(
    session: Session, caller: Caller, page: PageRequest, shape: Callable[[AllianceRow], Item]
) -> Page[Item]:
    """A page of the alliances in which the caller holds a role."""
    found = select(AllianceRow).where(caller.membership.condition(AllianceRow.id))
    return read_page(session, found, [AllianceRow.id], page, shape)


def add_membership(
    session: Session, alliance_id: UUID, urn: str, from_on: date, to_on: date | None, **fee: Any
) -> MembershipRow:
    """A new membership, with the fee where there is one."""
    row = MembershipRow(id=new_id(), alliance_id=alliance_id, urn=urn, from_on=from_on, to_on=to_on, **fee)
    session.add(row)
    return row


def get_membership(session: Session, membership_id: UUID, *, for_update: bool = False) -> MembershipRow:
    """The membership, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, MembershipRow, membership_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def page_of_memberships(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    urns: Sequence[str],
    page: PageRequest,
    shape: Callable[[MembershipRow], Item],
) -> Page[Item]:
    """A page of the memberships the caller may read, of these alliances and schools where any are named."""
    found = select(MembershipRow).where(
        caller.permitted.condition(MembershipRow.alliance_id, MembershipRow.urn),
        MembershipRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
        MembershipRow.urn.in_(urns) if urns else true(),
    )
    return read_page(session, found, [MembershipRow.id], page, shape)
