"""The SQL of findings that are settled, and of corrected documents."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, delete, select, true, update
from sqlalchemy.orm import Session

from plans_api.corrections.plan_differences import Match
from plans_api.corrections.tables import PlanDifferenceRow
from plans_api.findings.store import WHOLE, finding_of
from plans_api.imports.finding import Finding, PlanColumn
from plans_api.imports.finding_state import FindingState
from plans_api.imports.plan_reading import ReadPlan
from plans_api.imports.store import Places, finding_values, keep_cells
from plans_api.imports.tables import FindingRow, PlanCorrectionRow, PlanDocumentRow
from plans_api.plans.tables import (
    ActionPointRow,
    CellRow,
    PlanRow,
    SectionRow,
)
from service_kit.access import Caller
from service_kit.bulk import insert_rows
from service_kit.commands import UnitOfWork
from service_kit.database import table_of
from service_kit.errors import NotFound
from service_kit.ids import new_id
from service_kit.paging import PageRequest, read_page
from service_kit.schemas import Page

Item = TypeVar("Item")


@dataclass(frozen=True)
class KeptDocument:
    """The document that a plan stands on at present."""

    sha256: bytes
    media_type: str
    content: bytes


def action_points_of(session: Session, plan_id: UUID) -> Sequence[ActionPointRow]:
    """The plan's action points with all that was read of them, in order."""
    found = select(ActionPointRow).options(*WHOLE).where(ActionPointRow.plan_id == plan_id)
    return session.scalars(found.order_by(ActionPointRow.position)).all()


def sections_of(session: Session, plan_id: UUID) -> Sequence[SectionRow]:
    """The plan's sections, in order."""
    found = select(SectionRow).where(SectionRow.plan_id == plan_id)
    return session.scalars(found.order_by(SectionRow.position)).all()


def document_of(session: Session, plan_id: UUID) -> KeptDocument:
    """The plan's last document. Errors: `NotFound` where it came from none."""
    corrections = select(PlanCorrectionRow).where(PlanCorrectionRow.plan_id == plan_id)
    row = session.scalar(corrections.order_by(PlanCorrectionRow.id.desc()).limit(1)) or session.get(
        PlanDocumentRow, plan_id
    )
    if row is None:
        raise NotFound("There is no such thing here.")
    return KeptDocument(row.sha256, row.media_type, row.content)


def keep_correction(
    work: UnitOfWork, plan: PlanRow, document: KeptDocument, matches: Sequence[Match]
) -> PlanCorrectionRow:
    """Stores the corrected document as it was sent."""
    row = PlanCorrectionRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        plan_id=plan.id,
        sha256=document.sha256,
        media_type=document.media_type,
        content=document.content,
        corrected_at=work.now,
        unchanged=sum(match.kind is None for match in matches),
    )
    work.session.add(row)
    work.session.flush()
    return row


def keep_differences(
    session: Session, correction: PlanCorrectionRow, differing: Sequence[tuple[Match, ActionPointRow]]
) -> None:
    """Stores what the corrected document said differently."""
    rows = [
        {
            "plan_correction_id": correction.id,
            "position": position,
            "alliance_id": correction.alliance_id,
            "action_point_id": point.id,
            "kind": match.kind,
            "title": point.title,
            "row_before": match.before.point.rows[0] if match.before else None,
            "row_after": match.after.point.rows[0] if match.after else None,
            "cells": [asdict(cell) for cell in match.cells],
        }
        for position, (match, point) in enumerate(differing, start=1)
    ]
    insert_rows(session, PlanDifferenceRow, rows)


def set_places(session: Session, plan_id: UUID, places: Sequence[tuple[ActionPointRow, UUID, Sequence[int]]]) -> None:
    """Gives each of the plan's action points, in their order, its section and the rows it takes in the document."""
    session.flush()
    table = table_of(ActionPointRow)
    # Out of each other's way first: no two may hold one position even for a moment.
    session.execute(update(table).where(table.c.plan_id == plan_id).values(position=-table.c.position))
    session.execute(
        update(table)
        .where(table.c.id == bindparam("point"))
        .values(position=bindparam("at"), section_id=bindparam("section"), rows=bindparam("taken")),
        [
            {"point": point.id, "at": position, "section": section_id, "taken": list(rows)}
            for position, (point, section_id, rows) in enumerate(places, start=1)
        ],
    )


