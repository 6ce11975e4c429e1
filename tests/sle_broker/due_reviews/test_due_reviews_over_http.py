from datetime import date, timedelta
from typing import Any

import pytest

from service_kit.clock import day_of, now
from tests.people import People
from tests.sle_broker.brokerage import DAYS, MAIN_PATH, Brokerage, Json, done


@pytest.fixture(scope="module")
def deployments(brokerage: Brokerage) -> dict[str, Json]:
    """One in each state of the main path, one reviewed in the half-term it began in, and one paused since."""
    made = {state: brokerage.deployment(state) for state in MAIN_PATH}
    made["reviewed"] = done(
        brokerage.on(brokerage.deployment("under_way"), "reviews", on="2015-02-02", finding="Well.")
    )
    paused = brokerage.deployment("under_way")
    made["paused"] = done(brokerage.move(paused, "deployments", "paused", "2015-02-02", reason="leader_absent"))
    return made


def due(brokerage: Brokerage, as_of: str, **more: Any) -> list[Json]:
    params = {"as_of": as_of, "alliance_id": brokerage.alliance_id} | more
    items: list[Json] = done(brokerage.broker.get("/v1/deployment-reviews-due", params=params))["items"]
    return items


def ids(items: list[Json]) -> set[str]:
    return {one["deployment_id"] for one in items}


def test_what_went_through_a_half_term_without_a_review_is_overdue(
    brokerage: Brokerage, deployments: dict[str, Json]
) -> None:
    found = due(brokerage, "2015-02-23")
    assert ids(found) == {deployments["under_way"]["id"], deployments["reviewed"]["id"]}
    overdue = next(one for one in found if one["deployment_id"] == deployments["under_way"]["id"])
    assert overdue == {
        "deployment_id": deployments["under_way"]["id"],
        "alliance_id": brokerage.alliance_id,
        "leader_id": deployments["under_way"]["leader_id"],
        "host_school_urn": brokerage.host_school_urn,
        "first_day_on": DAYS["under_way"],
        "last_reviewed_on": None,
        "academic_year": "2014/15",
        "half_term": "spring_1",
        "due_on": "2015-02-22",
        "is_overdue": True,
    }
    in_time = next(one for one in found if one["deployment_id"] == deployments["reviewed"]["id"])
    assert (in_time["last_reviewed_on"], in_time["half_term"], in_time["is_overdue"]) == (
        "2015-02-02",
        "spring_2",
        False,
    )


def test_the_list_is_as_things_stood_on_the_day(brokerage: Brokerage, deployments: dict[str, Json]) -> None:
    before_the_pause = due(brokerage, "2015-02-01")
    assert ids(before_the_pause) == {deployments[name]["id"] for name in ("under_way", "reviewed", "paused")}
    assert ids(due(brokerage, "2015-02-02")) == {deployments["under_way"]["id"]}
    assert due(brokerage, "2015-01-09") == []
    assert len(due(brokerage, "2015-01-10")) == 6


def test_a_review_takes_it_off_the_list_until_the_next_half_term(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("under_way")
    assert deployment["id"] in ids(due(brokerage, "2015-03-02"))
    done(brokerage.on(deployment, "reviews", on="2015-03-02", finding="On course."))
    assert deployment["id"] not in ids(due(brokerage, "2015-03-02"))
    assert deployment["id"] in ids(due(brokerage, "2015-03-01"))
    today = day_of(now())
    assert deployment["id"] in ids(due(brokerage, str(today)))
    assert due(brokerage, str(today)) == done(brokerage.broker.get("/v1/deployment-reviews-due"))["items"]


def test_everybody_sees_their_own(people: People, brokerage: Brokerage, deployments: dict[str, Json]) -> None:
    leader = brokerage.someone("leader", deployments["under_way"]["leader_id"])
    as_of = {"as_of": "2015-02-23"}
    assert ids(leader.get("/v1/deployment-reviews-due", params=as_of).json()["items"]) == {
        deployments["under_way"]["id"]
    }
    stranger = Brokerage.open(people).broker
    assert stranger.get("/v1/deployment-reviews-due", params=as_of).json()["items"] == []


def test_the_list_comes_in_pages(brokerage: Brokerage, deployments: dict[str, Json]) -> None:
    first = done(brokerage.broker.get("/v1/deployment-reviews-due", params={"as_of": "2015-02-23", "limit": 1}))
    assert len(first["items"]) == 1
    params = {"as_of": "2015-02-23", "limit": 1, "cursor": first["next_cursor"]}
    second = done(brokerage.broker.get("/v1/deployment-reviews-due", params=params))
    assert ids(first["items"]).isdisjoint(ids(second["items"]))


@pytest.mark.parametrize("as_of", [date(1900, 1, 1), date(2199, 12, 31)])
def test_a_day_far_off_is_answered(brokerage: Brokerage, deployments: dict[str, Json], as_of: date) -> None:
    assert (ids(due(brokerage, str(as_of))) == set()) == (as_of < date(2015, 1, 1) + timedelta(days=1))
