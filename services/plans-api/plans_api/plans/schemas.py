"""The JSON of action plans."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator

from plans_api.alliances.schemas import MAY_BE_ABSENT
from plans_api.plans.leads import LeadKind
from plans_api.plans.milestone_date import DateKind
from plans_api.plans.plan_life import PlanState
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_PLAN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074"
_SECTION = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6075"
_ACTION_POINT = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6076"
_MILESTONE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6077"
_DATE = {
    "id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6078",
    "position": 1,
    "text": "Spring term",
    "kind": "term",
    "earliest": "2015-01-01",
    "latest": "2015-04-02",
    "inferred": True,
    "waits_for": None,
    "outside_year": False,
    "version": 1,
}

_KPI_LINK = {"code": "3", "kpi_set": "A", "kpi_set_version": "2014"}
_AN_ACTION_POINT = {
    "id": _ACTION_POINT,
    "alliance_id": _ALLIANCE,
    "plan_id": _PLAN,
    "section_id": _SECTION,
    "position": 1,
    "title": "Fill every training place",
    "milestones": [
        {
            "id": _MILESTONE,
            "position": 1,
            "text": "Hold two open days",
            "date_position": 1,
            "split_from_id": None,
            "carried_from_id": None,
        }
    ],
    "milestones_are_split": True,
    "dates": [_DATE],
    "leads": [{"position": 1, "text": "R Example", "kind": "person", "known_as": None}],
    "impact": "All places taken by July",
    "kpi_links": [_KPI_LINK],
    "kpi_links_are_none": False,
    "kpi_links_unread": [],
    "carried_from_id": None,
}


class KpiLinkOut(ResponseBody):
    """A KPI by its number, with the set and version in which it counts: those written with it, or the plan's; null
    where neither says."""

    code: str
    kpi_set: str | None
    kpi_set_version: str | None


class PlanOut(ResponseBody):
    """A plan of an alliance for an academic year."""

    model_config = ResponseBody.model_config | example(
        id=_PLAN,
        alliance_id=_ALLIANCE,
        academic_year="2014/15",
        title="Action plan 2014/15",
        state="draft",
        state_on=None,
        kpi_set="A",
        kpi_set_version="2014",
        carried_from_id=None,
        party_ids=[],
        version=1,
    )

    id: UUID
    alliance_id: UUID
    academic_year: str
    title: str
    state: PlanState
    state_on: date | None
    kpi_set: Annotated[str | None, Field(description="The set in which the plan's KPI numbers count.")]
    kpi_set_version: str | None
    carried_from_id: UUID | None
    party_ids: Annotated[
        list[UUID], Field(description="The alliances that have the plan jointly; a party sees itself alone.")
    ]
    version: int


class PlanChangesIn(RequestBody):
    """What changes: a member that is absent stays as it is. A KPI set is named with its version."""

    model_config = RequestBody.model_config | example(kpi_set="A", kpi_set_version="2014")

    title: Annotated[ShortText, MAY_BE_ABSENT] = ""
    kpi_set: Annotated[ShortText | None, MAY_BE_ABSENT] = None
    kpi_set_version: Annotated[ShortText | None, MAY_BE_ABSENT] = None
    party_ids: Annotated[
        list[UUID], Field(max_length=50, description="The alliances that have the plan jointly: they read it.")
    ] = Field(default_factory=list)

    @model_validator(mode="after")
    def _set_has_its_version(self) -> "PlanChangesIn":
        sent = self.model_fields_set & {"kpi_set", "kpi_set_version"}
        if len(sent) == 1 or (self.kpi_set is None) != (self.kpi_set_version is None):
            raise ValueError("a set of KPIs is named with its version")
        return self

    def changes(self) -> dict[str, Any]:
        """What was sent, by the name of the fact."""
        return self.model_dump(exclude_unset=True)


class PlanTransitionIn(RequestBody):
    """The next step of a plan's life."""

    model_config = RequestBody.model_config | example(to="agreed", on="2014-09-15")

    to: PlanState
    on: Day


