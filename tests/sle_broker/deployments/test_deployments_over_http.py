from typing import Any

import psycopg
import pytest

from tests.running import House
from tests.sle_broker.brokerage import DAYS, MAIN_PATH, Brokerage, created, done, if_match


def test_a_deployment_goes_the_whole_way(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("under_way")
    assert (deployment["first_day_on"], deployment["days_used"]) == (DAYS["under_way"], 0)
    visit = {"deployment_id": deployment["id"], "on": DAYS["under_way"], "days": 0.5}
    assert created(brokerage.broker.post("/v1/visits", json=visit)) == visit
    [listed] = done(brokerage.broker.get("/v1/visits", params={"deployment_id": deployment["id"]}))["items"]
    assert listed == visit
    deployment = done(brokerage.broker.get(f"/v1/deployments/{deployment['id']}"))
    reviewed = done(brokerage.on(deployment, "reviews", on=DAYS["under_way"], finding="On track."))
    for to in ("closing_meeting_held", "evaluated", "closed"):
        reviewed = brokerage.step(reviewed, to)
    assert [step["state"] for step in reviewed["steps"]] == MAIN_PATH
    assert [objective["outcome"] for objective in reviewed["objectives"]] == ["met"]
    assert (reviewed["days_used"], reviewed["allowed"]) == (0.5, [])


@pytest.mark.parametrize(
    ("state", "to", "allowed"),
    [
        ("proposed", "under_way", ["released", "declined", "cancelled"]),
        ("released", "agreed", ["meeting_held", "declined", "cancelled"]),
        ("agreed", "declined", ["under_way", "cancelled"]),
        ("under_way", "closed", ["closing_meeting_held", "paused", "ended_early"]),
        ("closed", "under_way", []),
    ],
)
def test_a_step_the_state_does_not_allow_is_409_and_changes_nothing(
    brokerage: Brokerage, state: str, to: str, allowed: list[str]
) -> None:
    deployment = brokerage.deployment(state)
    refused = brokerage.move(deployment, "deployments", to, "2015-02-01")
    assert (refused.status_code, refused.json()["code"]) == (409, "state-conflict")
    assert (refused.json()["current"], refused.json()["allowed"]) == (state, allowed)
    assert brokerage.broker.get(f"/v1/deployments/{deployment['id']}").json() == deployment


def test_nobody_starts_without_the_agreement_of_all_three(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("meeting_held")
    deployment = done(brokerage.on(deployment, "agreements", party="leader", on=DAYS["meeting_held"]))
    refused = brokerage.move(deployment, "deployments", "agreed", DAYS["agreed"])
    assert (refused.status_code, refused.json()["code"]) == (409, "agreement-incomplete")
    assert refused.json()["missing"] == ["home_head", "host_head"]


def test_a_yes_is_to_the_terms_as_they_stood(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("meeting_held")
    agreed = brokerage.agree(deployment)
    path = f"/v1/deployments/{deployment['id']}"
    changed = done(brokerage.broker.patch(path, json={"days": 4.5}, headers=if_match(agreed)))
    assert (changed["days"], changed["agreements"]) == (4.5, [])
    assert changed["objectives"] == deployment["objectives"]
    late = brokerage.on(agreed, "agreements", party="leader", on=DAYS["meeting_held"])
    assert (late.status_code, late.json()["code"]) == (412, "version-mismatch")


def test_terms_that_stay_as_they_are_ask_for_no_new_yes(brokerage: Brokerage) -> None:
    agreed = brokerage.agree(brokerage.deployment("meeting_held"))
    path = f"/v1/deployments/{agreed['id']}"
    for body in ({}, {"days": agreed["days"], "ends_on": agreed["ends_on"]}):
        assert done(brokerage.broker.patch(path, json=body, headers=if_match(agreed))) == agreed


def test_other_objectives_need_no_days_even_where_none_are_left(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    deployment = brokerage.deployment("proposed", leader, days=10)
    body = {"allowance_days": 5}
    done(brokerage.broker.patch(f"/v1/leaders/{leader['id']}", json=body, headers=if_match(leader)))
    path = f"/v1/deployments/{deployment['id']}"
    objectives = [{"text": "Phonics is assessed every half-term.", "measure": "Six records seen."}]
    changed = done(brokerage.broker.patch(path, json={"objectives": objectives}, headers=if_match(deployment)))
    assert (changed["days"], [one["text"] for one in changed["objectives"]]) == (10, [objectives[0]["text"]])
    refused = brokerage.broker.patch(path, json={"days": 9.5}, headers=if_match(changed))
    assert (refused.status_code, refused.json()["code"]) == (409, "leader-has-no-days-left")


def test_nobody_begins_who_is_no_longer_designated(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None)
    designation = brokerage.designation(leader)
    deployment = brokerage.deployment("agreed", leader)
    done(brokerage.move(designation, "designations", "withdrawn", DAYS["under_way"], reason="stood_down"))
    refused = brokerage.move(deployment, "deployments", "under_way", DAYS["under_way"])
    assert (refused.status_code, refused.json()["code"]) == (409, "leader-not-designated")
    assert brokerage.broker.get(f"/v1/deployments/{deployment['id']}").json() == deployment


def test_every_reading_of_a_deployment_is_recorded(brokerage: Brokerage, house: House) -> None:
    deployment = brokerage.deployment()
    auditor = brokerage.someone("auditor")
    auditor.get(f"/v1/deployments/{deployment['id']}")
    auditor.get("/v1/deployments", params={"leader_id": deployment["leader_id"]})
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        rows = admin.execute(
            "SELECT who, action, tenant_id::text FROM audit_log WHERE subject = %s AND action LIKE '%%-read'",
            [deployment["id"]],
        ).fetchall()
    assert rows == [(auditor.client_id, "deployment-read", brokerage.alliance_id)] * 2


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"days": 15.5}, 409, "leader-has-no-days-left"),
        ({"starts_on": "2014-11-02"}, 409, "leader-not-designated"),
        ({"ends_on": "2015-09-01"}, 422, "booking-spans-academic-years"),
        ({"ends_on": "2015-01-09"}, 422, "dates-out-of-order"),
        ({"visit_days": ["2015-01-09"]}, 422, "visit-day-outside-booking"),
        ({"proposed_on": "2199-01-01"}, 422, "date-not-yet-come"),
    ],
)
def test_a_booking_that_cannot_be_is_refused(
    brokerage: Brokerage, facts: dict[str, Any], status: int, code: str
) -> None:
    body = brokerage.proposal(brokerage.leader(), brokerage.request(), **facts)
    answer = brokerage.broker.post("/v1/deployments", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_leader_is_never_sent_to_their_own_school(brokerage: Brokerage) -> None:
    leader = brokerage.leader(home_school_urn=brokerage.host_school_urn)
    answer = brokerage.broker.post("/v1/deployments", json=brokerage.proposal(leader, brokerage.request()))
    assert (answer.status_code, answer.json()["code"]) == (422, "sent-to-own-school")


def test_only_an_accepted_request_is_answered(brokerage: Brokerage) -> None:
    body = brokerage.proposal(brokerage.leader(), brokerage.request("submitted"))
    answer = brokerage.broker.post("/v1/deployments", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "support-request-not-accepted")


def test_days_are_held_until_they_are_given_back(brokerage: Brokerage) -> None:
    leader = brokerage.leader(allowance_days=3)
    first = brokerage.deployment("proposed", leader)
    body = brokerage.proposal(leader, brokerage.request(), days=0.5)
    refused = brokerage.broker.post("/v1/deployments", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "leader-has-no-days-left")
    assert (refused.json()["days_left"], refused.json()["days_wanted"]) == ("0", "0.5")
    done(brokerage.move(first, "deployments", "declined", DAYS["released"], reason="leader_declines"))
    assert created(brokerage.broker.post("/v1/deployments", json=body))["days"] == 0.5
    next_year = {"starts_on": "2015-09-01", "ends_on": "2015-12-18", "days": 3}
    assert created(brokerage.broker.post("/v1/deployments", json=body | next_year))["state"] == "proposed"


def test_days_not_used_come_back_when_the_visits_end(brokerage: Brokerage, house: House) -> None:
    leader = brokerage.leader(allowance_days=3)
    deployment = brokerage.deployment("under_way", leader)
    created(
        brokerage.broker.post("/v1/visits", json={"deployment_id": deployment["id"], "on": "2015-01-10", "days": 1})
    )
    deployment = done(brokerage.broker.get(f"/v1/deployments/{deployment['id']}"))
    brokerage.step(deployment, "closing_meeting_held")
    brokerage.deployment("proposed", leader, days=2)
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        rows = admin.execute(
            "SELECT days_held::text, half_days::text FROM deployments WHERE leader_id = %s ORDER BY id", [leader["id"]]
        ).fetchall()
    assert rows == [("1.0", "{[1,3)}"), ("2.0", "{[3,7)}")]


def test_visits_take_no_more_days_than_were_agreed(brokerage: Brokerage) -> None:
    deployment = brokerage.deployment("under_way", days=1)
    visit = {"deployment_id": deployment["id"], "on": "2015-01-10", "days": 1}
    early = brokerage.broker.post("/v1/visits", json=visit | {"on": "2015-01-09"})
    assert (early.status_code, early.json()["code"]) == (422, "dates-out-of-order")
    created(brokerage.broker.post("/v1/visits", json=visit))
    over = brokerage.broker.post("/v1/visits", json=visit | {"on": "2015-01-12", "days": 0.5})
    assert (over.status_code, over.json()["code"]) == (409, "days-used-exceed-days-agreed")
    elsewhere = brokerage.deployment("agreed")
    waiting = brokerage.broker.post("/v1/visits", json=visit | {"deployment_id": elsewhere["id"]})
    assert (waiting.status_code, waiting.json()["code"]) == (409, "state-conflict")


def test_nobody_is_in_two_schools_on_one_day(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    brokerage.deployment("proposed", leader, visit_days=["2015-01-12", "2015-01-19"])
    body = brokerage.proposal(leader, brokerage.request(), visit_days=["2015-01-19", "2015-01-26"])
    refused = brokerage.broker.post("/v1/deployments", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "booking-overlap")
    assert refused.json()["days"] == ["2015-01-19"]


def test_more_help_is_a_child_with_days_of_its_own(brokerage: Brokerage) -> None:
    leader = brokerage.leader()
    parent = brokerage.deployment("under_way", leader)
    employer = {"home_school_urn": brokerage.school()}
    done(brokerage.broker.patch(f"/v1/leaders/{leader['id']}", json=employer, headers=if_match(leader)))
    body = {
        "support_request_id": parent["support_request_id"],
        "leader_id": leader["id"],
        "days": 2,
        "starts_on": "2015-04-20",
        "ends_on": "2015-05-22",
        "proposed_on": "2015-02-02",
        "extends_deployment_id": parent["id"],
    }
    child = created(brokerage.broker.post("/v1/deployments", json=body))
    assert (child["kind"], child["extends_deployment_id"], child["state"]) == ("extension", parent["id"], "proposed")
    assert child["home_school_urn"] == employer["home_school_urn"]
    another = brokerage.leader()
    refused = brokerage.broker.post("/v1/deployments", json=body | {"leader_id": another["id"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "parent-is-anothers")


def test_each_step_tells_its_event_once(brokerage: Brokerage, house: House) -> None:
    deployment = brokerage.deployment("under_way")
    paused = done(brokerage.move(deployment, "deployments", "paused", "2015-01-12", reason="leader_absent"))
    done(brokerage.move(paused, "deployments", "under_way", "2015-01-19"))
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        told = admin.execute(
            "SELECT type, data FROM (SELECT id, type, subject, data FROM outbox_pending UNION ALL "
            "SELECT position, type, subject, data FROM feed) events WHERE subject = %s ORDER BY id",
            [deployment["id"]],
        ).fetchall()
    assert [name for name, _ in told] == [
        "deployment-proposed",
        "deployment-released",
        "deployment-meeting-held",
        *["deployment-agreement-given"] * 3,
        "deployment-agreed",
        "deployment-begun",
        "deployment-paused",
        "deployment-resumed",
    ]
    begun = next(data for name, data in told if name == "deployment-begun")
    assert begun == {
        "deployment_id": deployment["id"],
        "alliance_id": brokerage.alliance_id,
        "leader_id": deployment["leader_id"],
        "support_request_id": deployment["support_request_id"],
        "extends_deployment_id": None,
        "lender_alliance_id": None,
        "first_day_on": DAYS["under_way"],
        "agreed_on": DAYS["agreed"],
    }


def test_a_corrected_first_day_keeps_what_was_recorded_and_is_told_in_the_feed(
    brokerage: Brokerage, house: House
) -> None:
    deployment = brokerage.deployment("under_way")
    correction: dict[str, Any] = {
        "on": DAYS["agreed"],
        "reason": "earlier_visit_found",
        "note": "In the visitors' book.",
    }
    leader = brokerage.someone("leader", deployment["leader_id"])
    assert brokerage.on(deployment, "first-day-corrections", leader, **correction).status_code == 403
    corrected = done(brokerage.on(deployment, "first-day-corrections", **correction))
    assert corrected["first_day_on"] == DAYS["agreed"]
    assert [step["on"] for step in corrected["steps"] if step["state"] == "under_way"] == [DAYS["agreed"]]
    [kept] = corrected["first_day_corrections"]
    assert (kept["was_on"], kept["reason"]) == (DAYS["under_way"], "earlier_visit_found")
    assert done(brokerage.broker.get(f"/v1/deployments/{deployment['id']}")) == corrected
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        [told] = admin.execute(
            "SELECT data FROM (SELECT type, subject, data FROM outbox_pending UNION ALL SELECT type, subject, data "
            "FROM feed) events WHERE subject = %s AND type = 'deployment-first-day-corrected'",
            [deployment["id"]],
        ).fetchall()
    assert told[0] == {
        "deployment_id": deployment["id"],
        "alliance_id": brokerage.alliance_id,
        "leader_id": deployment["leader_id"],
        "support_request_id": deployment["support_request_id"],
        "extends_deployment_id": None,
        "lender_alliance_id": None,
        "first_day_on": DAYS["agreed"],
        "was_first_day_on": DAYS["under_way"],
        "agreed_on": DAYS["agreed"],
        "reason": "earlier_visit_found",
    }


def test_a_first_day_is_corrected_to_a_day_on_which_the_leader_was_designated(brokerage: Brokerage) -> None:
    leader = brokerage.leader(None)
    first = brokerage.designation(leader)
    deployment = brokerage.deployment("agreed", leader)
    done(brokerage.move(first, "designations", "lapsed", DAYS["agreed"]))
    brokerage.designation(leader, DAYS["under_way"])
    begun = brokerage.step(deployment, "under_way")
    correction: dict[str, Any] = {"on": DAYS["agreed"], "reason": "mistyped", "note": "A slip."}
    refused = brokerage.on(begun, "first-day-corrections", **correction)
    assert (refused.status_code, refused.json()["code"]) == (409, "leader-not-designated")
    assert brokerage.broker.get(f"/v1/deployments/{begun['id']}").json() == begun


@pytest.mark.parametrize(
    ("reason", "may", "may_not"),
    [
        ("home_school_cannot_release", "home", "host"),
        ("host_school_declines", "host", "home"),
        ("leader_declines", "leader", "home"),
    ],
)
def test_whoever_declines_says_so_themselves(brokerage: Brokerage, reason: str, may: str, may_not: str) -> None:
    deployment = brokerage.deployment()
    people = {
        "home": brokerage.someone("school", brokerage.home_school_urn),
        "host": brokerage.someone("school", brokerage.host_school_urn),
        "leader": brokerage.someone("leader", deployment["leader_id"]),
    }
    refused = brokerage.move(deployment, "deployments", "declined", DAYS["released"], people[may_not], reason=reason)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    declined = done(brokerage.move(deployment, "deployments", "declined", DAYS["released"], people[may], reason=reason))
    assert (declined["state"], declined["steps"][-1]["reason"]) == ("declined", reason)
