"""The JSON of nominations, bookings, registers, outcomes, evaluations and invoices."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from plans_api.alliances.schemas import Currency, Money
from plans_api.programmes.invoice import InvoiceState
from plans_api.programmes.nomination import NominationReason, NominationState
from plans_api.programmes.outcome import Grade, Outcome, OutcomeKind
from plans_api.programmes.programme import PlaceType
from plans_api.programmes.schemas import ALLIANCE, RUN, Count
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

_NOMINATION = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6083"
_INVOICE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6085"
_A_NOMINATION = {
    "id": _NOMINATION,
    "alliance_id": ALLIANCE,
    "run_id": RUN,
    "nominating_body": "108100",
    "name": "R Example",
    "nominated_on": "2013-03-01",
    "place_type": None,
    "state": "nominated",
    "state_on": "2013-03-01",
    "reason": None,
    "version": 1,
}
_AN_OUTCOME = {
    "nomination_id": _NOMINATION,
    "kind": "graded",
    "achieved": True,
    "on": "2014-07-18",
    "grade": "good",
    "within_alliance": None,
}
_OUTCOME_OUT = {
    "id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6084",
    "run_id": RUN,
    **_AN_OUTCOME,
    "recorded_at": "2014-07-19T09:00:00Z",
    "replaced_at": None,
}
_AN_INVOICE = {
    "run_id": RUN,
    "billed_to": "108100",
    "amount": "1500.00",
    "currency": "GBP",
    "issued_on": "2013-09-02",
    "due_on": "2013-10-02",
}

NominationIds = Annotated[list[UUID], Field(min_length=1, max_length=1_000)]


class NomineeIn(RequestBody):
    """Somebody nominated. The name may be left out where the body keeps it to itself."""

    name: ShortText | None = None


class NominationsIn(RequestBody):
    """A body nominates people. A school is written as its URN, any other body by its name."""

    model_config = RequestBody.model_config | example(
        run_id=RUN, nominating_body="108100", on="2013-03-01", people=[{"name": "R Example"}]
    )

    run_id: UUID
    nominating_body: ShortText
    on: Day
    people: Annotated[list[NomineeIn], Field(min_length=1, max_length=1_000)]


class NominationOut(ResponseBody):
    """A nomination, and the day its present state was reached."""

    model_config = ResponseBody.model_config | example(**_A_NOMINATION)

    id: UUID
    alliance_id: UUID
    run_id: UUID
    nominating_body: str
    name: str | None
    nominated_on: date
    place_type: PlaceType | None
    state: NominationState
    state_on: date
    reason: NominationReason | None
    version: int


class NominationsOut(ResponseBody):
    """The nominations that were made or booked together."""

    model_config = ResponseBody.model_config | example(items=[_A_NOMINATION])

    items: list[NominationOut]


class BookingsIn(RequestBody):
    """Places for people who are nominated. `place_type` is one the run offers, absent where the run lists no places."""

    model_config = RequestBody.model_config | example(
        run_id=RUN, nomination_ids=[_NOMINATION], place_type="fee", on="2013-04-01"
    )

    run_id: UUID
    nomination_ids: NominationIds
    place_type: PlaceType | None = None
    on: Day


class NominationTransitionIn(RequestBody):
    """A nomination is declined or withdrawn."""

    model_config = RequestBody.model_config | example(to="withdrawn", on="2013-05-01", reason="by_person")

    to: Literal[NominationState.DECLINED, NominationState.WITHDRAWN]
    on: Day
    reason: NominationReason


class AttendanceIn(RequestBody):
    """The register of one day: who was there. An empty list says that nobody was."""

    model_config = RequestBody.model_config | example(run_id=RUN, on="2013-09-09", nomination_ids=[_NOMINATION])

    run_id: UUID
    on: Day
    nomination_ids: Annotated[list[UUID], Field(max_length=1_000)]


class AttendanceRecordedOut(ResponseBody):
    """The register as it now is."""

    model_config = ResponseBody.model_config | example(run_id=RUN, on="2013-09-09", attended=13)

    run_id: UUID
    on: date
    attended: int


class OutcomeIn(RequestBody):
    """One outcome. `achieved` null says that it is not known (any more). `grade` stands with `graded` alone."""

    nomination_id: UUID
    kind: OutcomeKind
    achieved: bool | None = True
    on: Day
    grade: Grade | None = None
    within_alliance: bool | None = None

    def to_rule(self) -> Outcome:
        """The outcome without whose it is."""
        return Outcome(**self.model_dump(exclude={"nomination_id"}))


class OutcomesIn(RequestBody):
    """Outcomes of one run."""

    model_config = RequestBody.model_config | example(run_id=RUN, outcomes=[_AN_OUTCOME])

    run_id: UUID
    outcomes: Annotated[list[OutcomeIn], Field(min_length=1, max_length=1_000)]


class OutcomeOut(ResponseBody):
    """An outcome; one with `replaced_at` was corrected by a later one."""

    model_config = ResponseBody.model_config | example(**_OUTCOME_OUT)

    id: UUID
    run_id: UUID
    nomination_id: UUID
    kind: OutcomeKind
    achieved: bool | None
    on: date
    grade: Grade | None
    within_alliance: bool | None
    recorded_at: datetime
    replaced_at: datetime | None


class OutcomesOut(ResponseBody):
    """The outcomes that are new; those that say what was said before are not among them."""

    model_config = ResponseBody.model_config | example(items=[_OUTCOME_OUT])

    items: list[OutcomeOut]


class EvaluationIn(RequestBody):
    """How many answered a question on a day, and how many of them were satisfied."""

    model_config = RequestBody.model_config | example(
        run_id=RUN, asked_on="2014-07-18", question="Course evaluation", respondents=20, satisfied=19
    )

    run_id: UUID
    asked_on: Day
    question: ShortText
    respondents: Annotated[Count, Field(ge=1)]
    satisfied: Count


class InvoiceIn(RequestBody):
    """What a body is asked to pay. Nothing is paid here: it is data."""

    model_config = RequestBody.model_config | example(**_AN_INVOICE)

    run_id: UUID
    billed_to: ShortText
    amount: Money
    currency: Currency
    issued_on: Day
    due_on: Day


class InvoiceTransitionIn(RequestBody):
    """An invoice was paid, or is cancelled."""

    model_config = RequestBody.model_config | example(to="paid", on="2013-09-20")

    to: InvoiceState
    on: Day


class InvoiceOut(ResponseBody):
    """An invoice, and the day its present state was reached."""

    model_config = ResponseBody.model_config | example(
        id=_INVOICE, alliance_id=ALLIANCE, **_AN_INVOICE, state="issued", state_on="2013-09-02", version=1
    )

    id: UUID
    alliance_id: UUID
    run_id: UUID
    billed_to: str
    amount: Decimal
    currency: str
    issued_on: date
    due_on: date
    state: InvoiceState
    state_on: date
    version: int
