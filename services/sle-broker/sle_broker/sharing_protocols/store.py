"""The SQL of sharing protocols, and of what they let be read."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.sharing_protocols.sharing_protocol import (
    PartyKind,
    Reader,
    SharingParty,
    SharingProtocol,
    SharingScope,
    scope_for,
)
from sle_broker.sharing_protocols.tables import SharingPartyRow, SharingProtocolRow
from sle_broker.specialisms.kept import Kept

Item = TypeVar("Item")


def reader_of(caller: Caller) -> Reader:
    """For whom a caller asks. Who holds a role everywhere asks for nobody: no school shares with the platform."""
    held = [
        (grant.tenant, grant)
        for grant in caller.grants
        if grant.role in caller.permission.roles and grant.tenant is not None
    ]
    return Reader(
        alliances=frozenset(tenant for tenant, grant in held if grant.party is None),
        schools=frozenset((tenant, grant.party) for tenant, grant in held if grant.party and grant.role == "school"),
        systems=frozenset(
            (tenant, grant.party) for tenant, grant in held if grant.party and grant.role == "partner_system"
        ),
    )


def scope_of(session: Session, reader: Reader, alliance_id: UUID, school_urn: str, on: date) -> SharingScope | None:
    """The most that somebody may read of a school's audits on a day. Read anew each time: a withdrawal committed
    before this transaction's statement is obeyed by it."""
    row = SharingProtocolRow
    agreed = select(row).where(row.alliance_id == alliance_id, row.school_urn == school_urn)
    return scope_for((_protocol(found) for found in session.scalars(agreed)), reader, on)


def is_shared(
    reader: Reader,
    on: date,
    scopes: Collection[SharingScope],
    alliance_id: InstrumentedAttribute[UUID],
    school_urn: InstrumentedAttribute[str],
) -> ColumnElement[bool]:
    """The same rule as `scope_of`, as a condition on columns, for lists: whether one of `scopes` is open to them."""
    row, party = SharingProtocolRow, SharingPartyRow
    return (
        select(row.id)
        .join(party, party.sharing_protocol_id == row.id)
        .where(
            row.alliance_id == alliance_id,
            row.school_urn == school_urn,
            row.scope.in_(scopes),
            row.withdrawn_on.is_(None),
            row.from_on <= on,
            row.to_on >= on,
            or_(
                tuple_(row.alliance_id, party.client_id).in_(reader.systems),
                and_(party.kind == PartyKind.SCHOOL, tuple_(row.alliance_id, party.reference).in_(reader.schools)),
                and_(
                    party.kind == PartyKind.ALLIANCE,
                    party.client_id.is_(None),
                    row.alliance_id.in_(reader.alliances),
                ),
            ),
        )
        .exists()
    )


def add_sharing_protocol(session: Session, protocol: SharingProtocol) -> Kept[SharingProtocol]:
    """A new protocol."""
    row = SharingProtocolRow(
        id=protocol.id,
        alliance_id=protocol.alliance_id,
        school_urn=protocol.school_urn,
        scope=protocol.scope,
        agreed_on=protocol.agreed_on,
        agreed_by=protocol.agreed_by,
        from_on=protocol.from_on,
        to_on=protocol.to_on,
        parties=[
            SharingPartyRow(
                alliance_id=protocol.alliance_id,
                position=position,
                kind=party.kind,
                reference=party.reference,
                client_id=party.client_id,
            )
            for position, party in enumerate(protocol.parties)
        ],
    )
    session.add(row)
    session.flush()
    return _kept(row)


def get_sharing_protocol(
    session: Session, sharing_protocol_id: UUID, *, for_update: bool = False
) -> Kept[SharingProtocol]:
    """The protocol, locked until the transaction's end where it is to be withdrawn. Errors: `NotFound`."""
    row = find_row(session, SharingProtocolRow, sharing_protocol_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return _kept(row)


def save_withdrawal(session: Session, withdrawn: SharingProtocol) -> Kept[SharingProtocol]:
    """Stores the withdrawal of a protocol that was loaded before."""
    row = session.get_one(SharingProtocolRow, withdrawn.id)
    row.withdrawn_on = withdrawn.withdrawn_on
    session.flush()
    return _kept(row)


def page_of_sharing_protocols(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[Kept[SharingProtocol]], Item],
) -> Page[Item]:
    """A page of the protocols of the alliances a caller works for, or of the school they are."""
    row = SharingProtocolRow
    found = select(row).where(
        caller.permitted.condition(row.alliance_id, row.school_urn),
        row.alliance_id.in_(alliance_ids) if alliance_ids else true(),
    )
    return read_page(session, found, [row.id], page, lambda one: shape(_kept(one)))


def _kept(row: SharingProtocolRow) -> Kept[SharingProtocol]:
    return Kept(_protocol(row), row.alliance_id, row.version)


def _protocol(row: SharingProtocolRow) -> SharingProtocol:
    return SharingProtocol(
        id=row.id,
        alliance_id=row.alliance_id,
        school_urn=row.school_urn,
        parties=tuple(SharingParty(PartyKind(party.kind), party.reference, party.client_id) for party in row.parties),
        scope=SharingScope(row.scope),
        agreed_on=row.agreed_on,
        agreed_by=row.agreed_by,
        from_on=row.from_on,
        to_on=row.to_on,
        withdrawn_on=row.withdrawn_on,
    )
