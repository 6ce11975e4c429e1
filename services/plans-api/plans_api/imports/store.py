"""The SQL that writes an imported plan, and that reads its findings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import select, true, union_all
from sqlalchemy.orm import Session

from plans_api.imports.finding import Finding, Severity, date_in_question, milestone_in_question
from plans_api.imports.finding_state import FindingState
from plans_api.imports.plan_reading import ReadActionPoint, ReadPlan, ReadSection
from plans_api.imports.tables import FindingRow, PlanCorrectionRow, PlanDocumentRow
from plans_api.milestone_dates.store import date_columns
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.tables import (
    ActionPointRow,
    CellRow,
    DateValueRow,
    KpiLinkRow,
    LeadRow,
    MilestoneRow,
    PlanRow,
    SectionRow,
)
from service_kit.access import Caller
from service_kit.bulk import Batch, batch, insert_rows, write
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


def find_plan_of(session: Session, alliance_id: UUID, sha256: bytes) -> UUID | None:
    """The plan that the alliance has of the document with this digest, where it has one."""
    documents = (
        select(table.plan_id).where(table.alliance_id == alliance_id, table.sha256 == sha256)
        for table in (PlanDocumentRow, PlanCorrectionRow)
    )
    return session.scalar(union_all(*documents).limit(1))


@dataclass(frozen=True)
class NewActionPoint:
    """The columns of an action point as it was read, and of all that it has."""

    columns: dict[str, Any]
    milestones: list[dict[str, Any]]
    dates: list[dict[str, Any]]
    leads: list[dict[str, Any]]
    kpi_links: list[dict[str, Any]]

    def row(self) -> ActionPointRow:
        """The same as a row with its parts, to be worked on."""
        return ActionPointRow(
            **self.columns,
            milestones=[MilestoneRow(**one) for one in self.milestones],
            dates=[DateValueRow(**one) for one in self.dates],
            leads=[LeadRow(**one) for one in self.leads],
            kpi_links=[KpiLinkRow(**one) for one in self.kpi_links],
        )


@dataclass(frozen=True)
class NewPlan:
    """A plan with everything that was read of it, ready to be written."""

    plan_id: UUID
    batches: tuple[Batch, ...]


def new_plan(alliance_id: UUID, plan: ReadPlan) -> NewPlan:
    """Everything that a new plan writes, its findings and every original text included, made ready outside of any
    transaction: for a long plan it takes seconds."""
    plan_id = new_id()
    sections: list[dict[str, Any]] = []
    points: list[NewActionPoint] = []
    for position, section in enumerate(plan.sections, start=1):
        sections.append(section_columns(alliance_id, plan_id, position, section))
        for action_point in section.action_points:
            point = read_columns(alliance_id, plan_id, len(points) + 1, action_point, plan.academic_year)
            points.append(replace(point, columns=point.columns | {"section_id": sections[-1]["id"]}))
    places = {
        number: (_as_read(point), read)
        for point, read in zip(points, plan.action_points, strict=True)
        for number in read.rows
    }
    findings = [
        finding_values(alliance_id, plan_id, position, finding, places)
        for position, finding in enumerate(plan.findings, start=1)
    ]
    batches = (
        batch(SectionRow, sections),
        batch(ActionPointRow, [point.columns for point in points]),
        batch(MilestoneRow, [each for point in points for each in point.milestones]),
        batch(DateValueRow, [each for point in points for each in point.dates]),
        batch(LeadRow, [each for point in points for each in point.leads]),
        batch(KpiLinkRow, [each for point in points for each in point.kpi_links]),
        batch(FindingRow, findings),
        batch(CellRow, _cells(alliance_id, plan_id, plan)),
    )
    return NewPlan(plan_id, batches)


def add_plan(session: Session, alliance_id: UUID, plan: ReadPlan, new: NewPlan) -> PlanRow:
    """The new plan is written, a statement for each table."""
    row = PlanRow(id=new.plan_id, alliance_id=alliance_id, academic_year=str(plan.academic_year), title=plan.title)
    session.add(row)
    session.flush()
    for rows in new.batches:
        write(session, rows)
    return row


@dataclass(frozen=True)
class Standing:
    """An action point's dates and milestones as they stand in the plan: their ids and words, in order."""

    action_point_id: UUID
    dates: Sequence[tuple[UUID, str]]
    milestones: Sequence[tuple[UUID, str]]
    milestones_are_split: bool


