"""The JSON of plan imports and findings."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from plans_api.imports.finding import PlanColumn, Severity
from plans_api.imports.finding_state import FindingState
from plans_api.plans.schemas import KpiLinkOut
from service_kit.schemas import ResponseBody, example

_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_PLAN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074"
_FINDING = {
    "code": "date-outside-year",
    "severity": "needs_decision",
    "row": 15,
    "column": "Dates",
    "text": "October 2015",
    "proposal": "Say whether it is meant so, or October 2014.",
    "plan_column": "date",
    "date_position": 1,
    "replacement": "October 2014",
}


class FindingOut(ResponseBody):
    """An anomaly of a plan's document, where it stands, and a proposal that a person settles."""

    model_config = ResponseBody.model_config | example(**_FINDING)

    code: str
    severity: Severity
    row: int
    column: str
    text: str
    proposal: str
    plan_column: Annotated[
        PlanColumn | None, Field(description="What an answer in other words writes anew; null where none can.")
    ]
    date_position: Annotated[
        int | None, Field(description="Where the one date in question stands among the action point's, from 1.")
    ]
    replacement: Annotated[str | None, Field(description="What accepting the proposal writes there.")]


class StoredFindingOut(FindingOut):
    """A finding of an imported plan."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6077",
        alliance_id=_ALLIANCE,
        plan_id=_PLAN,
        position=1,
        **_FINDING,
        action_point_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6076",
        date_value_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f607a",
        milestone_id=None,
        state="open",
        version=1,
    )

    id: UUID
    alliance_id: UUID
    plan_id: UUID
    position: int
    action_point_id: UUID | None
    date_position: Annotated[
        int | None,
        Field(
            validation_alias="present_date_position",
            description="Where the date in question stands now; null where none is, or where it has gone.",
        ),
    ]
    date_value_id: Annotated[UUID | None, Field(description="The date in question, wherever it has come to stand.")]
    milestone_id: Annotated[UUID | None, Field(description="The milestone in question, where it is one.")]
    state: FindingState
    version: int


_LINKS = [{"code": code, "kpi_set": None, "kpi_set_version": None} for code in ("3", "4")]


class KpiLinksOut(ResponseBody):
    """What one action point writes about KPIs: `are_none` where it says that there are none. Nobody has said yet in
    which set the plan's own count: a link names a set where the plan writes one with it."""

    model_config = ResponseBody.model_config | example(row=15, text="3,4,", links=_LINKS, are_none=False)

    row: int
    text: str
    links: list[KpiLinkOut]
    are_none: bool


class PlanImportOut(ResponseBody):
    """What an import did or, on a dry run, would do."""

    model_config = ResponseBody.model_config | example(
        plan_id=_PLAN,
        alliance_id=_ALLIANCE,
        dry_run=False,
        changed=True,
        academic_year="2014/15",
        sections=7,
        action_points=22,
        action_points_by_section=[4, 4, 4, 4, 3, 0, 3],
        dates_by_kind={"month": 40, "term": 12, "ongoing": 10, "tbc": 1},
        dates_outside_year=5,
        kpi_links=[{"row": 15, "text": "3,4,", "links": _LINKS, "are_none": False}],
        findings=[_FINDING],
    )

    plan_id: Annotated[UUID | None, Field(description="Null on a dry run.")]
    alliance_id: UUID
    dry_run: bool
    changed: Annotated[bool, Field(description="False where the alliance has this document already.")]
    academic_year: str
    sections: int
    action_points: int
    action_points_by_section: list[int]
    dates_by_kind: dict[str, int]
    dates_outside_year: int
    kpi_links: list[KpiLinksOut]
    findings: list[FindingOut]
