from typing import Any

import httpx
import psycopg
import pytest

from tests.people import People, SignedIn
from tests.running import House
from tests.sle_broker.brokerage import DAYS, Brokerage, Json, created, done, if_match

INSPECTION = {"inspected_on": "2015-06-10", "previous_grade": "3", "grade": "2"}


def record(brokerage: Brokerage, deployment: Json, by: SignedIn | None = None, **outcome: Any) -> httpx.Response:
    path = f"/v1/deployments/{deployment['id']}/outcome"
    return (by or brokerage.broker).put(path, json=outcome, headers=if_match(deployment))


def inspected(brokerage: Brokerage, **changes: Any) -> Json:
    return INSPECTION | {"urn": brokerage.host_school_urn} | changes


def register(brokerage: Brokerage) -> Json:
    return done(brokerage.broker.get("/v1/outcome-register", params={"alliance_id": brokerage.alliance_id}))


@pytest.fixture(scope="module")
def evaluated(brokerage: Brokerage) -> Json:
    return brokerage.deployment("evaluated")


def test_an_outcome_is_recorded_read_and_recorded_again(brokerage: Brokerage, house: House) -> None:
    deployment = brokerage.deployment("evaluated")
    path = f"/v1/deployments/{deployment['id']}"
    assert brokerage.broker.get(f"{path}/outcome").status_code == 404
    host = brokerage.someone("school", brokerage.host_school_urn)
    answer = record(brokerage, deployment, host, inspection=inspected(brokerage, grade="9", outcome="maintained"))
    assert done(answer)["inspection"]["is_derived"] is False
    deployment = done(brokerage.broker.get(path))
    assert answer.headers["ETag"] == f'"{deployment["version"]}"'
    again = done(record(brokerage, deployment, inspection=inspected(brokerage)))
    assert again == done(host.get(f"{path}/outcome"))
    assert again == {
        "deployment_id": deployment["id"],
        "inspection": {
            "urn": brokerage.host_school_urn,
            "inspected_on": "2015-06-10",
            "previous_grade": 3,
            "grade": 2,
            "outcome": "improved",
            "is_derived": True,
        },
        "results": None,
    }
    stale = record(brokerage, deployment, inspection=inspected(brokerage))
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        told = admin.execute(
            "SELECT data->>'previous_grade', data->>'grade', data->>'inspection_outcome' FROM "
            "(SELECT id, type, subject, data FROM outbox_pending UNION ALL "
            "SELECT position, type, subject, data FROM feed) events "
            "WHERE subject = %s AND type = 'deployment-outcome-recorded' ORDER BY id",
            [deployment["id"]],
        ).fetchall()
    assert told == [("3", None, "maintained"), ("3", "2", "improved")]


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        ({}, 422, "nothing-to-go-by"),
        ({"inspection": INSPECTION | {"grade": "9"}}, 422, "outcome-not-said"),
        ({"inspection": INSPECTION | {"outcome": "declined"}}, 422, "outcome-against-grades"),
        ({"inspection": INSPECTION | {"grade": "seven"}}, 422, "grade-not-understood"),
        ({"inspection": INSPECTION | {"urn": "999999"}}, 422, "school-not-known"),
        ({"inspection": INSPECTION | {"inspected_on": "2015-01-09"}}, 422, "dates-out-of-order"),
        ({"inspection": INSPECTION | {"inspected_on": "2199-12-31"}}, 422, "date-not-yet-come"),
        ({"results": {"measure": "SATs", "before": 1, "after": 1e9}}, 422, "validation-failed"),
    ],
)
def test_an_outcome_that_does_not_hold_is_refused(
    brokerage: Brokerage, evaluated: Json, outcome: Json, status: int, code: str
) -> None:
    if "inspection" in outcome:
        outcome = {"inspection": {"urn": brokerage.host_school_urn} | outcome["inspection"]}
    refused = record(brokerage, evaluated, **outcome)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_an_outcome_waits_for_the_evaluation(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("under_way")
    refused = record(brokerage, deployment, inspection=inspected(brokerage))
    assert (refused.status_code, refused.json()["code"]) == (409, "state-conflict")
    assert refused.json()["allowed"] == deployment["allowed"]


def test_who_is_not_the_host_school_records_nothing(people: People, brokerage: Brokerage, evaluated: Json) -> None:
    outcome = {"inspection": inspected(brokerage)}
    home = brokerage.someone("school", brokerage.home_school_urn)
    assert record(brokerage, evaluated, home, **outcome).status_code == 403
    leader = brokerage.someone("leader", evaluated["leader_id"])
    assert record(brokerage, evaluated, leader, **outcome).status_code == 403
    stranger = Brokerage.open(people)
    assert record(brokerage, evaluated, stranger.broker, **outcome).status_code == 404
    theirs = stranger.broker.get("/v1/outcome-register", params={"alliance_id": brokerage.alliance_id})
    assert theirs.status_code == 404
    assert leader.get("/v1/outcome-register", params={"alliance_id": brokerage.alliance_id}).status_code == 403


def test_more_help_is_not_counted_again_and_a_school_counts_once_by_its_latest_inspection(people: People) -> None:
    brokerage = Brokerage.open(people)
    leader = brokerage.leader()
    first, second = brokerage.deployment("closed", leader), brokerage.deployment("closed", leader)
    parent = {"id": first["support_request_id"]}
    body = brokerage.proposal(leader, parent, proposed_on=DAYS["closed"], extends_deployment_id=first["id"])
    child = created(brokerage.broker.post("/v1/deployments", json=body))
    for to in ("released", "meeting_held", "agreed", "under_way"):
        for party in ("leader", "home_head", "host_head") if to == "agreed" else ():
            child = done(brokerage.on(child, "agreements", party=party, on="2015-01-20"))
        child = done(brokerage.move(child, "deployments", to, "2015-01-20"))
    assert (child["kind"], child["first_day_on"]) == ("follow_on", "2015-01-20")
    brokerage.deployment("agreed", leader)
    done(record(brokerage, first, inspection=inspected(brokerage, inspected_on="2015-03-10")))
    done(record(brokerage, second, inspection=inspected(brokerage, previous_grade="2", grade="4")))
    counted = register(brokerage)
    names = ("all", "inspected", "improved", "declined")
    assert [counted["deployments"][name] for name in names] == [2, 2, 1, 1]
    assert [counted["schools"][name] for name in names] == [1, 1, 0, 1]
    assert {one["deployment_id"] for one in counted["items"]} == {first["id"], second["id"]}
