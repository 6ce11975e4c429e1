"""Leaders lent from one alliance to another, over HTTP, on a real database."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.people import People, SignedIn
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, Json, created, done, eventually, if_match
from tests.sle_broker.lending_offers.two_alliances import (
    LAST_DAY,
    TODAY,
    TwoAlliances,
    agree,
    agreement_body,
    expire_in,
    in_seconds,
)

NOTHING = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"


@pytest.fixture(scope="module")
def two(people: People) -> TwoAlliances:
    return TwoAlliances.open(people)


def deployment_of(side: Brokerage, offer: Json) -> Json:
    return done(side.broker.get(f"/v1/deployments/{offer['id']}"))


def test_an_agreement_needs_the_word_of_both(two: TwoAlliances, people: People) -> None:
    other = Brokerage.open(people)
    body = agreement_body(other, two.borrower)
    agreement = created(two.borrower.broker.post("/v1/lending-agreements", json=body))
    again = two.borrower.broker.post("/v1/lending-agreements", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    own = two.borrower.move(agreement, "lending-agreements", "agreed", "2015-01-06")
    assert (own.status_code, own.json()["code"]) == (409, "not-for-this-side-to-say")
    early = {"lending_agreement_id": agreement["id"], "support_request_id": two.borrower.request()["id"]}
    refused = two.borrower.broker.post("/v1/lending-requests", json=early)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-lending-agreement")
    assert agree(other, agreement)["state"] == "agreed"
    assert agreement["id"] in [one["id"] for one in done(other.broker.get("/v1/lending-agreements"))["items"]]
    assert two.lender.broker.get(f"/v1/lending-agreements/{agreement['id']}").status_code == 404


def test_an_agreement_names_alliances_that_are_there_and_is_proposed_by_one_of_them(two: TwoAlliances) -> None:
    body = agreement_body(two.lender, two.borrower)
    absent = two.borrower.broker.post("/v1/lending-agreements", json=body | {"lender_alliance_id": NOTHING})
    assert absent.status_code == 404
    for_another = two.borrower.broker.post("/v1/lending-agreements", json=body | {"proposed_by": "lender"})
    assert for_another.status_code == 404
    itself = body | {"lender_alliance_id": two.borrower.alliance_id}
    assert two.borrower.broker.post("/v1/lending-agreements", json=itself).json()["code"] == "lends-to-itself"


def test_a_lent_leader_from_the_offer_to_the_first_day_on_site(two: TwoAlliances) -> None:
    leader = two.lender.leader()
    offer = two.offer(leader)
    assert two.days_left(leader) == "12"
    seen = done(two.borrower.broker.get(f"/v1/lending-offers/{offer['id']}"))
    assert seen["leader"] | {"name": None} == seen["leader"]
    assert (seen["leader"]["claimed"], seen["state"]) == (["phonics"], "held")
    accepted = done(two.answer(seen, "accepted"))
    assert (accepted["state"], accepted["leader"]["name"]) == ("accepted", leader["name"])
    assert two.days_left(leader) == "12"

    deployment = deployment_of(two.borrower, offer)
    assert (deployment["state"], deployment["lender_alliance_id"]) == ("proposed", two.lender.alliance_id)
    assert deployment["allowed"][0] == "released"
    borrower_says = two.borrower.move(deployment, "deployments", "released", TODAY)
    assert (borrower_says.status_code, borrower_says.json()["code"]) == (403, "forbidden")
    home = two.lender.someone("school", two.lender.home_school_urn)
    deployment = done(two.lender.move(deployment, "deployments", "released", TODAY, by=home))
    deployment = done(two.borrower.move(deployment, "deployments", "meeting_held", TODAY))
    objectives = [{"text": "Phonics is taught daily.", "measure": "Nine of ten lessons seen."}]
    path = f"/v1/deployments/{deployment['id']}"
    rebooked = two.borrower.broker.patch(path, json={"days": 2}, headers=if_match(deployment))
    assert (rebooked.status_code, rebooked.json()["code"]) == (403, "forbidden")
    deployment = done(two.borrower.broker.patch(path, json={"objectives": objectives}, headers=if_match(deployment)))
    deployment = done(two.lender.broker.patch(path, json={"days": 2}, headers=if_match(deployment)))
    assert two.days_left(leader) == "13"
    for party, side, other in (
        ("leader", two.lender, two.borrower),
        ("home_head", two.lender, two.borrower),
        ("host_head", two.borrower, two.lender),
    ):
        refused = two.borrower.on(deployment, "agreements", other.broker, party=party, on=TODAY)
        assert refused.status_code == 403, party
        deployment = done(two.borrower.on(deployment, "agreements", side.broker, party=party, on=TODAY))
    deployment = done(two.borrower.move(deployment, "deployments", "agreed", TODAY))
    assert two.borrower.move(deployment, "deployments", "under_way", TODAY).status_code == 403
    themself = two.lender.someone("leader", leader["id"])
    assert clock_states(two.lender, leader) == ["overdue"]
    deployment = done(two.lender.move(deployment, "deployments", "under_way", TODAY, by=themself))
    assert (clock_states(two.lender, leader), clock_states(two.borrower, leader)) == (["late"], [])
    visit = {"deployment_id": deployment["id"], "on": TODAY, "days": 1}
    created(themself.post("/v1/visits", json=visit))
    assert done(two.borrower.broker.get("/v1/visits", params={"deployment_id": deployment["id"]}))["items"] == [visit]
    for side in (two.borrower, two.lender):
        assert deployment["id"] in [one["id"] for one in done(side.broker.get("/v1/deployments"))["items"]]
    evaluate_together(two, deployment, themself, home)


def clock_states(side: Brokerage, leader: Json) -> list[str]:
    """How the designations of a leader count today towards the deployment clock of an alliance."""
    params = {"alliance_id": side.alliance_id, "as_of": TODAY}
    readings = done(side.broker.get("/v1/clock-readings", params=params))["items"]
    return [one["state"] for one in readings if one["leader_id"] == leader["id"]]


def evaluate_together(two: TwoAlliances, deployment: Json, themself: SignedIn, home: SignedIn) -> None:
    """A lent leader's work is judged by whom it was done for, and read by those whose leader it is."""
    host = two.borrower.someone("school", two.borrower.host_school_urn)
    said = {"deployment_id": deployment["id"], "on": TODAY, "rating": "positive", "text": "Calm and clear."}
    given = [created(host.post("/v1/feedback", json=said | {"given_by": "host_school"}))]
    given.append(created(home.post("/v1/feedback", json=said | {"given_by": "home_school"})))
    ids = {one["id"] for one in given}

    def fed_back_to(reader: SignedIn) -> set[str]:
        found = done(reader.get("/v1/feedback", params={"deployment_id": deployment["id"]}))["items"]
        assert all(done(reader.get(f"/v1/feedback/{one['id']}")) == one for one in found)
        return {one["id"] for one in found}

    assert (fed_back_to(two.lender.broker), fed_back_to(two.borrower.broker)) == (ids, ids)
    assert (fed_back_to(themself), fed_back_to(home)) == (set(), {given[1]["id"]})
    deployment = deployment_of(two.borrower, deployment)
    deployment = done(two.borrower.move(deployment, "deployments", "closing_meeting_held", TODAY))
    outcomes = [{"objective_id": one["id"], "outcome": "met"} for one in deployment["objectives"]]
    deployment = done(two.borrower.on(deployment, "outcomes", host, outcomes=outcomes))
    deployment = done(two.borrower.move(deployment, "deployments", "evaluated", TODAY))
    for side in (two.borrower, two.lender):
        assert deployment_of(side, deployment)["objectives"][0]["outcome"] == "met"
    path = f"/v1/deployments/{deployment['id']}"
    assert done(themself.get(path))["objectives"][0]["outcome"] is None
    results = {"measure": "Phonics check", "before": 60, "after": 75, "better": "rise"}
    by_lender = two.lender.broker.put(f"{path}/outcome", json={"results": results}, headers=if_match(deployment))
    assert (by_lender.status_code, by_lender.json()["code"]) == (403, "forbidden")
    outcome = done(host.put(f"{path}/outcome", json={"results": results}, headers=if_match(deployment)))
    assert done(two.lender.broker.get(f"{path}/outcome")) == outcome
    assert done(themself.get(f"{path}/outcome")) == outcome
    deployment = deployment_of(two.borrower, deployment)
    done(two.borrower.on(deployment, "evaluation-releases", on=TODAY))
    assert (fed_back_to(themself), fed_back_to(home)) == (ids, ids)
    assert done(themself.get(path))["objectives"][0]["outcome"] == "met"


