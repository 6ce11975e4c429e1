"""Who may do what in the brokerage, asked over HTTP with real tokens."""

from typing import Any

import pytest

from tests.people import People, SignedIn
from tests.sle_broker.brokerage import DAYS, Brokerage, created, done, if_match


def read(client: SignedIn, path: str) -> tuple[int, bytes]:
    answer = client.get(path, headers={"X-Request-Id": "the-same-request"})
    return answer.status_code, answer.content


@pytest.fixture(scope="module")
def deployment(brokerage: Brokerage) -> dict[str, Any]:
    return brokerage.deployment("meeting_held")


def test_what_is_another_alliances_is_as_if_it_were_not_there(
    people: People, brokerage: Brokerage, deployment: dict[str, Any]
) -> None:
    stranger = Brokerage.open(people).broker
    nothing = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
    for things, id in {
        "deployments": deployment["id"],
        "leaders": deployment["leader_id"],
        "support-requests": deployment["support_request_id"],
    }.items():
        foreign, absent = read(stranger, f"/v1/{things}/{id}"), read(stranger, f"/v1/{things}/{nothing}")
        assert foreign == absent
        assert foreign[0] == 404
        assert stranger.get(f"/v1/{things}").json()["items"] == []
    shortlist = "/v1/support-requests/{}/shortlist"
    foreign = read(stranger, shortlist.format(deployment["support_request_id"]))
    assert foreign == read(stranger, shortlist.format(nothing))
    moved = brokerage.move(deployment, "deployments", "cancelled", "2015-02-01", stranger, reason="no_longer_needed")
    assert moved.status_code == 404


def test_a_leader_of_one_alliance_is_not_lent_to_another_even_by_who_is_broker_in_both(
    people: People, brokerage: Brokerage
) -> None:
    other = Brokerage.open(people)
    people.grant(brokerage.broker, other.alliance_id, "broker")
    other.someone("auditor")
    body = brokerage.proposal(other.leader(), brokerage.request())
    assert brokerage.broker.post("/v1/deployments", json=body).status_code == 404


def test_a_leader_sees_their_own_deployments_and_no_shortlist(brokerage: Brokerage, deployment: dict[str, Any]) -> None:
    another = brokerage.deployment("proposed")
    leader = brokerage.someone("leader", deployment["leader_id"])
    assert [one["id"] for one in leader.get("/v1/deployments").json()["items"]] == [deployment["id"]]
    assert [one["id"] for one in leader.get("/v1/leaders").json()["items"]] == [deployment["leader_id"]]
    assert leader.get(f"/v1/deployments/{another['id']}").status_code == 404
    assert leader.get(f"/v1/leaders/{another['leader_id']}").status_code == 404
    shortlist = leader.get(f"/v1/support-requests/{deployment['support_request_id']}/shortlist")
    assert (shortlist.status_code, shortlist.json()["code"]) == (403, "forbidden")
    assert leader.post("/v1/deployments", json={}).status_code == 403


