"""A leader of another alliance on offer: what an answer makes of it, and what the clock does."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from service_kit.errors import StateConflict
from service_kit.life_cycle import ReasonNotInList
from sle_broker.deployments.deployment import Deployment, move
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentReason, DeploymentState
from sle_broker.deployments.offer import OfferExpired, answer, expire, has_expired
from tests.sle_broker.builders import OFFER_EXPIRES_AT, TODAY, a_booking, an_offer

OFFERED_ON = date(2014, 10, 1)
EXPIRES_AT = OFFER_EXPIRES_AT
IN_TIME = EXPIRES_AT - timedelta(seconds=1)
VISIT_ON = date(2015, 1, 12)
ANSWERS = {
    DeploymentState.PROPOSED: None,
    DeploymentState.DECLINED: DeploymentReason.NOT_THE_RIGHT_MATCH,
    DeploymentState.WITHDRAWN: DeploymentReason.LEADER_UNAVAILABLE,
}


def answered(offer: Deployment, to: DeploymentState, now: datetime = IN_TIME, **more: Any) -> Deployment:
    reason = more.get("reason", ANSWERS.get(to))
    return answer(offer, to, OFFERED_ON, today=TODAY, now=now, reason=reason)


def test_an_offer_holds_its_days_from_the_first() -> None:
    offer = an_offer(booking=a_booking(visit_days=frozenset({VISIT_ON})))
    assert offer.days_held == Decimal(3)
    assert offer.visit_days_held == {VISIT_ON}


def test_accepted_the_hold_is_the_booking_of_the_deployment() -> None:
    offer = an_offer()
    accepted = answered(offer, DeploymentState.PROPOSED)
    assert (accepted.state, accepted.held_until) == (DeploymentState.PROPOSED, None)
    assert (accepted.booking, accepted.days_held, accepted.id) == (offer.booking, offer.days_held, offer.id)
    assert move(accepted, DeploymentState.RELEASED, OFFERED_ON, today=TODAY).state is DeploymentState.RELEASED


@pytest.mark.parametrize("to", [DeploymentState.DECLINED, DeploymentState.WITHDRAWN])
def test_not_accepted_nothing_is_held(to: DeploymentState) -> None:
    ended = answered(an_offer(), to)
    assert (ended.days_held, ended.held_until) == (Decimal(0), None)
    assert not ended.visit_days_held
    assert not ended.counts_for_clock or ended.first_day_on_site is None


@pytest.mark.parametrize("first", ANSWERS)
@pytest.mark.parametrize("second", ANSWERS)
def test_an_offer_is_answered_once(first: DeploymentState, second: DeploymentState) -> None:
    with pytest.raises(StateConflict):
        answered(answered(an_offer(), first), second)


@pytest.mark.parametrize("to", ANSWERS)
def test_from_the_instant_it_expires_nobody_answers_it(to: DeploymentState) -> None:
    assert not has_expired(an_offer(), IN_TIME)
    assert has_expired(an_offer(), EXPIRES_AT)
    with pytest.raises(OfferExpired):
        answered(an_offer(), to, EXPIRES_AT)
    expired = expire(an_offer(), today=TODAY)
    assert (expired.state, expired.days_held) == (DeploymentState.EXPIRED, Decimal(0))
    with pytest.raises(StateConflict):
        answered(expired, to)


@pytest.mark.parametrize("to", DeploymentState)
def test_an_offer_is_moved_by_an_answer_alone(to: DeploymentState) -> None:
    for state in (an_offer(), expire(an_offer(), today=TODAY), answered(an_offer(), DeploymentState.WITHDRAWN)):
        with pytest.raises(StateConflict):
            move(state, to, OFFERED_ON, today=TODAY)


def test_nothing_becomes_an_offer_later() -> None:
    assert not any(DeploymentState.OFFERED in row for row in LIFE_CYCLE.moves.values())


def test_an_offer_that_is_not_accepted_has_its_reason() -> None:
    for to in (DeploymentState.DECLINED, DeploymentState.WITHDRAWN):
        with pytest.raises(ReasonNotInList):
            answered(an_offer(), to, reason=None)
    with pytest.raises(ReasonNotInList):
        answered(an_offer(), DeploymentState.PROPOSED, reason=DeploymentReason.NO_LONGER_NEEDED)
