"""A leader of another alliance, offered until an instant: the days are held, and one answer decides what becomes of
them."""

from dataclasses import replace
from datetime import date, datetime
from typing import Self

from service_kit.dates_in_order import refuse_future
from service_kit.errors import Conflict
from service_kit.life_cycle import Step
from sle_broker.deployments.deployment import Deployment
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentReason, DeploymentState


class OfferExpired(Conflict):
    """An offer is answered before it expires; the days it held are free again from that instant."""

    @classmethod
    def at(cls, instant: datetime) -> Self:
        """The refusal of an answer to an offer that expired then."""
        return cls(f"The offer expired at {instant:%Y-%m-%dT%H:%M:%S%z}; ask for another.")


def offered(on: date, *, today: date) -> Step[DeploymentState, DeploymentReason]:
    """The first step of a deployment of a lent leader. Raises `DateNotYetCome`."""
    refuse_future(what=DeploymentState.OFFERED, on=on, today=today)
    return Step(DeploymentState.OFFERED, on)


def has_expired(deployment: Deployment, now: datetime) -> bool:
    """Whether it is an offer that nobody answered in time: the clock decides, whether or not it has been recorded."""
    return deployment.held_until is not None and deployment.held_until <= now


def answer(
    offer: Deployment,
    to: DeploymentState,
    on: date,
    *,
    today: date,
    now: datetime,
    reason: DeploymentReason | None = None,
) -> Deployment:
    """The offer accepted (it is `proposed` from then on), declined or withdrawn. The hold turns into what the answer
    makes of it: the booking of the deployment, with the very days it held, or nothing.

    Raises `StateConflict` where it was answered before, `OfferExpired`, `ReasonNotInList`, `DatesOutOfOrder`,
    `DateNotYetCome`.
    """
    if offer.state is not DeploymentState.OFFERED:
        raise LIFE_CYCLE.conflict(offer.state, "The offer was answered before.")
    if offer.held_until is not None and has_expired(offer, now):
        raise OfferExpired.at(offer.held_until)
    step = LIFE_CYCLE.next_step(offer.steps, to=to, on=on, today=today, reason=reason)
    return replace(offer, steps=(*offer.steps, step), held_until=None)


def expire(offer: Deployment, *, today: date) -> Deployment:
    """What the clock decided, recorded: nothing is held any more."""
    step = LIFE_CYCLE.next_step(offer.steps, to=DeploymentState.EXPIRED, on=today, today=today, reason=None)
    return replace(offer, steps=(*offer.steps, step), held_until=None)
