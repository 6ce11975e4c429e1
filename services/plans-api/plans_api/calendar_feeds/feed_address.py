"""The secret address of a calendar feed: who knows it may read it, and it stops working when it is revoked or ends."""

from datetime import date
from enum import StrEnum
from hashlib import sha256

from service_kit.errors import RuleBroken


class FeedEndsInThePast(RuleBroken):
    """A calendar feed that ends does so today or later."""


class LeadNotInPlan(RuleBroken):
    """A feed of one lead's dates is for a lead whom the plan names."""


class FeedState(StrEnum):
    """Whether the address answers. One that has ended answers as if it had never been."""

    OPEN = "open"
    REVOKED = "revoked"


def digest_of(token: str) -> bytes:
    """What is kept of an address. Its token is 32 random bytes, so that a quick digest is enough."""
    return sha256(token.encode()).digest()


def answers(state: FeedState, ends_on: date | None, today: date) -> bool:
    """Whether the address answers on `today`; `ends_on` is its last day."""
    return state is FeedState.OPEN and (ends_on is None or today <= ends_on)


def require_end_ahead(ends_on: date | None, today: date) -> None:
    """Refuses an address that would never answer. Errors: `FeedEndsInThePast`."""
    if ends_on is not None and ends_on < today:
        raise FeedEndsInThePast(f"The feed would have ended on {ends_on} already: today is {today}.")
