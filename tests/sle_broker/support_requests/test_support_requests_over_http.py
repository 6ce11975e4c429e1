from typing import Any

import pytest

from tests.sle_broker.brokerage import Brokerage, done


def test_a_request_is_read_as_it_was_asked(brokerage: Brokerage) -> None:
    request = brokerage.request("submitted", areas=["mathematics", "phonics"], days_wanted=2.5, urgency="urgent")
    assert [area["code"] for area in request["areas"]] == ["mathematics", "phonics"]
    assert (request["days_wanted"], request["state"]) == (2.5, "submitted")
    assert request["steps"] == [{"state": "submitted", "on": "2015-01-05", "reason": None}]
    answer = brokerage.broker.get(f"/v1/support-requests/{request['id']}")
    assert (answer.headers["ETag"], answer.json()) == ('"1"', request)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"host_school_urn": "999999"}, "school-not-known"),
        ({"areas": ["juggling"]}, "specialism-not-in-list"),
        ({"areas": []}, "validation-failed"),
        ({"latest_finish_on": "2015-01-11"}, "dates-out-of-order"),
        ({"submitted_on": "2199-01-01"}, "date-not-yet-come"),
        ({"earliest_start_on": "0001-01-01"}, "validation-failed"),
        ({"days_wanted": 1.25}, "validation-failed"),
        ({"people_wanted": 0}, "validation-failed"),
    ],
)
def test_a_request_that_cannot_be_is_refused(brokerage: Brokerage, facts: dict[str, Any], code: str) -> None:
    answer = brokerage.broker.post("/v1/support-requests", json=brokerage.request_body(**facts))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_request_goes_its_way_and_a_forbidden_step_changes_nothing(brokerage: Brokerage) -> None:
    request = brokerage.request("submitted")
    refused = brokerage.move(request, "support-requests", "matched", "2015-01-06")
    assert (refused.status_code, refused.json()["code"]) == (409, "state-conflict")
    assert refused.json()["current"] == "submitted"
    assert refused.json()["allowed"] == ["accepted", "closed", "declined", "lapsed"]
    assert brokerage.broker.get(f"/v1/support-requests/{request['id']}").json() == request
    accepted = done(brokerage.move(request, "support-requests", "accepted", "2015-01-06"))
    stale = brokerage.move(request, "support-requests", "matched", "2015-01-06")
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    matched = done(brokerage.move(accepted, "support-requests", "matched", "2015-01-07"))
    closed = done(brokerage.move(matched, "support-requests", "closed", "2015-03-27", reason="support_given"))
    assert [step["state"] for step in closed["steps"]] == ["submitted", "accepted", "matched", "closed"]


def test_requests_are_listed_by_their_state(brokerage: Brokerage) -> None:
    waiting, accepted = brokerage.request("submitted"), brokerage.request("accepted")
    params: dict[str, Any] = {"alliance_id": brokerage.alliance_id, "state": ["accepted", "matched"], "limit": 200}
    listed = {one["id"] for one in done(brokerage.broker.get("/v1/support-requests", params=params))["items"]}
    assert accepted["id"] in listed
    assert waiting["id"] not in listed