Places: TypeAlias = Mapping[int, tuple[Standing, ReadActionPoint]]
"""The action point of each row of the document that belongs to one, as it stands in the plan and as it was read."""


def standing(point: ActionPointRow) -> Standing:
    """The action point as it stands."""
    dates, milestones = ([(each.id, each.text) for each in part] for part in (point.dates, point.milestones))
    return Standing(point.id, dates, milestones, point.milestones_are_split)


def _as_read(point: NewActionPoint) -> Standing:
    dates, milestones = ([(each["id"], each["text"]) for each in part] for part in (point.dates, point.milestones))
    return Standing(point.columns["id"], dates, milestones, point.columns["milestones_are_split"])


def finding_values(alliance_id: UUID, plan_id: UUID, position: int, finding: Finding, places: Places) -> dict[str, Any]:
    """The columns of a new finding, what it is about among them."""
    about: dict[str, UUID | None] = dict.fromkeys(("action_point_id", "date_value_id", "milestone_id"))
    if finding.row in places:
        about |= _what_it_is_about(finding, *places[finding.row])
    new = {"id": new_id(), "alliance_id": alliance_id, "plan_id": plan_id, "position": position}
    return new | about | vars(finding)


def _what_it_is_about(finding: Finding, point: Standing, read: ReadActionPoint) -> dict[str, UUID | None]:
    as_read, present = [each.text for each in read.dates], [text for _, text in point.dates]
    date = date_in_question(finding, as_read, present)
    milestones = [text for _, text in point.milestones]
    milestone = milestone_in_question(finding, milestones, are_split=point.milestones_are_split)
    return {
        "action_point_id": point.action_point_id,
        "date_value_id": None if date is None else point.dates[date][0],
        "milestone_id": None if milestone is None else point.milestones[milestone][0],
    }


def keep_cells(session: Session, plan: PlanRow, read: ReadPlan) -> None:
    """Stores every original text of the plan's document."""
    insert_rows(session, CellRow, _cells(plan.alliance_id, plan.id, read))


def _cells(alliance_id: UUID, plan_id: UUID, read: ReadPlan) -> list[dict[str, Any]]:
    return [
        {"plan_id": plan_id, "position": position, "alliance_id": alliance_id, **vars(cell)}
        for position, cell in enumerate(read.document.cells(), start=1)
    ]


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


def section_columns(alliance_id: UUID, plan_id: UUID, position: int, section: ReadSection) -> dict[str, Any]:
    """The columns of a section as it was read."""
    return {
        "id": new_id(),
        "alliance_id": alliance_id,
        "plan_id": plan_id,
        "position": position,
        "number": section.number,
        "title": section.title,
        "row": section.row,
    }


def read_columns(
    alliance_id: UUID, plan_id: UUID, position: int, read: ReadActionPoint, year: AcademicYear
) -> NewActionPoint:
    """An action point as it was read; its section is still to be said."""
    point_id = new_id()
    owner = {"alliance_id": alliance_id, "action_point_id": point_id}
    columns = {
        "id": point_id,
        "alliance_id": alliance_id,
        "plan_id": plan_id,
        "position": position,
        "title": read.title,
        "impact": read.impact,
        "milestones_are_split": read.milestones_are_split,
        "kpi_links_are_none": read.kpi_links.are_none,
        "kpi_links_unread": list(read.kpi_links.unread),
        "rows": list(read.rows),
    }
    milestones = [
        {
            "id": new_id(),
            "position": number,
            "text": milestone.text,
            "date_position": number if milestone.date else None,
            **owner,
        }
        for number, milestone in enumerate(read.milestones, start=1)
    ]
    dates = [date_columns(alliance_id, number, value, year) | owner for number, value in enumerate(read.dates, start=1)]
    leads = [
        {"position": number, "text": lead.text, "kind": lead.kind, **owner}
        for number, lead in enumerate(read.leads.named, start=1)
    ]
    kpi_links = [
        {
            "position": number,
            "code": link.code,
            "named_set": link.kpi_set,
            "named_version": link.kpi_set_version,
            **owner,
        }
        for number, link in enumerate(read.kpi_links.links, start=1)
    ]
    return NewActionPoint(columns, milestones, dates, leads, kpi_links)