@pytest.mark.parametrize(("to", "reason"), [("declined", "not_the_right_match"), ("withdrawn", "leader_unavailable")])
def test_an_offer_that_is_not_accepted_frees_its_days(two: TwoAlliances, to: str, reason: str) -> None:
    leader = two.lender.leader()
    offer = two.offer(leader)
    side, other = (two.borrower, two.lender) if to == "declined" else (two.lender, two.borrower)
    assert two.answer(offer, to, other.broker, reason=reason).status_code == 403
    answered = done(two.answer(offer, to, side.broker, reason=reason))
    assert answered["state"] == to
    assert two.days_left(leader) == "15"
    late = two.answer(answered, "accepted")
    assert (late.status_code, late.json()["code"], late.json()["allowed"]) == (409, "state-conflict", [])


def test_an_expired_offer_frees_its_days_and_is_accepted_by_nobody(two: TwoAlliances, house: House) -> None:
    leader = two.lender.leader(allowance_days=1)
    asked = two.asked()
    body = two.lender.proposal(
        leader, two.lender.request(), days=1, starts_on=TODAY, ends_on=TODAY, visit_days=[TODAY], proposed_on=None
    )
    offer = two.offer(leader, asked, days=1, visit_days=[TODAY])
    with psycopg.connect(house.stores["sle-broker"].admin_url, autocommit=True) as admin:
        expire_in(admin, offer, 0)
    path = f"/v1/lending-offers/{offer['id']}"
    eventually(lambda: done(two.borrower.broker.get(path))["state"], lambda state: state == "expired")
    late = two.answer(offer, "accepted")
    assert (late.status_code, late.json()["code"]) == (409, "offer-expired")
    created(two.lender.broker.post("/v1/deployments", json=body))
    recorded = done(two.borrower.broker.get(path))
    assert (recorded["state"], recorded["version"]) == ("expired", 2)
    assert two.answer(recorded, "accepted").json()["code"] == "offer-expired"


