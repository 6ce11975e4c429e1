"""The SQL that reads action plans."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload
from sqlalchemy.orm.attributes import flag_modified

from plans_api.plans.tables import (
    ActionPointRow,
    CellRow,
    LeadPersonRow,
    LeadRow,
    PlanChangeRow,
    PlanPartyRow,
    PlanRow,
    SectionRow,
)
from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")

_IN_BRIEF = selectinload(PlanRow.sections).selectinload(SectionRow.action_points).selectinload(ActionPointRow.kpi_links)
_WHOLE = (
    selectinload(ActionPointRow.milestones),
    selectinload(ActionPointRow.dates),
    selectinload(ActionPointRow.leads),
    selectinload(ActionPointRow.kpi_links),
)


def get_plan(session: Session, plan_id: UUID) -> PlanRow:
    """The plan with its sections and their action points. Errors: `NotFound`."""
    row = session.get(PlanRow, plan_id, options=[_IN_BRIEF])
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def lock_plan(session: Session, plan_id: UUID) -> PlanRow:
    """The plan, locked until the transaction's end. Errors: `NotFound`."""
    row = find_row(session, PlanRow, plan_id, for_update=True)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def joint_plans(caller: Caller) -> Select[UUID]:
    """The ids of plans of which an alliance of the caller's is a party."""
    return select(PlanPartyRow.plan_id).where(PlanPartyRow.party_id.in_(caller.membership.tenants))


def readable(
    caller: Caller, alliance: InstrumentedAttribute[UUID], plan: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """What belongs to plans that the caller may read: their own alliances', and those held jointly with them."""
    return or_(caller.membership.condition(alliance), plan.in_(joint_plans(caller)))


def reader_of(session: Session, caller: Caller, plan_id: UUID, alliance_id: UUID) -> UUID:
    """The alliance in whose name the caller reads this plan of `alliance_id`: the owner, or a party.

    Errors: `NotFound`, `Forbidden`.
    """
    if caller.membership.covers(alliance_id):
        return alliance_id
    party = select(PlanPartyRow.party_id).where(PlanPartyRow.plan_id == plan_id)
    found = session.scalar(party.where(PlanPartyRow.party_id.in_(caller.membership.tenants)).limit(1))
    if found is None:
        caller.require_membership(alliance_id)
    return found or alliance_id


def readers_of(session: Session, caller: Caller, plan_ids: Collection[UUID]) -> dict[UUID | str, UUID | None]:
    """For the audit of a list: by its id, in whose name each plan of it is read. Errors: those of `reader_of`."""
    plans = session.execute(select(PlanRow.id, PlanRow.alliance_id).where(PlanRow.id.in_(plan_ids)))
    return {plan_id: reader_of(session, caller, plan_id, alliance_id) for plan_id, alliance_id in plans.all()}


def led_by(caller: Caller) -> ColumnElement[bool]:
    """The action points that the caller leads: those of whose leads the alliance said that they are the caller."""
    return exists().where(
        LeadRow.action_point_id == ActionPointRow.id,
        LeadPersonRow.alliance_id == LeadRow.alliance_id,
        or_(LeadPersonRow.lead == LeadRow.text, LeadPersonRow.lead == LeadRow.known_as),
        LeadPersonRow.issuer == caller.issuer,
        LeadPersonRow.subject == caller.subject,
    )


def leads(session: Session, caller: Caller, action_point_id: UUID) -> bool:
    """Whether the caller leads this action point."""
    return bool(session.scalar(select(exists().where(ActionPointRow.id == action_point_id, led_by(caller)))))


def touch(session: Session, plan: PlanRow) -> None:
    """Raises the plan's version: its parties stand in rows of their own, and changing them changes the plan."""
    flag_modified(plan, "title")
    session.flush()


def alliances_of_plans(session: Session, plan_ids: Collection[UUID]) -> dict[UUID | str, UUID | None]:
    """Whose the plans are."""
    found = select(PlanRow.id, PlanRow.alliance_id).where(PlanRow.id.in_(plan_ids))
    return {row.id: row.alliance_id for row in session.execute(found)}


def add_change(
    work: UnitOfWork, plan: PlanRow, what: str, action_point_id: UUID | None, before: str | None, after: str | None
) -> None:
    """Keeps one change of the plan."""
    work.session.add(
        PlanChangeRow(
            id=new_id(),
            alliance_id=plan.alliance_id,
            plan_id=plan.id,
            action_point_id=action_point_id,
            what=what,
            before=before,
            after=after,
            changed_at=work.now,
            issuer=work.caller.issuer,
            changed_by=work.caller.subject,
        )
    )


def page_of_changes(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    between: tuple[datetime | None, datetime | None],
    page: PageRequest,
    shape: Callable[[PlanChangeRow], Item],
) -> Page[Item]:
    """A page of the changes the caller may read, of these plans where any are named, made from the first instant on and
    before the second."""
    begin, end = between
    found = select(PlanChangeRow).where(
        readable(caller, PlanChangeRow.alliance_id, PlanChangeRow.plan_id),
        PlanChangeRow.plan_id.in_(plan_ids) if plan_ids else true(),
        PlanChangeRow.changed_at >= begin if begin else true(),
        PlanChangeRow.changed_at < end if end else true(),
    )
    return read_page(session, found, [PlanChangeRow.id], page, shape)


def page_of_plans(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[PlanRow], Item],
) -> Page[Item]:
    """A page of the plans the caller may read, of these alliances where any are named."""
    found = select(PlanRow).where(
        readable(caller, PlanRow.alliance_id, PlanRow.id),
        PlanRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
    )
    return read_page(session, found, [PlanRow.id], page, shape)


def get_action_point(session: Session, action_point_id: UUID) -> ActionPointRow:
    """The action point with all that was read of it. Errors: `NotFound`."""
    row = session.get(ActionPointRow, action_point_id, options=[*_WHOLE, selectinload(ActionPointRow.gone_milestones)])
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def cells_of(session: Session, action_point: ActionPointRow) -> Sequence[CellRow]:
    """The original text of the action point's cells, in the order of the document."""
    cells = select(CellRow).where(CellRow.plan_id == action_point.plan_id, CellRow.row.in_(action_point.rows))
    return session.scalars(cells.order_by(CellRow.position)).all()


def page_of_action_points(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    section_numbers: Sequence[int],
    page: PageRequest,
    shape: Callable[[ActionPointRow], Item],
) -> Page[Item]:
    """A page of the action points the caller may read, of these plans and sections where any are named."""
    in_sections = select(SectionRow.id).where(SectionRow.number.in_(section_numbers))
    found = (
        select(ActionPointRow)
        .options(*_WHOLE)
        .where(
            readable(caller, ActionPointRow.alliance_id, ActionPointRow.plan_id),
            ActionPointRow.plan_id.in_(plan_ids) if plan_ids else true(),
            ActionPointRow.section_id.in_(in_sections) if section_numbers else true(),
        )
    )
    return read_page(session, found, [ActionPointRow.plan_id, ActionPointRow.position], page, shape)
