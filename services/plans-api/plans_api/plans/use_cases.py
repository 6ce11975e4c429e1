"""The one way into a plan that is to be written, and what is kept of each change."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from plans_api.access.roles import Role
from plans_api.plans import store
from plans_api.plans.plan_life import PLAN_LIFE, NoReason, PlanState, require_open
from plans_api.plans.tables import PlanPartyRow, PlanRow
from service_kit.access import Reach
from service_kit.commands import UnitOfWork
from service_kit.errors import Forbidden
from service_kit.etags import require_version
from service_kit.life_cycle import Step

_EVENTS = {
    PlanState.AGREED: "plan-agreed",
    PlanState.UNDER_WAY: "plan-begun",
    PlanState.REVIEWED: "plan-reviewed",
    PlanState.CLOSED: "plan-closed",
}


def open_plan(work: UnitOfWork, plan_id: UUID) -> PlanRow:
    """A plan that is about to be written, locked until the transaction's end: what is written of one plan is written
    one after the other, and nothing once it is closed. Errors: `NotFound`, `PlanIsClosed`."""
    row = store.lock_plan(work.session, plan_id)
    work.caller.require(row.alliance_id)
    require_open(PlanState(row.state))
    return row


def open_action_point(work: UnitOfWork, action_point_id: UUID) -> PlanRow:
    """The plan of an action point that is about to be written by an administrator or by whoever leads it, locked.

    Errors: `NotFound`, `Forbidden`, `PlanIsClosed`.
    """
    action_point = store.get_action_point(work.session, action_point_id)
    require_own_action(work, action_point.alliance_id, action_point_id)
    return open_plan(work, action_point.plan_id)


def require_own_action(work: UnitOfWork, alliance_id: UUID, action_point_id: UUID | None, *parties: str) -> None:
    """A plan lead writes the action points they lead, and what belongs to those. Whoever else the operation is for is
    not narrowed: administrators write all of an alliance's, others what names one of their `parties`.

    Errors: `NotFound`, `Forbidden`.
    """
    caller = work.caller
    caller.require(alliance_id, *parties)
    granted = (grant for grant in caller.grants if grant.role in caller.permission.roles - {Role.PLAN_LEAD})
    if Reach.of(granted).covers(alliance_id, *parties):
        return
    if action_point_id is None or not store.leads(work.session, caller, action_point_id):
        raise Forbidden(
            "You write the action points you lead, and what belongs to them. Ask an administrator of the alliance to "
            "make this change, or to say that you lead the action point (POST /v1/lead-names)."
        )


def record_plan_change(
    work: UnitOfWork,
    plan: PlanRow,
    event: str,
    *,
    subject: UUID,
    data: Mapping[str, Any],
    action_point_id: UUID | None = None,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Tells of one change of a plan, and keeps in the plan's history what was and what is."""
    store.add_change(work, plan, event, action_point_id, before, after)
    whose = {"plan_id": plan.id, "alliance_id": plan.alliance_id}
    work.record(event, subject=subject, tenant=plan.alliance_id, data=whose | dict(data))


def move_plan(work: UnitOfWork, plan_id: UUID, expected_version: int, to: PlanState, on: date) -> PlanRow:
    """A plan takes the next step of its life. Errors: `VersionMismatch`, and those of the life cycle."""
    row = store.lock_plan(work.session, plan_id)
    work.caller.require(row.alliance_id)
    require_version(row.version, expected_version)
    present: Step[PlanState, NoReason] = Step(PlanState(row.state), row.state_on or on)
    step = PLAN_LIFE.next_step([present], to=to, on=on, today=work.today, reason=None)
    before, row.state, row.state_on = row.state, step.state, step.on
    data = {"state": step.state, "on": step.on}
    record_plan_change(work, row, _EVENTS[to], subject=row.id, data=data, before=before, after=step.state)
    return row


def change_plan(work: UnitOfWork, plan_id: UUID, expected_version: int, changes: Mapping[str, Any]) -> PlanRow:
    """A plan changes its title, says which set of KPIs its links count in, or with which alliances it is held jointly.

    Errors: `VersionMismatch`, `PlanIsClosed`, `AllianceNotKnown`.
    """
    row = open_plan(work, plan_id)
    require_version(row.version, expected_version)
    if "party_ids" in changes:
        _share(work, row, changes["party_ids"])
    for name, value in changes.items():
        if name == "party_ids":
            continue
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            data = {"kpi_set": row.kpi_set, "kpi_set_version": row.kpi_set_version}
            record_plan_change(work, row, "plan-changed", subject=row.id, data=data, before=before, after=value)
    return row


def _share(work: UnitOfWork, plan: PlanRow, party_ids: Collection[UUID]) -> None:
    before, after = set(plan.party_ids), set(party_ids) - {plan.alliance_id}
    if before == after:
        return
    kept = [row for row in plan.parties if row.party_id in after]
    new = [PlanPartyRow(party_id=one, alliance_id=plan.alliance_id) for one in sorted(after - before)]
    plan.parties = [*kept, *new]
    store.touch(work.session, plan)
    was, now_is = (", ".join(sorted(map(str, ids))) for ids in (before, after))
    data = {"party_ids": sorted(after)}
    record_plan_change(work, plan, "plan-shared", subject=plan.id, data=data, before=was, after=now_is)
