"""The SQL that reads action plans."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session, selectinload

from plans_api.plans.tables import ActionPointRow, CellRow, PlanRow, SectionRow
from service_kit.access import Caller
from service_kit.errors import NotFound
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


def page_of_plans(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[PlanRow], Item],
) -> Page[Item]:
    """A page of the plans the caller may read, of these alliances where any are named."""
    found = select(PlanRow).where(
        caller.membership.condition(PlanRow.alliance_id),
        PlanRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
    )
    return read_page(session, found, [PlanRow.id], page, shape)


def get_action_point(session: Session, action_point_id: UUID) -> ActionPointRow:
    """The action point with all that was read of it. Errors: `NotFound`."""
    row = session.get(ActionPointRow, action_point_id, options=_WHOLE)
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
            caller.membership.condition(ActionPointRow.alliance_id),
            ActionPointRow.plan_id.in_(plan_ids) if plan_ids else true(),
            ActionPointRow.section_id.in_(in_sections) if section_numbers else true(),
        )
    )
    return read_page(session, found, [ActionPointRow.plan_id, ActionPointRow.position], page, shape)