@pytest.mark.parametrize("expires_in", [-1, 61 * 24 * 3600])
def test_an_offer_is_held_for_sixty_days_at_most(two: TwoAlliances, expires_in: float) -> None:
    body = two.offer_body(two.lender.leader(), two.asked(), expires_at=in_seconds(expires_in))
    refused = two.lender.broker.post("/v1/lending-offers", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "offer-expiry-out-of-range")


def test_the_days_of_an_offer_are_booked_by_the_rules_of_any_booking(two: TwoAlliances) -> None:
    leader, asked = two.lender.leader(allowance_days=3), two.asked()
    two.offer(leader, asked)
    second = two.lender.broker.post("/v1/lending-offers", json=two.offer_body(leader, asked, days=0.5))
    assert (second.status_code, second.json()["code"]) == (409, "leader-has-no-days-left")
    unknown = two.lender.leader(designated_on=None)
    refused = two.lender.broker.post("/v1/lending-offers", json=two.offer_body(unknown, asked))
    assert refused.json()["code"] == "leader-not-designated"
    own = two.lender.broker.post("/v1/lending-offers", json=two.offer_body({"id": NOTHING}, asked))
    assert own.status_code == 404


def test_own_alliance_first_is_a_rule(people: People) -> None:
    two = TwoAlliances.open(people)
    window = {"earliest_start_on": TODAY, "latest_finish_on": TODAY}
    request = two.borrower.request(days_wanted=1, **window)
    own = two.borrower.leader()
    body = {"lending_agreement_id": two.agreement["id"], "support_request_id": request["id"]}
    refused = two.borrower.broker.post("/v1/lending-requests", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "own-leaders-could-serve")
    assert refused.json()["leaders"] == [own["id"]]
    asked = created(
        two.borrower.broker.post("/v1/lending-requests", json=body | {"own_first_reason": "own_leaders_declined"})
    )
    assert asked["own_first_reason"] == "own_leaders_declined"
    again = two.borrower.broker.post("/v1/lending-requests", json=body | {"own_first_reason": "own_leaders_declined"})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")
    assert done(two.answer(two.offer(asked=asked), "accepted"))["state"] == "accepted"


def test_own_alliance_first_holds_to_the_acceptance(people: People) -> None:
    two = TwoAlliances.open(people)
    window = {"earliest_start_on": TODAY, "latest_finish_on": TODAY}
    request = two.borrower.request(days_wanted=1, **window)
    leader = two.lender.leader()
    offer = two.offer(leader, two.asked(support_request_id=request["id"]))
    own = two.borrower.leader()
    refused = two.answer(offer, "accepted")
    assert (refused.status_code, refused.json()["leaders"]) == (409, [own["id"]])
    assert two.days_left(leader) == "12"
    # Placed on the request themselves, the own leader stands in nobody's way.
    created(
        two.borrower.broker.post(
            "/v1/deployments",
            json=two.borrower.proposal(own, request, days=1, starts_on=TODAY, ends_on=TODAY, proposed_on=None),
        )
    )
    assert done(two.answer(offer, "accepted"))["state"] == "accepted"