def renew_cells(session: Session, plan: PlanRow, read: ReadPlan) -> None:
    """The original texts are those of the corrected document; the earlier document is kept byte for byte."""
    session.execute(delete(CellRow).where(CellRow.plan_id == plan.id))
    keep_cells(session, plan, read)


def renew_findings(
    session: Session,
    plan: PlanRow,
    findings: Sequence[Finding],
    places: Places,
    written: Collection[tuple[UUID, PlanColumn]],
) -> None:
    """The findings are those of the corrected document. What was found and decided before stays so where the same words
    of the same action point, of the same date where it is about one, are in question. It is open again where an answer
    stood in a column that is now `written` anew: the document says what was answered once more. What nobody settled and
    is gone is outdated."""
    known = session.scalars(select(FindingRow).where(FindingRow.plan_id == plan.id).order_by(FindingRow.position)).all()
    waiting: dict[Hashable, list[FindingRow]] = defaultdict(list)
    for row in known:
        is_written = (row.action_point_id, row.plan_column) in written
        place = row.date_value_id if is_written else row.date_position
        waiting[_identity(finding_of(row), row.action_point_id, place)].append(row)
    values = [
        finding_values(plan.alliance_id, plan.id, position, finding, places)
        for position, finding in enumerate(findings, start=1)
    ]
    new, again = [], []
    for finding, columns in zip(findings, values, strict=True):
        is_written = (columns["action_point_id"], finding.plan_column) in written
        place = columns["date_value_id"] if is_written else finding.date_position
        if alike := waiting[_identity(finding, columns["action_point_id"], place)]:
            row = alike.pop(0)
            is_open = row.state == FindingState.OUTDATED or (is_written and row.state != FindingState.DISMISSED)
            # Where people have changed what the document still says, only the finding knows what it was about.
            about = {} if is_written else {name: getattr(row, name) or columns[name] for name in _ABOUT}
            again.append((row, columns | about | {"state": FindingState.OPEN if is_open else row.state}))
        else:
            new.append(columns)
    left = [row for rows in waiting.values() for row in rows]
    session.execute(
        update(FindingRow)
        .where(FindingRow.plan_id == plan.id)
        .values(position=-FindingRow.position)
        .execution_options(synchronize_session=False)
    )
    for row, columns in again:
        for name, fact in columns.items():
            if name != "id":
                setattr(row, name, fact)
    for position, row in enumerate(left, start=len(findings) + 1):
        row.position = position
        row.state = FindingState.OUTDATED if row.state == FindingState.OPEN else row.state
    session.flush()
    if known:
        # What stands where it stood has not changed for the session, and has in the table.
        table = table_of(FindingRow)
        session.execute(
            update(table).where(table.c.id == bindparam("one")).values(position=bindparam("at")),
            [{"one": row.id, "at": row.position} for row in known],
        )
    insert_rows(session, FindingRow, new)


_ABOUT = ("date_value_id", "milestone_id")


def _identity(finding: Finding, action_point_id: UUID | None, date: UUID | int | None) -> Hashable:
    if finding.code == "kpi-set-not-stated":
        return finding.code
    if finding.code == "names-alike":
        return finding.code, finding.text, finding.replacement
    return finding.code, action_point_id, finding.plan_column or finding.column, finding.text, date


def get_correction(session: Session, plan_correction_id: UUID) -> PlanCorrectionRow:
    """The corrected document. Errors: `NotFound`."""
    row = session.get(PlanCorrectionRow, plan_correction_id)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def page_of_corrections(
    session: Session,
    caller: Caller,
    plan_ids: Sequence[UUID],
    page: PageRequest,
    shape: Callable[[PlanCorrectionRow], Item],
) -> Page[Item]:
    """A page of the corrected documents the caller may know of, of these plans where any are named."""
    found = select(PlanCorrectionRow).where(
        caller.permitted.condition(PlanCorrectionRow.alliance_id),
        PlanCorrectionRow.plan_id.in_(plan_ids) if plan_ids else true(),
    )
    return read_page(session, found, [PlanCorrectionRow.id], page, shape)


def page_of_differences(
    session: Session, plan_correction_id: UUID, page: PageRequest, shape: Callable[[PlanDifferenceRow], Item]
) -> Page[Item]:
    """A page of what a corrected document said differently."""
    found = select(PlanDifferenceRow).where(PlanDifferenceRow.plan_correction_id == plan_correction_id)
    return read_page(session, found, [PlanDifferenceRow.position], page, shape)
