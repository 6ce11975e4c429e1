from typing import Any
from uuid import UUID

import pytest

from tests.people import People
from tests.sle_broker.brokerage import Brokerage, Json, created, done


def need_body(brokerage: Brokerage, **facts: Any) -> Json:
    return {
        "alliance_id": brokerage.alliance_id,
        "host_school_urn": brokerage.host_school_urn,
        "specialism": "phonics",
        "phase": "primary",
        "kind": "actual",
        "source": "referral",
        "referred_by": "department",
        "source_reference": str(facts),
        "arisen_on": "2015-01-05",
    } | facts


def recorded(brokerage: Brokerage, **facts: Any) -> Json:
    return created(brokerage.broker.post("/v1/needs", json=need_body(brokerage, **facts)))


def listed(brokerage: Brokerage, **params: Any) -> set[str]:
    found = done(brokerage.broker.get("/v1/needs", params={"limit": 200} | params))
    return {one["id"] for one in found["items"]}


@pytest.mark.parametrize(
    "facts",
    [
        {"referred_by": "local_authority", "source_reference": "SI-14"},
        {"source": "outcome_trigger", "referred_by": None, "trigger": "below_floor"},
        {"source": "outcome_trigger", "referred_by": None, "trigger": "category_of_concern", "kind": "predicted"},
        {"source": "forecast", "referred_by": None, "kind": "predicted", "source_reference": None},
    ],
)
def test_a_need_is_read_as_it_was_recorded_and_listed_with_its_source(
    brokerage: Brokerage, facts: dict[str, Any]
) -> None:
    need = recorded(brokerage, **facts)
    assert {name: need[name] for name in facts} == facts
    assert (need["specialism"]["code"], need["state"], need["ended_on"]) == ("phonics", "open", None)
    answer = brokerage.broker.get(f"/v1/needs/{need['id']}")
    assert (answer.headers["ETag"], answer.json()) == ('"1"', need)
    assert need["id"] in listed(brokerage, source=need["source"], kind=need["kind"], state="open")
    assert need["id"] not in listed(brokerage, source="audit")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"host_school_urn": "999999"}, "school-not-known"),
        ({"specialism": "juggling"}, "specialism-not-in-list"),
        ({"referred_by": None}, "source-not-whole"),
        ({"trigger": "below_floor"}, "source-not-whole"),
        ({"source": "outcome_trigger", "referred_by": None}, "source-not-whole"),
        ({"source": "forecast", "referred_by": None}, "kind-not-of-the-source"),
        ({"source": "audit", "referred_by": None}, "validation-failed"),
        ({"source": "support_request", "referred_by": None}, "validation-failed"),
        ({"arisen_on": "2199-01-01"}, "date-not-yet-come"),
        ({"arisen_on": "0001-01-01"}, "validation-failed"),
        ({"source_reference": "\0"}, "validation-failed"),
        ({"source_reference": ""}, "validation-failed"),
    ],
)
def test_a_need_that_cannot_be_is_refused(brokerage: Brokerage, facts: dict[str, Any], code: str) -> None:
    answer = brokerage.broker.post("/v1/needs", json=need_body(brokerage, **facts))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_an_open_need_is_recorded_once_and_again_when_it_returns(brokerage: Brokerage) -> None:
    body = need_body(brokerage, source_reference=None)
    need = created(brokerage.broker.post("/v1/needs", json=body))
    again = brokerage.broker.post("/v1/needs", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    done(brokerage.move(need, "needs", "ended", "2015-03-27", reason="met"))
    assert created(brokerage.broker.post("/v1/needs", json=body))["id"] != need["id"]


@pytest.mark.parametrize("reason", ["met", "unmet", "withdrawn", "superseded", "not_confirmed", "recorded_in_error"])
def test_a_need_ends_for_a_coded_reason(brokerage: Brokerage, reason: str) -> None:
    need = recorded(brokerage, source_reference=reason)
    ended = done(brokerage.move(need, "needs", "ended", "2015-03-27", reason=reason))
    assert (ended["state"], ended["ended_on"], ended["end_reason"]) == ("ended", "2015-03-27", reason)
    assert need["id"] in listed(brokerage, state="ended")
    assert need["id"] not in listed(brokerage, state="open")
    assert need["id"] in listed(brokerage, state=["open", "ended"])
    refused = brokerage.move(ended, "needs", "ended", "2015-03-28", reason=reason)
    assert (refused.status_code, refused.json()["code"], refused.json()["allowed"]) == (409, "state-conflict", [])


def test_an_end_that_cannot_be_is_refused_and_changes_nothing(brokerage: Brokerage) -> None:
    need = recorded(brokerage, source_reference="stays")
    for on, to, reason, code in (
        ("2015-03-27", "ended", None, "reason-not-in-list"),
        ("2015-01-04", "ended", "met", "dates-out-of-order"),
        ("2199-01-01", "ended", "met", "date-not-yet-come"),
        ("2015-03-27", "open", None, "state-conflict"),
    ):
        assert brokerage.move(need, "needs", to, on, reason=reason).json()["code"] == code
    stale = brokerage.move(need | {"version": 7}, "needs", "ended", "2015-03-27", reason="met")
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    assert brokerage.broker.get(f"/v1/needs/{need['id']}").json() == need


def test_needs_are_listed_by_school_and_specialism(brokerage: Brokerage) -> None:
    phonics = recorded(brokerage, source_reference="by-specialism")
    mathematics = recorded(brokerage, source_reference="by-specialism", specialism="mathematics")
    elsewhere = recorded(brokerage, source_reference="by-school", host_school_urn=brokerage.home_school_urn)
    found = listed(brokerage, specialism="mathematics", host_school_urn=brokerage.host_school_urn)
    assert mathematics["id"] in found
    assert found.isdisjoint({phonics["id"], elsewhere["id"]})


def test_a_school_sees_its_own_needs_and_another_system_those_it_recorded(people: People, brokerage: Brokerage) -> None:
    urn = brokerage.school()
    own, anothers = recorded(brokerage, host_school_urn=urn), recorded(brokerage, source_reference="anothers")
    school = brokerage.someone("school", urn)
    assert [one["id"] for one in done(school.get("/v1/needs"))["items"]] == [own["id"]]
    assert school.get(f"/v1/needs/{anothers['id']}").status_code == 404
    assert school.post("/v1/needs", json=need_body(brokerage)).status_code == 403

    system = brokerage.someone("partner_system")
    referred = created(system.post("/v1/needs", json=need_body(brokerage, source_reference="from a system")))
    assert [one["id"] for one in done(system.get("/v1/needs"))["items"]] == [referred["id"]]
    assert brokerage.move(own, "needs", "ended", "2015-03-27", system, reason="met").status_code == 404
    assert done(brokerage.move(referred, "needs", "ended", "2015-03-27", system, reason="withdrawn"))

    auditor = brokerage.someone("auditor")
    assert auditor.get(f"/v1/needs/{own['id']}").status_code == 200
    assert brokerage.move(own, "needs", "ended", "2015-03-27", auditor, reason="met").status_code == 403
    stranger = Brokerage.open(people).broker
    assert stranger.get(f"/v1/needs/{own['id']}").status_code == 404
    assert stranger.post("/v1/needs", json=need_body(brokerage)).status_code == 404


def test_no_such_need(brokerage: Brokerage) -> None:
    assert brokerage.broker.get(f"/v1/needs/{UUID(int=0)}").status_code == 404
