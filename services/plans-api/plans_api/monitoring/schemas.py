"""The JSON of a plan under way."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from plans_api.monitoring.rag import MilestoneStatus, Rag
from plans_api.plans.due import Due
from plans_api.plans.schemas import MilestoneDateOut
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example

_PLAN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074"
_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_ACTION_POINT = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6076"
_MILESTONE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6077"
_STATUS = {
    "milestone_id": _MILESTONE,
    "status": "done",
    "on": "2014-10-24",
    "note": "Two open days held",
    "evidence": ["https://example.org/open-days"],
}
_PROGRESS = {
    "action_point_id": _ACTION_POINT,
    "plan_id": _PLAN,
    "title": "Fill every training place",
    "rag": "amber",
    "derived": "red",
    "override_reason": "The open day is on Friday",
    "milestones": [{"milestone_id": _MILESTONE, "position": 1, "text": "Hold two open days", "status": "under_way",
                    "rag": "red", "reason": "late since 2014-10-31", "on": "2014-10-24"}],
}  # fmt: skip

Link = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s\x00]+$")]
"""A link to evidence: http or https."""


class MilestoneStatusIn(RequestBody):
    """How far a milestone is, as of a day, with notes and links to the evidence."""

    model_config = RequestBody.model_config | example(**_STATUS)

    milestone_id: UUID
    status: MilestoneStatus
    on: Day
    note: Text | None = None
    evidence: Annotated[list[Link], Field(max_length=20, default_factory=list)]


class MilestoneStatusOut(ResponseBody):
    """What was said of a milestone."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b1",
        plan_id=_PLAN,
        action_point_id=_ACTION_POINT,
        **_STATUS,
        recorded_at="2014-10-24T15:00:00Z",
    )

    id: UUID
    plan_id: UUID
    action_point_id: UUID
    milestone_id: UUID
    status: MilestoneStatus
    on: date
    note: str | None
    evidence: list[str]
    recorded_at: datetime


class RagOverrideIn(RequestBody):
    """Somebody says otherwise than the rule, and why. `rag` null takes it back."""

    model_config = RequestBody.model_config | example(
        action_point_id=_ACTION_POINT, rag="amber", reason="The open day is on Friday"
    )

    action_point_id: UUID
    rag: Rag | None
    reason: Text


class RagOverrideOut(ResponseBody):
    """An override."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b2",
        plan_id=_PLAN,
        action_point_id=_ACTION_POINT,
        rag="amber",
        reason="The open day is on Friday",
        recorded_at="2014-11-03T09:30:00Z",
    )

    id: UUID
    plan_id: UUID
    action_point_id: UUID
    rag: Rag | None
    reason: str
    recorded_at: datetime


class JudgedMilestoneOut(ResponseBody):
    """A milestone: how far it is, and what the rule says of it."""

    milestone_id: UUID
    position: int
    text: str
    status: MilestoneStatus
    on: Annotated[date | None, Field(description="The day its status is as of; null where none was recorded.")]
    rag: Rag
    reason: str


class ProgressOut(ResponseBody):
    """An action point's red, amber or green: `derived` by the rule, `rag` with the override where there is one."""

    model_config = ResponseBody.model_config | example(**_PROGRESS)

    action_point_id: UUID
    plan_id: UUID
    title: str
    rag: Rag
    derived: Rag
    override_reason: str | None
    milestones: list[JudgedMilestoneOut]


class PlanProgressOut(ResponseBody):
    """A plan's action points with their red, amber or green, the rule that derives them, and when ongoing milestones
    are due for review."""

    model_config = ResponseBody.model_config | example(
        plan_id=_PLAN,
        as_of="2014-11-03",
        rule="Red: a milestone is missed, …",
        counts={"red": 0, "amber": 1, "green": 0},
        reviewed_on="2014-10-20",
        due_for_review=[_ACTION_POINT],
        action_points=[_PROGRESS],
    )

    plan_id: UUID
    as_of: date
    rule: str
    counts: dict[Rag, int]
    reviewed_on: Annotated[date | None, Field(description="The last review of the plan.")]
    due_for_review: Annotated[list[UUID], Field(description="Action points with ongoing dates to be looked at.")]
    action_points: list[ProgressOut]


