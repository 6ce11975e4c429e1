"""The SQL that reads a whole plan."""

from uuid import UUID

from sqlalchemy.orm import Session, selectinload

from plans_api.exports.plan_value import ActionPointValue, PlanValue, SectionValue
from plans_api.imports.tables import PlanDocumentRow
from plans_api.milestone_dates.store import value_of
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.kpi_links import KpiLink
from plans_api.plans.leads import Lead, LeadKind
from plans_api.plans.tables import ActionPointRow, LeadRow, PlanRow, SectionRow
from service_kit.errors import NotFound

_POINTS = selectinload(PlanRow.sections).selectinload(SectionRow.action_points)
_WHOLE = (
    _POINTS.selectinload(ActionPointRow.milestones),
    _POINTS.selectinload(ActionPointRow.dates),
    _POINTS.selectinload(ActionPointRow.leads),
    _POINTS.selectinload(ActionPointRow.kpi_links),
)


def get_whole_plan(session: Session, plan_id: UUID) -> PlanRow:
    """The plan with everything in it. Errors: `NotFound`."""
    row = session.get(PlanRow, plan_id, options=_WHOLE)
    if row is None:
        raise NotFound("There is no such thing here.")
    return row


def original_document(session: Session, plan_id: UUID) -> PlanDocumentRow:
    """The document that the plan was imported from. Errors: `NotFound` where it came from none."""
    row = session.get(PlanDocumentRow, plan_id)
    if row is None:
        raise NotFound(
            "This plan was imported from no document: it was carried forward from another plan, whose document "
            "`carried_from_id` leads to. `GET /v1/plans/{plan_id}/document` gives the plan itself as a file."
        )
    return row


def plan_value(row: PlanRow) -> PlanValue:
    """What the plan says at present: leads by the names that are agreed, dates as they now are."""
    sections = tuple(
        SectionValue(section.number, section.title, tuple(map(_action_point, section.action_points)))
        for section in row.sections
    )
    return PlanValue(AcademicYear.read(row.academic_year), row.title, sections)


def _action_point(row: ActionPointRow) -> ActionPointValue:
    return ActionPointValue(
        row.title,
        tuple(milestone.text for milestone in row.milestones),
        row.milestones_are_split,
        tuple(map(value_of, row.dates)),
        tuple(map(_lead, row.leads)),
        row.impact,
        tuple(KpiLink(link.code, link.named_set, link.named_version) for link in row.kpi_links),
        row.kpi_links_are_none,
        tuple(row.kpi_links_unread),
    )


def _lead(row: LeadRow) -> Lead:
    return Lead(row.known_as or row.text, LeadKind(row.kind))
