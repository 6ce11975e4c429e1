"""The SQL of kinds of leader and of an alliance's rules about designating."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page
from sle_broker.designation_rules.designation_rule import DesignationRule
from sle_broker.designation_rules.leader_kind import LeaderKindNotInList, ListedKind
from sle_broker.designation_rules.tables import DesignationRuleRow, LeaderKindRow

Item = TypeVar("Item")


def add_kind(session: Session, kind: ListedKind) -> None:
    """A new kind. The unique constraint lets an alliance add each code once."""
    session.add(
        LeaderKindRow(
            id=kind.id, alliance_id=kind.alliance_id, code=kind.code, name=kind.name, needs_mentor=kind.needs_mentor
        )
    )


def find_kind(session: Session, alliance_id: UUID, code: str) -> ListedKind | None:
    """What an alliance means by a code, if anything."""
    row = LeaderKindRow
    found = session.scalar(
        select(row).where(row.code == code, or_(row.alliance_id.is_(None), row.alliance_id == alliance_id))
    )
    return None if found is None else _kind(found)


def get_kind(session: Session, alliance_id: UUID, code: str) -> ListedKind:
    """What an alliance means by a code. Errors: `LeaderKindNotInList`."""
    kind = find_kind(session, alliance_id, code)
    if kind is None:
        raise LeaderKindNotInList(f"{code} is neither a national kind of leader nor one that the alliance has added.")
    return kind


def page_of_kinds(
    session: Session, caller: Caller, page: PageRequest, shape: Callable[[ListedKind], Item]
) -> Page[Item]:
    """A page of the national kinds and those of the caller's alliances."""
    row = LeaderKindRow
    found = select(row).where(or_(row.alliance_id.is_(None), caller.membership.condition(row.alliance_id)))
    return read_page(session, found, [row.code, row.id], page, lambda one: shape(_kind(one)))


def add_rule(session: Session, alliance_id: UUID, rule: DesignationRule) -> None:
    """A new rule."""
    session.add(
        DesignationRuleRow(
            id=rule.id,
            alliance_id=alliance_id,
            from_on=rule.from_on,
            designates_on_need=rule.designates_on_need,
            lapses_after_years=rule.lapses_after_years,
            decided_by=rule.decided_by,
        )
    )


def rules_of(session: Session, alliance_id: UUID) -> Sequence[DesignationRule]:
    """Every rule of an alliance."""
    return [_rule(row) for row in session.scalars(select(DesignationRuleRow).filter_by(alliance_id=alliance_id))]


def page_of_rules(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[UUID, DesignationRule], Item],
) -> Page[Item]:
    """A page of the rules of the alliances in which the caller has a role, of these where any are named."""
    row = DesignationRuleRow
    found = select(row).where(
        caller.membership.condition(row.alliance_id), row.alliance_id.in_(alliance_ids) if alliance_ids else true()
    )
    return read_page(session, found, [row.id], page, lambda one: shape(one.alliance_id, _rule(one)))


def _kind(row: LeaderKindRow) -> ListedKind:
    return ListedKind(row.id, row.code, row.name, row.needs_mentor, row.alliance_id)


def _rule(row: DesignationRuleRow) -> DesignationRule:
    return DesignationRule(row.id, row.from_on, row.designates_on_need, row.lapses_after_years, row.decided_by)
