"""The JSON of brokerage rounds."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from service_kit.schemas import Day, RequestBody, ResponseBody, example
from sle_broker.allocation.problem import Level
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.matching.schemas import ScorePartOut
from sle_broker.support_requests.schemas import REQUEST_EXAMPLE

_ROUND, _ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6701", "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_PROPOSAL, _DEPLOYMENT = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6702", "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6091"
_VALUES = {"urgent_requests": 8, "first_deployments": 7, "fit": 24_978, "travel_km": 252}
_LEVEL = {
    "level": "fit",
    "value": 26_559,
    "bound": 26_559,
    "gap_percent": 0.0,
    "is_optimal": True,
    "priced_bound": 26_559,
}


def _each_once(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) < len(ids):
        raise ValueError("name each once")
    return ids


class BrokerageRoundIn(RequestBody):
    """Which alliances' requests and leaders are looked at, as they stood at the end of which day, and how long the
    solver may take."""

    model_config = RequestBody.model_config | example(
        alliance_ids=[_ALLIANCE], as_of="2015-01-12", time_limit_seconds=60
    )

    alliance_ids: Annotated[list[UUID], Field(min_length=1, max_length=50), AfterValidator(_each_once)]
    as_of: Annotated[Day | None, Field(description="Today where absent.")] = None
    time_limit_seconds: Annotated[int, Field(ge=1, le=600)] = 60


class RoundTransitionIn(RequestBody):
    """The one step that a person takes: to cancel."""

    model_config = RequestBody.model_config | example(to="cancelled")

    to: Literal["cancelled"]


class AcceptanceIn(RequestBody):
    """Which proposals are accepted, all where none is named, and on which day."""

    model_config = RequestBody.model_config | example(proposal_ids=[_PROPOSAL], on="2015-01-13")

    proposal_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000), AfterValidator(_each_once)] | None = (
        None
    )
    on: Annotated[Day | None, Field(description="Today where absent.")] = None


class ProgressOut(ResponseBody):
    """How far the solver has come: the level it works on, what it has reached on it, and what is possible at most."""

    model_config = ResponseBody.model_config | example(level="fit", value=24_978, bound=26_632)

    level: Level | None = None
    value: int | None = None
    bound: int | None = None


class LevelOut(ResponseBody):
    """How good a round is on one level: its value, and the bound that no round passes that is as good on the levels
    before. Travel counts below nothing. `priced_bound` is what the stored prices prove by themselves."""

    model_config = ResponseBody.model_config | example(**_LEVEL)

    level: Level
    value: int
    bound: int
    gap_percent: float
    is_optimal: bool
    priced_bound: int


class ValuesOut(ResponseBody):
    """What a way of brokering reaches on each level."""

    model_config = ResponseBody.model_config | example(**_VALUES)

    urgent_requests: int
    first_deployments: int
    fit: int
    travel_km: int


class BrokerageRoundOut(ResponseBody):
    """A round. `levels` and the two greedy ways are there once it is done: `first_come` is first come, first served;
    `clock_aware` what a broker does who looks to urgency and the deployment clock."""

    model_config = ResponseBody.model_config | example(
        id=_ROUND,
        alliance_ids=[_ALLIANCE],
        as_of="2015-01-12",
        time_limit_seconds=60,
        state="done",
        failure=None,
        progress=None,
        asked_at="2015-01-12T09:00:00Z",
        started_at="2015-01-12T09:00:01Z",
        ended_at="2015-01-12T09:00:02Z",
        seconds=0.4,
        weights_versions=[0],
        levels=[_LEVEL],
        lent_levels=None,
        first_come=_VALUES,
        clock_aware=_VALUES,
        version=2,
    )

    id: UUID
    alliance_ids: list[UUID]
    as_of: date
    time_limit_seconds: int
    state: Annotated[str, Field(description="waiting, running, done, failed or cancelled")]
    failure: str | None
    progress: ProgressOut | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    weights_versions: list[int] | None
    levels: Annotated[list[LevelOut] | None, Field(description="Of own leaders, who come first.")]
    lent_levels: Annotated[
        list[LevelOut] | None,
        Field(description="Of lent leaders, in the places that own leaders leave; null where nobody lends."),
    ]
    first_come: ValuesOut | None
    clock_aware: ValuesOut | None
    version: int


class ProposalOut(ResponseBody):
    """One leader proposed for one line of a request. `total` is the sum of the points of `parts`; `deployment_id` is
    there once it has been accepted. `lender_alliance_id` is the leader's own alliance where another borrows them."""

    model_config = ResponseBody.model_config | example(
        id=_PROPOSAL,
        alliance_id=_ALLIANCE,
        support_request_id=REQUEST_EXAMPLE,
        line_number=1,
        leader_id=LEADER_EXAMPLE,
        lender_alliance_id=None,
        days=2.5,
        starts_on="2015-01-19",
        ends_on="2015-02-22",
        is_first_deployment=True,
        total=300,
        parts=[{"criterion": "specialism", "points": 300, "out_of": 300, "fact": "validated in Phonics on 2014-11-03"}],
        deployment_id=None,
    )

    id: UUID
    alliance_id: UUID
    support_request_id: UUID
    line_number: int
    leader_id: UUID
    lender_alliance_id: UUID | None
    days: float
    starts_on: date
    ends_on: date
    is_first_deployment: bool
    total: int
    parts: list[ScorePartOut]
    deployment_id: UUID | None


class AcceptedOut(ResponseBody):
    """What became of one proposal: its deployment, or the code and the detail of what stands against it."""

    model_config = ResponseBody.model_config | example(
        proposal_id=_PROPOSAL, deployment_id=_DEPLOYMENT, code=None, detail=None
    )

    proposal_id: UUID
    deployment_id: UUID | None
    code: str | None
    detail: str | None


class AcceptanceOut(ResponseBody):
    """What became of every proposal that was to be accepted."""

    model_config = ResponseBody.model_config | example(
        items=[{"proposal_id": _PROPOSAL, "deployment_id": _DEPLOYMENT, "code": None, "detail": None}]
    )

    items: list[AcceptedOut]
