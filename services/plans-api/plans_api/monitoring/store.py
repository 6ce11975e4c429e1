"""The SQL of a plan under way."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, exists, false, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from plans_api.milestone_dates.store import value_of
from plans_api.monitoring.due_question import DueDate, DueQuestion
from plans_api.monitoring.rag import (
    FINISHED,
    DatedAs,
    JudgedActionPoint,
    MilestoneProgress,
    MilestoneStatus,
    Rag,
    judge,
    worst,
)
from plans_api.monitoring.tables import MilestoneStatusRow, PlanReviewRow, RagOverrideRow
from plans_api.plans.due import Due
from plans_api.plans.milestone_date import DateKind
from plans_api.plans.plan_life import PlanState
from plans_api.plans.store import led_by, readable
from plans_api.plans.tables import (
    ActionPointRow,
    DateValueRow,
    KpiLinkRow,
    LeadPersonRow,
    LeadRow,
    MilestoneRow,
    PlanRow,
    SectionRow,
)
from service_kit.access import Caller
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")

_WHOLE = (
    selectinload(ActionPointRow.milestones),
    selectinload(ActionPointRow.dates),
    selectinload(ActionPointRow.leads),
    selectinload(ActionPointRow.kpi_links),
)


def action_points_of(session: Session, plan_id: UUID) -> Sequence[ActionPointRow]:
    """Every action point of a plan with all that was read of it, in the plan's order."""
    found = select(ActionPointRow).options(*_WHOLE).where(ActionPointRow.plan_id == plan_id)
    return session.scalars(found.order_by(ActionPointRow.position)).all()


