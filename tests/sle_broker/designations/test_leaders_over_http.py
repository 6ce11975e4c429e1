from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, created, done, if_match


def test_a_leader_is_registered_with_what_they_claim(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None, allowance_days=12.5, travel_limit_km=30, conflicts=[brokerage.host_school_urn])
    answer = brokerage.broker.get(f"/v1/leaders/{leader['id']}")
    assert answer.headers["ETag"] == '"1"'
    assert answer.json() == leader
    assert (leader["allowance_days"], leader["conflicts"]) == (12.5, [brokerage.host_school_urn])
    [held] = done(brokerage.broker.get("/v1/leader-specialisms", params={"leader_id": leader["id"]}))["items"]
    assert (held["specialism"]["code"], held["standing"], held["claimed_on"]) == ("phonics", "claimed", "2014-09-01")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"home_school_urn": "999999"}, "school-not-known"),
        ({"conflicts": ["999999"]}, "school-not-known"),
        ({"specialisms": [{"code": "juggling"}]}, "specialism-not-in-list"),
        ({"specialisms": [{"code": "phonics", "claimed_on": "2199-01-01"}]}, "date-not-yet-come"),
        ({"specialisms": [{"code": "phonics"}, {"code": "phonics"}]}, "validation-failed"),
        ({"not_released_from_on": "2015-01-05"}, "not-released-half-said"),
        ({"not_released_from_on": "2015-01-05", "not_released_to_on": "2015-01-04"}, "dates-out-of-order"),
        ({"allowance_days": 0.25}, "validation-failed"),
        ({"name": "A\x00B"}, "validation-failed"),
        ({"email": "a@b.c"}, "validation-failed"),
    ],
)
def test_a_leader_that_cannot_be_is_refused(brokerage: Brokerage, facts: dict[str, Any], code: str) -> None:
    body = {
        "alliance_id": brokerage.alliance_id,
        "kind": "sle",
        "name": "Asha Bell",
        "home_school_urn": brokerage.home_school_urn,
        "phases": [],
    }
    answer = brokerage.broker.post("/v1/leaders", json=body | facts)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_change_touches_only_what_was_sent(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None, travel_limit_km=30)
    path = f"/v1/leaders/{leader['id']}"
    changed = done(brokerage.broker.patch(path, json={"travel_limit_km": None}, headers=if_match(leader)))
    assert changed == leader | {"travel_limit_km": None, "version": 2}
    again = done(brokerage.broker.patch(path, json={"travel_limit_km": None}, headers=if_match(changed)))
    assert again == changed
    for body in ({"name": None}, {"phases": None}, {"kind": "nle"}):
        assert brokerage.broker.patch(path, json=body, headers=if_match(changed)).status_code == 422


def test_a_change_names_the_version_it_was_decided_on(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None)
    path = f"/v1/leaders/{leader['id']}"
    assert brokerage.broker.patch(path, json={"name": "Bea"}).status_code == 428
    assert brokerage.broker.patch(path, json={"name": "Bea"}, headers={"If-Match": '"7"'}).status_code == 412


def test_of_many_changes_of_one_version_one_is_made(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None)

    def rename(number: int) -> int:
        body = {"name": f"Name {number}"}
        return brokerage.broker.patch(f"/v1/leaders/{leader['id']}", json=body, headers=if_match(leader)).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(rename, range(8)))
    assert statuses == [200, *[412] * 7]


