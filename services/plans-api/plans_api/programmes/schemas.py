"""The JSON of programmes and their runs."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from plans_api.alliances.schemas import MAY_BE_ABSENT, Currency, Money
from plans_api.programmes.outcome import Grade
from plans_api.programmes.programme import CancelReason, PlaceType, RunState
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
RUN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6082"
_PROGRAMME = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6081"
_ACTION_POINT = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6076"
_PLACES = {"place_type": "fee", "requested": 8, "offered": 8, "amount": "9000.00", "currency": "GBP"}
_A_RUN = {"title": "School Direct 2013/14", "begins_on": "2013-09-02", "ends_on": "2014-07-18"}
_PROGRAMME_OUT = {
    "id": _PROGRAMME,
    "alliance_id": ALLIANCE,
    "kind": "school_direct",
    "title": "School Direct",
    "action_point_id": _ACTION_POINT,
    "version": 1,
}

KindCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Count = Annotated[int, Field(ge=0, le=100_000)]


class ProgrammeKindIn(RequestBody):
    """A kind of programme. `trains_teachers`: its trainees count as trained in initial teacher training."""

    model_config = RequestBody.model_config | example(
        code="apprenticeship", name="Apprenticeship", trains_teachers=True
    )

    code: KindCode
    name: ShortText
    trains_teachers: bool


class ProgrammeKindOut(ResponseBody):
    """A kind of programme."""

    model_config = ResponseBody.model_config | example(code="scitt", name="SCITT", trains_teachers=True)

    code: str
    name: str
    trains_teachers: bool


class ProgrammeKindsOut(ResponseBody):
    """Every kind of programme there is."""

    model_config = ResponseBody.model_config | example(
        items=[{"code": "scitt", "name": "SCITT", "trains_teachers": True}]
    )

    items: list[ProgrammeKindOut]


class ProgrammeIn(RequestBody):
    """A programme of an alliance, perhaps the one an action point of its plan is about."""

    model_config = RequestBody.model_config | example(
        alliance_id=ALLIANCE, kind="school_direct", title="School Direct", action_point_id=_ACTION_POINT
    )

    alliance_id: UUID
    kind: KindCode
    title: ShortText
    action_point_id: UUID | None = None


class ProgrammeChangesIn(RequestBody):
    """What changes: a member that is absent stays as it is, `action_point_id` null removes the tie to the plan."""

    model_config = RequestBody.model_config | example(title="School Direct, salaried and fee")

    kind: Annotated[KindCode, MAY_BE_ABSENT] = ""
    title: Annotated[ShortText, MAY_BE_ABSENT] = ""
    action_point_id: Annotated[UUID | None, MAY_BE_ABSENT] = None

    def changes(self) -> dict[str, Any]:
        """What was sent, by the name of the fact."""
        return self.model_dump(exclude_unset=True)


class ProgrammeOut(ResponseBody):
    """A programme of an alliance."""

    model_config = ResponseBody.model_config | example(**_PROGRAMME_OUT)

    id: UUID
    alliance_id: UUID
    kind: str
    title: str
    action_point_id: UUID | None
    version: int


class PlacesIn(RequestBody):
    """The places of one type: how many were asked for, how many are offered (null: any number), what one costs."""

    place_type: PlaceType
    requested: Count | None = None
    offered: Count | None = None
    amount: Money | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _fee_is_whole(self) -> "PlacesIn":
        if (self.amount is None) != (self.currency is None):
            raise ValueError("an amount stands with its currency")
        return self


class PlacesOut(ResponseBody):
    """The places of one type."""

    place_type: PlaceType
    requested: int | None
    offered: int | None
    amount: Decimal | None
    currency: str | None


Places = Annotated[list[PlacesIn], Field(max_length=len(PlaceType))]
NominationLimit = Annotated[
    int, Field(ge=1, le=10_000, description="The most people one nominating body may nominate; null: any number.")
]


class ProgrammeRunIn(RequestBody):
    """A run of a programme. Without `places` everybody nominated may be booked."""

    model_config = RequestBody.model_config | example(
        programme_id=_PROGRAMME, **_A_RUN, nomination_limit=3, places=[_PLACES]
    )

    programme_id: UUID
    title: ShortText
    begins_on: Day
    ends_on: Day
    nomination_limit: NominationLimit | None = None
    places: Places = Field(default_factory=list)


class ProgrammeRunChangesIn(RequestBody):
    """What changes: a member that is absent stays as it is; `places` replaces the whole list."""

    model_config = RequestBody.model_config | example(ends_on="2014-07-25")

    title: Annotated[ShortText, MAY_BE_ABSENT] = ""
    begins_on: Annotated[Day, MAY_BE_ABSENT] = date(1900, 1, 1)
    ends_on: Annotated[Day, MAY_BE_ABSENT] = date(1900, 1, 1)
    nomination_limit: Annotated[NominationLimit | None, MAY_BE_ABSENT] = None
    places: Places = Field(default_factory=list)

    def changes(self) -> dict[str, Any]:
        """What was sent of the run itself, by the name of the fact."""
        return self.model_dump(exclude_unset=True, exclude={"places"})

    @property
    def new_places(self) -> list[PlacesIn] | None:
        """The places that were sent, if any list was."""
        return self.places if "places" in self.model_fields_set else None


class RunTransitionIn(RequestBody):
    """A run begins, is completed, or is cancelled for a reason."""

    model_config = RequestBody.model_config | example(to="under_way", on="2013-09-02")

    to: RunState
    on: Day
    reason: CancelReason | None = None


class ProgrammeRunOut(ResponseBody):
    """A run of a programme, and the day its present state was reached."""

    model_config = ResponseBody.model_config | example(
        id=RUN,
        alliance_id=ALLIANCE,
        programme=_PROGRAMME_OUT,
        **_A_RUN,
        nomination_limit=3,
        places=[_PLACES],
        state="planned",
        state_on="2013-03-01",
        reason=None,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    programme: ProgrammeOut
    title: str
    begins_on: date
    ends_on: date
    nomination_limit: int | None
    places: list[PlacesOut]
    state: RunState
    state_on: date
    reason: CancelReason | None
    version: int


class RateOut(ResponseBody):
    """A share: both numbers, and the percentage to one decimal; null where it is of nobody."""

    numerator: int
    denominator: int
    percent: Decimal | None


class AttendanceOut(ResponseBody):
    """How many were there on one day."""

    on: date
    attended: int


class EvaluationOut(ResponseBody):
    """How many of those who answered a question were satisfied."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6086",
        run_id=RUN,
        asked_on="2014-07-18",
        question="Course evaluation",
        respondents=20,
        satisfied=19,
    )

    id: UUID
    run_id: UUID
    asked_on: date
    question: str
    respondents: int
    satisfied: int


class FiguresOut(ResponseBody):
    """What a run adds up to, in people. Employment is counted among those who completed; early is within six calendar
    months of the run's last day; `employed_and_good` is both of the same person."""

    model_config = ResponseBody.model_config | example(
        run_id=RUN,
        nominating_bodies=6,
        nominated=14,
        booked=13,
        completed=12,
        graded=12,
        grades={"outstanding": 8, "good": 4, "requires_improvement": 0, "inadequate": 0},
        good_or_better=12,
        employment_known=12,
        employed=12,
        employed_early=11,
        employed_within_alliance=9,
        employed_and_good=12,
        promoted=0,
        rates={"employed": {"numerator": 12, "denominator": 12, "percent": "100.0"}},
        attendance=[{"on": "2013-09-09", "attended": 13}],
        evaluations=[],
    )

    run_id: UUID
    nominating_bodies: int
    nominated: int
    booked: int
    completed: int
    graded: int
    grades: dict[Grade, int]
    good_or_better: int
    employment_known: int
    employed: int
    employed_early: int
    employed_within_alliance: int
    employed_and_good: int
    promoted: int
    rates: dict[str, RateOut]
    attendance: list[AttendanceOut]
    evaluations: list[EvaluationOut]
