"""A school's membership of an alliance, from its first day to its last."""

from datetime import date
from enum import StrEnum

from service_kit.errors import Conflict, RuleBroken, StateConflict


class MembershipState(StrEnum):
    """`ended` from the moment its last day is recorded, even where that day is still to come."""

    BEGUN = "begun"
    ENDED = "ended"


class PartnerKind(StrEnum):
    """The kinds of strategic partner."""

    UNIVERSITY = "university"
    LOCAL_AUTHORITY = "local_authority"
    TRUST = "trust"
    OTHER = "other"


MOST_LEADS = 6
"""As many schools as lead one alliance in the national directory."""


class MembershipEndsBeforeItBegins(RuleBroken):
    """The last day of a membership is its first day or later."""


class MembershipOverlaps(Conflict):
    """A school is a member of an alliance once at a time; it may be a member of several alliances."""


class LeadSchoolNamedTwice(RuleBroken):
    """An alliance is led by one school, or by several different ones."""


def state_of(to_on: date | None) -> MembershipState:
    """The state of a membership whose last day is `to_on`, or is not known yet."""
    return MembershipState.BEGUN if to_on is None else MembershipState.ENDED


def require_dates_in_order(from_on: date, to_on: date | None) -> None:
    """Refuses a last day before the first. Errors: `MembershipEndsBeforeItBegins`."""
    if to_on is not None and to_on < from_on:
        raise MembershipEndsBeforeItBegins(f"The membership begins on {from_on}; it cannot end on {to_on}.")


def end(from_on: date, to_on: date | None, on: date) -> date:
    """The last day of a membership ended `on` that day. Errors: `StateConflict` where it has a last day already,
    `MembershipEndsBeforeItBegins`."""
    if state_of(to_on) is MembershipState.ENDED:
        raise StateConflict("This membership has ended.", current=MembershipState.ENDED, allowed=[])
    require_dates_in_order(from_on, on)
    return on


def require_different_leads(urns: tuple[str, ...]) -> None:
    """Refuses the same lead school twice. Errors: `LeadSchoolNamedTwice`."""
    if len(set(urns)) != len(urns):
        raise LeadSchoolNamedTwice("An alliance names each of its lead schools once.")