class PlanChangeOut(ResponseBody):
    """One change of a plan, what was and what is, by the name of its event."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f60a1",
        plan_id=_PLAN,
        action_point_id=_ACTION_POINT,
        what="milestone-status-recorded",
        before="under_way",
        after="done",
        changed_at="2015-01-12T09:30:00Z",
        changed_by="lead-of-the-plan",
    )

    id: UUID
    plan_id: UUID
    action_point_id: UUID | None
    what: str
    before: str | None
    after: str | None
    changed_at: datetime
    changed_by: str


class ActionPointSummaryOut(ResponseBody):
    """An action point in brief."""

    id: UUID
    position: int
    title: str
    impact: str
    kpi_links: list[KpiLinkOut]
    kpi_links_are_none: bool


class SectionOut(ResponseBody):
    """A section of a plan; it may have no action points. `number` is the heading's, `row` where it stands."""

    id: UUID
    position: int
    number: int | None
    title: str
    row: int
    action_points: list[ActionPointSummaryOut]


class PlanDetailOut(PlanOut):
    """A plan with its sections and their action points in brief."""

    model_config = ResponseBody.model_config | example(
        id=_PLAN,
        alliance_id=_ALLIANCE,
        academic_year="2014/15",
        title="Action plan 2014/15",
        state="draft",
        state_on=None,
        kpi_set="A",
        kpi_set_version="2014",
        carried_from_id=None,
        party_ids=[],
        version=1,
        sections=[
            {
                "id": _SECTION,
                "position": 1,
                "number": 1,
                "title": "Initial teacher training",
                "row": 12,
                "action_points": [
                    {
                        "id": _ACTION_POINT,
                        "position": 1,
                        "title": "Fill every training place",
                        "impact": "All places taken by July",
                        "kpi_links": [_KPI_LINK],
                        "kpi_links_are_none": False,
                    }
                ],
            }
        ],
    )

    sections: list[SectionOut]


class MilestoneDateOut(ResponseBody):
    """A date that keeps its words, with the first and last day they can mean."""

    model_config = ResponseBody.model_config | example(**_DATE)

    id: UUID
    position: int
    text: str
    kind: DateKind
    earliest: date | None
    latest: date | None
    inferred: Annotated[bool, Field(description="The year was not written and is the plan's.")]
    waits_for: str | None
    outside_year: Annotated[bool, Field(description="No day it can mean is in the plan's year. It is kept as it is.")]
    version: int


class MilestoneOut(ResponseBody):
    """A milestone, with the position of the date that is certainly its own. It keeps its id wherever it comes to
    stand."""

    id: UUID
    position: int
    text: str
    date_position: int | None
    split_from_id: Annotated[UUID | None, Field(description="The milestone it was a part of.")]
    carried_from_id: Annotated[UUID | None, Field(description="The milestone of an earlier plan it carries on.")]


class GoneMilestoneOut(ResponseBody):
    """A milestone that the plan no longer has, as it last stood. What was recorded of it names its id and stays."""

    id: UUID
    text: str
    split_from_id: UUID | None
    carried_from_id: UUID | None
    gone_at: datetime


class LeadOut(ResponseBody):
    """A lead as the plan names it."""

    position: int
    text: str
    kind: LeadKind
    known_as: Annotated[str | None, Field(description="The name that is meant, where somebody said so.")]


class CellOut(ResponseBody):
    """The original text of one place of the document."""

    row: int
    column: str
    text: str


class ActionPointOut(ResponseBody):
    """An action point as it was read. Where `milestones_are_split` is false its one milestone is the whole cell."""

    model_config = ResponseBody.model_config | example(**_AN_ACTION_POINT)

    id: UUID
    alliance_id: UUID
    plan_id: UUID
    section_id: UUID
    position: int
    title: str
    milestones: list[MilestoneOut]
    milestones_are_split: bool
    dates: list[MilestoneDateOut]
    leads: list[LeadOut]
    impact: str
    kpi_links: list[KpiLinkOut]
    kpi_links_are_none: bool
    carried_from_id: Annotated[UUID | None, Field(description="The action point of an earlier plan it carries on.")]
    kpi_links_unread: Annotated[list[str], Field(description="What stands among the KPI numbers and is none.")]


class ActionPointDetailOut(ActionPointOut):
    """An action point, with the original text of its cells, and the milestones it no longer has."""

    model_config = ResponseBody.model_config | example(
        **_AN_ACTION_POINT,
        cells=[{"row": 15, "column": "Milestones", "text": "Hold two open days"}],
        gone_milestones=[],
    )

    cells: list[CellOut]
    gone_milestones: list[GoneMilestoneOut]
