"""The SQL of findings that are settled, and of the action points that answers write into."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from plans_api.findings.tables import FindingDecisionRow
from plans_api.imports.finding import Finding, PlanColumn, Severity
from plans_api.imports.plan_reading import paired
from plans_api.imports.tables import FindingRow
from plans_api.milestone_dates.date_change import DateChange, earlier_dates
from plans_api.milestone_dates.store import date_columns, set_value, value_of
from plans_api.milestone_dates.tables import DateChangeRow
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.kpi_links import KpiLinks
from plans_api.plans.leads import Lead
from plans_api.plans.milestone_date import MilestoneDate
from plans_api.plans.milestone_identity import successors
from plans_api.plans.tables import (
    ActionPointRow,
    DateValueRow,
    GoneMilestoneRow,
    KpiLinkRow,
    LeadRow,
    MilestoneRow,
    PlanRow,
)
from service_kit.access import Caller
from service_kit.commands import UnitOfWork
from service_kit.database import find_row
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")

WHOLE = (
    selectinload(ActionPointRow.milestones),
    selectinload(ActionPointRow.dates),
    selectinload(ActionPointRow.leads),
    selectinload(ActionPointRow.kpi_links),
)


def get_finding(session: Session, finding_id: UUID, *, for_update: bool = False) -> FindingRow:
    """The finding, locked until the transaction's end where it is to be settled. Errors: `NotFound`."""
    row = find_row(session, FindingRow, finding_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def finding_of(row: FindingRow) -> Finding:
    """The finding that the row holds."""
    return Finding(
        row.code,
        Severity(row.severity),
        row.row,
        row.column,
        row.text,
        row.proposal,
        PlanColumn(row.plan_column) if row.plan_column else None,
        row.date_position,
        row.replacement,
    )


def get_plan(session: Session, plan_id: UUID, *, for_update: bool = False) -> PlanRow:
    """The plan, locked until the transaction's end where it is to be changed. Errors: `NotFound`."""
    row = find_row(session, PlanRow, plan_id, for_update=for_update)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def get_action_point(session: Session, action_point_id: UUID) -> ActionPointRow:
    """The action point with all that was read of it, to be changed."""
    return session.scalars(select(ActionPointRow).options(*WHOLE).where(ActionPointRow.id == action_point_id)).one()


def one_text(point: ActionPointRow, finding: FindingRow) -> str | None:
    """What the finding's column of the action point says, where it is one text."""
    texts = {PlanColumn.ACTION_POINT: point.title, PlanColumn.IMPACT: point.impact}
    return texts.get(PlanColumn(finding.plan_column)) if finding.plan_column else None


def mark_changed(plan: PlanRow) -> None:
    """The plan has a new version, whichever part of it has changed."""
    flag_modified(plan, "title")


def write_milestones(work: UnitOfWork, point: ActionPointRow, texts: Sequence[str], *, are_split: bool) -> None:
    """The action point has these milestones; where they are not split, the one text is the whole cell. What stays keeps
    its id, and with it all that was recorded of it; what is gone can still be read."""
    known = list(point.milestones)
    rows: list[MilestoneRow] = []
    whole = are_split and not point.milestones_are_split
    for position, one in enumerate(successors([row.text for row in known], texts, was_whole_cell=whole), start=1):
        if one.same_as is not None:
            row = known[one.same_as]
            row.text, row.position = one.text, position
        else:
            row = MilestoneRow(
                id=new_id(),
                alliance_id=point.alliance_id,
                action_point_id=point.id,
                position=position,
                text=one.text,
                split_from_id=None if one.split_from is None else known[one.split_from].id,
            )
            work.session.add(row)
        rows.append(row)
    for row in known:
        if row not in rows:
            _keep_gone(work, point, row)
            work.session.delete(row)
    point.milestones_are_split = are_split
    set_committed_value(point, "milestones", rows)
    _pair(point)


def _keep_gone(work: UnitOfWork, point: ActionPointRow, row: MilestoneRow) -> None:
    names = ("id", "alliance_id", "action_point_id", "text", "split_from_id", "carried_from_id")
    as_it_stood = {name: getattr(row, name) for name in names}
    work.session.add(GoneMilestoneRow(plan_id=point.plan_id, gone_at=work.now, **as_it_stood))


def write_date(row: DateValueRow, value: MilestoneDate, year: AcademicYear) -> list[tuple[DateValueRow, DateChange]]:
    """This date, and no other, has the value; answers what changed, for the history."""
    before = value_of(row)
    set_value(row, value, year)
    return [(row, DateChange(row.position, before, value))] if before != value else []


def once_said(session: Session, plan_id: UUID) -> dict[UUID, set[str]]:
    """What the dates of the plan said before they were changed, by their id."""
    words: dict[UUID, set[str]] = defaultdict(set)
    earlier = DateChangeRow.before["text"].astext
    changed = select(DateChangeRow.date_value_id, earlier).where(DateChangeRow.plan_id == plan_id, earlier.is_not(None))
    for date_value_id, said in session.execute(changed):
        words[date_value_id].add(said)
    return words


def write_dates(
    point: ActionPointRow,
    values: Sequence[MilestoneDate],
    year: AcademicYear,
    session: Session,
    said: Mapping[UUID, Collection[str]],
) -> list[tuple[DateValueRow, DateChange]]:
    """The action point has these dates; answers what changed, for the history. A date keeps its id wherever it comes to
    stand; `said` is what it said before it was changed."""
    known = list(point.dates)
    before = [value_of(row) for row in known]
    same_as = earlier_dates(before, values, [said.get(row.id, ()) for row in known])
    rows: list[DateValueRow] = []
    changed = []
    for position, (value, was) in enumerate(zip(values, same_as, strict=True), start=1):
        if was is None:
            row = DateValueRow(**date_columns(point.alliance_id, position, value, year), action_point_id=point.id)
            session.add(row)
        else:
            row = known[was]
            row.position = position
            set_value(row, value, year)
        rows.append(row)
        old = None if was is None else before[was]
        if old != value:
            changed.append((row, DateChange(position, old, value)))
    for row, old in zip(known, before, strict=True):
        if row not in rows:
            session.delete(row)
            changed.append((row, DateChange(row.position, old, None)))
    set_committed_value(point, "dates", rows)
    _pair(point)
    return changed


def write_leads(point: ActionPointRow, leads: Sequence[Lead], known_as: dict[str, str], session: Session) -> None:
    """The action point has these leads; `known_as` has the names agreed for spellings of the plan."""
    for row, lead in zip(point.leads, leads, strict=False):
        row.text, row.kind, row.known_as = lead.text, lead.kind, known_as.get(lead.text)
    added = enumerate(leads[len(point.leads) :], start=len(point.leads) + 1)
    _cut(session, point.leads, len(leads))
    point.leads += [
        LeadRow(
            alliance_id=point.alliance_id,
            position=position,
            text=lead.text,
            kind=lead.kind,
            known_as=known_as.get(lead.text),
        )
        for position, lead in added
    ]


def write_kpi_links(point: ActionPointRow, links: KpiLinks, session: Session) -> None:
    """The action point says this of KPIs."""
    point.kpi_links_are_none, point.kpi_links_unread = links.are_none, list(links.unread)
    for row, link in zip(point.kpi_links, links.links, strict=False):
        row.code, row.named_set, row.named_version = link.code, link.kpi_set, link.kpi_set_version
    added = enumerate(links.links[len(point.kpi_links) :], start=len(point.kpi_links) + 1)
    _cut(session, point.kpi_links, len(links.links))
    point.kpi_links += [
        KpiLinkRow(
            alliance_id=point.alliance_id,
            position=position,
            code=link.code,
            named_set=link.kpi_set,
            named_version=link.kpi_set_version,
        )
        for position, link in added
    ]


def name_leads(session: Session, plan_id: UUID, names: dict[str, str | None]) -> None:
    """The plan's leads with these spellings are known by these names from now on, or by none but their own."""
    for written, name in names.items():
        in_plan = select(ActionPointRow.id).where(ActionPointRow.plan_id == plan_id)
        for row in session.scalars(
            select(LeadRow).where(LeadRow.text == written, LeadRow.action_point_id.in_(in_plan))
        ):
            row.known_as = name


def _pair(point: ActionPointRow) -> None:
    """A milestone has the date that is certainly its own, or none."""
    has_own = paired(len(point.milestones), len(point.dates), are_split=point.milestones_are_split)
    for row in point.milestones:
        row.date_position = row.position if has_own else None


def _cut(session: Session, rows: Sequence[LeadRow | KpiLinkRow], length: int) -> None:
    for row in rows[length:]:
        session.delete(row)


def keep_decision(work: UnitOfWork, row: FindingRow, text: str | None, note: str | None) -> None:
    """Stores what was decided about the finding, by whom, when and in which words."""
    work.session.add(
        FindingDecisionRow(
            id=new_id(),
            alliance_id=row.alliance_id,
            plan_id=row.plan_id,
            finding_id=row.id,
            state=row.state,
            text=text,
            note=note,
            decided_at=work.now,
            issuer=work.caller.issuer,
            decided_by=work.caller.subject,
        )
    )


def agreed_names(session: Session, plan_id: UUID) -> dict[str, str]:
    """The spellings of the plan's leads of which somebody said which name is meant."""
    decided = (
        select(FindingRow.text, FindingRow.replacement, FindingDecisionRow.text.label("name"))
        .join(FindingDecisionRow, FindingDecisionRow.finding_id == FindingRow.id)
        .where(FindingRow.plan_id == plan_id, FindingRow.code == "names-alike", FindingDecisionRow.text.is_not(None))
        .order_by(FindingDecisionRow.id)
    )
    names: dict[str, str] = {}
    for later, earlier, name in session.execute(decided):
        names |= {spelling: name for spelling in (later, earlier) if spelling and name and spelling != name}
    return names


def page_of_decisions(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    finding_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[FindingDecisionRow], Item],
) -> Page[Item]:
    """A page of the decisions the caller may read, of these plans and findings where any are named."""
    found = select(FindingDecisionRow).where(
        caller.permitted.condition(FindingDecisionRow.alliance_id),
        FindingDecisionRow.plan_id.in_(plan_ids) if plan_ids else true(),
        FindingDecisionRow.finding_id.in_(finding_ids) if finding_ids else true(),
    )
    return read_page(session, found, [FindingDecisionRow.id], page, shape)
