"""Every state against every state: what the table permits happens, all else is refused and changes nothing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_kit.errors import Refusal, StateConflict
from service_kit.life_cycle import ReasonNotInList
from sle_broker.deployments.deployment import allowed_from, move
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentReason, DeploymentState
from tests.sle_broker.builders import TODAY, a_deployment, a_deployment_in, ready_for, step_on

LATER = date(2015, 3, 2)
PERMITTED = {
    DeploymentState.PROPOSED: {DeploymentState.RELEASED, DeploymentState.DECLINED, DeploymentState.CANCELLED},
    DeploymentState.RELEASED: {DeploymentState.MEETING_HELD, DeploymentState.DECLINED, DeploymentState.CANCELLED},
    DeploymentState.MEETING_HELD: {DeploymentState.AGREED, DeploymentState.DECLINED, DeploymentState.CANCELLED},
    DeploymentState.AGREED: {DeploymentState.UNDER_WAY, DeploymentState.CANCELLED},
    DeploymentState.UNDER_WAY: {
        DeploymentState.CLOSING_MEETING_HELD,
        DeploymentState.PAUSED,
        DeploymentState.ENDED_EARLY,
    },
    DeploymentState.PAUSED: {DeploymentState.UNDER_WAY, DeploymentState.ENDED_EARLY},
    DeploymentState.CLOSING_MEETING_HELD: {DeploymentState.EVALUATED},
    DeploymentState.EVALUATED: {DeploymentState.CLOSED},
    DeploymentState.CLOSED: set(),
    DeploymentState.DECLINED: set(),
    DeploymentState.CANCELLED: set(),
    DeploymentState.ENDED_EARLY: set(),
    DeploymentState.WITHDRAWN: set(),
    DeploymentState.EXPIRED: set(),
}


@pytest.mark.parametrize("to", DeploymentState)
@pytest.mark.parametrize("state", PERMITTED)  # an offer is answered rather than moved: see `test_offer.py`
def test_every_step_is_either_permitted_or_refused_with_what_is(state: DeploymentState, to: DeploymentState) -> None:
    deployment = a_deployment_in(state)
    before = replace(deployment)
    if to in PERMITTED[state]:
        moved = step_on(deployment, to, LATER)
        assert moved.steps[:-1] == deployment.steps
        assert (moved.state, moved.steps[-1].on) == (to, LATER)
    else:
        with pytest.raises(StateConflict) as refused:
            move(deployment, to, LATER, today=TODAY)
        assert refused.value.code == "state-conflict"
        assert refused.value.members == {"current": state, "allowed": list(allowed_from(state))}
        assert set(allowed_from(state)) == PERMITTED[state]
    assert deployment == before


@pytest.mark.parametrize("reason", [*DeploymentReason, None])
@pytest.mark.parametrize(("state", "to"), [(state, to) for state, row in PERMITTED.items() for to in sorted(row)])
def test_a_step_aside_has_one_of_its_reasons_and_a_step_on_has_none(
    state: DeploymentState, to: DeploymentState, reason: DeploymentReason | None
) -> None:
    deployment = ready_for(a_deployment_in(state), to, LATER)
    reasons = LIFE_CYCLE.moves[state][to]
    if reason in (reasons or {None}):
        assert move(deployment, to, LATER, today=TODAY, reason=reason).steps[-1].reason is reason
    else:
        with pytest.raises(ReasonNotInList):
            move(deployment, to, LATER, today=TODAY, reason=reason)


@pytest.mark.parametrize(
    "aside", [DeploymentState.DECLINED, DeploymentState.CANCELLED, DeploymentState.PAUSED, DeploymentState.ENDED_EARLY]
)
def test_every_way_aside_asks_for_a_reason(aside: DeploymentState) -> None:
    assert all(row[aside] for row in LIFE_CYCLE.moves.values() if aside in row)


def test_every_reason_can_be_given_somewhere() -> None:
    given_somewhere = {reason for row in LIFE_CYCLE.moves.values() for reasons in row.values() for reason in reasons}
    assert given_somewhere == set(DeploymentReason)


@given(
    st.lists(st.tuples(st.sampled_from(DeploymentState), st.none() | st.sampled_from(DeploymentReason)), max_size=30)
)
def test_no_road_leads_to_the_school_but_through_the_meeting_and_the_agreement(
    attempts: list[tuple[DeploymentState, DeploymentReason | None]],
) -> None:
    deployment = a_deployment()
    for to, reason in attempts:
        try:
            deployment = move(ready_for(deployment, to, LATER), to, LATER, today=TODAY, reason=reason)
        except Refusal:
            continue
    reached = [step.state for step in deployment.steps]
    if DeploymentState.UNDER_WAY in reached:
        assert reached[:5] == [
            DeploymentState.PROPOSED,
            DeploymentState.RELEASED,
            DeploymentState.MEETING_HELD,
            DeploymentState.AGREED,
            DeploymentState.UNDER_WAY,
        ]
