"""The shortlist as a whole, over leaders of every sort."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sle_broker.matching.blocking import BlockingReason
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import Location
from sle_broker.matching.scoring import Criterion
from sle_broker.matching.shortlist import shortlist
from sle_broker.matching_weights.weights import Weights, WeightsVersion
from sle_broker.specialisms.specialism import Phase
from tests.sle_broker.builders import (
    ATTENDANCE,
    HOME_URN,
    HOST,
    HOST_URN,
    MATHEMATICS,
    PHONICS,
    a_candidate,
    a_designation,
    a_search,
    an_id,
    holds,
)

DATES = st.dates(date(2014, 9, 1), date(2015, 4, 30))
HALF_DAYS = st.integers(0, 40).map(lambda halves: Decimal(halves) / 2)
HELD = st.builds(
    lambda specialism, validated: holds(specialism, validated=validated),
    st.sampled_from([PHONICS, MATHEMATICS, ATTENDANCE]),
    st.none() | DATES,
)
CANDIDATES = st.builds(
    Candidate,
    leader_id=st.uuids(),
    home_school_urn=st.sampled_from([HOME_URN, HOST_URN, "100003"]),
    home_location=st.none() | st.builds(Location, st.floats(53, 55), st.floats(-3, 0)),
    travel_limit_km=st.none() | st.integers(0, 200),
    designations=st.lists(DATES.map(a_designation), max_size=2).map(tuple),
    specialisms=st.lists(HELD, max_size=3).map(tuple),
    phases=st.frozensets(st.sampled_from(Phase)),
    allowance_days=st.just(Decimal(15)),
    days_left=HALF_DAYS,
    free_days=HALF_DAYS,
    is_released=st.booleans(),
    conflicts=st.frozensets(st.sampled_from([HOST_URN, "100003"]), max_size=1),
    first_days_on_site=st.lists(DATES, max_size=2).map(tuple),
    open_deployments=st.integers(0, 6),
    like_schools_helped=st.integers(0, 9),
    objectives_met=st.integers(0, 5),
    objectives_judged=st.integers(5, 9),
)
LEADERS = st.lists(CANDIDATES, max_size=12, unique_by=lambda candidate: candidate.leader_id)
WEIGHTS = st.builds(WeightsVersion, st.just(2), st.builds(Weights, *[st.integers(0, 1000)] * len(Criterion)))
SEARCHES = st.builds(
    lambda as_of, host, areas: a_search(as_of, host=host, areas=areas),
    DATES,
    st.sampled_from([HOST, None]),
    st.sampled_from([(PHONICS,), (PHONICS, MATHEMATICS), (MATHEMATICS, PHONICS, ATTENDANCE)]),
)


@given(SEARCHES, LEADERS, WEIGHTS)
def test_every_leader_is_offered_or_blocked_and_never_both(
    search: Search, leaders: list[Candidate], weights: WeightsVersion
) -> None:
    answer = shortlist(search, leaders, weights)
    offered = [leader.leader_id for leader in answer.candidates]
    blocked = [leader.leader_id for leader in answer.blocked]
    assert sorted(offered + blocked) == sorted(leader.leader_id for leader in leaders)


@given(SEARCHES, LEADERS, WEIGHTS)
def test_the_parts_add_up_to_the_total_and_none_exceeds_its_weight(
    search: Search, leaders: list[Candidate], weights: WeightsVersion
) -> None:
    for leader in shortlist(search, leaders, weights).candidates:
        assert leader.total == sum(part.points for part in leader.parts)
        assert [part.criterion for part in leader.parts] == list(Criterion)
        for part in leader.parts:
            assert 0 <= part.points <= part.out_of == getattr(weights.weights, part.criterion)
            assert part.fact


@given(SEARCHES, LEADERS, st.data())
def test_the_order_in_which_leaders_are_given_changes_nothing(
    search: Search, leaders: list[Candidate], data: st.DataObject
) -> None:
    assert shortlist(search, data.draw(st.permutations(leaders))) == shortlist(search, leaders)


@given(SEARCHES, LEADERS)
def test_a_leader_is_never_offered_to_their_own_school(search: Search, leaders: list[Candidate]) -> None:
    answer = shortlist(search, leaders)
    own = {leader.leader_id for leader in leaders if leader.home_school_urn == HOST_URN}
    assert own.isdisjoint(leader.leader_id for leader in answer.candidates)
    assert own == {leader.leader_id for leader in answer.blocked if leader.reason is BlockingReason.OWN_SCHOOL}


@given(SEARCHES, LEADERS)
def test_nobody_is_offered_more_days_than_they_have(search: Search, leaders: list[Candidate]) -> None:
    left = {leader.leader_id: min(leader.days_left, leader.free_days) for leader in leaders}
    assert all(left[leader.leader_id] >= search.days_wanted for leader in shortlist(search, leaders).candidates)


@given(SEARCHES, LEADERS)
def test_the_best_total_comes_first_and_equal_totals_go_by_leader_id(search: Search, leaders: list[Candidate]) -> None:
    keys = [(-leader.total, leader.leader_id) for leader in shortlist(search, leaders).candidates]
    assert keys == sorted(keys)


def test_leaders_alike_in_everything_are_listed_by_their_ids() -> None:
    leaders = [a_candidate(leader_id=an_id(number)) for number in (7, 5, 6)]
    answer = shortlist(a_search(), leaders)
    assert [leader.leader_id for leader in answer.candidates] == [an_id(5), an_id(6), an_id(7)]
    assert len({leader.total for leader in answer.candidates}) == 1


def test_those_blocked_are_listed_by_precedence_of_the_reason() -> None:
    leaders = [
        a_candidate(leader_id=an_id(1), is_released=False),
        a_candidate(leader_id=an_id(3), designations=()),
        a_candidate(leader_id=an_id(2), designations=(a_designation(date(2015, 2, 2)),)),
    ]
    answer = shortlist(a_search(), leaders)
    assert [(leader.leader_id, leader.reason) for leader in answer.blocked] == [
        (an_id(2), BlockingReason.NOT_DESIGNATED),
        (an_id(3), BlockingReason.NOT_DESIGNATED),
        (an_id(1), BlockingReason.NOT_RELEASED),
    ]


def test_the_answer_names_the_request_the_day_and_the_weights_it_was_given_for() -> None:
    weights = WeightsVersion(7, Weights(clock=400))
    answer = shortlist(a_search(date(2015, 1, 13)), [], weights)
    assert (answer.request_id, answer.as_of, answer.weights) == (an_id(3), date(2015, 1, 13), weights)
