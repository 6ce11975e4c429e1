"""The SQL of leaders, what they are expert in, and their designations."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.designations.designation import Designation, WithdrawalReason
from sle_broker.designations.leader import Leader
from sle_broker.designations.tables import DesignationRow, LeaderRow, LeaderSpecialismRow
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase
from sle_broker.specialisms.store import specialism_of

Item = TypeVar("Item")

_NOT_FOUND = "There is no such thing here."


@dataclass(frozen=True)
class DesignationFilter:
    """Which designations are meant: one of each of these; what is empty or None lets everything through.

    `cites_need` asks for those that name the need they were made for, or for those that do not, renewals apart: they
    cite nothing. `due_to_lapse_to` asks for those that nobody has ended, are due to lapse before that day and have not
    been renewed.
    """

    leader_ids: Sequence[UUID] = ()
    rounds: Sequence[str] = ()
    kinds: Sequence[str] = ()
    cites_need: bool | None = None
    due_to_lapse_to: date | None = None

    def apply(self, designations: Select[DesignationRow]) -> Select[DesignationRow]:
        """Those of `designations` that are meant."""
        row = DesignationRow
        if self.cites_need is not None:
            cites = row.need_id.is_not(None)
            designations = designations.where(cites if self.cites_need else ~cites, row.renews_designation_id.is_(None))
        if self.due_to_lapse_to is not None:
            renewal = aliased(DesignationRow)
            designations = designations.where(
                row.due_to_lapse_on < self.due_to_lapse_to,
                row.lapsed_on.is_(None),
                row.withdrawn_on.is_(None),
                ~exists().where(renewal.renews_designation_id == row.id),
            )
        return designations.where(
            row.leader_id.in_(self.leader_ids) if self.leader_ids else true(),
            row.round.in_(self.rounds) if self.rounds else true(),
            row.kind.in_(self.kinds) if self.kinds else true(),
        )


def in_force(on: date) -> ColumnElement[bool]:
    """The same rule as `Designation.is_in_force`, as a condition on designations."""
    row = DesignationRow
    ended_on = func.least(row.lapsed_on, row.withdrawn_on, row.due_to_lapse_on)
    return and_(row.designated_on <= on, or_(ended_on.is_(None), on < ended_on))


def add_leader(session: Session, alliance_id: UUID, leader: Leader) -> Kept[Leader]:
    """A new leader."""
    row = LeaderRow(id=leader.id, alliance_id=alliance_id)
    _write_leader(row, leader)
    session.add(row)
    session.flush()
    return _kept_leader(row)


def get_leader(session: Session, leader_id: UUID, *, for_update: bool = False) -> Kept[Leader]:
    """The leader; where they are to be changed or booked, locked until the transaction's end and as they are then.

    Errors: `NotFound`.
    """
    row = find_row(session, LeaderRow, leader_id, for_update=for_update)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_leader(row)


def find_leader(session: Session, alliance_id: UUID, leader_id: UUID) -> Leader | None:
    """The leader of an alliance by their id, if there is one."""
    row = session.scalar(select(LeaderRow).where(LeaderRow.alliance_id == alliance_id, LeaderRow.id == leader_id))
    return None if row is None else _kept_leader(row).thing


def save_leader(session: Session, leader: Leader) -> Kept[Leader]:
    """Stores a leader who was loaded before and has changed."""
    row = session.get_one(LeaderRow, leader.id)
    _write_leader(row, leader)
    session.flush()
    return _kept_leader(row)


def page_of_leaders(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    kinds: Sequence[str],
    unmentored_on: date | None,
    page: PageRequest,
    shape: Callable[[Kept[Leader]], Item],
) -> Page[Item]:
    """A page of the leaders the caller may read, of these alliances and kinds where any are named; where a day is, of
    those alone whose mentor is not designated on it."""
    found = select(LeaderRow).where(
        caller.permitted.condition(LeaderRow.alliance_id, LeaderRow.party),
        LeaderRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
        LeaderRow.kind.in_(kinds) if kinds else true(),
        true() if unmentored_on is None else _is_unmentored(unmentored_on),
    )
    return read_page(session, found, [LeaderRow.id], page, lambda row: shape(_kept_leader(row)))


def _is_unmentored(on: date) -> ColumnElement[bool]:
    mentors = exists().where(DesignationRow.leader_id == LeaderRow.mentor_id, in_force(on))
    return and_(LeaderRow.mentor_id.is_not(None), ~mentors)


def add_leader_specialism(
    session: Session, alliance_id: UUID, leader_id: UUID, specialism_id: UUID, claimed_on: date
) -> Kept[LeaderSpecialism]:
    """A specialism claimed by a leader. The unique constraint lets each be claimed once."""
    row = LeaderSpecialismRow(
        id=new_id(),
        alliance_id=alliance_id,
        leader_id=leader_id,
        specialism_id=specialism_id,
        claimed_on=claimed_on,
    )
    session.add(row)
    session.flush()
    return _kept_specialism(row)


def get_leader_specialism(
    session: Session, leader_specialism_id: UUID, *, for_update: bool = False
) -> Kept[LeaderSpecialism]:
    """The specialism of a leader, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    found = select(LeaderSpecialismRow).where(LeaderSpecialismRow.id == leader_specialism_id)
    row = session.scalar(found.with_for_update(of=LeaderSpecialismRow, key_share=True) if for_update else found)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_specialism(row)