def get_milestone(session: Session, milestone_id: UUID) -> MilestoneRow:
    """The milestone. Errors: `NotFound`."""
    row = session.get(MilestoneRow, milestone_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def statuses_on(session: Session, action_point_ids: Collection[UUID], day: date) -> dict[UUID, MilestoneStatusRow]:
    """The status that each milestone with one had on that day: of the latest day not after it, the one said last."""
    newest = (
        select(MilestoneStatusRow)
        .where(MilestoneStatusRow.action_point_id.in_(action_point_ids), MilestoneStatusRow.on <= day)
        .order_by(MilestoneStatusRow.milestone_id, MilestoneStatusRow.on.desc(), MilestoneStatusRow.id.desc())
        .distinct(MilestoneStatusRow.milestone_id)
    )
    return {row.milestone_id: row for row in session.scalars(newest)}


def overrides_on(session: Session, action_point_ids: Collection[UUID], day: date) -> dict[UUID, RagOverrideRow]:
    """The override that was in force at the end of that day of each action point that had one."""
    recorded_on = cast(func.timezone("Europe/London", RagOverrideRow.recorded_at), Date)
    newest = (
        select(RagOverrideRow)
        .where(RagOverrideRow.action_point_id.in_(action_point_ids), recorded_on <= day)
        .order_by(RagOverrideRow.action_point_id, RagOverrideRow.id.desc())
        .distinct(RagOverrideRow.action_point_id)
    )
    return {row.action_point_id: row for row in session.scalars(newest) if row.rag is not None}


def progress_of(action_point: ActionPointRow, statuses: Mapping[UUID, MilestoneStatusRow]) -> list[MilestoneProgress]:
    """The milestones of an action point as the rule judges them: each is held to the date that is certainly its own,
    or to all of them together."""
    dates = {row.position: DatedAs(DateKind(row.kind), row.earliest, row.latest) for row in action_point.dates}
    progress = []
    for milestone in action_point.milestones:
        said = statuses.get(milestone.id)
        own = dates.get(milestone.date_position or 0)
        held_to = (own,) if own is not None else tuple(dates.values())
        status = MilestoneStatus(said.status) if said else MilestoneStatus.NOT_STARTED
        progress.append(
            MilestoneProgress(
                milestone.id, milestone.position, milestone.text, status, said.on if said else None, held_to
            )
        )
    return progress


def judged(session: Session, action_points: Sequence[ActionPointRow], today: date) -> list[JudgedActionPoint]:
    """The action points as the rule judges them on that day, by the statuses they had on it, with what somebody then
    said otherwise."""
    ids = [row.id for row in action_points]
    statuses, overrides = statuses_on(session, ids, today), overrides_on(session, ids, today)
    told = []
    for row in action_points:
        milestones = tuple(judge(one, today) for one in progress_of(row, statuses))
        said = overrides.get(row.id)
        override = (Rag(said.rag), said.reason) if said and said.rag else (None, None)
        told.append(JudgedActionPoint(row.id, row.plan_id, row.title, worst(milestones), milestones, *override))
    return told


def last_review_on(session: Session, plan_id: UUID, day: date) -> date | None:
    """The day of the plan's last review up to that day, where there was one."""
    held = select(func.max(PlanReviewRow.held_on)).where(PlanReviewRow.plan_id == plan_id)
    return session.scalar(held.where(PlanReviewRow.held_on <= day))


def page_of_due(
    session: Session,
    caller: Caller,
    asked: DueQuestion,
    starts: Mapping[UUID, date],
    page: PageRequest,
    shape: Callable[[DueDate], Item],
) -> Page[Item]:
    """A page of the dates, of plans not closed, that are due as asked and have a milestone to be reached. `starts` has
    the first day of the present half-term of each alliance with something ongoing."""
    reviewed = select(func.max(PlanReviewRow.held_on)).where(
        PlanReviewRow.plan_id == ActionPointRow.plan_id, PlanReviewRow.held_on <= asked.day
    )
    alliances: dict[date, list[UUID]] = defaultdict(list)
    for alliance_id, start in starts.items():
        alliances[start].append(alliance_id)
    unseen = [
        and_(
            DateValueRow.alliance_id.in_(ids),
            func.coalesce(reviewed.scalar_subquery(), literal(date.min)) < start,
        )
        for start, ids in alliances.items()
    ]
    conditions = {
        Due.OVERDUE: DateValueRow.latest < asked.day,
        Due.DUE_WITHIN: DateValueRow.latest.between(asked.day, asked.last_day),
        Due.FOR_REVIEW: and_(DateValueRow.kind == DateKind.ONGOING, or_(false(), *unseen)),
    }
    found = (
        select(DateValueRow)
        .options(joinedload(DateValueRow.action_point).options(*_WHOLE))
        .join(ActionPointRow, ActionPointRow.id == DateValueRow.action_point_id)
        .where(
            _is_asked_about(caller, asked), or_(*(conditions[one] for one in asked.due)), _is_to_be_reached(asked.day)
        )
    )
    keys = [DateValueRow.due_by, DateValueRow.id]
    rows = read_page(session, found, keys, page, lambda row: row)
    statuses = statuses_on(session, {row.action_point_id for row in rows.items}, asked.day)
    return Page(items=[shape(_due_date(row, statuses, asked)) for row in rows.items], next_cursor=rows.next_cursor)


def _due_date(row: DateValueRow, statuses: Mapping[UUID, MilestoneStatusRow], asked: DueQuestion) -> DueDate:
    point = row.action_point
    held = {one.id for one in point.milestones if one.date_position in (None, row.position)}
    progress = progress_of(point, statuses)
    left = tuple(one for one in progress if one.milestone_id in held and one.status not in FINISHED)
    due = asked.due_of(value_of(row))
    return DueDate(due, point.alliance_id, point.plan_id, point.id, point.title, row, left)


def ongoing_in(session: Session, caller: Caller, asked: DueQuestion) -> Sequence[UUID]:
    """The alliances with something ongoing in the plans asked about."""
    found = select(DateValueRow.alliance_id).join(ActionPointRow, ActionPointRow.id == DateValueRow.action_point_id)
    return session.scalars(
        found.where(_is_asked_about(caller, asked), DateValueRow.kind == DateKind.ONGOING).distinct()
    ).all()


def _is_asked_about(caller: Caller, asked: DueQuestion) -> ColumnElement[bool]:
    in_open_plans = select(PlanRow.id).where(PlanRow.state != PlanState.CLOSED)
    return and_(
        readable(caller, ActionPointRow.alliance_id, ActionPointRow.plan_id),
        ActionPointRow.plan_id.in_(in_open_plans),
        ActionPointRow.plan_id.in_(asked.plan_ids) if asked.plan_ids else true(),
        ActionPointRow.alliance_id.in_(asked.alliance_ids) if asked.alliance_ids else true(),
    )


def _is_to_be_reached(day: date) -> ColumnElement[bool]:
    """Whether a milestone that is held to the date is neither done nor dropped on that day."""
    said = (
        select(MilestoneStatusRow.status)
        .where(MilestoneStatusRow.milestone_id == MilestoneRow.id, MilestoneStatusRow.on <= day)
        .order_by(MilestoneStatusRow.on.desc(), MilestoneStatusRow.id.desc())
        .limit(1)
    )
    return exists().where(
        MilestoneRow.action_point_id == DateValueRow.action_point_id,
        or_(MilestoneRow.date_position.is_(None), MilestoneRow.date_position == DateValueRow.position),
        func.coalesce(said.scalar_subquery(), MilestoneStatus.NOT_STARTED.value).not_in(FINISHED),
    )


def page_of_statuses(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    action_point_ids: Sequence[UUID],
    milestone_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[MilestoneStatusRow], Item],
) -> Page[Item]:
    """A page of what was said of milestones, oldest first, of these plans, action points and milestones where any are
    named."""
    found = select(MilestoneStatusRow).where(
        readable(caller, MilestoneStatusRow.alliance_id, MilestoneStatusRow.plan_id),
        MilestoneStatusRow.plan_id.in_(plan_ids) if plan_ids else true(),
        MilestoneStatusRow.action_point_id.in_(action_point_ids) if action_point_ids else true(),
        MilestoneStatusRow.milestone_id.in_(milestone_ids) if milestone_ids else true(),
    )
    return read_page(session, found, [MilestoneStatusRow.id], page, shape)


