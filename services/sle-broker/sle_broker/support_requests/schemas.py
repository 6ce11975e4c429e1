"""The JSON of support requests."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, Text, example
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, Days, SpecialismCodes, SpecialismOut, Urn
from sle_broker.specialisms.specialism import Phase, Specialism
from sle_broker.support_requests.support_request import (
    Organisation,
    SupportRequest,
    SupportRequestReason,
    SupportRequestState,
    Urgency,
    Window,
    submitted,
)

REQUEST_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6091"


class SupportRequestIn(RequestBody):
    """A request for help. `days_wanted` are those of each of the leaders wanted; `submitted_on` is today where absent,
    an earlier day where a request was made on paper."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        host_school_urn="108101",
        areas=["phonics"],
        phase="primary",
        days_wanted=5,
        earliest_start_on="2015-01-12",
        latest_finish_on="2015-03-27",
        urgency="urgent",
        people_wanted=1,
        asked_by="host_school",
        paid_by="local_authority",
        context="Year 1 results fell below the floor.",
    )

    alliance_id: UUID
    host_school_urn: Urn
    areas: Annotated[SpecialismCodes, Field(min_length=1)]
    phase: Phase
    days_wanted: Days
    earliest_start_on: Day
    latest_finish_on: Day
    urgency: Urgency = Urgency.ROUTINE
    people_wanted: Annotated[int, Field(ge=1, le=20)] = 1
    asked_by: Organisation = Organisation.HOST_SCHOOL
    paid_by: Organisation = Organisation.HOST_SCHOOL
    programme_id: UUID | None = None
    context: Text | None = None
    submitted_on: Day | None = None

    def to_rule(
        self, request_id: UUID, areas: tuple[Specialism, ...], *, submitted_by: str, today: date
    ) -> SupportRequest:
        """The request, under a new id. Errors: those of `SupportRequest`, `Window` and `submitted`."""
        return SupportRequest(
            id=request_id,
            host_school_urn=self.host_school_urn,
            areas=areas,
            phase=self.phase,
            days_wanted=Decimal(str(self.days_wanted)),
            window=Window(self.earliest_start_on, self.latest_finish_on),
            submitted_by=submitted_by,
            steps=(submitted(self.submitted_on or today, today=today),),
            people_wanted=self.people_wanted,
            urgency=self.urgency,
            asked_by=self.asked_by,
            paid_by=self.paid_by,
            programme_id=self.programme_id,
            context=self.context or "",
        )


class SupportRequestTransitionIn(RequestBody):
    """One step of a request, with the day it was taken, and its coded reason where it leaves the main path."""

    model_config = RequestBody.model_config | example(to="accepted", on="2015-01-06")

    to: SupportRequestState
    on: Day
    reason: SupportRequestReason | None = None


class SupportRequestStepOut(ResponseBody):
    """A state that the request reached."""

    model_config = ResponseBody.model_config | example(state="submitted", on="2015-01-05", reason=None)

    state: SupportRequestState
    on: date
    reason: SupportRequestReason | None


class SupportRequestOut(ResponseBody):
    """A request for help and what has become of it; `state` is that of the last of `steps`."""

    model_config = ResponseBody.model_config | example(
        id=REQUEST_EXAMPLE,
        alliance_id=ALLIANCE_EXAMPLE,
        host_school_urn="108101",
        areas=[
            {
                "code": "phonics",
                "group": "pupil_achievement",
                "name": "Phonics and early reading",
                "version": 1,
                "alliance_id": None,
            }
        ],
        phase="primary",
        days_wanted=5,
        earliest_start_on="2015-01-12",
        latest_finish_on="2015-03-27",
        urgency="urgent",
        people_wanted=1,
        asked_by="host_school",
        paid_by="local_authority",
        programme_id=None,
        context="Year 1 results fell below the floor.",
        submitted_by="fellgate-office",
        state="submitted",
        steps=[{"state": "submitted", "on": "2015-01-05", "reason": None}],
        version=1,
    )

    id: UUID
    alliance_id: UUID
    host_school_urn: str
    areas: list[SpecialismOut]
    phase: Phase
    days_wanted: float
    earliest_start_on: date
    latest_finish_on: date
    urgency: Urgency
    people_wanted: int
    asked_by: Organisation
    paid_by: Organisation
    programme_id: UUID | None
    context: str
    submitted_by: str
    state: SupportRequestState
    steps: list[SupportRequestStepOut]
    version: int

    @classmethod
    def of(cls, kept: Kept[SupportRequest]) -> Self:
        """A stored request."""
        request = kept.thing
        return cls(
            id=request.id,
            alliance_id=kept.alliance_id,
            host_school_urn=request.host_school_urn,
            areas=[SpecialismOut.model_validate(area) for area in request.areas],
            phase=request.phase,
            days_wanted=float(request.days_wanted),
            earliest_start_on=request.window.earliest_start_on,
            latest_finish_on=request.window.latest_finish_on,
            urgency=request.urgency,
            people_wanted=request.people_wanted,
            asked_by=request.asked_by,
            paid_by=request.paid_by,
            programme_id=request.programme_id,
            context=request.context,
            submitted_by=request.submitted_by,
            state=request.state,
            steps=[SupportRequestStepOut.model_validate(step) for step in request.steps],
            version=kept.version,
        )
