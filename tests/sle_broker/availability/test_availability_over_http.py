from typing import Any

import httpx
import pytest

from tests.people import SignedIn
from tests.sle_broker.brokerage import Brokerage, Json, created, done, if_match

SPRING_1 = {"starts_on": "2015-01-12", "ends_on": "2015-02-13"}


def say(
    brokerage: Brokerage, leader: Json, year: str = "2014/15", by: SignedIn | None = None, **body: Any
) -> httpx.Response:
    path = f"/v1/leaders/{leader['id']}/availability"
    return (by or brokerage.broker).put(path, params={"academic_year": year}, json=body, headers=if_match(leader))


def propose(brokerage: Brokerage, leader: Json, **facts: Any) -> httpx.Response:
    return brokerage.broker.post("/v1/deployments", json=brokerage.proposal(leader, brokerage.request(), **facts))


def test_a_leader_says_when_they_can_be_lent_and_is_booked_no_further(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    theirs = brokerage.someone("leader", leader["id"])
    said = done(say(brokerage, leader, by=theirs, half_terms={"spring_1": 2}))
    assert said == {
        "leader_id": leader["id"],
        "academic_year": "2014/15",
        "allowance_days": 15,
        "half_terms": {"spring_1": 2},
        "version": 2,
    }
    refused = propose(brokerage, leader, days=2.5, **SPRING_1)
    assert (refused.status_code, refused.json()["code"]) == (409, "leader-has-no-days-left-in-half-term")
    assert (refused.json()["days_left"], refused.json()["half_terms"]) == ("2", ["spring_1"])
    created(propose(brokerage, leader, days=1.5, **SPRING_1))
    assert propose(brokerage, leader, days=1, **SPRING_1).json()["days_left"] == "0.5"
    created(propose(brokerage, leader, days=4, starts_on="2015-01-12", ends_on="2015-07-17"))


def test_a_visit_takes_its_time_in_the_half_term_in_which_it_was_made(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    deployment = brokerage.deployment("under_way", leader, days=2)
    done(say(brokerage, leader, half_terms={"spring_1": 1}))
    created(
        brokerage.broker.post("/v1/visits", json={"deployment_id": deployment["id"], "on": "2015-01-12", "days": 1})
    )
    refused = propose(brokerage, leader, days=0.5, **SPRING_1)
    assert (refused.status_code, refused.json()["code"]) == (409, "leader-has-no-days-left-in-half-term")
    created(propose(brokerage, leader, days=0.5, starts_on="2015-03-02", ends_on="2015-03-27"))


def test_another_allowance_holds_in_its_year_alone(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    said = done(say(brokerage, leader, "2015/16", allowance_days=2))
    next_year = {"starts_on": "2015-09-07", "ends_on": "2015-12-18"}
    assert propose(brokerage, leader, days=3, **next_year).json()["code"] == "leader-has-no-days-left"
    created(propose(brokerage, leader, days=3))
    again = done(say(brokerage, leader | said, "2015/16"))
    assert (again["allowance_days"], again["half_terms"]) == (15, {})
    created(propose(brokerage, leader, days=3, **next_year))


def test_what_is_said_again_takes_the_place_of_what_was_said(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    first = done(say(brokerage, leader, half_terms={"spring_1": 0, "summer_1": 2}))
    assert propose(brokerage, leader, days=0.5, **SPRING_1).status_code == 409
    second = done(say(brokerage, leader | first, half_terms={"summer_1": 3}))
    assert second["half_terms"] == {"summer_1": 3}
    created(propose(brokerage, leader, days=3, **SPRING_1))
    stale = say(brokerage, leader, half_terms={})
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")


@pytest.mark.parametrize(
    ("year", "body", "code"),
    [
        ("2014/16", {}, "academic-year-not-understood"),
        ("2014-15", {}, "validation-failed"),
        ("2014/15", {"half_terms": {"autumn_3": 1}}, "validation-failed"),
        ("2014/15", {"half_terms": {"autumn_1": 0.3}}, "validation-failed"),
        ("2014/15", {"allowance_days": -1}, "validation-failed"),
        ("2014/15", {"allowance_days": 1e300}, "validation-failed"),
    ],
)
def test_what_cannot_be_understood_is_refused(brokerage: Brokerage, year: str, body: Json, code: str) -> None:
    answer = say(brokerage, brokerage.leader(), year, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_nobody_speaks_for_another_leader(brokerage: Brokerage) -> None:
    leader, another = brokerage.leader(), brokerage.leader()
    theirs = brokerage.someone("leader", another["id"])
    assert say(brokerage, leader, by=theirs, half_terms={"spring_1": 15}).status_code == 404
    school = brokerage.someone("school", brokerage.home_school_urn)
    assert say(brokerage, leader, by=school, half_terms={}).status_code == 403
