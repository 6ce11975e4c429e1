"""A plan under way, over HTTP."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from plans_api.milestone_dates.store import calendar_of, value_of
from plans_api.monitoring import store, use_cases
from plans_api.monitoring.coverage import CoveredAction, coverage_of
from plans_api.monitoring.due_question import DueQuestion
from plans_api.monitoring.rag import RULE, JudgedActionPoint, Rag
from plans_api.monitoring.schemas import (
    CarryForwardIn,
    CoverageOut,
    DueMilestonesOut,
    JudgedMilestoneOut,
    LeadNameIn,
    LeadNameOut,
    MilestoneStatusIn,
    MilestoneStatusOut,
    PlanProgressOut,
    PlanReviewIn,
    PlanReviewOut,
    ProgressOut,
    RagOverrideIn,
    RagOverrideOut,
)
from plans_api.plans.due import Due, is_due_for_review, present_half_term
from plans_api.plans.schemas import PlanOut
from plans_api.plans.store import get_plan, reader_of, readers_of
from service_kit.application import KeyedCommand, ReadingOf
from service_kit.clock import day_of
from service_kit.commands import Reply
from service_kit.paging import PageOf
from service_kit.schemas import Day, Page

router = APIRouter(tags=["plans under way"])

PlanIds = Annotated[list[UUID] | None, Query(max_length=50)]


@router.post(
    "/v1/milestone-statuses", status_code=201, response_model=MilestoneStatusOut, summary="Say how far a milestone is"
)
def record_milestone_status(body: MilestoneStatusIn, command: KeyedCommand) -> Response:
    """Adds to the milestone's history: not started, under way, done, missed or dropped, as of a day, with notes and
    links to the evidence. What is said of the latest day counts; of one day, what is said last."""
    return command.execute(
        lambda work: use_cases.record_status(work, body.milestone_id, body.status, body.on, body.note, body.evidence),
        lambda row: Reply(MilestoneStatusOut.model_validate(row), 201),
    )


@router.get("/v1/milestone-statuses", response_model=Page[MilestoneStatusOut], summary="List what milestones were")
def list_milestone_statuses(
    reading: ReadingOf,
    page: PageOf,
    plan_id: PlanIds = None,
    action_point_id: PlanIds = None,
    milestone_id: PlanIds = None,
) -> Page[MilestoneStatusOut]:
    """What was said of milestones, those too that the plan no longer has, oldest first."""
    with reading.transaction() as session:
        return store.page_of_statuses(
            session,
            reading.caller,
            plan_id or (),
            action_point_id or (),
            milestone_id or (),
            page,
            MilestoneStatusOut.model_validate,
        )


@router.post("/v1/rag-overrides", status_code=201, response_model=RagOverrideOut, summary="Override red, amber, green")
def override_rag(body: RagOverrideIn, command: KeyedCommand) -> Response:
    """Says otherwise than the rule, for a reason that is kept. What the rule derives is still shown beside it."""
    return command.execute(
        lambda work: use_cases.override_rag(work, body.action_point_id, body.rag, body.reason),
        lambda row: Reply(RagOverrideOut.model_validate(row), 201),
    )


@router.get("/v1/plans/{plan_id}/progress", response_model=PlanProgressOut, summary="Read a plan's progress")
def get_plan_progress(
    plan_id: UUID,
    reading: ReadingOf,
    as_of: Annotated[Day | None, Query(description="The day to judge by; today where absent.")] = None,
) -> PlanProgressOut:
    """Red, amber or green of every action point, derived by the rule in the answer: on the day in question, by the
    statuses as of that day or before, and the overrides and reviews there were by then. Milestones and their dates are
    those the plan has now."""
    day = as_of or day_of(reading.now)
    with reading.transaction() as session:
        plan = get_plan(session, plan_id)
        reader_of(session, reading.caller, plan.id, plan.alliance_id)
        rows = store.action_points_of(session, plan_id)
        told = [_told(one) for one in store.judged(session, rows, day)]
        reviewed_on = store.last_review_on(session, plan_id, day)
        calendar = calendar_of(session, plan.alliance_id)
        due = [
            row.id for row in rows if any(is_due_for_review(value_of(d), reviewed_on, day, calendar) for d in row.dates)
        ]
    counts = Counter(one.rag for one in told)
    return PlanProgressOut(
        plan_id=plan_id,
        as_of=day,
        rule=RULE,
        counts={rag: counts[rag] for rag in Rag},
        reviewed_on=reviewed_on,
        due_for_review=due,
        action_points=told,
    )


@router.get("/v1/due-milestones", response_model=Page[DueMilestonesOut], summary="List what is overdue and due")
def list_due_milestones(
    reading: ReadingOf,
    page: PageOf,
    plan_id: PlanIds = None,
    alliance_id: PlanIds = None,
    due: Annotated[list[Due] | None, Query(max_length=len(Due), description="In which ways; all where absent.")] = None,
    days: Annotated[int, Query(ge=0, le=366, description="How far ahead `due_within` looks.")] = 28,
    as_of: Annotated[Day | None, Query(description="The day to judge by; today where absent.")] = None,
) -> Page[DueMilestonesOut]:
    """The dates of plans not closed whose milestones are to be reached: overdue, due within so many days, or ongoing
    and not reviewed in the present half-term. By the last day they can mean; what is ongoing comes last."""
    asked = DueQuestion(as_of or day_of(reading.now), days, due or tuple(Due), plan_id or (), alliance_id or ())
    with reading.transaction() as session:
        to_review = store.ongoing_in(session, reading.caller, asked) if Due.FOR_REVIEW in asked.due else ()
        starts = {one: present_half_term(asked.day, calendar_of(session, one)).earliest for one in to_review}
        return store.page_of_due(session, reading.caller, asked, starts, page, DueMilestonesOut.model_validate)


@router.get("/v1/my-actions", response_model=Page[ProgressOut], summary="List my actions")
def list_my_actions(reading: ReadingOf, page: PageOf) -> Page[ProgressOut]:
    """The action points of plans not closed that you lead, with their red, amber or green of today. Who a lead is, the
    alliance says with `POST /v1/lead-names`."""
    day = day_of(reading.now)
    with reading.transaction() as session:
        return store.page_of_own_actions(
            session, reading.caller, page, lambda row: _told(store.judged(session, [row], day)[0])
        )


@router.post("/v1/lead-names", status_code=201, response_model=LeadNameOut, summary="Say who a lead is")
def name_lead(body: LeadNameIn, command: KeyedCommand) -> Response:
    """Ties a lead, as the alliance's plans write the name, to somebody who signs in. Said again, it replaces."""
    return command.execute(
        lambda work: use_cases.name_lead(work, body.alliance_id, body.lead, body.issuer, body.subject),
        lambda _: Reply(LeadNameOut(**body.model_dump()), 201),
    )