def test_what_two_alliances_share_is_as_if_it_were_not_there_for_any_other(two: TwoAlliances, people: People) -> None:
    offer = two.offer()
    stranger = Brokerage.open(people).broker
    ids = {
        "lending-agreements": two.agreement["id"],
        "lending-requests": offer["lending_request_id"],
        "lending-offers": offer["id"],
        "deployments": offer["id"],
    }
    for things, id in ids.items():
        heads = {"X-Request-Id": "the-same-request"}
        foreign = stranger.get(f"/v1/{things}/{id}", headers=heads)
        absent = stranger.get(f"/v1/{things}/{NOTHING}", headers=heads)
        assert (foreign.status_code, foreign.content) == (404, absent.content)
        assert done(stranger.get(f"/v1/{things}"))["items"] == []
        assert id in [one["id"] for one in done(two.lender.broker.get(f"/v1/{things}"))["items"]]
        assert id in [one["id"] for one in done(two.borrower.broker.get(f"/v1/{things}"))["items"]]
    assert two.borrower.broker.get(f"/v1/leaders/{offer['leader']['leader_id']}").status_code == 404
    assert two.lender.broker.get(f"/v1/support-requests/{offer['support_request_id']}").status_code == 404
    assert two.answer(offer, "accepted", stranger).status_code == 404


def test_a_closed_request_is_offered_nobody(two: TwoAlliances) -> None:
    asked = two.asked()
    assert two.lender.move(asked, "lending-requests", "closed", TODAY).status_code == 403
    closed = done(two.borrower.move(asked, "lending-requests", "closed", TODAY))
    refused = two.lender.broker.post("/v1/lending-offers", json=two.offer_body(two.lender.leader(), closed))
    assert (refused.status_code, refused.json()["code"]) == (409, "lending-request-closed")
    assert two.borrower.move(closed, "lending-requests", "closed", TODAY).json()["code"] == "lending-request-closed"


def test_a_lender_finds_its_own_leaders_for_what_it_was_asked(people: People) -> None:
    two = TwoAlliances.open(people)
    window = {"earliest_start_on": TODAY, "latest_finish_on": LAST_DAY}
    lenders_own = {"alliance_id": two.lender.alliance_id, "code": "phonics", "group": "pupil_achievement"}
    created(two.lender.broker.post("/v1/specialisms", json=lenders_own | {"name": "Phonics, as the lender means it"}))
    asked = two.asked(support_request_id=two.borrower.request(days_wanted=1, **window)["id"])
    offered = two.lender.leader(travel_limit_km=200)
    other_phase = two.lender.leader(phases=["secondary"])
    blocked = {
        two.lender.leader(home_school_urn=two.borrower.host_school_urn)["id"]: "own_school",
        two.lender.leader(designated_on=None)["id"]: "not_designated",
        two.lender.leader(specialisms=[{"code": "literacy", "claimed_on": "2014-09-01"}])["id"]: "lacks_specialism",
        two.lender.leader(travel_limit_km=0)["id"]: "outside_travel_limit",
        two.lender.leader(conflicts=[two.borrower.host_school_urn])["id"]: "conflict_of_interest",
    }
    theirs = two.borrower.leader()
    path = f"/v1/lending-requests/{asked['id']}/shortlist"
    found = done(two.lender.broker.get(path))
    assert [(one["leader_id"], one["rank"]) for one in found["candidates"]] == [
        (offered["id"], 1),
        (other_phase["id"], 2),
    ]
    assert all(sum(part["points"] for part in one["parts"]) == one["total"] > 0 for one in found["candidates"])
    assert {one["leader_id"]: one["reason"] for one in found["blocked"]} == blocked
    assert theirs["id"] not in str(found)
    assert (found["support_request_id"], found["line"]) == (asked["support_request_id"], 1)
    assert [one["leader_id"] for one in done(two.lender.broker.get(path, params={"limit": 1}))["candidates"]] == [
        offered["id"]
    ]
    refused = two.borrower.broker.get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert Brokerage.open(people).broker.get(path).status_code == 404
    # The days of whoever is on offer are held, in the shortlist as in the year.
    two.offer(offered, asked, days=15)
    now_blocked = {one["leader_id"]: one["reason"] for one in done(two.lender.broker.get(path))["blocked"]}
    assert now_blocked == blocked | {offered["id"]: "no_days_left"}


