"""Requests for several people in one package, who asks and who pays, and the needs that a request tells of."""

from typing import Any

import pytest

from tests.sle_broker.brokerage import Brokerage, Json, created, done

NLE = {"people": "leaders", "leader_kind": "nle", "areas": ["governance", "phonics"], "days_wanted": 2}
STAFF = {"people": "staff", "areas": ["mathematics"], "days_wanted": 1.5, "people_wanted": 3}


def needs_of(brokerage: Brokerage, request: Json) -> list[Json]:
    params: dict[str, Any] = {"source": "support_request", "limit": 200, "alliance_id": brokerage.alliance_id}
    found = done(brokerage.broker.get("/v1/needs", params=params))["items"]
    return [need for need in found if need["source_reference"] == request["id"]]


def test_a_package_is_read_as_it_was_asked_and_matched_by_its_first_line(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    request = brokerage.request("accepted", leader_kind="sle", also_wanted=[NLE, STAFF])
    assert ([area["code"] for area in request["areas"]], request["leader_kind"]) == (["phonics"], "sle")
    second, third = request["also_wanted"]
    assert (second["number"], second["people"], second["leader_kind"], second["people_wanted"]) == (
        *(2, "leaders"),
        *("nle", 1),
    )
    assert [area["code"] for area in second["areas"]] == ["governance", "phonics"]
    assert (third["number"], third["people"], third["leader_kind"]) == (3, "staff", None)
    assert (third["days_wanted"], third["people_wanted"]) == (1.5, 3)
    assert done(brokerage.broker.get(f"/v1/support-requests/{request['id']}")) == request
    assert leader["id"] in [one["leader_id"] for one in brokerage.shortlist(request)["candidates"]]


def test_a_request_without_a_package_is_what_it_was(brokerage: Brokerage) -> None:
    request = brokerage.request("submitted")
    assert (request["leader_kind"], request["also_wanted"], request["people_wanted"]) == (None, [], 1)
    assert (request["asked_by_reference"], request["paid_by_reference"]) == (None, None)


@pytest.mark.parametrize(
    ("asked", "paid"),
    [
        (("host_school", None), ("department", None)),
        (("local_authority", "335"), ("local_authority", "335")),
        (("trust", "TR01234"), ("host_school", None)),
        (("alliance", "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"), ("trust", None)),
        (("department", None), ("alliance", "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071")),
    ],
)
def test_whoever_asks_need_not_pay(
    brokerage: Brokerage, asked: tuple[str, str | None], paid: tuple[str, str | None]
) -> None:
    facts = {"asked_by": asked[0], "asked_by_reference": asked[1], "paid_by": paid[0], "paid_by_reference": paid[1]}
    request = brokerage.request("submitted", programme_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6099", **facts)
    assert {name: request[name] for name in facts} == facts


def test_another_school_may_ask_or_pay_once_it_has_arrived(brokerage: Brokerage) -> None:
    facts = {"paid_by": "school", "paid_by_reference": brokerage.home_school_urn}
    assert brokerage.request("submitted", **facts)["paid_by_reference"] == brokerage.home_school_urn


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"also_wanted": [STAFF | {"leader_kind": "sle"}]}, "staff-are-not-leaders"),
        ({"leader_kind": "wizard"}, "leader-kind-not-in-list"),
        ({"also_wanted": [NLE | {"areas": []}]}, "validation-failed"),
        ({"also_wanted": [NLE | {"areas": ["juggling"]}]}, "specialism-not-in-list"),
        ({"also_wanted": [NLE | {"number": 2}]}, "validation-failed"),
        ({"also_wanted": [NLE] * 20}, "validation-failed"),
        ({"also_wanted": [NLE | {"people_wanted": 10**30}]}, "validation-failed"),
        ({"leader_kind": "A wizard"}, "validation-failed"),
        ({"paid_by": "school", "paid_by_reference": "999999"}, "school-not-known"),
        ({"asked_by": "local_authority", "asked_by_reference": "Walsall"}, "reference-not-of-the-organisation"),
        ({"asked_by": "department", "asked_by_reference": "1"}, "reference-not-of-the-organisation"),
        ({"asked_by": "alliance", "asked_by_reference": "\0"}, "validation-failed"),
    ],
)
def test_a_package_that_cannot_be_is_refused_and_leaves_no_need(
    brokerage: Brokerage, facts: dict[str, Any], code: str
) -> None:
    needs = len(done(brokerage.broker.get("/v1/needs", params={"limit": 200}))["items"])
    answer = brokerage.broker.post("/v1/support-requests", json=brokerage.request_body(**facts))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert len(done(brokerage.broker.get("/v1/needs", params={"limit": 200}))["items"]) == needs


def test_a_request_tells_of_each_area_once_as_a_need_of_the_school(brokerage: Brokerage) -> None:
    school = brokerage.someone("school", brokerage.host_school_urn)
    body = brokerage.request_body(also_wanted=[NLE, STAFF])
    request = created(school.post("/v1/support-requests", json=body))
    needs = needs_of(brokerage, request)
    assert [need["specialism"]["code"] for need in needs] == ["phonics", "governance", "mathematics"]
    for need in needs:
        assert (need["kind"], need["state"], need["arisen_on"]) == ("actual", "open", "2015-01-05")
        assert (need["host_school_urn"], need["phase"]) == (brokerage.host_school_urn, "primary")
        assert need["recorded_by"] == school.client_id
    by_hand = brokerage.move(needs[0], "needs", "ended", "2015-01-06", reason="met")
    assert (by_hand.status_code, by_hand.json()["code"]) == (409, "need-ends-with-its-request")


@pytest.mark.parametrize(
    ("state", "to", "reason", "ended_as"),
    [
        ("submitted", "closed", "withdrawn_by_requester", "withdrawn"),
        ("submitted", "closed", "need_met_elsewhere", "met"),
        ("submitted", "declined", "not_within_the_offer", "unmet"),
        ("submitted", "declined", "not_funded", "unmet"),
        ("submitted", "declined", "same_as_another_request", "superseded"),
        ("submitted", "lapsed", "window_passed", "unmet"),
        ("submitted", "lapsed", "no_reply_from_requester", "withdrawn"),
        ("accepted", "lapsed", "no_leader_found", "unmet"),
        ("matched", "closed", "support_given", "met"),
    ],
)
def test_the_needs_of_a_request_end_with_it_as_it_ended(
    brokerage: Brokerage, state: str, to: str, reason: str, ended_as: str
) -> None:
    request = brokerage.request(state, also_wanted=[NLE])
    assert {need["state"] for need in needs_of(brokerage, request)} == {"open"}
    done(brokerage.move(request, "support-requests", to, "2015-03-27", reason=reason))
    for need in needs_of(brokerage, request):
        assert (need["state"], need["ended_on"], need["end_reason"]) == ("ended", "2015-03-27", ended_as)


def test_a_request_that_is_brokered_again_keeps_its_needs(brokerage: Brokerage) -> None:
    request = brokerage.request("matched")
    done(brokerage.move(request, "support-requests", "accepted", "2015-01-07", reason="deployment_fell_through"))
    assert [need["state"] for need in needs_of(brokerage, request)] == ["open"]