@router.post("/v1/plan-reviews", status_code=201, response_model=PlanReviewOut, summary="Record a review")
def record_plan_review(body: PlanReviewIn, command: KeyedCommand) -> Response:
    """A half-termly review of a plan, with its minutes. Ongoing dates are then not due for review until the next
    half-term."""
    return command.execute(
        lambda work: use_cases.record_review(work, body.plan_id, body.held_on, body.minutes),
        lambda row: Reply(PlanReviewOut.model_validate(row), 201),
    )


@router.get("/v1/plan-reviews", response_model=Page[PlanReviewOut], summary="List reviews")
def list_plan_reviews(reading: ReadingOf, page: PageOf, plan_id: PlanIds = None) -> Page[PlanReviewOut]:
    """Reviews with their minutes, which may name people: the reading is noted in the audit log."""
    with reading.transaction() as session:
        found = store.page_of_reviews(session, reading.caller, plan_id or (), page, PlanReviewOut.model_validate)
        read = readers_of(session, reading.caller, {item.plan_id for item in found.items})
        reading.note_each(session, "plan-reviews-read", read=read)
    return found


@router.post("/v1/plan-carry-forwards", status_code=201, response_model=PlanOut, summary="Carry a plan forward")
def carry_plan_forward(body: CarryForwardIn, command: KeyedCommand) -> Response:
    """Drafts next year's plan from what is left of this one, each action point tied to the one it carries on. Dates
    keep their words; those outside the new year are flagged and never corrected."""
    return command.execute(
        lambda work: use_cases.carry_forward(work, body.plan_id, body.title, set(body.action_point_ids)),
        lambda row: Reply(PlanOut.model_validate(row), 201, row.version, f"/v1/plans/{row.id}"),
    )


@router.get("/v1/plans/{plan_id}/coverage", response_model=CoverageOut, summary="Read what a plan leaves uncovered")
def get_plan_coverage(
    plan_id: UUID,
    reading: ReadingOf,
    fewest_actions: Annotated[int, Query(ge=1, le=100, description="A KPI with fewer actions is thin.")] = 2,
    most_actions: Annotated[int, Query(ge=1, le=1_000, description="A lead with more actions is overloaded.")] = 5,
) -> CoverageOut:
    """KPIs with too few actions, actions without a KPI, overloaded leads, empty sections. It names leads: the reading
    is noted in the audit log."""
    with reading.transaction() as session:
        plan = get_plan(session, plan_id)
        reader = reader_of(session, reading.caller, plan.id, plan.alliance_id)
        reading.note(session, "plan-coverage-read", subject=plan.id, tenant=reader)
        rows = store.action_points_of(session, plan_id)
        actions = [
            CoveredAction(
                row.id,
                row.title,
                tuple(link.code for link in row.kpi_links if link.kpi_set == plan.kpi_set),
                row.kpi_links_are_none,
                tuple(lead.known_as or lead.text for lead in row.leads if lead.kind != "tbc"),
                any(link.kpi_set != plan.kpi_set for link in row.kpi_links),
            )
            for row in rows
        ]
        sections = {section.id: len(section.action_points) for section in plan.sections}
    coverage = coverage_of(actions, sections, plan.kpi_set, fewest_actions=fewest_actions, most_actions=most_actions)
    return CoverageOut(plan_id=plan_id, kpi_set=plan.kpi_set, kpi_set_version=plan.kpi_set_version, **asdict(coverage))


def _told(one: JudgedActionPoint) -> ProgressOut:
    return ProgressOut(
        action_point_id=one.id,
        plan_id=one.plan_id,
        title=one.title,
        rag=one.override or one.derived,
        derived=one.derived,
        override_reason=one.override_reason,
        milestones=[JudgedMilestoneOut(**asdict(milestone)) for milestone in one.milestones],
    )
