"""The SQL that writes an imported plan, and that reads its findings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import insert, inspect, select, true, union_all
from sqlalchemy.orm import DeclarativeBase, Session

from plans_api.imports.finding import Finding, Severity, date_in_question, milestone_in_question
from plans_api.imports.finding_state import FindingState
from plans_api.imports.plan_reading import ReadActionPoint, ReadPlan, ReadSection
from plans_api.imports.tables import FindingRow, PlanCorrectionRow, PlanDocumentRow
from plans_api.milestone_dates.store import new_date
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.tables import (
    ActionPointRow,
    CellRow,
    KpiLinkRow,
    LeadRow,
    MilestoneRow,
    PlanRow,
    SectionRow,
)
from service_kit.access import Caller
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")
Places: TypeAlias = Mapping[int, tuple[ActionPointRow, ReadActionPoint]]


def find_plan_of(session: Session, alliance_id: UUID, sha256: bytes) -> UUID | None:
    """The plan that the alliance has of the document with this digest, where it has one."""
    documents = (
        select(table.plan_id).where(table.alliance_id == alliance_id, table.sha256 == sha256)
        for table in (PlanDocumentRow, PlanCorrectionRow)
    )
    return session.scalar(union_all(*documents).limit(1))


def add_plan(session: Session, alliance_id: UUID, plan: ReadPlan) -> PlanRow:
    """A new plan with everything that was read of it, its findings, and every original text."""
    row = PlanRow(id=new_id(), alliance_id=alliance_id, academic_year=str(plan.academic_year), title=plan.title)
    session.add(row)
    session.flush()
    sections: list[SectionRow] = []
    points: list[ActionPointRow] = []
    for position, section in enumerate(plan.sections, start=1):
        sections.append(new_section(alliance_id, position, section))
        for action_point in section.action_points:
            points.append(new_action_point(row, len(points) + 1, action_point, plan.academic_year))
            points[-1].section_id = sections[-1].id
    # Statement by statement: to follow the relationships of a long plan would take many times as long.
    _insert(session, [(section, {"plan_id": row.id}) for section in sections])
    _insert(session, [(point, {}) for point in points])
    for part in ("milestones", "dates", "leads", "kpi_links"):
        _insert(session, [(each, {"action_point_id": point.id}) for point in points for each in getattr(point, part)])
    places = {
        number: (point, read) for point, read in zip(points, plan.action_points, strict=True) for number in read.rows
    }
    findings = [
        finding_values(row, position, finding, places) for position, finding in enumerate(plan.findings, start=1)
    ]
    if findings:
        session.execute(insert(FindingRow), findings)
    keep_cells(session, row, plan)
    return row


def finding_values(plan: PlanRow, position: int, finding: Finding, places: Places) -> dict[str, Any]:
    """The columns of a new finding; `places` has the action point of each row of the document that belongs to one, as
    it stands in the plan and as it was read."""
    about = dict.fromkeys(("action_point_id", "date_value_id", "milestone_id"))
    if finding.row in places:
        about |= _what_it_is_about(finding, *places[finding.row])
    new = {"id": new_id(), "alliance_id": plan.alliance_id, "plan_id": plan.id, "position": position}
    return new | about | asdict(finding)


def _what_it_is_about(finding: Finding, point: ActionPointRow, read: ReadActionPoint) -> dict[str, UUID | None]:
    as_read, present = ([each.text for each in dates] for dates in (read.dates, point.dates))
    date = date_in_question(finding, as_read, present)
    milestones = [each.text for each in point.milestones]
    milestone = milestone_in_question(finding, milestones, are_split=point.milestones_are_split)
    return {
        "action_point_id": point.id,
        "date_value_id": None if date is None else point.dates[date].id,
        "milestone_id": None if milestone is None else point.milestones[milestone].id,
    }


def keep_cells(session: Session, plan: PlanRow, read: ReadPlan) -> None:
    """Stores every original text of the plan's document."""
    cells = [
        {"plan_id": plan.id, "position": position, "alliance_id": plan.alliance_id, **asdict(cell)}
        for position, cell in enumerate(read.document.cells(), start=1)
    ]
    session.execute(insert(CellRow), cells)


def keep_document(
    session: Session, plan: PlanRow, *, sha256: bytes, media_type: str, content: bytes, imported_at: datetime
) -> None:
    """Stores the plan's document as it was sent, so that nothing is ever lost."""
    session.add(
        PlanDocumentRow(
            plan_id=plan.id,
            alliance_id=plan.alliance_id,
            sha256=sha256,
            media_type=media_type,
            content=content,
            imported_at=imported_at,
        )
    )


def page_of_findings(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    severities: Sequence[Severity],
    states: Sequence[FindingState],
    page: PageRequest,
    shape: Callable[[FindingRow], Item],
) -> Page[Item]:
    """A page of the findings the caller may read, of these plans, severities and states where any are named."""
    found = select(FindingRow).where(
        caller.permitted.condition(FindingRow.alliance_id),
        FindingRow.plan_id.in_(plan_ids) if plan_ids else true(),
        FindingRow.severity.in_(severities) if severities else true(),
        FindingRow.state.in_(states) if states else true(),
    )
    return read_page(session, found, [FindingRow.plan_id, FindingRow.position], page, shape)


def _insert(session: Session, rows: Sequence[tuple[DeclarativeBase, Mapping[str, Any]]]) -> None:
    """Writes rows of one kind in one go, each with the columns it was made with and some more."""
    if rows:
        first, _ = rows[0]
        names = [column.key for column in inspect(type(first)).column_attrs if column.key in first.__dict__]
        values = [{name: row.__dict__[name] for name in names} | dict(more) for row, more in rows]
        session.execute(insert(type(first)), values)


def new_section(alliance_id: UUID, position: int, section: ReadSection) -> SectionRow:
    """A section as it was read, without its action points."""
    return SectionRow(
        id=new_id(),
        alliance_id=alliance_id,
        position=position,
        number=section.number,
        title=section.title,
        row=section.row,
    )


def new_action_point(plan: PlanRow, position: int, read: ReadActionPoint, year: AcademicYear) -> ActionPointRow:
    """An action point as it was read."""
    owner = {"alliance_id": plan.alliance_id}
    return ActionPointRow(
        id=new_id(),
        plan_id=plan.id,
        position=position,
        title=read.title,
        impact=read.impact,
        milestones_are_split=read.milestones_are_split,
        kpi_links_are_none=read.kpi_links.are_none,
        kpi_links_unread=list(read.kpi_links.unread),
        rows=list(read.rows),
        milestones=[
            MilestoneRow(
                id=new_id(),
                position=number,
                text=milestone.text,
                date_position=number if milestone.date else None,
                **owner,
            )
            for number, milestone in enumerate(read.milestones, start=1)
        ],
        dates=[new_date(plan.alliance_id, number, value, year) for number, value in enumerate(read.dates, start=1)],
        leads=[
            LeadRow(position=number, text=lead.text, kind=lead.kind, **owner)
            for number, lead in enumerate(read.leads.named, start=1)
        ],
        kpi_links=[
            KpiLinkRow(
                position=number,
                code=link.code,
                named_set=link.kpi_set,
                named_version=link.kpi_set_version,
                **owner,
            )
            for number, link in enumerate(read.kpi_links.links, start=1)
        ],
        **owner,
    )
