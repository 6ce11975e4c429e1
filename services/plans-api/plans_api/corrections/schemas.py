"""The JSON of corrected documents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from plans_api.corrections.plan_differences import DifferenceKind
from plans_api.imports.finding import PlanColumn
from plans_api.imports.schemas import FindingOut
from service_kit.schemas import ResponseBody, example

_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_PLAN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074"
_CORRECTION = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f607c"
_DIFFERENCE = {
    "kind": "changed",
    "title": "Fill every training place",
    "row_before": 15,
    "row_after": 16,
    "cells": [{"column": "date", "before": "October 2015", "after": "October 2014"}],
}


class CellDifferenceOut(ResponseBody):
    """What one column said and says."""

    column: PlanColumn
    before: str
    after: str


class DifferenceOut(ResponseBody):
    """What a corrected document says differently of one action point. What is gone from it stays in the plan."""

    model_config = ResponseBody.model_config | example(**_DIFFERENCE)

    kind: DifferenceKind
    title: str
    row_before: int | None
    row_after: int | None
    cells: list[CellDifferenceOut]


class StoredDifferenceOut(DifferenceOut):
    """A difference that a corrected document made."""

    model_config = ResponseBody.model_config | example(
        position=1, action_point_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6076", **_DIFFERENCE
    )

    position: int
    action_point_id: UUID


class PlanCorrectionOut(ResponseBody):
    """A corrected document of a plan."""

    model_config = ResponseBody.model_config | example(
        id=_CORRECTION,
        alliance_id=_ALLIANCE,
        plan_id=_PLAN,
        media_type="text/csv",
        corrected_at="2014-12-01T09:30:00Z",
        unchanged=21,
    )

    id: UUID
    alliance_id: UUID
    plan_id: UUID
    media_type: str
    corrected_at: datetime
    unchanged: Annotated[int, Field(description="How many action points it says no differently.")]


class CorrectionDoneOut(ResponseBody):
    """What a corrected document did or, on a dry run, would do."""

    model_config = ResponseBody.model_config | example(
        plan_correction_id=_CORRECTION,
        plan_id=_PLAN,
        alliance_id=_ALLIANCE,
        dry_run=False,
        changed=True,
        unchanged=21,
        differences=[_DIFFERENCE],
        findings=[],
    )

    plan_correction_id: Annotated[UUID | None, Field(description="Null on a dry run, and where nothing changed.")]
    plan_id: UUID
    alliance_id: UUID
    dry_run: bool
    changed: Annotated[bool, Field(description="False where this is the plan's document already.")]
    unchanged: int
    differences: list[DifferenceOut]
    findings: list[FindingOut]
