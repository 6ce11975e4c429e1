"""The SQL of calendar feeds."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from plans_api.calendar_feeds.feed_address import FeedState
from plans_api.calendar_feeds.plan_calendar import CalendarDate
from plans_api.calendar_feeds.tables import CalendarFeedRow
from plans_api.milestone_dates.store import value_of
from plans_api.plans.tables import ActionPointRow, DateValueRow, LeadRow, PlanRow
from service_kit.access import Caller
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def get_plan(session: Session, plan_id: UUID) -> PlanRow:
    """The plan. Errors: `NotFound`."""
    row = session.get(PlanRow, plan_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def names_lead(session: Session, plan_id: UUID, lead: str) -> bool:
    """Whether the plan names this lead, as it is written or known."""
    return bool(session.scalar(select(func.count()).select_from(_points_of(plan_id, lead).subquery())))


def add_feed(
    session: Session, plan: PlanRow, lead: str | None, token_digest: bytes, opened_at: datetime, ends_on: date | None
) -> CalendarFeedRow:
    """A new calendar feed of the plan."""
    row = CalendarFeedRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        plan_id=plan.id,
        lead=lead,
        token_digest=token_digest,
        opened_at=opened_at,
        ends_on=ends_on,
        state=FeedState.OPEN,
    )
    session.add(row)
    return row


def get_feed(session: Session, calendar_feed_id: UUID, *, for_update: bool = False) -> CalendarFeedRow:
    """The feed, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, CalendarFeedRow, calendar_feed_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def find_feed(session: Session, token_digest: bytes) -> CalendarFeedRow | None:
    """The feed with the address of this digest, where there is one."""
    return session.scalar(select(CalendarFeedRow).where(CalendarFeedRow.token_digest == token_digest))


def page_of_feeds(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[CalendarFeedRow], Item],
) -> Page[Item]:
    """A page of the feeds the caller may know of, of these plans where any are named."""
    found = select(CalendarFeedRow).where(
        caller.permitted.condition(CalendarFeedRow.alliance_id),
        CalendarFeedRow.plan_id.in_(plan_ids) if plan_ids else true(),
    )
    return read_page(session, found, [CalendarFeedRow.id], page, shape)


def dates_of(session: Session, plan_id: UUID, lead: str | None) -> list[CalendarDate]:
    """The plan's dates in its order, or those of the action points that `lead` leads, each with its step."""
    points = _points_of(plan_id, lead).options(
        selectinload(ActionPointRow.milestones), selectinload(ActionPointRow.dates)
    )
    return [
        CalendarDate(row.id, row.version, value_of(row), _step_of(point, row), point.title)
        for point in session.scalars(points.order_by(ActionPointRow.position))
        for row in point.dates
    ]


def _points_of(plan_id: UUID, lead: str | None) -> Select[ActionPointRow]:
    found = select(ActionPointRow).where(ActionPointRow.plan_id == plan_id)
    if lead is None:
        return found
    led = select(LeadRow.action_point_id).where(or_(LeadRow.text == lead, LeadRow.known_as == lead))
    return found.where(ActionPointRow.id.in_(led))


def _step_of(point: ActionPointRow, row: DateValueRow) -> str:
    """The milestone whose own date it is; the action point where that is not certain."""
    own = (milestone.text for milestone in point.milestones if milestone.date_position == row.position)
    return next(own, point.title)
