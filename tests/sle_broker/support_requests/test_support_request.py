from dataclasses import replace
from datetime import date

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from service_kit.life_cycle import ReasonNotInList, Step
from sle_broker.support_requests.support_request import (
    LIFE_CYCLE,
    SupportRequestReason,
    SupportRequestState,
    Window,
    move,
    need_end_of,
    submitted,
)
from tests.sle_broker.builders import TODAY, a_request

ON = date(2015, 1, 12)
PERMITTED = {
    SupportRequestState.SUBMITTED: {
        SupportRequestState.ACCEPTED,
        SupportRequestState.CLOSED,
        SupportRequestState.DECLINED,
        SupportRequestState.LAPSED,
    },
    SupportRequestState.ACCEPTED: {
        SupportRequestState.MATCHED,
        SupportRequestState.CLOSED,
        SupportRequestState.DECLINED,
        SupportRequestState.LAPSED,
    },
    SupportRequestState.MATCHED: {SupportRequestState.CLOSED, SupportRequestState.ACCEPTED},
    SupportRequestState.CLOSED: set(),
    SupportRequestState.DECLINED: set(),
    SupportRequestState.LAPSED: set(),
}


@pytest.mark.parametrize("to", SupportRequestState)
@pytest.mark.parametrize("state", SupportRequestState)
def test_every_step_is_either_permitted_or_refused_with_what_is(
    state: SupportRequestState, to: SupportRequestState
) -> None:
    request = replace(a_request(), steps=(Step(state, ON),))
    if to in PERMITTED[state]:
        reason = min(LIFE_CYCLE.moves[state][to], default=None)
        moved = move(request, to, ON, today=TODAY, reason=reason)
        assert (moved.state, moved.steps[-1]) == (to, Step(to, ON, reason))
    else:
        with pytest.raises(StateConflict) as refused:
            move(request, to, ON, today=TODAY)
        assert refused.value.members["current"] == state
        assert set(refused.value.members["allowed"]) == PERMITTED[state]
    assert request.steps == (Step(state, ON),)


@pytest.mark.parametrize("reason", [*SupportRequestReason, None])
@pytest.mark.parametrize(("state", "to"), [(state, to) for state, row in PERMITTED.items() for to in sorted(row)])
def test_a_step_is_taken_for_one_of_its_own_reasons(
    state: SupportRequestState, to: SupportRequestState, reason: SupportRequestReason | None
) -> None:
    request = replace(a_request(), steps=(Step(state, ON),))
    reasons = LIFE_CYCLE.moves[state][to]
    if reason in (reasons or {None}):
        assert move(request, to, ON, today=TODAY, reason=reason).state is to
    else:
        with pytest.raises(ReasonNotInList):
            move(request, to, ON, today=TODAY, reason=reason)


def test_a_request_is_brokered_again_when_its_deployment_falls_through() -> None:
    request = a_request()
    for to, reason in (
        (SupportRequestState.ACCEPTED, None),
        (SupportRequestState.MATCHED, None),
        (SupportRequestState.ACCEPTED, SupportRequestReason.DEPLOYMENT_FELL_THROUGH),
        (SupportRequestState.MATCHED, None),
    ):
        request = move(request, to, ON, today=TODAY, reason=reason)
    assert [step.state for step in request.steps] == [
        SupportRequestState.SUBMITTED,
        SupportRequestState.ACCEPTED,
        SupportRequestState.MATCHED,
        SupportRequestState.ACCEPTED,
        SupportRequestState.MATCHED,
    ]


def test_steps_are_dated_in_order_and_not_ahead() -> None:
    request = a_request(steps=(Step(SupportRequestState.SUBMITTED, ON),))
    with pytest.raises(DatesOutOfOrder):
        move(request, SupportRequestState.ACCEPTED, date(2015, 1, 11), today=TODAY)
    with pytest.raises(DateNotYetCome):
        move(request, SupportRequestState.ACCEPTED, date(2015, 1, 13), today=ON)
    with pytest.raises(DateNotYetCome):
        submitted(date(2015, 1, 13), today=ON)


@pytest.mark.parametrize(("state", "to"), [(state, to) for state, row in PERMITTED.items() for to in sorted(row)])
def test_every_end_of_a_request_says_what_becomes_of_its_needs_and_no_other_step_does(
    state: SupportRequestState, to: SupportRequestState
) -> None:
    for reason in LIFE_CYCLE.moves[state][to] or [None]:
        assert (need_end_of(Step(to, ON, reason)) is not None) == (PERMITTED[to] == set())


def test_help_does_not_end_before_it_starts() -> None:
    assert Window(ON, ON).latest_finish_on == ON
    with pytest.raises(DatesOutOfOrder):
        Window(ON, date(2015, 1, 11))
