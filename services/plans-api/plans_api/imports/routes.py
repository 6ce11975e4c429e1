"""Plan imports and findings over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from plans_api.imports import store, use_cases
from plans_api.imports.finding import Severity
from plans_api.imports.finding_state import FindingState
from plans_api.imports.plan_files import EXAMPLES, READERS
from plans_api.imports.plan_reading import ReadPlan, read_plan
from plans_api.imports.schemas import FindingOut, KpiLinksOut, PlanImportOut, StoredFindingOut
from plans_api.imports.use_cases import PlanImport
from plans_api.milestone_dates.store import calendar_of
from plans_api.plans.schemas import KpiLinkOut
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.commands import Reply
from service_kit.paging import PageOf
from service_kit.raw_body import RawBody, raw_body, raw_body_contract
from service_kit.schemas import Page

router = APIRouter(tags=["imports"])


@router.post(
    "/v1/plan-imports",
    status_code=201,
    response_model=PlanImportOut,
    responses={200: {"model": PlanImportOut, "description": "A dry run, or the alliance has this document already."}},
    summary="Import an action plan",
    openapi_extra=raw_body_contract(EXAMPLES),
)
def import_plan(
    document: Annotated[RawBody, Depends(raw_body(*READERS))],
    reading: ReadingOf,
    command: KeyedCommand,
    alliance_id: UUID,
    dry_run: Annotated[bool, Query(description="Say what would be imported and found, and keep nothing.")] = False,
) -> Response:
    """Reads a plan of up to 20 MB without guessing and without dropping anything: every cell's original text is kept,
    every anomaly is one finding with a proposal, and nothing proposed is done. The same document again changes
    nothing."""
    with reading.transaction() as session:
        calendar = calendar_of(session, alliance_id)
    plan = read_plan(READERS[document.media_type](document.content), calendar)
    # Before the transaction: a long plan takes seconds to make ready, and no other import should wait for that.
    new, told = store.new_plan(alliance_id, plan), _told(plan, alliance_id, dry_run=dry_run)
    do = command.rehearse if dry_run else command.execute
    return do(
        lambda work: use_cases.import_plan(work, alliance_id, plan, new, document.media_type, document.content),
        lambda done: _reply(done, told),
    )


@router.get("/v1/findings", response_model=Page[StoredFindingOut], summary="List findings")
def list_findings(
    reading: ReadingOf,
    page: PageOf,
    plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    severity: Annotated[list[Severity] | None, Query(max_length=10)] = None,
    state: Annotated[list[FindingState] | None, Query(max_length=10)] = None,
) -> Page[StoredFindingOut]:
    """What was odd about the documents of imported plans, in the order of each document, and how far it is settled:
    `state=open` is the queue for review. Their words may name people:
    the reading is noted in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_findings(
            session, reading.caller, plan_id or (), severity or (), state or (), page, StoredFindingOut.model_validate
        )
        reading.note_each(session, "findings-read", read={item.alliance_id: item.alliance_id for item in found.items})
    return found


def _told(plan: ReadPlan, alliance_id: UUID, *, dry_run: bool) -> PlanImportOut:
    return PlanImportOut(
        plan_id=None,
        alliance_id=alliance_id,
        dry_run=dry_run,
        changed=True,
        academic_year=str(plan.academic_year),
        sections=len(plan.sections),
        action_points=len(plan.action_points),
        action_points_by_section=list(plan.action_points_by_section),
        dates_by_kind=plan.dates_by_kind,
        dates_outside_year=plan.dates_outside_year,
        kpi_links=[
            KpiLinksOut(
                row=point.rows[0],
                text=links.text,
                links=[KpiLinkOut.model_validate(link) for link in links.links],
                are_none=links.are_none,
            )
            for point in plan.action_points
            for links in [point.kpi_links]
        ],
        findings=[FindingOut.model_validate(finding) for finding in plan.findings],
    )


def _reply(done: PlanImport, told: PlanImportOut) -> Reply:
    made = told.model_copy(update={"plan_id": None if told.dry_run else done.plan_id, "changed": done.is_new})
    created = done.is_new and not told.dry_run
    return Reply(made, 201 if created else 200, location=f"/v1/plans/{done.plan_id}" if created else None)