def save_leader_specialism(session: Session, validated: LeaderSpecialism) -> Kept[LeaderSpecialism]:
    """Stores the validation of a specialism that was loaded before."""
    row = session.get_one(LeaderSpecialismRow, validated.id)
    row.validated_on = validated.validated_on
    row.validated_by = validated.validated_by
    row.evidence = validated.evidence
    session.flush()
    return _kept_specialism(row)


def page_of_leader_specialisms(
    session: Session,
    caller: Caller,
    leader_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[Kept[LeaderSpecialism]], Item],
) -> Page[Item]:
    """A page of the specialisms of the leaders the caller may read, of these leaders where any are named."""
    row = LeaderSpecialismRow
    found = select(row).where(
        caller.permitted.condition(row.alliance_id, row.party),
        row.leader_id.in_(leader_ids) if leader_ids else true(),
    )
    return read_page(session, found, [row.id], page, lambda held: shape(_kept_specialism(held)))


def specialisms_held_by(session: Session, leader_ids: Iterable[UUID]) -> Sequence[LeaderSpecialism]:
    """Every specialism of these leaders."""
    row = LeaderSpecialismRow
    return [_kept_specialism(held).thing for held in session.scalars(select(row).where(row.leader_id.in_(leader_ids)))]


def add_designation(session: Session, alliance_id: UUID, designation: Designation) -> Kept[Designation]:
    """A new designation."""
    row = DesignationRow(
        id=designation.id,
        alliance_id=alliance_id,
        leader_id=designation.leader_id,
        kind=designation.kind,
        designated_on=designation.designated_on,
        round=designation.round,
        renews_designation_id=designation.renews_designation_id,
        need_id=designation.need_id,
        due_to_lapse_on=designation.due_to_lapse_on,
    )
    session.add(row)
    session.flush()
    return _kept_designation(row)


