"""A request for help: what is asked for, for whom, when, and its life from submission to the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict
from service_kit.life_cycle import LifeCycle, Step
from sle_broker.needs.need import NeedEndReason
from sle_broker.specialisms.specialism import Phase, Specialism
from sle_broker.support_requests.line import SupportRequestLine, refuse_unless_begun_with_leaders
from sle_broker.support_requests.organisation import HOST_SCHOOL, NamedOrganisation


class SupportRequestState(StrEnum):
    """Submitted, accepted for brokerage, matched with leaders, closed; or declined, or lapsed."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    MATCHED = "matched"
    CLOSED = "closed"
    DECLINED = "declined"
    LAPSED = "lapsed"


class SupportRequestReason(StrEnum):
    """Why a request left the main path, or how it was closed."""

    SUPPORT_GIVEN = "support_given"
    NEED_MET_ELSEWHERE = "need_met_elsewhere"
    WITHDRAWN_BY_REQUESTER = "withdrawn_by_requester"
    NOT_WITHIN_THE_OFFER = "not_within_the_offer"
    NOT_FUNDED = "not_funded"
    SAME_AS_ANOTHER_REQUEST = "same_as_another_request"
    DEPLOYMENT_FELL_THROUGH = "deployment_fell_through"
    NO_LEADER_FOUND = "no_leader_found"
    NO_REPLY_FROM_REQUESTER = "no_reply_from_requester"
    WINDOW_PASSED = "window_passed"


class Urgency(StrEnum):
    """Urgent requests are placed before all others in a brokerage round."""

    ROUTINE = "routine"
    URGENT = "urgent"


class SupportRequestNotAccepted(Conflict):
    """A deployment answers a request that the alliance has accepted for brokerage."""


_S, _R = SupportRequestState, SupportRequestReason
_NONE: frozenset[SupportRequestReason] = frozenset()
_DECLINED = frozenset({_R.NOT_WITHIN_THE_OFFER, _R.NOT_FUNDED, _R.SAME_AS_ANOTHER_REQUEST})
_GIVEN_UP = frozenset({_R.WITHDRAWN_BY_REQUESTER, _R.NEED_MET_ELSEWHERE})
_LAPSED = frozenset({_R.WINDOW_PASSED, _R.NO_REPLY_FROM_REQUESTER, _R.NO_LEADER_FOUND})

LIFE_CYCLE: LifeCycle[SupportRequestState, SupportRequestReason] = LifeCycle(
    MappingProxyType(
        {
            _S.SUBMITTED: {
                _S.ACCEPTED: _NONE,
                _S.CLOSED: _GIVEN_UP,
                _S.DECLINED: _DECLINED,
                _S.LAPSED: _LAPSED - {_R.NO_LEADER_FOUND},
            },
            _S.ACCEPTED: {_S.MATCHED: _NONE, _S.CLOSED: _GIVEN_UP, _S.DECLINED: _DECLINED, _S.LAPSED: _LAPSED},
            _S.MATCHED: {
                _S.CLOSED: _GIVEN_UP | {_R.SUPPORT_GIVEN},
                _S.ACCEPTED: frozenset({_R.DEPLOYMENT_FELL_THROUGH}),
            },
            _S.CLOSED: {},
            _S.DECLINED: {},
            _S.LAPSED: {},
        }
    )
)

_NEEDS_END: Mapping[SupportRequestReason, NeedEndReason] = MappingProxyType(
    {
        _R.SUPPORT_GIVEN: NeedEndReason.MET,
        _R.NEED_MET_ELSEWHERE: NeedEndReason.MET,
        _R.WITHDRAWN_BY_REQUESTER: NeedEndReason.WITHDRAWN,
        _R.NO_REPLY_FROM_REQUESTER: NeedEndReason.WITHDRAWN,
        _R.SAME_AS_ANOTHER_REQUEST: NeedEndReason.SUPERSEDED,
        _R.NOT_WITHIN_THE_OFFER: NeedEndReason.UNMET,
        _R.NOT_FUNDED: NeedEndReason.UNMET,
        _R.NO_LEADER_FOUND: NeedEndReason.UNMET,
        _R.WINDOW_PASSED: NeedEndReason.UNMET,
    }
)


@dataclass(frozen=True)
class Window:
    """The days between which help is wanted, both included. Raises `DatesOutOfOrder`."""

    earliest_start_on: date
    latest_finish_on: date

    def __post_init__(self) -> None:
        refuse_out_of_order(
            earlier="the earliest start",
            earlier_on=self.earliest_start_on,
            later="the latest finish",
            later_on=self.latest_finish_on,
        )


@dataclass(frozen=True)
class SupportRequest:
    """One request for support.

    The host school is the school that is helped. A request for a *programme* names it in `programme_id`, and its host
    school is the one that runs it. `lines` are the package that is wanted, numbered from one. `asked_by` may be another
    organisation than the host school, and `paid_by`, the commissioner, another than either. `submitted_by` is the
    subject under which whoever asked signs in. `steps` begins with the submission and is never empty; its last is the
    present state.

    Raises `NoLineForLeaders`.
    """

    id: UUID
    host_school_urn: str
    lines: tuple[SupportRequestLine, ...]
    phase: Phase
    window: Window
    submitted_by: str
    steps: tuple[Step[SupportRequestState, SupportRequestReason], ...]
    urgency: Urgency = Urgency.ROUTINE
    asked_by: NamedOrganisation = HOST_SCHOOL
    paid_by: NamedOrganisation = HOST_SCHOOL
    programme_id: UUID | None = None
    context: str = ""

    def __post_init__(self) -> None:
        refuse_unless_begun_with_leaders(self.lines)

    @property
    def areas(self) -> tuple[Specialism, ...]:
        """Every area of need, once each, in the order of the lines."""
        return tuple(dict.fromkeys(area for line in self.lines for area in line.areas))

    @property
    def state(self) -> SupportRequestState:
        """The state reached last."""
        return self.steps[-1].state


def refuse_unless_accepted(request: SupportRequest) -> None:
    """Whether a deployment may be proposed for the request. Raises `SupportRequestNotAccepted` (`current`)."""
    if request.state not in (SupportRequestState.ACCEPTED, SupportRequestState.MATCHED):
        raise SupportRequestNotAccepted(
            f"The request is {request.state}; deployments are proposed while it is accepted or matched.",
            members={"current": request.state},
        )


def submitted(on: date, *, today: date) -> Step[SupportRequestState, SupportRequestReason]:
    """The first step of every request. Raises `DateNotYetCome`."""
    refuse_future(what=SupportRequestState.SUBMITTED, on=on, today=today)
    return Step(SupportRequestState.SUBMITTED, on)


def move(
    request: SupportRequest,
    to: SupportRequestState,
    on: date,
    *,
    today: date,
    reason: SupportRequestReason | None = None,
) -> SupportRequest:
    """The request one step on; the request given is not changed.

    A matched request goes back to accepted when its deployment falls through, and is brokered again. Raises
    `StateConflict`, `ReasonNotInList`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    step = LIFE_CYCLE.next_step(request.steps, to=to, on=on, today=today, reason=reason)
    return replace(request, steps=(*request.steps, step))


def need_end_of(last: Step[SupportRequestState, SupportRequestReason]) -> NeedEndReason | None:
    """What becomes of the needs of a request whose last step this is: why they end, or None while it goes on. Help that
    was given meets them; a request that found nobody, or no money, leaves them unmet."""
    if LIFE_CYCLE.allowed_from(last.state) or last.reason is None:
        return None
    return _NEEDS_END[last.reason]
