"""The hard rules: who cannot be offered for a request, and the one reason given."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from sle_broker.designations.days import in_figures
from sle_broker.designations.designation import is_designated
from sle_broker.matching.candidate import Candidate, Search


class BlockingReason(StrEnum):
    """Why a leader is not offered, in the order of precedence: the first that holds is the one that is given.

    What can never change for this pair of schools comes first, then what the leader is, then what could be arranged.
    """

    OWN_SCHOOL = "own_school"
    NOT_DESIGNATED = "not_designated"
    OTHER_KIND = "other_kind"
    LACKS_SPECIALISM = "lacks_specialism"
    OUTSIDE_TRAVEL_LIMIT = "outside_travel_limit"
    NOT_RELEASED = "not_released"
    NO_DAYS_LEFT = "no_days_left"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    TOO_FEW_FREE_DAYS = "too_few_free_days"


@dataclass(frozen=True)
class BlockedLeader:
    """A leader who is not offered, the one reason, and the fact behind it."""

    leader_id: UUID
    reason: BlockingReason
    fact: str


def block(
    candidate: Candidate, search: Search, left_out: Collection[BlockingReason] = frozenset()
) -> BlockedLeader | None:
    """The first rule that stands against sending this leader, or None where nothing does.

    - Nobody is sent to their own school.
    - A leader is designated on the first day on which help could begin.
    - They are designated as the kind of leader that is wanted, where the request names one.
    - They hold at least one of the specialisms asked for, claimed or validated.
    - They are not sent further than they travel; a distance that is not known blocks nobody.
    - Their home school has not said that it cannot spare them.
    - They have as many days left as are wanted of each leader.
    - They have declared no conflict of interest with the host school.
    - As many of their days as are wanted can still be used within the window.

    Another phase does not block: it scores nothing. Where it is not leaders who are searched for, what is asked of
    leaders alone is `left_out`.
    """
    for reason, rule in _RULES.items():
        fact = None if reason in left_out else rule(candidate, search)
        if fact is not None:
            return BlockedLeader(candidate.leader_id, reason, fact)
    return None


def _own_school(candidate: Candidate, search: Search) -> str | None:
    if candidate.home_school_urn != search.host_school_urn:
        return None
    return f"home school is the host school, {candidate.home_school_urn}"


def _not_designated(candidate: Candidate, search: Search) -> str | None:
    if is_designated(candidate.designations, search.first_day):
        return None
    return f"not designated on {search.first_day}"


def _other_kind(candidate: Candidate, search: Search) -> str | None:
    if search.leader_kind is None:
        return None
    kinds = {made.kind for made in candidate.designations if made.is_in_force(search.first_day)}
    if search.leader_kind in kinds:
        return None
    return f"designated as {', '.join(sorted(kinds)).upper()}, {search.leader_kind.upper()} wanted"


def _lacks_specialism(candidate: Candidate, search: Search) -> str | None:
    if search.held_by(candidate):
        return None
    return "holds none of: " + ", ".join(need.name for need in search.areas)


def _outside_travel_limit(candidate: Candidate, search: Search) -> str | None:
    km, limit = search.whole_km_to(candidate), candidate.travel_limit_km
    if km is None or limit is None or km <= limit + search.travel_km_more:
        return None
    return f"{km} km, travels up to {limit} km"


def _not_released(candidate: Candidate, search: Search) -> str | None:
    if candidate.is_released:
        return None
    window = search.window
    return f"home school cannot release them between {window.earliest_start_on} and {window.latest_finish_on}"


def _no_days_left(candidate: Candidate, search: Search) -> str | None:
    if candidate.days_left >= search.days_wanted:
        return None
    left, yearly, wanted = candidate.days_left, candidate.allowance_days, search.days_wanted
    return f"{in_figures(left)} of {in_figures(yearly)} days left, {in_figures(wanted)} wanted"


def _conflict_of_interest(candidate: Candidate, search: Search) -> str | None:
    if search.host_school_urn not in candidate.conflicts:
        return None
    return f"conflict of interest declared with {search.host_school_urn}"


def _too_few_free_days(candidate: Candidate, search: Search) -> str | None:
    if candidate.free_days >= search.days_wanted:
        return None
    if search.rest_of_window is None:
        return f"the window ended on {search.window.latest_finish_on}"
    return f"{in_figures(candidate.free_days)} days free in this window, {in_figures(search.days_wanted)} wanted"


_RULES: Mapping[BlockingReason, Callable[[Candidate, Search], str | None]] = MappingProxyType(
    {
        BlockingReason.OWN_SCHOOL: _own_school,
        BlockingReason.NOT_DESIGNATED: _not_designated,
        BlockingReason.OTHER_KIND: _other_kind,
        BlockingReason.LACKS_SPECIALISM: _lacks_specialism,
        BlockingReason.OUTSIDE_TRAVEL_LIMIT: _outside_travel_limit,
        BlockingReason.NOT_RELEASED: _not_released,
        BlockingReason.NO_DAYS_LEFT: _no_days_left,
        BlockingReason.CONFLICT_OF_INTEREST: _conflict_of_interest,
        BlockingReason.TOO_FEW_FREE_DAYS: _too_few_free_days,
    }
)
