"""The SQL of clients, people and role grants."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from plans_api.access.roles import Role
from plans_api.access.tables import ClientRow, PersonRow, RoleGrantRow
from service_kit.access import Caller, Grant
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def read_grants(session: Session, issuer: str, subject: str) -> list[Grant]:
    """The roles somebody holds now."""
    held = select(RoleGrantRow).where(
        RoleGrantRow.issuer == issuer, RoleGrantRow.subject == subject, RoleGrantRow.revoked_on.is_(None)
    )
    return [Grant(row.role, row.alliance_id, row.party) for row in session.scalars(held)]


def add_client(
    session: Session,
    alliance_id: UUID | None,
    client_id: str,
    name: str,
    scopes: Sequence[str],
    secret_salt: bytes,
    secret_digest: bytes,
) -> ClientRow:
    """A new client, active."""
    row = ClientRow(
        id=new_id(),
        alliance_id=alliance_id,
        client_id=client_id,
        name=name,
        scopes=sorted(set(scopes)),
        secret_salt=secret_salt,
        secret_digest=secret_digest,
        state="active",
    )
    session.add(row)
    return row


def get_client(session: Session, client_id: str) -> ClientRow:
    """The client that calls itself so, locked until the transaction's end. Errors: `NotFound`."""
    row = session.scalars(
        select(ClientRow).where(ClientRow.client_id == client_id).with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def find_client(session: Session, client_id: str) -> ClientRow | None:
    """The client that calls itself so, where there is one."""
    return session.scalars(select(ClientRow).where(ClientRow.client_id == client_id)).one_or_none()


def page_of_clients(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[ClientRow], Item],
) -> Page[Item]:
    """A page of the clients the caller may read, of these alliances where any are named."""
    found = select(ClientRow).where(
        caller.permitted.condition(ClientRow.alliance_id),
        ClientRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
    )
    return read_page(session, found, [ClientRow.id], page, shape)


def add_person(session: Session, alliance_id: UUID, issuer: str, subject: str, name: str) -> PersonRow:
    """A new person."""
    row = PersonRow(id=new_id(), alliance_id=alliance_id, issuer=issuer, subject=subject, name=name)
    session.add(row)
    return row


def page_of_people(
    session: Session, alliance_id: UUID, page: PageRequest, shape: Callable[[PersonRow], Item]
) -> Page[Item]:
    """A page of an alliance's people."""
    found = select(PersonRow).where(PersonRow.alliance_id == alliance_id)
    return read_page(session, found, [PersonRow.id], page, shape)


def add_role_grant(
    session: Session,
    alliance_id: UUID | None,
    issuer: str,
    subject: str,
    role: Role,
    party: str | None,
    granted_on: date,
) -> RoleGrantRow:
    """A new grant, held from now on."""
    row = RoleGrantRow(
        id=new_id(),
        alliance_id=alliance_id,
        issuer=issuer,
        subject=subject,
        role=role,
        party=party,
        granted_on=granted_on,
    )
    session.add(row)
    return row


def get_role_grant(session: Session, role_grant_id: UUID, *, for_update: bool = False) -> RoleGrantRow:
    """The grant, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, RoleGrantRow, role_grant_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def grants_held_by(session: Session, issuer: str, subject: str) -> Sequence[RoleGrantRow]:
    """The grants somebody holds now, locked, as far as this transaction sees alliances."""
    held = select(RoleGrantRow).where(
        RoleGrantRow.issuer == issuer, RoleGrantRow.subject == subject, RoleGrantRow.revoked_on.is_(None)
    )
    return session.scalars(held.order_by(RoleGrantRow.id).with_for_update(key_share=True)).all()


def page_of_role_grants(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[RoleGrantRow], Item],
) -> Page[Item]:
    """A page of the grants the caller may read, revoked ones included, of these alliances where any are named."""
    found = select(RoleGrantRow).where(
        caller.permitted.condition(RoleGrantRow.alliance_id),
        RoleGrantRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
    )
    return read_page(session, found, [RoleGrantRow.id], page, shape)
