"""Hosts for an applicant and applicants for a host: the same rules and points, both ways."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sle_broker.matching.blocking import BlockingReason
from sle_broker.placement_matches.match import HostAsFound, applicants_for, hosts_for
from sle_broker.placements.placement_kind import TERMS, PlacementKind
from sle_broker.specialisms.specialism import Phase
from tests.sle_broker.builders import HOME, HOME_URN, HOST, MATHEMATICS, an_id
from tests.sle_broker.placements.placement_builders import a_host, an_application

AS_OF = date(2015, 1, 5)
SAY = TERMS[PlacementKind.RESIDENCY].vocabulary.say


def found(places_taken: int = 0, open_placements: int = 0, **host: Any) -> HostAsFound:
    return HostAsFound(a_host(**host), HOST, places_taken, open_placements)


@pytest.mark.parametrize(
    ("host", "application", "reason", "fact"),
    [
        (found(school_urn=HOME_URN), {}, "own_school", "the host is the applicant's own school, 100001"),
        (found(areas=(MATHEMATICS,)), {}, "lacks_area", "offers none of: Phonics"),
        (found(), {"travel_limit_km": 5}, "outside_travel_limit", "15 km, the applicant travels up to 5 km"),
        (
            found(to_on=date(2015, 1, 11)),
            {},
            "takes_nobody_then",
            "the host takes nobody between 2015-01-12 and 2015-03-27",
        ),
        (found(places_taken=2), {}, "no_place_left", "0 of 10 days left, 3 wanted"),
        (found(to_on=date(2015, 1, 13)), {}, "window_too_short", "2 days free in this window, 3 wanted"),
    ],
)
def test_a_host_that_does_not_fit_has_one_reason_both_ways(
    host: HostAsFound, application: dict[str, Any], reason: str, fact: str
) -> None:
    applied = an_application(**application)
    (blocked,) = hosts_for(applied, HOME, [host], AS_OF).blocked
    assert (SAY(blocked.reason), SAY(blocked.fact)) == (reason, fact)
    (other_way,) = applicants_for(host, [applied], {HOME_URN: HOME}, AS_OF).blocked
    assert (other_way.leader_id, other_way.reason, other_way.fact) == (applied.id, blocked.reason, blocked.fact)


def test_a_host_that_fits_has_its_points_and_facts_in_words_of_the_kind_and_the_same_both_ways() -> None:
    applied, host = an_application(), found(open_placements=1)
    (offered,) = hosts_for(applied, HOME, [host], AS_OF).offered
    assert [(SAY(part.criterion), part.points, SAY(part.fact)) for part in offered.parts] == [
        ("area", 300, "offers Phonics"),
        ("phase", 100, "takes applicants from primary"),
        ("distance", 121, "15 km"),
        ("days", 100, "10 of 10 days left, 75 free in this window"),
        ("load", 75, "1 open placement"),
    ]
    (other_way,) = applicants_for(host, [applied], {HOME_URN: HOME}, AS_OF).offered
    assert (other_way.leader_id, other_way.parts) == (applied.id, offered.parts)


def test_nothing_that_is_asked_of_leaders_alone_stands_against_a_host() -> None:
    reasons = {one.reason for one in hosts_for(an_application(), HOME, [found()], AS_OF).blocked}
    assert reasons.isdisjoint({BlockingReason.NOT_DESIGNATED, BlockingReason.OTHER_KIND})


def test_the_best_comes_first_and_hosts_of_another_kind_not_at_all() -> None:
    near, other = found(), found(id=an_id(70), phases=frozenset({Phase.SECONDARY}))
    coaching = HostAsFound(a_host(PlacementKind.COACHING, id=an_id(71)), HOST, 0, 0)
    answer = hosts_for(an_application(), HOME, [other, coaching, near], AS_OF)
    assert [one.leader_id for one in answer.offered] == [near.host.id, other.host.id]
    assert answer.blocked == ()


def test_applicants_are_ranked_for_a_host_in_any_order_given() -> None:
    first, second = an_application(), replace(an_application(), id=an_id(80), phase=Phase.SECONDARY)
    homes = {HOME_URN: HOME}
    for given in ([first, second], [second, first]):
        assert [one.leader_id for one in applicants_for(found(), given, homes, AS_OF).offered] == [first.id, second.id]
    assert first.days_wanted == Decimal(3)
