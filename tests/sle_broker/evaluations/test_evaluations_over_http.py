from typing import Any

import psycopg
import pytest

from tests.people import People, SignedIn
from tests.running import House
from tests.sle_broker.brokerage import DAYS, Brokerage, Json, created, done

TARGET: Json = {"target": 85, "unit": "per cent of pupils", "direction": "rise", "baseline": 62.5}
OBJECTIVES: list[Json] = [
    {"text": "More pupils pass the phonics check.", "measure": "The check in June.", "target": TARGET},
    {"text": "Phonics is taught daily.", "measure": "Nine of ten lessons seen."},
]
HIDDEN = {"outcome": None, "actual": None, "before": None, "after": None}
JUDGED_1 = {"outcome": "partly_met", "actual": 80.5, "before": "requires_improvement", "after": "good"}
JUDGED_2 = {"outcome": "met", "actual": None, "before": None, "after": None}


def shown(deployment: Json) -> list[Json]:
    return [{name: one[name] for name in HIDDEN} for one in deployment["objectives"]]


def read(client: SignedIn, deployment: Json) -> Json:
    return done(client.get(f"/v1/deployments/{deployment['id']}"))


def feedback(deployment: Json, given_by: str = "host_school", **changes: Any) -> Json:
    return {
        "deployment_id": deployment["id"],
        "given_by": given_by,
        "on": DAYS["closed"],
        "rating": "positive",
        "text": "Calm, clear and always prepared.",
    } | changes


@pytest.fixture(scope="module")
def host(brokerage: Brokerage) -> SignedIn:
    return brokerage.someone("school", brokerage.host_school_urn)


@pytest.fixture(scope="module")
def home(brokerage: Brokerage) -> SignedIn:
    return brokerage.someone("school", brokerage.home_school_urn)


def test_nobody_reads_how_they_were_judged_before_it_is_released(
    brokerage: Brokerage, host: SignedIn, home: SignedIn
) -> None:
    deployment = brokerage.deployment("closing_meeting_held", objectives=OBJECTIVES)
    leader = brokerage.someone("leader", deployment["leader_id"])
    first, second = deployment["objectives"]
    assert first["target"] == TARGET
    assert second["target"] is None
    outcomes = [
        {"objective_id": first["id"], "actual": 80.5, "before": "requires_improvement", "after": "good"},
        {"objective_id": second["id"], "outcome": "met"},
    ]
    deployment = done(brokerage.on(deployment, "outcomes", host, outcomes=outcomes))
    assert shown(deployment) == [JUDGED_1, JUDGED_2]
    deployment = done(brokerage.move(deployment, "deployments", "evaluated", DAYS["evaluated"]))
    created(host.post("/v1/feedback", json=feedback(deployment)))
    for early in (leader, home):
        assert shown(read(early, deployment)) == [HIDDEN, HIDDEN]
        [listed] = done(early.get("/v1/deployments", params={"leader_id": deployment["leader_id"]}))["items"]
        assert shown(listed) == [HIDDEN, HIDDEN]
        assert done(early.get("/v1/feedback", params={"deployment_id": deployment["id"]}))["items"] == []
    deployment = done(brokerage.move(deployment, "deployments", "closed", DAYS["closed"], leader))
    assert shown(deployment) == [HIDDEN, HIDDEN]
    released = done(brokerage.on(deployment, "evaluation-releases", on=DAYS["closed"]))
    assert released["evaluation_released_on"] == DAYS["closed"]
    for told in (leader, home, host, brokerage.broker):
        assert shown(read(told, deployment)) == [JUDGED_1, JUDGED_2]
        [given] = done(told.get("/v1/feedback", params={"deployment_id": deployment["id"]}))["items"]
        assert (given["rating"], given["text"]) == ("positive", "Calm, clear and always prepared.")
    late = host.post("/v1/feedback", json=feedback(deployment))
    assert (late.status_code, late.json()["code"]) == (409, "evaluation-already-released")
    again = brokerage.on(released, "evaluation-releases", on=DAYS["closed"])
    assert (again.status_code, again.json()["code"]) == (409, "evaluation-already-released")


def test_everybody_gives_feedback_in_their_own_name_and_sees_what_they_may(
    people: People, brokerage: Brokerage, host: SignedIn, home: SignedIn, house: House
) -> None:
    system = brokerage.someone("partner_system")
    request = created(system.post("/v1/support-requests", json=brokerage.request_body()))
    request = done(brokerage.move(request, "support-requests", "accepted", "2015-01-06"))
    leader = brokerage.leader()
    deployment = created(brokerage.broker.post("/v1/deployments", json=brokerage.proposal(leader, request)))
    for to in ("released", "meeting_held", "agreed", "under_way"):
        deployment = brokerage.step(deployment, to)
    by_host = created(host.post("/v1/feedback", json=feedback(deployment)))
    by_home = created(home.post("/v1/feedback", json=feedback(deployment, "home_school", rating="mixed")))
    by_system = created(system.post("/v1/feedback", json=feedback(deployment, "requester", rating="negative")))
    for someone, given_by in ((host, "home_school"), (home, "host_school"), (system, "host_school")):
        refused = someone.post("/v1/feedback", json=feedback(deployment, given_by))
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    everything = {by_host["id"], by_home["id"], by_system["id"]}
    auditor = brokerage.someone("auditor")
    sees = {
        host: {by_host["id"]},
        home: {by_home["id"]},
        system: everything,
        brokerage.broker: everything,
        auditor: everything,
        brokerage.someone("leader", leader["id"]): set(),
        Brokerage.open(people).broker: set(),
    }
    for someone, ids in sees.items():
        found = done(someone.get("/v1/feedback", params={"deployment_id": deployment["id"]}))["items"]
        assert {one["id"] for one in found} == ids
        for id in everything:
            assert someone.get(f"/v1/feedback/{id}").status_code == (200 if id in ids else 404)
    assert brokerage.broker.post("/v1/feedback", json=feedback(deployment)).status_code == 403
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        noted = admin.execute(
            "SELECT count(*) FROM audit_log WHERE who = %s AND subject = ANY(%s) AND action = 'feedback-read'",
            [auditor.client_id, list(everything)],
        ).fetchone()
        told = admin.execute(
            "SELECT data FROM (SELECT type, subject, data FROM outbox_pending UNION ALL SELECT type, subject, data "
            "FROM feed) events WHERE subject = %s AND type = 'deployment-feedback-given'",
            [deployment["id"]],
        ).fetchall()
    assert noted == (6,)
    assert len(told) == 3
    assert not any({"rating", "text"} & data.keys() for (data,) in told)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        ({"outcome": "met"}, "figure-not-given"),
        ({"actual": 70, "outcome": "met"}, "outcome-against-figure"),
        ({"actual": 90, "before": "good"}, "before-without-after"),
        ({"actual": 1e300}, "validation-failed"),
    ],
)
def test_a_judgement_that_does_not_hold_is_refused(brokerage: Brokerage, outcome: Json, code: str) -> None:
    deployment = brokerage.deployment("closing_meeting_held", objectives=OBJECTIVES[:1])
    body = [outcome | {"objective_id": deployment["objectives"][0]["id"]}]
    refused = brokerage.on(deployment, "outcomes", outcomes=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert read(brokerage.broker, deployment) == deployment


def test_a_target_lies_ahead_of_its_baseline(brokerage: Brokerage) -> None:
    objectives = [OBJECTIVES[0] | {"target": TARGET | {"target": 60}}]
    body = brokerage.proposal(brokerage.leader(), brokerage.request(), objectives=objectives)
    refused = brokerage.broker.post("/v1/deployments", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "target-against-direction")