def test_a_registration_sent_twice_happens_once(brokerage: Brokerage) -> None:
    body = {
        "alliance_id": brokerage.alliance_id,
        "kind": "nle",
        "name": "Twice",
        "home_school_urn": brokerage.home_school_urn,
        "phases": ["secondary"],
    }
    key = {"Idempotency-Key": f"once-{brokerage.alliance_id}"}
    first, second = (brokerage.broker.post("/v1/leaders", json=body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    other = brokerage.broker.post("/v1/leaders", json=body | {"name": "Thrice"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_specialism_is_claimed_once_and_validated_once(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None)
    claim = {"leader_id": leader["id"], "code": "mathematics", "claimed_on": "2014-09-01"}
    claimed = created(brokerage.broker.post("/v1/leader-specialisms", json=claim))
    assert brokerage.broker.post("/v1/leader-specialisms", json=claim).json()["code"] == "duplicate"
    early = brokerage.move(claimed, "leader-specialisms", "validated", "2014-08-31", evidence="Seen.")
    assert (early.status_code, early.json()["code"]) == (422, "dates-out-of-order")
    validated = done(brokerage.move(claimed, "leader-specialisms", "validated", "2014-11-03", evidence="Seen."))
    assert (validated["standing"], validated["validated_by"]) == ("validated", brokerage.broker.client_id)
    again = brokerage.move(validated, "leader-specialisms", "validated", "2014-11-04", evidence="Again.")
    assert (again.status_code, again.json()["code"]) == (409, "specialism-already-validated")


def test_a_leader_is_designated_once_at_a_time_and_renewed(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None)
    first = brokerage.designation(leader, "2011-11-03")
    second = {"leader_id": leader["id"], "designated_on": "2014-11-03"}
    refused = brokerage.broker.post("/v1/designations", json=second)
    assert (refused.status_code, refused.json()["code"]) == (409, "already-designated")
    renewal = created(brokerage.broker.post("/v1/designations", json=second | {"renews_designation_id": first["id"]}))
    assert renewal["renews_designation_id"] == first["id"]
    stranger = brokerage.leader(None)
    of_another = {"leader_id": stranger["id"], "designated_on": "2014-11-03", "renews_designation_id": first["id"]}
    refused = brokerage.broker.post("/v1/designations", json=of_another)
    assert (refused.status_code, refused.json()["code"]) == (422, "renews-none-of-theirs")


def test_what_was_withdrawn_is_designated_afresh_and_not_renewed(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None)
    first = brokerage.designation(leader, "2011-11-03")
    done(brokerage.move(first, "designations", "withdrawn", "2014-01-06", reason="stood_down"))
    afresh = {"leader_id": leader["id"], "designated_on": "2014-11-03"}
    refused = brokerage.broker.post("/v1/designations", json=afresh | {"renews_designation_id": first["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "renews-what-was-withdrawn")
    assert created(brokerage.broker.post("/v1/designations", json=afresh))["renews_designation_id"] is None


def test_the_day_a_leader_was_trained_is_recorded_once(brokerage: Brokerage) -> None:
    made = brokerage.designation(brokerage.leader(None), "2014-11-03")
    assert made["trained_on"] is None
    path = f"/v1/designations/{made['id']}/training"
    assert brokerage.broker.post(path, json={"on": "2014-12-05"}).status_code == 428
    early = brokerage.broker.post(path, json={"on": "2014-11-02"}, headers=if_match(made))
    assert (early.status_code, early.json()["code"]) == (422, "dates-out-of-order")
    trained = done(brokerage.broker.post(path, json={"on": "2014-12-05"}, headers=if_match(made)))
    assert trained == made | {"trained_on": "2014-12-05", "version": 2}
    again = brokerage.broker.post(path, json={"on": "2014-12-06"}, headers=if_match(trained))
    assert (again.status_code, again.json()["code"]) == (409, "already-trained")


def test_a_designation_ends_once_for_a_coded_reason(brokerage: Brokerage) -> None:
    designation = brokerage.designation(brokerage.leader(None), "2014-11-03")
    without = brokerage.move(designation, "designations", "withdrawn", "2015-01-05")
    assert (without.status_code, without.json()["code"]) == (422, "reason-not-in-list")
    withdrawn = done(brokerage.move(designation, "designations", "withdrawn", "2015-01-05", reason="stood_down"))
    assert (withdrawn["state"], withdrawn["withdrawn_on"]) == ("withdrawn", "2015-01-05")
    again = brokerage.move(withdrawn, "designations", "lapsed", "2015-02-01")
    assert (again.status_code, again.json()["code"]) == (409, "state-conflict")
    assert (again.json()["current"], again.json()["allowed"]) == ("withdrawn", [])


def test_every_reading_of_a_profile_is_recorded(brokerage: Brokerage, house: House) -> None:
    leader = brokerage.leader(None)
    brokerage.broker.get(f"/v1/leaders/{leader['id']}")
    brokerage.broker.get("/v1/leaders", params={"alliance_id": brokerage.alliance_id, "limit": 200})
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        rows = admin.execute(
            "SELECT who, action, tenant_id::text FROM audit_log WHERE subject = %s ORDER BY id", [leader["id"]]
        ).fetchall()
    who, alliance_id = brokerage.broker.client_id, brokerage.alliance_id
    assert rows == [(who, "leader-registered", alliance_id), *[(who, "leader-read", alliance_id)] * 2]


def test_every_reading_of_a_list_is_recorded_for_each_in_it(people: People, house: House) -> None:
    """Across alliances: each row is its own alliance's."""
    one, other = Brokerage.open(people), Brokerage.open(people)
    people.grant(one.broker, other.alliance_id, "broker")
    other.someone("auditor")
    leaders = [brokerage.leader() for brokerage in (one, one, other)]
    for things in ("leaders", "leader-specialisms", "designations"):
        assert len(done(one.broker.get(f"/v1/{things}"))["items"]) == 3
    assert done(one.broker.get("/v1/designations", params={"round": "of another name"}))["items"] == []
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        rows = admin.execute(
            "SELECT action, tenant_id::text, count(*) FROM audit_log WHERE who = %s AND action LIKE '%%-read' "
            "GROUP BY 1, 2",
            [one.broker.client_id],
        ).fetchall()
        subjects = admin.execute(
            "SELECT subject FROM audit_log WHERE who = %s AND action = 'leader-read'", [one.broker.client_id]
        ).fetchall()
    assert sorted(rows) == sorted(
        (action, brokerage.alliance_id, count)
        for action in ("leader-read", "leader-specialism-read", "designation-read")
        for brokerage, count in ((one, 2), (other, 1))
    )
    assert sorted(subjects) == sorted((leader["id"],) for leader in leaders)


def test_the_list_of_specialisms_has_the_standard_entries_and_the_alliances_own(brokerage: Brokerage) -> None:
    own = {"alliance_id": brokerage.alliance_id, "code": "forest-school", "group": "quality_of_teaching"}
    first = created(brokerage.broker.post("/v1/specialisms", json=own | {"name": "Outdoors"}))
    renamed = created(brokerage.broker.post("/v1/specialisms", json=own | {"name": "Teaching outdoors"}))
    assert (first["version"], renamed["version"]) == (1, 2)
    listed = done(brokerage.broker.get("/v1/specialisms", params={"limit": 200}))["items"]
    assert [one["name"] for one in listed if one["alliance_id"]] == ["Teaching outdoors"]
    assert {one["group"] for one in listed} == {
        "leadership_and_management",
        "pupil_achievement",
        "quality_of_teaching",
        "behaviour_and_safety",
    }
    assert brokerage.leader(None, specialisms=[{"code": "forest-school"}])
    elsewhere = Brokerage.open(brokerage.people)
    assert all(not one["alliance_id"] for one in elsewhere.broker.get("/v1/specialisms?limit=200").json()["items"])
