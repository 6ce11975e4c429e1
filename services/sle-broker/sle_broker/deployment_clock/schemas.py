"""The JSON of the deployment clock."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import ResponseBody, example
from sle_broker.deployment_clock.clock_report import RULE, ClockReport
from sle_broker.designations.clock import ClockExclusion, ClockReading, ClockState
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.matching.schemas import ScorePartOut
from sle_broker.matching.scoring import ScorePart
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE
from sle_broker.support_requests.schemas import REQUEST_EXAMPLE

_DESIGNATION = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6082"
_CLOCK = {"criterion": "clock", "points": 115, "out_of": 150, "fact": "designated 71 days ago, not yet deployed"}
_FIT = {
    "support_request_id": REQUEST_EXAMPLE,
    "line": 1,
    "host_school_urn": "108101",
    "earliest_start_on": "2015-01-12",
    "total": 115,
    "parts": [_CLOCK],
}
_PENDING = {
    "designation_id": _DESIGNATION,
    "leader_id": LEADER_EXAMPLE,
    "name": "Asha Bell",
    "begins_by": "2015-02-03",
    "days_left": 21,
    "planned_start_on": None,
    "will_miss": True,
    "fitting": 1,
    "fits": [_FIT],
}


class FitOut(ResponseBody):
    """A line of an open request that would stop a leader's clock in time. `total` is the sum of the points of
    `parts`."""

    model_config = ResponseBody.model_config | example(**_FIT)

    support_request_id: UUID
    line: int
    host_school_urn: str
    earliest_start_on: date
    total: int
    parts: list[ScorePartOut]


class PendingLeaderOut(ResponseBody):
    """A leader whose three months have not ended and who has not been deployed."""

    model_config = ResponseBody.model_config | example(**_PENDING)

    designation_id: UUID
    leader_id: UUID
    name: str
    begins_by: Annotated[date, Field(description="The last day that still counts.")]
    days_left: int
    planned_start_on: Annotated[
        date | None, Field(description="When the earliest deployment begins that is proposed or agreed.")
    ]
    will_miss: Annotated[bool, Field(description="They miss the clock unless something else begins by the last day.")]
    fitting: Annotated[int, Field(description="How many lines of open requests fit them.")]
    fits: Annotated[list[FitOut], Field(description="The best ten of those, best first.")]


class ExclusionCountOut(ResponseBody):
    """How many designations are excluded for one reason."""

    model_config = ResponseBody.model_config | example(reason="renewal", designations=3)

    reason: ClockExclusion
    designations: int


class DeploymentClockOut(ResponseBody):
    """The deployment clock of an alliance. `numerator` are those within; `denominator` those within, late and overdue.
    `rate` and `is_met` are null where nobody counts yet."""

    model_config = ResponseBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        as_of="2015-01-13",
        rule=RULE,
        within=6,
        late=2,
        overdue=1,
        pending=1,
        excluded=3,
        exclusions=[{"reason": "renewal", "designations": 3}],
        numerator=6,
        denominator=9,
        rate=0.6667,
        is_met=True,
        items=[_PENDING],
        next_cursor=None,
    )

    alliance_id: UUID
    as_of: date
    rule: str
    within: int
    late: int
    overdue: int
    pending: int
    excluded: int
    exclusions: list[ExclusionCountOut]
    numerator: int
    denominator: int
    rate: Annotated[float | None, Field(description="To four places.")]
    is_met: bool | None
    items: Annotated[list[PendingLeaderOut], Field(description="A page of the pending, those who end first, first.")]
    next_cursor: str | None

    @classmethod
    def of(
        cls,
        alliance_id: UUID,
        as_of: date,
        report: ClockReport,
        items: list[PendingLeaderOut],
        next_cursor: str | None,
    ) -> Self:
        """A report, with a page of the pending leaders."""
        counts = {state.value: report.states.get(state, 0) for state in ClockState}
        return cls(
            alliance_id=alliance_id,
            as_of=as_of,
            rule=RULE,
            **counts,
            exclusions=[
                ExclusionCountOut(reason=reason, designations=report.exclusions[reason])
                for reason in ClockExclusion
                if report.exclusions.get(reason)
            ],
            numerator=report.numerator,
            denominator=report.denominator,
            rate=None if report.rate is None else round(float(report.rate), 4),
            is_met=report.is_met,
            items=items,
            next_cursor=next_cursor,
        )


class ClockReadingOut(ResponseBody):
    """How one designation counts. `days_left` are days to the last day from the day asked about, or from the first day
    on site: negative by as many as the clock was missed, null where the designation is excluded."""

    model_config = ResponseBody.model_config | example(
        designation_id=_DESIGNATION,
        leader_id=LEADER_EXAMPLE,
        state="within",
        last_day="2015-02-03",
        first_day_on_site="2015-01-12",
        days_left=22,
        excluded_because=None,
    )

    designation_id: UUID
    leader_id: UUID
    state: ClockState
    last_day: date
    first_day_on_site: date | None
    days_left: int | None
    excluded_because: ClockExclusion | None

    @classmethod
    def of(cls, leader_id: UUID, reading: ClockReading) -> Self:
        """A reading of one leader's clock."""
        return cls(
            designation_id=reading.designation_id,
            leader_id=leader_id,
            state=reading.state,
            last_day=reading.last_day,
            first_day_on_site=reading.first_day_on_site,
            days_left=reading.days_left,
            excluded_because=reading.excluded_because,
        )


def fit_out(
    support_request_id: UUID, line: int, host_school_urn: str, earliest_start_on: date, parts: tuple[ScorePart, ...]
) -> FitOut:
    """A line that fits, with the parts of the score it would give."""
    return FitOut(
        support_request_id=support_request_id,
        line=line,
        host_school_urn=host_school_urn,
        earliest_start_on=earliest_start_on,
        total=sum(part.points for part in parts),
        parts=[ScorePartOut.model_validate(part) for part in parts],
    )
