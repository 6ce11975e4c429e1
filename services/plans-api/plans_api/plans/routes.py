"""Action plans over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from plans_api.plans import store, use_cases
from plans_api.plans.schemas import (
    ActionPointDetailOut,
    ActionPointOut,
    CellOut,
    GoneMilestoneOut,
    PlanChangeOut,
    PlanChangesIn,
    PlanDetailOut,
    PlanOut,
    PlanTransitionIn,
)
from service_kit.application import KeyedCommand, ReadingOf, UnkeyedCommand
from service_kit.commands import Reply
from service_kit.etags import ExpectedVersion, etag
from service_kit.paging import PageOf
from service_kit.schemas import Page

router = APIRouter(tags=["plans"])


@router.get("/v1/plans", response_model=Page[PlanOut], summary="List action plans")
def list_plans(
    reading: ReadingOf, page: PageOf, alliance_id: Annotated[list[UUID] | None, Query(max_length=50)] = None
) -> Page[PlanOut]:
    """The plans of the alliances you belong to, and those they have jointly with others."""
    with reading.transaction() as session:
        return store.page_of_plans(session, reading.caller, alliance_id or (), page, PlanOut.model_validate)


@router.get("/v1/plans/{plan_id}", response_model=PlanDetailOut, summary="Read an action plan")
def get_plan(plan_id: UUID, reading: ReadingOf, response: Response) -> PlanDetailOut:
    """A plan with its sections, empty ones included, and their action points in brief."""
    with reading.transaction() as session:
        row = store.get_plan(session, plan_id)
        store.reader_of(session, reading.caller, row.id, row.alliance_id)
        response.headers["ETag"] = etag(row.version)
        return PlanDetailOut.model_validate(row)


@router.patch("/v1/plans/{plan_id}", response_model=PlanOut, summary="Change an action plan")
def change_plan(plan_id: UUID, body: PlanChangesIn, expected: ExpectedVersion, command: UnkeyedCommand) -> Response:
    """Changes what is sent and leaves the rest (a merge patch): the title, or the set of KPIs, with its version, that
    the plan's KPI numbers count in."""
    return command.execute(
        lambda work: use_cases.change_plan(work, plan_id, expected, body.changes()),
        lambda row: Reply(PlanOut.model_validate(row), version=row.version),
    )


@router.post("/v1/plans/{plan_id}/transitions", response_model=PlanOut, summary="Move an action plan on")
def transition_plan(
    plan_id: UUID, body: PlanTransitionIn, expected: ExpectedVersion, command: KeyedCommand
) -> Response:
    """Draft → agreed → under way → reviewed → closed. Every write to a closed plan is 409 `plan-is-closed`."""
    return command.execute(
        lambda work: use_cases.move_plan(work, plan_id, expected, body.to, body.on),
        lambda row: Reply(PlanOut.model_validate(row), version=row.version),
    )


@router.get("/v1/plan-changes", response_model=Page[PlanChangeOut], summary="List what changed in plans")
def list_plan_changes(
    reading: ReadingOf,
    page: PageOf,
    plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    changed_from: Annotated[AwareDatetime | None, Query(description="From this instant on.")] = None,
    changed_to: Annotated[AwareDatetime | None, Query(description="Before this instant.")] = None,
) -> Page[PlanChangeOut]:
    """What changed between two instants, oldest first. It says who changed it: the reading is noted in the audit
    log."""
    with reading.transaction() as session:
        found = store.page_of_changes(
            session, reading.caller, plan_id or (), (changed_from, changed_to), page, PlanChangeOut.model_validate
        )
        read = store.readers_of(session, reading.caller, {item.plan_id for item in found.items})
        reading.note_each(session, "plan-changes-read", read=read)
    return found


@router.get("/v1/action-points", response_model=Page[ActionPointOut], summary="List action points")
def list_action_points(
    reading: ReadingOf,
    page: PageOf,
    plan_id: Annotated[list[UUID] | None, Query(max_length=50)] = None,
    section: Annotated[
        list[Annotated[int, Query(ge=1, le=99)]] | None, Query(max_length=99, description="The section's number.")
    ] = None,
) -> Page[ActionPointOut]:
    """Action points in the order of their plan, each date in the words it was written in. Their leads are people: the
    reading is noted in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_action_points(
            session, reading.caller, plan_id or (), section or (), page, ActionPointOut.model_validate
        )
        read = store.readers_of(session, reading.caller, {item.plan_id for item in found.items})
        reading.note_each(session, "action-points-read", read=read)
    return found


@router.get("/v1/action-points/{action_point_id}", response_model=ActionPointDetailOut, summary="Read an action point")
def get_action_point(action_point_id: UUID, reading: ReadingOf) -> ActionPointDetailOut:
    """An action point with the original text of its cells, and the milestones it no longer has. Its leads are people:
    the reading is noted in the audit log."""
    with reading.transaction() as session:
        row = store.get_action_point(session, action_point_id)
        reader = store.reader_of(session, reading.caller, row.plan_id, row.alliance_id)
        reading.note(session, "action-point-read", subject=row.id, tenant=reader)
        cells = [CellOut.model_validate(cell) for cell in store.cells_of(session, row)]
        gone = [GoneMilestoneOut.model_validate(one) for one in row.gone_milestones]
        told = ActionPointOut.model_validate(row)
    return ActionPointDetailOut(**dict(told), cells=cells, gone_milestones=gone)
