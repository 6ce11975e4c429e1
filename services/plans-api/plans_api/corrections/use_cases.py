"""What people do with a corrected document of a plan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from plans_api.corrections import store
from plans_api.corrections.plan_differences import Match, section_key
from plans_api.corrections.store import KeptDocument
from plans_api.findings.store import (
    agreed_names,
    get_plan,
    mark_changed,
    once_said,
    write_dates,
    write_kpi_links,
    write_leads,
    write_milestones,
)
from plans_api.imports.finding import PlanColumn
from plans_api.imports.plan_reading import ReadActionPoint, ReadPlan
from plans_api.imports.store import Places, read_columns, section_columns, standing
from plans_api.milestone_dates.date_change import ChangeReason
from plans_api.milestone_dates.use_cases import record_date_changes
from plans_api.plans.plan_life import PlanState, require_open
from plans_api.plans.tables import ActionPointRow, PlanRow, SectionRow
from service_kit.commands import UnitOfWork
from service_kit.errors import Conflict

_BEYOND_ALL = 1_000_000
"""Where a new action point stands until all are given their places."""


class PlanHasMovedOn(Conflict):
    """Another document of the plan came in while this one was being compared with the one before."""


@dataclass(frozen=True)
class Correction:
    """What a corrected document did: its id, None where it is the plan's present document, and every match."""

    plan_correction_id: UUID | None
    plan: PlanRow
    matches: tuple[Match, ...]


def correct_plan(
    work: UnitOfWork,
    plan_id: UUID,
    present: KeptDocument,
    document: KeptDocument,
    after: ReadPlan,
    matches: tuple[Match, ...],
) -> Correction:
    """A corrected document of a plan comes in, and the plan says from now on what it says.

    Only what the document says differently is written, so that what people decided and changed elsewhere stays. An
    action point that is gone from the document stays in the plan. The same document again changes and records nothing.
    `matches` are with what `present`, the plan's document so far, says. Errors: `PlanHasMovedOn`.
    """
    plan = get_plan(work.session, plan_id, for_update=True)
    work.caller.require(plan.alliance_id)
    require_open(PlanState(plan.state))
    if store.document_of(work.session, plan_id).sha256 != present.sha256:
        raise PlanHasMovedOn("Another document of this plan has come in meanwhile: send this one again.")
    if document.sha256 == present.sha256:
        return Correction(None, plan, matches)
    correction = store.keep_correction(work, plan, document, matches)
    plan.title, plan.academic_year = after.title, str(after.academic_year)
    mark_changed(plan)
    points = _bring_up_to_date(work, plan, after, matches)
    differing = [(match, point) for match, point in zip(matches, points, strict=True) if match.kind]
    store.keep_differences(work.session, correction, differing)
    store.renew_cells(work.session, plan, after)
    written = {(point.id, cell.column) for match, point in differing if match.before for cell in match.cells}
    store.renew_findings(work.session, plan, after.findings, _places(matches, points), written)
    work.record(
        "plan-corrected",
        subject=plan.id,
        tenant=plan.alliance_id,
        data={
            "plan_id": plan.id,
            "alliance_id": plan.alliance_id,
            "plan_correction_id": correction.id,
            "academic_year": plan.academic_year,
            "differing_action_point_ids": [point.id for _, point in differing],
        },
    )
    return Correction(correction.id, plan, matches)


def _bring_up_to_date(
    work: UnitOfWork, plan: PlanRow, after: ReadPlan, matches: Sequence[Match]
) -> list[ActionPointRow]:
    """The action point of each match, made or changed to what the document says now, in its place."""
    all_known = store.action_points_of(work.session, plan.id)
    # What is gone from an earlier document takes no row of the present one.
    known = {point.rows[0]: point for point in all_known if point.rows}
    long_gone = [point for point in all_known if not point.rows]
    sections = _sections(work, plan, after)
    names, said = agreed_names(work.session, plan.id), once_said(work.session, plan.id)
    points: list[ActionPointRow] = []
    places: list[tuple[ActionPointRow, UUID, Sequence[int]]] = []
    for match in matches:
        if match.after is None:
            assert match.before is not None  # noqa: S101 -- a match has one of the two
            point = known[match.before.point.rows[0]]
            places.append((point, point.section_id, ()))
        else:
            section_id = sections[section_key(match.after.section)]
            if match.before is None:
                place = _BEYOND_ALL + len(points)
                point = read_columns(plan.alliance_id, plan.id, place, match.after.point, after.academic_year).row()
                point.section_id = section_id
                for lead in point.leads:
                    lead.known_as = names.get(lead.text)
                work.session.add(point)
            else:
                point = known[match.before.point.rows[0]]
                _write_differences(work, plan, point, match, match.after.point, after, names, said)
            places.append((point, section_id, match.after.point.rows))
        points.append(point)
    places += [(point, point.section_id, ()) for point in long_gone]
    store.set_places(work.session, plan.id, places)
    return points


def _sections(work: UnitOfWork, plan: PlanRow, after: ReadPlan) -> Mapping[object, UUID]:
    """The plan's section for each of the document's, by what it is known by; a section that is gone stays, empty."""
    known = {section_key(row): row for row in store.sections_of(work.session, plan.id)}
    ids = {}
    for position, section in enumerate(after.sections, start=1):
        row = known.pop(section_key(section), None)
        if row is None:
            row = SectionRow(**section_columns(plan.alliance_id, plan.id, position, section))
            work.session.add(row)
        row.position, row.title, row.row = position, section.title, section.row
        ids[section_key(section)] = row.id
    for position, row in enumerate(known.values(), start=len(after.sections) + 1):
        row.position = position
    work.session.flush()
    return ids


def _write_differences(
    work: UnitOfWork,
    plan: PlanRow,
    point: ActionPointRow,
    match: Match,
    says: ReadActionPoint,
    after: ReadPlan,
    names: dict[str, str],
    said: Mapping[UUID, Collection[str]],
) -> None:
    for column in (cell.column for cell in match.cells):
        match column:
            case PlanColumn.ACTION_POINT:
                point.title = says.title
            case PlanColumn.MILESTONES:
                texts = [milestone.text for milestone in says.milestones]
                write_milestones(work, point, texts, are_split=says.milestones_are_split)
            case PlanColumn.DATE:
                changed = write_dates(point, says.dates, after.academic_year, work.session, said)
                record_date_changes(work, plan.id, changed, ChangeReason.DOCUMENT_CORRECTED, None)
            case PlanColumn.LEAD:
                write_leads(point, says.leads.named, names, work.session)
            case PlanColumn.IMPACT:
                point.impact = says.impact
            case PlanColumn.KPIS:
                write_kpi_links(point, says.kpi_links, work.session)


def _places(matches: Sequence[Match], points: Sequence[ActionPointRow]) -> Places:
    """The action point of each row of the document that belongs to one."""
    return {
        row: (standing(point), match.after.point)
        for match, point in zip(matches, points, strict=True)
        if match.after is not None
        for row in match.after.point.rows
    }