def test_each_party_says_its_own_yes(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("meeting_held")
    host = brokerage.someone("school", brokerage.host_school_urn)
    for party in ("leader", "home_head"):
        refused = brokerage.on(deployment, "agreements", host, party=party, on=DAYS["meeting_held"])
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    agreed = done(brokerage.on(deployment, "agreements", host, party="host_head", on=DAYS["meeting_held"]))
    assert [one["party"] for one in agreed["agreements"]] == ["host_head"]


def test_the_release_is_the_home_schools_to_give(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("proposed")
    host = brokerage.someone("school", brokerage.host_school_urn)
    home = brokerage.someone("school", brokerage.home_school_urn)
    assert brokerage.move(deployment, "deployments", "released", DAYS["released"], host).status_code == 403
    assert done(brokerage.move(deployment, "deployments", "released", DAYS["released"], home))["state"] == "released"


def test_a_home_school_releases_its_own_leader_alone(brokerage: Brokerage) -> None:
    urn = brokerage.school()
    theirs = brokerage.deployment("proposed", brokerage.leader(home_school_urn=urn))
    deployment = brokerage.deployment("proposed")
    home = brokerage.someone("school", urn)
    refused = brokerage.move(deployment, "deployments", "released", DAYS["released"], home)
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    leader = brokerage.someone("leader", deployment["leader_id"])
    assert brokerage.move(deployment, "deployments", "released", DAYS["released"], leader).status_code == 403
    assert brokerage.broker.get(f"/v1/deployments/{deployment['id']}").json() == deployment
    assert [one["id"] for one in home.get("/v1/deployments").json()["items"]] == [theirs["id"]]
    assert done(brokerage.move(theirs, "deployments", "released", DAYS["released"], home))["state"] == "released"


def test_a_school_sees_the_requests_for_itself_alone(brokerage: Brokerage) -> None:
    urn = brokerage.school()
    own, anothers = brokerage.request(host_school_urn=urn), brokerage.request()
    school = brokerage.someone("school", urn)
    assert [one["id"] for one in done(school.get("/v1/support-requests"))["items"]] == [own["id"]]
    assert school.get(f"/v1/support-requests/{own['id']}").status_code == 200
    assert school.get(f"/v1/support-requests/{anothers['id']}").status_code == 404
    moved = brokerage.move(
        anothers, "support-requests", "closed", "2015-01-07", school, reason="withdrawn_by_requester"
    )
    assert moved.status_code == 404


def test_a_school_asks_for_itself_alone_and_may_close_what_it_asked(brokerage: Brokerage) -> None:
    school = brokerage.someone("school", brokerage.host_school_urn)
    request = created(school.post("/v1/support-requests", json=brokerage.request_body()))
    other = brokerage.request_body(host_school_urn=brokerage.home_school_urn)
    assert school.post("/v1/support-requests", json=other).status_code == 404
    refused = brokerage.move(request, "support-requests", "accepted", "2015-01-06", school)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    closed = brokerage.move(
        request, "support-requests", "closed", "2015-01-06", school, reason="withdrawn_by_requester"
    )
    assert done(closed)["state"] == "closed"


def test_another_system_sees_the_requests_it_made(brokerage: Brokerage) -> None:
    brokerage.request("submitted")
    system = brokerage.someone("partner_system")
    request = created(system.post("/v1/support-requests", json=brokerage.request_body()))
    assert [one["id"] for one in system.get("/v1/support-requests").json()["items"]] == [request["id"]]


def test_an_auditor_reads_and_changes_nothing(brokerage: Brokerage, deployment: dict[str, Any]) -> None:
    auditor = brokerage.someone("auditor")
    request_path = f"/v1/support-requests/{deployment['support_request_id']}"
    for path in (f"/v1/deployments/{deployment['id']}", f"/v1/leaders/{deployment['leader_id']}", request_path):
        assert auditor.get(path).status_code == 200
    assert auditor.get(f"{request_path}/shortlist").status_code == 200
    assert auditor.post("/v1/support-requests", json=brokerage.request_body()).status_code == 403
    path = f"/v1/leaders/{deployment['leader_id']}"
    assert auditor.patch(path, json={"name": "Bea"}, headers={"If-Match": '"1"'}).status_code == 403


def test_an_alliance_admin_moves_requests_and_reads_deployments(
    brokerage: Brokerage, deployment: dict[str, Any]
) -> None:
    admin = brokerage.someone("alliance_admin")
    request = brokerage.request("submitted")
    assert done(brokerage.move(request, "support-requests", "accepted", "2015-01-06", admin))["state"] == "accepted"
    assert admin.get(f"/v1/deployments/{deployment['id']}").status_code == 200
    assert admin.patch(f"/v1/deployments/{deployment['id']}", json={}, headers=if_match(deployment)).status_code == 403
    assert admin.post("/v1/support-requests", json=brokerage.request_body()).status_code == 403
