"""The SQL of needs."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, case, or_, select, true, tuple_
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.needs.need import Need, NeedEndReason, NeedKind, NeedSource, NeedState, OutcomeTrigger, Referrer
from sle_broker.needs.tables import NeedRow
from sle_broker.sharing_protocols.sharing_protocol import ONE_BY_ONE
from sle_broker.sharing_protocols.store import is_shared, reader_of
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import Phase
from sle_broker.specialisms.store import specialism_of
from sle_broker.specialisms.tables import SpecialismRow

Item = TypeVar("Item")


@dataclass(frozen=True)
class NeedFilter:
    """Which needs are meant: one of each of these; what is empty lets everything through."""

    alliance_ids: Sequence[UUID] = ()
    host_school_urns: Sequence[str] = ()
    specialism_codes: Sequence[str] = ()
    sources: Sequence[NeedSource] = ()
    kinds: Sequence[NeedKind] = ()
    states: Sequence[NeedState] = ()

    def apply(self, needs: Select[NeedRow]) -> Select[NeedRow]:
        """Those of `needs` that are meant."""
        is_open = NeedRow.ended_on.is_(None)
        named = NeedRow.specialism_id.in_(select(SpecialismRow.id).where(SpecialismRow.code.in_(self.specialism_codes)))
        return needs.where(
            NeedRow.alliance_id.in_(self.alliance_ids) if self.alliance_ids else true(),
            NeedRow.host_school_urn.in_(self.host_school_urns) if self.host_school_urns else true(),
            named if self.specialism_codes else true(),
            NeedRow.source.in_(self.sources) if self.sources else true(),
            NeedRow.kind.in_(self.kinds) if self.kinds else true(),
            (is_open if NeedState.OPEN in self.states else ~is_open) if len(set(self.states)) == 1 else true(),
        )


def add_need(session: Session, alliance_id: UUID, need: Need) -> Kept[Need]:
    """A new need. The unique index lets each be open once."""
    row = NeedRow(
        id=need.id,
        alliance_id=alliance_id,
        host_school_urn=need.host_school_urn,
        specialism_id=need.specialism.id,
        phase=need.phase,
        kind=need.kind,
        source=need.source,
        source_reference=need.source_reference,
        referred_by=need.referred_by,
        trigger=need.trigger,
        arisen_on=need.arisen_on,
        recorded_by=need.recorded_by,
    )
    session.add(row)
    session.flush()
    return _kept(row)


def get_need(session: Session, need_id: UUID, *, for_update: bool = False) -> Kept[Need]:
    """The need, locked until the transaction's end where it is to be changed or must stay open. Errors: `NotFound`."""
    found = select(NeedRow).where(NeedRow.id == need_id)
    row = session.scalar(found.with_for_update(of=NeedRow, key_share=True) if for_update else found)
    if row is None:
        raise NotFound("There is no such thing here.")
    return _kept(row)


def open_needs_from(
    session: Session, alliance_id: UUID, source: NeedSource, source_references: Collection[str]
) -> Sequence[Kept[Need]]:
    """The open needs that a source told of under one of these references, locked until the transaction's end."""
    rows = session.scalars(
        select(NeedRow)
        .where(
            NeedRow.alliance_id == alliance_id,
            NeedRow.source == source,
            NeedRow.source_reference.in_(source_references),
            NeedRow.ended_on.is_(None),
        )
        .order_by(NeedRow.id)
        .with_for_update(of=NeedRow, key_share=True)
    )
    return [_kept(row) for row in rows]


def save_need(session: Session, ended: Need) -> Kept[Need]:
    """Stores the end of a need that was loaded before."""
    row = session.get_one(NeedRow, ended.id)
    row.ended_on = ended.ended_on
    row.end_reason = ended.end_reason
    session.flush()
    return _kept(row)


def page_of_needs(
    session: Session,
    caller: Caller,
    today: date,
    chosen: NeedFilter,
    page: PageRequest,
    shape: Callable[[Kept[Need]], Item],
) -> Page[Item]:
    """A page of the needs the caller may read, whatever told of them. What an audit told of, others than the school
    read while a protocol in force lets them."""
    row, reader = NeedRow, reader_of(caller)
    of_audits = or_(
        tuple_(row.alliance_id, row.host_school_urn).in_(reader.schools),
        is_shared(reader, today, ONE_BY_ONE, row.alliance_id, row.host_school_urn),
    )
    of_others = caller.permitted.condition(row.alliance_id, row.host_school_urn, row.recorded_by)
    readable = select(row).where(case((row.source == NeedSource.AUDIT, of_audits), else_=of_others))
    return read_page(session, chosen.apply(readable), [row.id], page, lambda one: shape(_kept(one)))


def _kept(row: NeedRow) -> Kept[Need]:
    need = Need(
        id=row.id,
        host_school_urn=row.host_school_urn,
        specialism=specialism_of(row.specialism),
        phase=Phase(row.phase),
        kind=NeedKind(row.kind),
        source=NeedSource(row.source),
        arisen_on=row.arisen_on,
        recorded_by=row.recorded_by,
        source_reference=row.source_reference,
        referred_by=None if row.referred_by is None else Referrer(row.referred_by),
        trigger=None if row.trigger is None else OutcomeTrigger(row.trigger),
        ended_on=row.ended_on,
        end_reason=None if row.end_reason is None else NeedEndReason(row.end_reason),
    )
    return Kept(need, row.alliance_id, row.version)