def page_of_reviews(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[PlanReviewRow], Item],
) -> Page[Item]:
    """A page of reviews the caller may read, of these plans where any are named."""
    found = select(PlanReviewRow).where(
        readable(caller, PlanReviewRow.alliance_id, PlanReviewRow.plan_id),
        PlanReviewRow.plan_id.in_(plan_ids) if plan_ids else true(),
    )
    return read_page(session, found, [PlanReviewRow.id], page, shape)


def put_lead_person(session: Session, alliance_id: UUID, lead: str, issuer: str, subject: str) -> None:
    """Says who a lead of the alliance's plans is; who was said before is no longer."""
    given = insert(LeadPersonRow).values(alliance_id=alliance_id, lead=lead, issuer=issuer, subject=subject)
    whole = given.on_conflict_do_update(
        index_elements=["alliance_id", "lead"],
        set_={"issuer": given.excluded.issuer, "subject": given.excluded.subject},
    )
    session.execute(whole)


def page_of_own_actions(
    session: Session, caller: Caller, page: PageRequest, shape: Callable[[ActionPointRow], Item]
) -> Page[Item]:
    """A page of the action points, of plans not closed, that the caller leads."""
    in_open_plans = select(PlanRow.id).where(PlanRow.state != PlanState.CLOSED)
    found = (
        select(ActionPointRow)
        .options(*_WHOLE)
        .where(
            caller.membership.condition(ActionPointRow.alliance_id),
            led_by(caller),
            ActionPointRow.plan_id.in_(in_open_plans),
        )
    )
    return read_page(session, found, [ActionPointRow.plan_id, ActionPointRow.position], page, shape)


def copy_section(session: Session, plan: PlanRow, section: SectionRow) -> SectionRow:
    """The same section in another plan, without its action points."""
    row = SectionRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        plan_id=plan.id,
        position=section.position,
        number=section.number,
        title=section.title,
        row=section.row,
    )
    session.add(row)
    return row


def copy_action_point(
    session: Session, section: SectionRow, action_point: ActionPointRow, position: int, milestones: Collection[UUID]
) -> ActionPointRow:
    """The same action point in a section of another plan, with these of its milestones, tied to the one it carries
    on, milestone by milestone. Its dates keep their words and their days."""
    owner = {"alliance_id": section.alliance_id}
    row = ActionPointRow(
        id=new_id(),
        plan_id=section.plan_id,
        section_id=section.id,
        position=position,
        title=action_point.title,
        impact=action_point.impact,
        milestones_are_split=action_point.milestones_are_split,
        kpi_links_are_none=action_point.kpi_links_are_none,
        kpi_links_unread=action_point.kpi_links_unread,
        carried_from_id=action_point.id,
        rows=[],
        milestones=[
            MilestoneRow(
                id=new_id(),
                position=number,
                text=one.text,
                date_position=one.date_position,
                carried_from_id=one.id,
                **owner,
            )
            for number, one in enumerate((m for m in action_point.milestones if m.id in milestones), start=1)
        ],
        dates=[_copy_of_date(one) for one in action_point.dates],
        leads=[
            LeadRow(position=one.position, text=one.text, kind=one.kind, known_as=one.known_as, **owner)
            for one in action_point.leads
        ],
        kpi_links=[
            KpiLinkRow(
                position=one.position,
                code=one.code,
                named_set=one.named_set,
                named_version=one.named_version,
                **owner,
            )
            for one in action_point.kpi_links
        ],
        **owner,
    )
    session.add(row)
    return row


def _copy_of_date(one: DateValueRow) -> DateValueRow:
    names = ("position", "alliance_id", "text", "kind", "earliest", "latest", "inferred", "waits_for", "outside_year")
    return DateValueRow(id=new_id(), **{name: getattr(one, name) for name in names})
