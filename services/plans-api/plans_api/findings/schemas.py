"""The JSON of findings that are settled."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from plans_api.imports.finding_state import FindingState
from service_kit.schemas import RequestBody, ResponseBody, Text, example

_NOTE = "The lead says it was meant for this autumn."


class FindingTransitionIn(RequestBody):
    """A finding is settled: its proposal is accepted, it is answered in other words, or it is dismissed."""

    model_config = RequestBody.model_config | example(to="edited", text="November 2014", note=_NOTE)

    to: Literal[FindingState.ACCEPTED, FindingState.EDITED, FindingState.DISMISSED]
    text: Annotated[
        Text | None,
        Field(
            description="With `edited`: what the cell should say, the whole of it, a line for each milestone, date or "
            "lead; for a finding with a `date_position` that one date; for `names-alike` the name that is meant."
        ),
    ] = None
    note: Text | None = None


class FindingDecisionOut(ResponseBody):
    """What somebody decided about a finding; `text` is what was written into the plan, null where nothing was."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f607b",
        alliance_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071",
        plan_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074",
        finding_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6077",
        state="edited",
        text="November 2014",
        note=_NOTE,
        decided_at="2014-12-01T09:30:00Z",
        decided_by="harbour-lights-lead",
    )

    id: UUID
    alliance_id: UUID
    plan_id: UUID
    finding_id: UUID
    state: FindingState
    text: str | None
    note: str | None
    decided_at: datetime
    decided_by: str