def test_an_area_that_only_the_borrower_knows_is_looked_for_by_nobody(two: TwoAlliances) -> None:
    own = {"alliance_id": two.borrower.alliance_id, "code": "forest-school", "group": "pupil_achievement"}
    created(two.borrower.broker.post("/v1/specialisms", json=own | {"name": "Learning in the forest"}))
    leader = two.lender.leader()
    window = {"earliest_start_on": TODAY, "latest_finish_on": LAST_DAY}
    both = two.borrower.request(areas=["forest-school", "phonics"], **window)
    path = f"/v1/lending-requests/{two.asked(support_request_id=both['id'])['id']}/shortlist"
    assert leader["id"] in [one["leader_id"] for one in done(two.lender.broker.get(path))["candidates"]]
    alone = two.borrower.request(areas=["forest-school"], **window)
    path = f"/v1/lending-requests/{two.asked(support_request_id=alone['id'])['id']}/shortlist"
    refused = two.lender.broker.get(path)
    assert (refused.status_code, refused.json()["code"]) == (422, "specialism-not-in-list")


def test_a_borrower_sees_whom_it_can_ask_and_whom_it_has_asked(people: People) -> None:
    two = TwoAlliances.open(people)
    ended, not_begun = Brokerage.open(people), Brokerage.open(people)
    over = created(
        two.borrower.broker.post("/v1/lending-agreements", json=agreement_body(ended, two.borrower, to_on="2015-08-31"))
    )
    agree(ended, over)
    created(two.borrower.broker.post("/v1/lending-agreements", json=agreement_body(not_begun, two.borrower)))
    request = two.borrower.request()
    path = f"/v1/support-requests/{request['id']}/lenders"
    lender = {
        "lender_alliance_id": two.lender.alliance_id,
        "lending_agreement_id": two.agreement["id"],
        "to_on": None,
        "lending_request_id": None,
    }
    assert done(two.borrower.broker.get(path))["items"] == [lender]
    asked = two.asked(support_request_id=request["id"])
    assert done(two.borrower.broker.get(path))["items"] == [lender | {"lending_request_id": asked["id"]}]
    assert done(two.borrower.broker.get(path, params={"line": 2}))["items"] == [lender]
    assert two.lender.broker.get(path).status_code == 404
    done(two.borrower.move(asked, "lending-requests", "closed", TODAY))
    assert done(two.borrower.broker.get(path))["items"] == [lender]


@pytest.fixture
def app(house: House) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection as the application's own role; nothing it does is kept."""
    with psycopg.connect(house.stores["sle-broker"].app_url.replace("+psycopg", "")) as connection:
        yield connection
        connection.rollback()


SHARED = ("lending_agreements", "lending_agreement_steps", "lending_requests", "lending_offers")


def test_the_database_shows_shared_rows_to_the_two_and_lent_ones_to_the_lender(
    two: TwoAlliances, app: "psycopg.Connection[tuple[object, ...]]", people: People
) -> None:
    offer = two.offer(visit_days=[TODAY])
    alliances: dict[Any, bool] = {two.lender.alliance_id: True, two.borrower.alliance_id: True}
    alliances |= {people.alliance(): False, "": False}
    for alliance, sees in alliances.items():
        app.execute("SELECT set_config('app.tenants', %s, true)", [alliance])
        for table in (*SHARED, "deployments", "deployment_steps", "visit_days"):
            column = "deployment_id" if table in ("deployment_steps", "visit_days") else "id"
            known = "true" if table in SHARED else f"{column} = '{offer['id']}'"
            found = app.execute(f"SELECT count(*) > 0 FROM {table} WHERE {known}").fetchone()
            assert found == (sees,), (table, alliance)


def test_whatever_is_recorded_of_a_deployment_is_recorded_of_a_lent_one_too(
    app: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    parts = app.execute(
        "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE confrelid = 'deployments'::regclass "
        "AND conrelid NOT IN ('deployments'::regclass, 'lending_offers'::regclass, 'brokerage_proposals'::regclass)"
    ).fetchall()
    lent = app.execute("SELECT tablename FROM pg_policies WHERE policyname = 'tenant_rows_lent'").fetchall()
    assert len(parts) > 0
    assert {*parts, ("deployments",)} == set(lent)


def test_without_an_agreement_no_row_is_written_in_another_alliances_name(
    two: TwoAlliances, app: "psycopg.Connection[tuple[object, ...]]", people: People
) -> None:
    offer = two.offer()
    app.execute("SELECT set_config('app.tenants', %s, true)", [two.lender.alliance_id])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("UPDATE deployments SET alliance_id = %s WHERE id = %s", [people.alliance(), offer["id"]])
