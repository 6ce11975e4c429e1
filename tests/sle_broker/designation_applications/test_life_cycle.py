"""Every state against everything that can happen: what the table permits happens, all else is refused."""

from dataclasses import replace

import pytest

from service_kit.errors import StateConflict
from service_kit.life_cycle import ReasonNotInList
from sle_broker.designation_applications.application import (
    LIFE_CYCLE,
    SAID_BY_THE_APPLICANT,
    ApplicationReason,
    ApplicationState,
    move,
)
from tests.sle_broker.builders import TODAY
from tests.sle_broker.designation_applications.builders import EVENTS, LATER, S, application_in

GIVEN, RELEASED = "a reference is given", "the papers are released"
PERMITTED: dict[ApplicationState, set[str]] = {
    S.SUBMITTED: {GIVEN, S.REFERENCES_RECEIVED, S.WITHDRAWN},
    S.REFERENCES_RECEIVED: {S.ASSESSED, S.WITHDRAWN},
    S.ASSESSED: {RELEASED, S.APPROVED, S.DECLINED, S.WITHDRAWN},
    S.APPROVED: {RELEASED, S.DESIGNATED, S.WITHDRAWN},
    S.DECLINED: {RELEASED, S.APPEALED},
    S.APPEALED: {RELEASED, S.APPEAL_UPHELD, S.APPEAL_DISMISSED, S.WITHDRAWN},
    S.APPEAL_UPHELD: {RELEASED, S.DESIGNATED, S.WITHDRAWN},
    S.APPEAL_DISMISSED: {RELEASED},
    S.DESIGNATED: {RELEASED, S.TRAINED},
    S.TRAINED: {RELEASED},
    S.WITHDRAWN: set(),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", ApplicationState)
def test_everything_that_can_happen_is_either_permitted_or_refused_with_what_is(
    state: ApplicationState, event: str
) -> None:
    application = application_in(state)
    if event == GIVEN:  # of a reference that has not been given yet
        application = replace(
            application, references=tuple(replace(one, given_on=None) for one in application.references)
        )
    before = replace(application)
    if event in PERMITTED[state]:
        changed = EVENTS[event](application)
        assert changed != application
        if event in set(ApplicationState):
            assert changed.steps[:-1] == application.steps
            assert (changed.state, changed.steps[-1].on) == (event, LATER)
        else:
            assert changed.steps == application.steps
    else:
        with pytest.raises(StateConflict) as refused:
            EVENTS[event](application)
        allowed = list(LIFE_CYCLE.allowed_from(state))
        assert refused.value.members == {"current": state, "allowed": allowed}
        assert set(allowed) == PERMITTED[state] - {GIVEN, RELEASED}
    assert application == before


@pytest.mark.parametrize("reason", [*ApplicationReason, None])
@pytest.mark.parametrize(("state", "to"), [(state, to) for state, row in LIFE_CYCLE.moves.items() for to in row])
def test_a_step_aside_has_one_of_its_reasons_and_a_step_on_has_none(
    state: ApplicationState, to: ApplicationState, reason: ApplicationReason | None
) -> None:
    application = application_in(state)
    if reason in (LIFE_CYCLE.moves[state][to] or {None}):
        assert move(application, to, LATER, today=TODAY, reason=reason).steps[-1].reason is reason
    else:
        with pytest.raises(ReasonNotInList):
            move(application, to, LATER, today=TODAY, reason=reason)


def test_every_reason_can_be_given_somewhere() -> None:
    given = {reason for row in LIFE_CYCLE.moves.values() for reasons in row.values() for reason in reasons}
    assert given == set(ApplicationReason)


def test_the_applicant_appeals_and_withdraws_and_takes_no_other_step() -> None:
    assert {S.APPEALED, S.WITHDRAWN} == SAID_BY_THE_APPLICANT