def get_designation(session: Session, designation_id: UUID, *, for_update: bool = False) -> Kept[Designation]:
    """The designation, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, DesignationRow, designation_id, for_update=for_update)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _kept_designation(row)


def save_designation(session: Session, changed: Designation) -> Kept[Designation]:
    """Stores the training or the end of a designation that was loaded before."""
    row = session.get_one(DesignationRow, changed.id)
    row.trained_on = changed.trained_on
    row.lapsed_on = changed.lapsed_on
    row.withdrawn_on = changed.withdrawn_on
    row.withdrawal_reason = changed.withdrawal_reason
    session.flush()
    return _kept_designation(row)


def page_of_designations(
    session: Session,
    caller: Caller,
    chosen: DesignationFilter,
    page: PageRequest,
    shape: Callable[[Kept[Designation]], Item],
) -> Page[Item]:
    """A page of the designations the caller may read."""
    row = DesignationRow
    readable = caller.permitted.condition(row.alliance_id, row.party)
    found = chosen.apply(select(row).where(readable))
    return read_page(session, found, [row.id], page, lambda made: shape(_kept_designation(made)))


def designations_of(session: Session, leader_ids: Iterable[UUID]) -> Sequence[Designation]:
    """Every designation of these leaders."""
    rows = session.scalars(select(DesignationRow).where(DesignationRow.leader_id.in_(leader_ids)))
    return [_kept_designation(row).thing for row in rows]


def designations_as_of(session: Session, alliance_ids: Collection[UUID], as_of: date) -> Iterator[Designation]:
    """Every designation of these alliances as known at the end of a day, with what its clock and its being in force are
    read of: rows are read as they are, for they are many."""
    row = DesignationRow
    ends = (row.due_to_lapse_on, row.lapsed_on, row.withdrawn_on)
    found = select(row.id, row.leader_id, row.kind, row.designated_on, row.renews_designation_id, *ends).where(
        row.alliance_id.in_(alliance_ids)
    )
    for id, leader_id, kind, designated_on, renews, due_on, lapsed_on, withdrawn_on in session.execute(found):
        designation = Designation(
            id=id,
            leader_id=leader_id,
            kind=kind,
            designated_on=designated_on,
            renews_designation_id=renews,
            due_to_lapse_on=due_on,
            lapsed_on=lapsed_on,
            withdrawn_on=withdrawn_on,
        )
        yield designation.as_of(as_of)


def _write_leader(row: LeaderRow, leader: Leader) -> None:
    row.kind = leader.kind
    row.name = leader.name
    row.home_school_urn = leader.home_school_urn
    row.phases = sorted(leader.phases)
    row.allowance_days = leader.allowance_days
    row.travel_limit_km = leader.travel_limit_km
    row.conflicts = sorted(leader.conflicts)
    row.not_released_from_on = leader.not_released_from_on
    row.not_released_to_on = leader.not_released_to_on
    row.mentor_id = leader.mentor_id


def _kept_leader(row: LeaderRow) -> Kept[Leader]:
    leader = Leader(
        id=row.id,
        kind=row.kind,
        name=row.name,
        home_school_urn=row.home_school_urn,
        phases=frozenset(map(Phase, row.phases)),
        allowance_days=row.allowance_days,
        travel_limit_km=row.travel_limit_km,
        conflicts=frozenset(row.conflicts),
        not_released_from_on=row.not_released_from_on,
        not_released_to_on=row.not_released_to_on,
        mentor_id=row.mentor_id,
    )
    return Kept(leader, row.alliance_id, row.version)


def _kept_specialism(row: LeaderSpecialismRow) -> Kept[LeaderSpecialism]:
    held = LeaderSpecialism(
        id=row.id,
        leader_id=row.leader_id,
        specialism=specialism_of(row.specialism),
        claimed_on=row.claimed_on,
        validated_on=row.validated_on,
        validated_by=row.validated_by,
        evidence=row.evidence,
    )
    return Kept(held, row.alliance_id, row.version)


def _kept_designation(row: DesignationRow) -> Kept[Designation]:
    reason = None if row.withdrawal_reason is None else WithdrawalReason(row.withdrawal_reason)
    designation = Designation(
        id=row.id,
        leader_id=row.leader_id,
        kind=row.kind,
        designated_on=row.designated_on,
        round=row.round,
        renews_designation_id=row.renews_designation_id,
        need_id=row.need_id,
        due_to_lapse_on=row.due_to_lapse_on,
        trained_on=row.trained_on,
        lapsed_on=row.lapsed_on,
        withdrawn_on=row.withdrawn_on,
        withdrawal_reason=reason,
    )
    return Kept(designation, row.alliance_id, row.version)