class DueMilestoneOut(ResponseBody):
    """A milestone that is to be reached."""

    milestone_id: UUID
    position: int
    text: str
    status: MilestoneStatus


class DueMilestonesOut(ResponseBody):
    """A date that asks for attention, in which way, and the milestones that are to be reached by it."""

    model_config = ResponseBody.model_config | example(
        due="overdue",
        alliance_id=_ALLIANCE,
        plan_id=_PLAN,
        action_point_id=_ACTION_POINT,
        title="Fill every training place",
        date={"id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6078", "position": 1, "text": "October 2014", "kind": "month",
              "earliest": "2014-10-01", "latest": "2014-10-31", "inferred": False, "waits_for": None,
              "outside_year": False, "version": 1},
        milestones=[
            {"milestone_id": _MILESTONE, "position": 1, "text": "Hold two open days", "status": "under_way"}
        ],
    )  # fmt: skip

    due: Due
    alliance_id: UUID
    plan_id: UUID
    action_point_id: UUID
    title: str
    date: MilestoneDateOut
    milestones: list[DueMilestoneOut]


class PlanReviewIn(RequestBody):
    """A half-termly review, with its minutes."""

    model_config = RequestBody.model_config | example(
        plan_id=_PLAN, held_on="2014-10-20", minutes="Open days moved to November. Mentor training on course."
    )

    plan_id: UUID
    held_on: Day
    minutes: Annotated[str, StringConstraints(min_length=1, max_length=40_000, pattern=r"^[^\x00]*$")]


class PlanReviewOut(ResponseBody):
    """A review; `half_term_from` is the first day of the half-term it is of."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60b3",
        plan_id=_PLAN,
        held_on="2014-10-20",
        half_term_from="2014-09-01",
        minutes="Open days moved to November. Mentor training on course.",
    )

    id: UUID
    plan_id: UUID
    held_on: date
    half_term_from: date
    minutes: str


class CarryForwardIn(RequestBody):
    """What becomes of a plan in the next year. Without `action_point_ids` all that has something left is carried on."""

    model_config = RequestBody.model_config | example(
        plan_id=_PLAN, title="Action plan 2015/16", action_point_ids=[_ACTION_POINT]
    )

    plan_id: UUID
    title: ShortText
    action_point_ids: Annotated[list[UUID], Field(max_length=1_000, default_factory=list)]


class CoverageOut(ResponseBody):
    """What a plan leaves uncovered. KPIs are those of the plan's set; what an action point links in another set counts
    for none of them. Leads are named as the plan names them."""

    model_config = ResponseBody.model_config | example(
        plan_id=_PLAN,
        kpi_set="A",
        kpi_set_version="2014",
        thin_kpis={"1": 1},
        unknown_kpis=[],
        actions_without_kpi=[],
        actions_that_say_none=[_ACTION_POINT],
        overloaded_leads={"R Example": 9},
        empty_sections=["0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6075"],
    )

    plan_id: UUID
    kpi_set: str | None
    kpi_set_version: str | None
    thin_kpis: dict[str, int]
    unknown_kpis: list[str]
    actions_without_kpi: list[UUID]
    actions_that_say_none: list[UUID]
    overloaded_leads: dict[str, int]
    empty_sections: list[UUID]


class LeadNameIn(RequestBody):
    """Who a lead, written as the plans write it, is."""

    model_config = RequestBody.model_config | example(
        alliance_id=_ALLIANCE, lead="R Example", issuer="https://sign-in.example.org", subject="a1b2c3"
    )

    alliance_id: UUID
    lead: ShortText
    issuer: ShortText
    subject: ShortText


class LeadNameOut(LeadNameIn):
    """Who a lead is."""

    model_config = LeadNameIn.model_config | {"extra": "ignore"}
