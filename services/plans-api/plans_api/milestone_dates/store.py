"""The SQL of dates that change, of their history, and of term calendars."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import insert, select, true
from sqlalchemy.orm import Session

from plans_api.milestone_dates.date_change import ChangeReason, DateChange
from plans_api.milestone_dates.tables import DateChangeRow, TermCalendarRow
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.milestone_date import DateKind, MilestoneDate
from plans_api.plans.plan_life import PlanState
from plans_api.plans.store import readable
from plans_api.plans.tables import ActionPointRow, DateValueRow, MilestoneRow, PlanRow
from plans_api.plans.term_calendar import TermCalendar, TermDates
from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def get_date_value(session: Session, date_value_id: UUID, *, for_update: bool = False) -> DateValueRow:
    """The date, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    found = select(DateValueRow).where(DateValueRow.id == date_value_id)
    locked = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = session.scalar(locked if for_update else found)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def plan_of(session: Session, action_point_id: UUID) -> PlanRow:
    """The plan that the action point belongs to."""
    plan = select(PlanRow).join(ActionPointRow, ActionPointRow.plan_id == PlanRow.id)
    return session.scalars(plan.where(ActionPointRow.id == action_point_id)).one()


def value_of(row: DateValueRow) -> MilestoneDate:
    """The date that the row holds."""
    return MilestoneDate(row.text, DateKind(row.kind), row.earliest, row.latest, row.inferred, row.waits_for)


def date_columns(alliance_id: UUID, position: int, value: MilestoneDate, year: AcademicYear) -> dict[str, Any]:
    """The columns of a new date that says `value`, of a plan for `year`."""
    new = {"id": new_id(), "alliance_id": alliance_id, "position": position}
    return new | vars(value) | {"outside_year": value.is_outside(year)}


def set_value(row: DateValueRow, value: MilestoneDate, year: AcademicYear) -> None:
    """The row holds `value` from now on."""
    for name, fact in asdict(value).items():
        setattr(row, name, fact)
    row.outside_year = value.is_outside(year)


def term_dates_in(session: Session, alliance_id: UUID) -> Sequence[tuple[DateValueRow, str, UUID]]:
    """The alliance's dates that are terms and half-terms, locked, with the year and the id of their plan. A closed plan
    keeps the days it had."""
    kinds = (DateKind.TERM, DateKind.HALF_TERM)
    found = (
        select(DateValueRow, PlanRow.academic_year, PlanRow.id)
        .join(ActionPointRow, ActionPointRow.id == DateValueRow.action_point_id)
        .join(PlanRow, PlanRow.id == ActionPointRow.plan_id)
        .where(DateValueRow.alliance_id == alliance_id, DateValueRow.kind.in_(kinds), PlanRow.state != PlanState.CLOSED)
        .order_by(DateValueRow.action_point_id, DateValueRow.position)
        .with_for_update(of=DateValueRow, key_share=True)
    )
    return [(row, year, plan_id) for row, year, plan_id in session.execute(found)]


def keep_changes(
    work: UnitOfWork,
    plan_id: UUID,
    changed: Sequence[tuple[DateValueRow, DateChange]],
    reason: ChangeReason,
    note: str | None,
) -> None:
    """Stores what each date was and is, with who changed it, when and why."""
    if not changed:
        return
    shared = {
        "plan_id": plan_id,
        "reason": reason,
        "note": note,
        "changed_at": work.now,
        "issuer": work.caller.issuer,
        "changed_by": work.caller.subject,
    }
    points = {row.action_point_id for row, _ in changed}
    own = select(MilestoneRow).where(MilestoneRow.action_point_id.in_(points), MilestoneRow.date_position.is_not(None))
    milestones = {(row.action_point_id, row.date_position): row.id for row in work.session.scalars(own)}
    history = [
        {
            "id": new_id(),
            "alliance_id": row.alliance_id,
            "action_point_id": row.action_point_id,
            "date_value_id": row.id,
            "milestone_id": milestones.get((row.action_point_id, row.position)) if change.after else None,
            "position": change.position,
            "before": None if change.before is None else asdict(change.before),
            "after": None if change.after is None else asdict(change.after),
            **shared,
        }
        for row, change in changed
    ]
    work.session.execute(insert(DateChangeRow), history)


def page_of_date_changes(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    action_point_ids: Sequence[UUID],
    milestone_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[DateChangeRow], Item],
) -> Page[Item]:
    """A page of the history the caller may read, of these plans, action points and milestones where any are named."""
    found = select(DateChangeRow).where(
        readable(caller, DateChangeRow.alliance_id, DateChangeRow.plan_id),
        DateChangeRow.plan_id.in_(plan_ids) if plan_ids else true(),
        DateChangeRow.action_point_id.in_(action_point_ids) if action_point_ids else true(),
        DateChangeRow.milestone_id.in_(milestone_ids) if milestone_ids else true(),
    )
    return read_page(session, found, [DateChangeRow.id], page, shape)


def calendar_of(session: Session, alliance_id: UUID) -> TermCalendar:
    """The alliance's term dates of every year it has given, and the usual ones of all others. A joint plan has the
    terms of its owner, also for its parties: ask for those of the plan's alliance, not of the reader's."""
    rows = session.scalars(select(TermCalendarRow).where(TermCalendarRow.alliance_id == alliance_id))
    return TermCalendar({AcademicYear.read(row.academic_year): TermDates.of_days(row.days) for row in rows})


def add_term_calendar(session: Session, alliance_id: UUID, year: AcademicYear, days: Sequence[date]) -> TermCalendarRow:
    """The alliance's term dates of a year."""
    row = TermCalendarRow(id=new_id(), alliance_id=alliance_id, academic_year=str(year), days=list(days))
    session.add(row)
    return row


def get_term_calendar(session: Session, term_calendar_id: UUID, *, for_update: bool = False) -> TermCalendarRow:
    """The term calendar, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, TermCalendarRow, term_calendar_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def page_of_term_calendars(
    session: Session,
    caller: Caller,
    alliance_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[TermCalendarRow], Item],
) -> Page[Item]:
    """A page of the term calendars the caller may read, of these alliances where any are named."""
    found = select(TermCalendarRow).where(
        caller.membership.condition(TermCalendarRow.alliance_id),
        TermCalendarRow.alliance_id.in_(alliance_ids) if alliance_ids else true(),
    )
    return read_page(session, found, [TermCalendarRow.id], page, shape)
