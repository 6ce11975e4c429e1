"""What people do with a plan through the year: say how far it is, review it, carry it forward."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from plans_api.alliances.store import get_alliance
from plans_api.milestone_dates.store import calendar_of
from plans_api.monitoring import store
from plans_api.monitoring.rag import FINISHED, MilestoneStatus, Rag
from plans_api.monitoring.tables import MilestoneStatusRow, PlanReviewRow, RagOverrideRow
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.due import present_half_term
from plans_api.plans.store import get_plan, lock_plan
from plans_api.plans.tables import PlanRow
from plans_api.plans.use_cases import open_action_point, open_plan, record_plan_change
from service_kit.commands import UnitOfWork
from service_kit.dates_in_order import refuse_future
from service_kit.errors import RuleBroken
from service_kit.ids import new_id


class NothingToCarryForward(RuleBroken):
    """What is carried forward are action points with a milestone that is neither done nor dropped."""


def record_status(
    work: UnitOfWork,
    milestone_id: UUID,
    status: MilestoneStatus,
    on: date,
    note: str | None,
    evidence: Sequence[str],
) -> MilestoneStatusRow:
    """Somebody says how far a milestone is; what was said before stays. Errors: `NotFound`, `Forbidden`,
    `PlanIsClosed`, `DateNotYetCome`."""
    action_point_id = store.get_milestone(work.session, milestone_id).action_point_id
    plan = open_action_point(work, action_point_id)
    refuse_future(what=status, on=on, today=work.today)
    before = store.statuses_on(work.session, [action_point_id], work.today).get(milestone_id)
    row = MilestoneStatusRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        plan_id=plan.id,
        action_point_id=action_point_id,
        milestone_id=milestone_id,
        status=status,
        on=on,
        note=note,
        evidence=list(evidence),
        recorded_at=work.now,
    )
    work.session.add(row)
    record_plan_change(
        work,
        plan,
        "milestone-status-recorded",
        subject=row.id,
        data={"action_point_id": action_point_id, "milestone_id": milestone_id, "status": status, "on": on},
        action_point_id=action_point_id,
        before=before.status if before else MilestoneStatus.NOT_STARTED,
        after=status,
    )
    return row


def override_rag(work: UnitOfWork, action_point_id: UUID, rag: Rag | None, reason: str) -> RagOverrideRow:
    """Somebody says otherwise than the rule, and why; None takes it back. Errors: `NotFound`, `PlanIsClosed`."""
    plan = open_action_point(work, action_point_id)
    before = store.overrides_on(work.session, [action_point_id], work.today).get(action_point_id)
    row = RagOverrideRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        plan_id=plan.id,
        action_point_id=action_point_id,
        rag=rag,
        reason=reason,
        recorded_at=work.now,
    )
    work.session.add(row)
    record_plan_change(
        work,
        plan,
        "rag-overridden",
        subject=row.id,
        data={"action_point_id": action_point_id, "rag": rag},
        action_point_id=action_point_id,
        before=before.rag if before else None,
        after=rag,
    )
    return row


def record_review(work: UnitOfWork, plan_id: UUID, held_on: date, minutes: str) -> PlanReviewRow:
    """A half-termly review was held. It is of the half-term its day falls in, or that has just ended.

    Errors: `NotFound`, `PlanIsClosed`, `DateNotYetCome`.
    """
    plan = open_plan(work, plan_id)
    refuse_future(what="held", on=held_on, today=work.today)
    half_term = present_half_term(held_on, calendar_of(work.session, plan.alliance_id))
    row = PlanReviewRow(
        id=new_id(),
        alliance_id=plan.alliance_id,
        plan_id=plan_id,
        held_on=held_on,
        half_term_from=half_term.earliest,
        minutes=minutes,
    )
    work.session.add(row)
    data = {"held_on": held_on, "half_term_from": half_term.earliest}
    record_plan_change(work, plan, "plan-review-recorded", subject=row.id, data=data, after=str(held_on))
    return row


def name_lead(work: UnitOfWork, alliance_id: UUID, lead: str, issuer: str, subject: str) -> None:
    """Says who a lead, as the alliance's plans name them, is: they find their actions under their own name."""
    get_alliance(work.session, alliance_id)
    work.caller.require(alliance_id)
    store.put_lead_person(work.session, alliance_id, lead, issuer, subject)
    data = {"alliance_id": alliance_id, "issuer": issuer, "subject": subject}
    work.record("lead-named", subject=alliance_id, tenant=alliance_id, data=data)


def carry_forward(work: UnitOfWork, plan_id: UUID, title: str, chosen: Collection[UUID]) -> PlanRow:
    """Next year's plan is drafted from this one: every section, and the action points with something left to do, with
    what is left of them (`chosen` narrows them; none is all). Each is tied to the one it carries on; dates keep their
    words, and those that lie outside the new year are flagged. A closed plan may be carried forward: nothing is written
    to it.

    Errors: `NotFound`, `NothingToCarryForward`.
    """
    lock_plan(work.session, plan_id)
    before = get_plan(work.session, plan_id)
    work.caller.require(before.alliance_id)
    year = AcademicYear(AcademicYear.read(before.academic_year).first_year + 1)
    everything = store.action_points_of(work.session, plan_id)
    statuses = store.statuses_on(work.session, [one.id for one in everything], work.today)
    left = {
        one.id: [m.milestone_id for m in store.progress_of(one, statuses) if m.status not in FINISHED]
        for one in everything
    }
    carried = [one for one in everything if left[one.id] and (not chosen or one.id in chosen)]
    if not carried:
        raise NothingToCarryForward("Every milestone of what is to be carried forward is done or dropped.")
    plan = PlanRow(
        id=new_id(),
        alliance_id=before.alliance_id,
        academic_year=str(year),
        title=title,
        kpi_set=before.kpi_set,
        kpi_set_version=before.kpi_set_version,
        carried_from_id=before.id,
    )
    work.session.add(plan)
    work.session.flush()
    sections = {section.id: store.copy_section(work.session, plan, section) for section in before.sections}
    work.session.flush()
    for position, one in enumerate(carried, start=1):
        copy = store.copy_action_point(work.session, sections[one.section_id], one, position, left[one.id])
        for value in copy.dates:
            value.outside_year = value.latest is not None and (
                value.latest < year.starts_on or (value.earliest or value.latest) > year.ends_on
            )
    data = {"academic_year": plan.academic_year, "carried_from_id": before.id, "action_points": len(carried)}
    record_plan_change(work, plan, "plan-carried-forward", subject=plan.id, data=data, before=None, after=None)
    return plan
