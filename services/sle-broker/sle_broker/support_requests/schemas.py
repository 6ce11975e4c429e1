"""The JSON of support requests."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example
from sle_broker.designation_rules.schemas import KindCode
from sle_broker.specialisms.kept import Kept
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE, Days, SpecialismCodes, SpecialismOut, Urn
from sle_broker.specialisms.specialism import Phase, Specialism
from sle_broker.support_requests.line import LinePeople, SupportRequestLine
from sle_broker.support_requests.organisation import NamedOrganisation, Organisation
from sle_broker.support_requests.support_request import (
    SupportRequest,
    SupportRequestReason,
    SupportRequestState,
    Urgency,
    Window,
    submitted,
)

REQUEST_EXAMPLE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6091"


class LineIn(RequestBody):
    """What every line of a package says: `days_wanted` are those of each of the people wanted, `leader_kind` is null
    where any kind of leader will do."""

    areas: Annotated[SpecialismCodes, Field(min_length=1)]
    days_wanted: Days
    people_wanted: Annotated[int, Field(ge=1, le=20)] = 1
    leader_kind: KindCode | None = None

    def to_line(self, number: int, people: LinePeople, meant: Mapping[str, Specialism]) -> SupportRequestLine:
        """The line, with the specialisms that its codes mean. Errors: those of `SupportRequestLine`."""
        return SupportRequestLine(
            number=number,
            areas=tuple(meant[code] for code in self.areas),
            days_wanted=Decimal(str(self.days_wanted)),
            people_wanted=self.people_wanted,
            people=people,
            leader_kind=self.leader_kind,
        )


class AlsoWantedIn(LineIn):
    """A further line of a package. A line for `staff` is for the supporting school's own staff, who are not leaders:
    nobody is matched to it."""

    model_config = LineIn.model_config | example(
        people="leaders", leader_kind="nle", areas=["subject-leadership"], days_wanted=2, people_wanted=1
    )

    people: LinePeople = LinePeople.LEADERS


class SupportRequestIn(LineIn):
    """A request for help. Its own `areas`, `days_wanted`, `people_wanted` and `leader_kind` are the first line of the
    package; `also_wanted` holds the others. `asked_by` and `paid_by` may be named by a reference: the URN of a
    `school`, the code of a local authority, the id of an alliance, the number of a trust. `submitted_on` is today where
    absent, an earlier day where a request was made on paper."""

    model_config = LineIn.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        host_school_urn="108101",
        areas=["phonics"],
        phase="primary",
        days_wanted=5,
        earliest_start_on="2015-01-12",
        latest_finish_on="2015-03-27",
        urgency="urgent",
        people_wanted=1,
        leader_kind="sle",
        also_wanted=[{"people": "leaders", "leader_kind": "nle", "areas": ["subject-leadership"], "days_wanted": 2}],
        asked_by="host_school",
        paid_by="local_authority",
        paid_by_reference="335",
        context="Year 1 results fell below the floor.",
    )

    alliance_id: UUID
    host_school_urn: Urn
    phase: Phase
    earliest_start_on: Day
    latest_finish_on: Day
    also_wanted: Annotated[tuple[AlsoWantedIn, ...], Field(max_length=19)] = ()
    urgency: Urgency = Urgency.ROUTINE
    asked_by: Organisation = Organisation.HOST_SCHOOL
    asked_by_reference: ShortText | None = None
    paid_by: Organisation = Organisation.HOST_SCHOOL
    paid_by_reference: ShortText | None = None
    programme_id: UUID | None = None
    context: Text | None = None
    submitted_on: Day | None = None

    def area_codes(self) -> set[str]:
        """The codes of all areas of need, whatever line they stand in."""
        return {code for line in (self, *self.also_wanted) for code in line.areas}

    def to_rule(
        self, request_id: UUID, meant: Mapping[str, Specialism], *, submitted_by: str, today: date
    ) -> SupportRequest:
        """The request, under a new id. Errors: those of `SupportRequest`, its parts and `submitted`."""
        return SupportRequest(
            id=request_id,
            host_school_urn=self.host_school_urn,
            lines=(
                self.to_line(1, LinePeople.LEADERS, meant),
                *(line.to_line(number, line.people, meant) for number, line in enumerate(self.also_wanted, start=2)),
            ),
            phase=self.phase,
            window=Window(self.earliest_start_on, self.latest_finish_on),
            submitted_by=submitted_by,
            steps=(submitted(self.submitted_on or today, today=today),),
            urgency=self.urgency,
            asked_by=NamedOrganisation(self.asked_by, self.asked_by_reference),
            paid_by=NamedOrganisation(self.paid_by, self.paid_by_reference),
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


class AlsoWantedOut(ResponseBody):
    """A further line of a package; numbers count on from the first line, which stands in the request itself."""

    model_config = ResponseBody.model_config | example(
        number=2,
        people="leaders",
        leader_kind="nle",
        areas=[
            {
                "code": "subject-leadership",
                "group": "leadership_and_management",
                "name": "Leading a subject or a phase",
                "version": 1,
                "alliance_id": None,
            }
        ],
        days_wanted=2,
        people_wanted=1,
    )

    number: int
    people: LinePeople
    leader_kind: str | None
    areas: list[SpecialismOut]
    days_wanted: float
    people_wanted: int


class SupportRequestOut(ResponseBody):
    """A request for help and what has become of it; `state` is that of the last of `steps`. Its own `areas`,
    `days_wanted`, `people_wanted` and `leader_kind` are the first line of the package."""

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
        leader_kind="sle",
        also_wanted=[],
        asked_by="host_school",
        asked_by_reference=None,
        paid_by="local_authority",
        paid_by_reference="335",
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
    leader_kind: str | None
    also_wanted: list[AlsoWantedOut]
    asked_by: Organisation
    asked_by_reference: str | None
    paid_by: Organisation
    paid_by_reference: str | None
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
        first, *others = request.lines
        return cls(
            id=request.id,
            alliance_id=kept.alliance_id,
            host_school_urn=request.host_school_urn,
            areas=[SpecialismOut.model_validate(area) for area in first.areas],
            phase=request.phase,
            days_wanted=float(first.days_wanted),
            earliest_start_on=request.window.earliest_start_on,
            latest_finish_on=request.window.latest_finish_on,
            urgency=request.urgency,
            people_wanted=first.people_wanted,
            leader_kind=first.leader_kind,
            also_wanted=[AlsoWantedOut.model_validate(line) for line in others],
            asked_by=request.asked_by.kind,
            asked_by_reference=request.asked_by.reference,
            paid_by=request.paid_by.kind,
            paid_by_reference=request.paid_by.reference,
            programme_id=request.programme_id,
            context=request.context,
            submitted_by=request.submitted_by,
            state=request.state,
            steps=[SupportRequestStepOut.model_validate(step) for step in request.steps],
            version=kept.version,
        )
