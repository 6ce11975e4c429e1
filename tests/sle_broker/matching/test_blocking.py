"""Who is never offered, and which one reason is given."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sle_broker.designations.designation import LeaderKind
from sle_broker.matching.blocking import BlockingReason, block
from tests.sle_broker.builders import (
    ATTENDANCE,
    HOST_URN,
    MATHEMATICS,
    PHONICS,
    a_candidate,
    a_designation,
    a_search,
    an_id,
    holds,
)

# Each entry breaks one rule and no other, in the order in which the reasons take precedence.
BREAKS: dict[BlockingReason, dict[str, Any]] = {
    BlockingReason.OWN_SCHOOL: {"home_school_urn": HOST_URN},
    BlockingReason.NOT_DESIGNATED: {"designations": ()},
    BlockingReason.OTHER_KIND: {"designations": (a_designation(kind=LeaderKind.LLE),)},
    BlockingReason.LACKS_SPECIALISM: {"specialisms": (holds(ATTENDANCE),)},
    BlockingReason.OUTSIDE_TRAVEL_LIMIT: {"travel_limit_km": 13},
    BlockingReason.NOT_RELEASED: {"is_released": False},
    BlockingReason.NO_DAYS_LEFT: {"days_left": Decimal("4.5")},
    BlockingReason.CONFLICT_OF_INTEREST: {"conflicts": frozenset({HOST_URN})},
    BlockingReason.TOO_FEW_FREE_DAYS: {"free_days": Decimal(2)},
}
FACTS = {
    BlockingReason.OWN_SCHOOL: "home school is the host school, 100002",
    BlockingReason.NOT_DESIGNATED: "not designated on 2015-01-12",
    BlockingReason.OTHER_KIND: "designated as LLE, SLE wanted",
    BlockingReason.LACKS_SPECIALISM: "holds none of: Phonics",
    BlockingReason.OUTSIDE_TRAVEL_LIMIT: "15 km, travels up to 13 km",
    BlockingReason.NOT_RELEASED: "home school cannot release them between 2015-01-12 and 2015-03-27",
    BlockingReason.NO_DAYS_LEFT: "4.5 of 15 days left, 5 wanted",
    BlockingReason.CONFLICT_OF_INTEREST: "conflict of interest declared with 100002",
    BlockingReason.TOO_FEW_FREE_DAYS: "2 days free in this window, 5 wanted",
}


def test_a_leader_whom_nothing_stands_against_is_not_blocked() -> None:
    assert block(a_candidate(), a_search()) is None


def test_every_reason_is_tried_here() -> None:
    assert list(BREAKS) == list(BlockingReason)


@pytest.mark.parametrize("reason", BlockingReason)
def test_each_rule_blocks_with_its_reason_and_its_fact(reason: BlockingReason) -> None:
    blocked = block(a_candidate(**BREAKS[reason]), a_search(leader_kind=LeaderKind.SLE))
    assert blocked is not None
    assert (blocked.reason, blocked.fact) == (reason, FACTS[reason])


@pytest.mark.parametrize("first", BlockingReason)
def test_of_several_reasons_the_one_that_takes_precedence_is_given(first: BlockingReason) -> None:
    order = list(BlockingReason)
    changes: dict[str, Any] = {}
    for reason in order[order.index(first) :]:
        changes = BREAKS[reason] | changes
    blocked = block(a_candidate(**changes), a_search(leader_kind=LeaderKind.SLE))
    assert blocked is not None
    assert blocked.reason is first


def test_a_leader_is_never_sent_to_their_own_school() -> None:
    blocked = block(a_candidate(home_school_urn=HOST_URN), a_search())
    assert blocked is not None
    assert blocked.reason is BlockingReason.OWN_SCHOOL


def test_a_leader_must_be_designated_on_the_first_day_help_could_begin() -> None:
    from_february = a_candidate(designations=(a_designation(date(2015, 2, 2)),))
    assert block(from_february, a_search(as_of=date(2015, 1, 12))) is not None
    assert block(from_february, a_search(as_of=date(2015, 2, 2))) is None
    until_january = a_candidate(designations=(a_designation(withdrawn_on=date(2015, 1, 12)),))
    assert block(until_january, a_search(as_of=date(2015, 1, 5))) is not None


def test_any_kind_of_leader_will_do_where_none_is_named() -> None:
    assert block(a_candidate(designations=(a_designation(kind=LeaderKind.NLE),)), a_search()) is None


def test_a_leader_of_two_kinds_is_of_either() -> None:
    both = a_candidate(designations=(a_designation(), a_designation(id=an_id(8), kind=LeaderKind.NLE)))
    for kind in (LeaderKind.SLE, LeaderKind.NLE):
        assert block(both, a_search(leader_kind=kind)) is None


def test_one_of_several_specialisms_asked_for_is_enough() -> None:
    assert block(a_candidate(), a_search(areas=(MATHEMATICS, PHONICS))) is None


def test_a_claimed_specialism_is_a_specialism() -> None:
    assert block(a_candidate(specialisms=(holds(PHONICS),)), a_search()) is None


def test_a_travel_limit_is_kept_to_the_kilometre_that_is_shown() -> None:
    assert block(a_candidate(travel_limit_km=15), a_search()) is None
    assert block(a_candidate(travel_limit_km=14), a_search()) is not None


def test_an_unknown_distance_blocks_nobody() -> None:
    assert block(a_candidate(travel_limit_km=1, home_location=None), a_search()) is None
    assert block(a_candidate(travel_limit_km=1), a_search(host=None)) is None


def test_the_last_days_may_all_be_used() -> None:
    assert block(a_candidate(days_left=Decimal(5)), a_search(days_wanted=Decimal(5))) is None


def test_another_phase_does_not_block() -> None:
    assert block(a_candidate(phases=frozenset()), a_search()) is None


def test_a_leader_may_be_asked_to_travel_further_than_they_have_said() -> None:
    near_miss = a_candidate(travel_limit_km=13)
    assert block(near_miss, replace(a_search(), travel_km_more=2)) is None
    assert block(near_miss, replace(a_search(), travel_km_more=1)) is not None


def test_a_window_that_has_passed_has_no_days_for_anybody() -> None:
    blocked = block(a_candidate(free_days=Decimal(0)), a_search(as_of=date(2015, 3, 28)))
    assert blocked is not None
    assert (blocked.reason, blocked.fact) == (BlockingReason.TOO_FEW_FREE_DAYS, "the window ended on 2015-03-27")
