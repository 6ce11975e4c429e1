from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from service_kit.database import EVERY_TENANT, Database
from sle_broker.matching.statements import QUICK
from sle_broker.matching.store import best_candidates, search_for, statements_for
from sle_broker.matching_weights.weights import DEFAULT_WEIGHTS
from sle_broker.support_requests.store import get_support_request
from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import DAYS, Brokerage, Json, created, done
from tests.sle_broker.lending_offers.two_alliances import LAST_DAY, TODAY, TwoAlliances
from tests.sle_broker.matching.pools import Lot


def test_every_leader_stands_on_a_shortlist_once_and_the_parts_add_up(brokerage: Brokerage) -> None:
    far = brokerage.school(latitude="57.00", longitude="-2.00")
    expected = {
        brokerage.leader(home_school_urn=brokerage.host_school_urn)["id"]: "own_school",
        brokerage.leader(None)["id"]: "not_designated",
        brokerage.leader(specialisms=[])["id"]: "lacks_specialism",
        brokerage.leader(home_school_urn=far, travel_limit_km=50)["id"]: "outside_travel_limit",
        brokerage.leader(not_released_from_on="2015-01-01", not_released_to_on="2015-04-01")["id"]: "not_released",
        brokerage.leader(allowance_days=4.5)["id"]: "no_days_left",
        brokerage.leader(conflicts=[brokerage.host_school_urn])["id"]: "conflict_of_interest",
    }
    offered = {brokerage.leader()["id"], brokerage.leader(phases=[])["id"]}
    found = brokerage.shortlist(brokerage.request())
    assert {one["leader_id"]: one["reason"] for one in found["blocked"]} == expected
    assert {one["leader_id"] for one in found["candidates"]} == offered
    for rank, candidate in enumerate(found["candidates"], start=1):
        assert candidate["rank"] == rank
        assert candidate["total"] == sum(part["points"] for part in candidate["parts"])
        assert len(candidate["parts"]) == 8
    totals = [candidate["total"] for candidate in found["candidates"]]
    assert totals == sorted(totals, reverse=True)


def test_a_shortlist_knows_what_a_leader_has_done_and_has_left(people: People) -> None:
    brokerage = Brokerage.open(people)
    leader = brokerage.leader()
    deployment = brokerage.deployment("closed", leader)
    brokerage.deployment("proposed", leader, days=2.5)
    found = brokerage.shortlist(brokerage.request(), as_of="2015-01-14")
    [candidate] = found["candidates"]
    facts = {part["criterion"]: part["fact"] for part in candidate["parts"]}
    assert facts["specialism"] == "claimed in Phonics and early reading on 2014-09-01"
    assert facts["days"] == "12.5 of 15 days left, 12.5 free in this window"
    assert facts["load"] == "1 open deployment"
    assert (
        facts["clock"] == f"first deployed on {deployment['first_day_on']}" == f"first deployed on {DAYS['under_way']}"
    )
    assert facts["experience"] == "1 school like this one helped before"
    assert facts["evaluations"] == "1 of 1 objective met in evaluated deployments"
    assert facts["distance"] == "3 km"


def test_a_shortlist_knows_nothing_that_happened_after_its_day(people: People) -> None:
    brokerage = Brokerage.open(people)
    leader = brokerage.leader(None)
    designation = brokerage.designation(leader, "2014-11-03")
    request = brokerage.request()
    before = brokerage.shortlist(request, as_of="2015-01-05")
    deployment = brokerage.deployment("under_way", leader, days=12)
    visit = {"deployment_id": deployment["id"], "on": DAYS["under_way"], "days": 1}
    created(brokerage.broker.post("/v1/visits", json=visit))
    deployment = done(brokerage.broker.get(f"/v1/deployments/{deployment['id']}"))
    done(brokerage.move(deployment, "deployments", "ended_early", "2015-01-12", reason="objectives_met_early"))
    maths = {"leader_id": leader["id"], "code": "mathematics", "claimed_on": "2015-01-20"}
    created(brokerage.broker.post("/v1/leader-specialisms", json=maths))
    [held] = [
        one
        for one in done(brokerage.broker.get("/v1/leader-specialisms", params={"leader_id": leader["id"]}))["items"]
        if one["specialism"]["code"] == "phonics"
    ]
    done(brokerage.move(held, "leader-specialisms", "validated", "2015-01-20", evidence="Seen."))
    done(brokerage.move(designation, "designations", "withdrawn", "2015-01-21", reason="stood_down"))

    assert brokerage.shortlist(request, as_of="2015-01-05") == before
    in_maths = brokerage.request(areas=["mathematics"], submitted_on="2015-01-05")
    [too_early] = brokerage.shortlist(in_maths, as_of="2015-01-19")["blocked"]
    assert too_early["reason"] == "lacks_specialism"
    [booked] = brokerage.shortlist(request, as_of="2015-01-11")["blocked"]
    assert (booked["reason"], booked["fact"]) == ("no_days_left", "3 of 15 days left, 5 wanted")
    in_february = brokerage.request(earliest_start_on="2015-02-02")
    [candidate] = brokerage.shortlist(in_february, as_of="2015-01-20")["candidates"]
    facts = {part["criterion"]: part["fact"] for part in candidate["parts"]}
    assert facts["specialism"] == "validated in Phonics and early reading on 2015-01-20"
    assert (facts["days"], facts["load"]) == ("14 of 15 days left, 14 free in this window", "no open deployments")
    assert facts["experience"] == "1 school like this one helped before"
    [ended] = brokerage.shortlist(in_february, as_of="2015-01-21")["blocked"]
    assert ended["reason"] == "not_designated"


def test_the_same_records_give_the_same_shortlist_and_every_reading_is_recorded(
    brokerage: Brokerage, house: House
) -> None:
    request = brokerage.request()
    assert brokerage.shortlist(request) == brokerage.shortlist(request)
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        rows = admin.execute(
            "SELECT who FROM audit_log WHERE subject = %s AND action = 'shortlist-read'", [request["id"]]
        ).fetchall()
    assert rows == [(brokerage.broker.client_id,)] * 2
    today = done(brokerage.broker.get(f"/v1/support-requests/{request['id']}/shortlist"))
    assert today["as_of"] > "2020"


def test_what_a_broker_wonders_about_shows_who_would_become_available(people: People) -> None:
    brokerage = Brokerage.open(people)
    far = brokerage.school(latitude="52.95", longitude="-2.00")
    offered = brokerage.leader()
    short = brokerage.leader(allowance_days=3)
    distant = brokerage.leader(home_school_urn=far, travel_limit_km=30)
    away = brokerage.leader(not_released_from_on="2015-01-01", not_released_to_on="2015-03-27")
    request = brokerage.request()

    def wonder(**params: Any) -> dict[str, Any]:
        path = f"/v1/support-requests/{request['id']}/shortlist"
        found = done(brokerage.broker.get(path, params=params | {"as_of": "2015-01-12"}))
        return {one["leader_id"]: one["stood_against"] for one in found["candidates"]}

    nothing = {offered["id"]: None}
    assert wonder() == nothing
    no_days = {"reason": "no_days_left", "fact": "3 of 15 days left, 5 wanted".replace("15", "3")}
    assert wonder(days_wanted=3) == nothing | {short["id"]: no_days}
    too_far = {"reason": "outside_travel_limit", "fact": "39 km, travels up to 30 km"}
    assert wonder(travel_km_more=9) == nothing | {distant["id"]: too_far}
    assert wonder(travel_km_more=8) == nothing
    kept = {"reason": "not_released", "fact": "home school cannot release them between 2015-01-12 and 2015-03-27"}
    assert wonder(latest_finish_on="2015-04-10") == nothing | {away["id"]: kept}
    path = f"/v1/support-requests/{request['id']}/shortlist"
    refused = brokerage.broker.get(path, params={"latest_finish_on": "2015-01-11"})
    assert (refused.status_code, refused.json()["code"]) == (422, "dates-out-of-order")
    wrong: Json
    for wrong in ({"days_wanted": 0.3}, {"travel_km_more": -1}, {"line": 0}, {"limit": 51}):
        assert brokerage.broker.get(path, params=wrong).status_code == 422


def test_a_shortlist_is_for_one_line_of_a_package_and_for_its_kind_of_leader(people: People) -> None:
    brokerage = Brokerage.open(people)
    specialist, national = brokerage.leader(), brokerage.leader(kind="nle", specialisms=[])
    claim = {"leader_id": national["id"], "code": "governance", "claimed_on": "2014-09-01"}
    created(brokerage.broker.post("/v1/leader-specialisms", json=claim))
    request = brokerage.request(
        areas=["governance"],
        days_wanted=2,
        leader_kind="nle",
        also_wanted=[
            {"areas": ["phonics"], "days_wanted": 4},
            {"areas": ["phonics"], "days_wanted": 4, "people": "staff"},
        ],
    )
    path = f"/v1/support-requests/{request['id']}/shortlist"
    first = brokerage.shortlist(request)
    assert [one["leader_id"] for one in first["candidates"]] == [national["id"]]
    [blocked] = first["blocked"]
    assert (blocked["leader_id"], blocked["fact"]) == (specialist["id"], "designated as SLE, NLE wanted")
    second = done(brokerage.broker.get(path, params={"as_of": "2015-01-12", "line": 2}))
    assert (second["line"], second["searched"]["days_wanted"]) == (2, 4)
    assert [one["leader_id"] for one in second["candidates"]] == [specialist["id"]]
    for line in (3, 4):
        refused = brokerage.broker.get(path, params={"line": line})
        assert (refused.status_code, refused.json()["code"]) == (422, "line-not-for-leaders")
        assert refused.json()["detail"] == "Leaders are wanted in these lines of the request: 1, 2."


def test_days_free_in_the_window_block_and_are_told(people: People) -> None:
    brokerage = Brokerage.open(people)
    leader, request = brokerage.leader(), brokerage.request()
    path, said = f"/v1/leaders/{leader['id']}/availability", {"spring_1": 2, "spring_2": 4}

    def say(version: int, **half_terms: int) -> None:
        body = {"allowance_days": 12, "half_terms": half_terms}
        params, headers = {"academic_year": "2014/15"}, {"If-Match": f'"{version}"'}
        done(brokerage.broker.put(path, params=params, json=body, headers=headers))

    say(1, **said)
    [candidate] = brokerage.shortlist(request)["candidates"]
    facts = {part["criterion"]: part["fact"] for part in candidate["parts"]}
    assert facts["days"] == "12 of 12 days left, 6 free in this window"
    brokerage.deployment("proposed", leader, days=1.5, starts_on="2015-01-12", ends_on="2015-02-06")
    [blocked] = brokerage.shortlist(request)["blocked"]
    assert (blocked["reason"], blocked["fact"]) == (
        "too_few_free_days",
        "4.5 days free in this window, 5 wanted",
    )
    path = f"/v1/support-requests/{request['id']}/blocked-leaders"
    params = {"as_of": "2015-01-12", "reason": "too_few_free_days"}
    assert done(brokerage.broker.get(path, params=params))["items"] == [blocked]


def test_the_blocked_are_counted_and_listed_by_reason(people: People) -> None:
    brokerage = Brokerage.open(people)
    lacking = sorted(brokerage.leader(specialisms=[])["id"] for _ in range(3))
    undesignated = brokerage.leader(None)
    request = brokerage.request()
    found = brokerage.shortlist(request)
    assert found["blocked_counts"] == [
        {"reason": "not_designated", "leaders": 1},
        {"reason": "lacks_specialism", "leaders": 3},
    ]
    path = f"/v1/support-requests/{request['id']}/blocked-leaders"
    params: Json = {"as_of": "2015-01-12", "reason": "lacks_specialism", "limit": 2}
    page = done(brokerage.broker.get(path, params=params))
    rest = done(brokerage.broker.get(path, params=params | {"cursor": page["next_cursor"]}))
    assert page["items"] + rest["items"] == found["blocked"][1:]
    assert [one["leader_id"] for one in page["items"] + rest["items"]] == lacking
    [other] = done(brokerage.broker.get(path, params=params | {"reason": "not_designated"}))["items"]
    assert (other["leader_id"], other["fact"]) == (undesignated["id"], "not designated on 2015-01-12")
    elsewhere = brokerage.broker.get(path, params=params | {"reason": "own_school", "cursor": page["next_cursor"]})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (400, "invalid-cursor")
    assert brokerage.broker.get(path).status_code == 422
    assert brokerage.someone("leader", lacking[0]).get(path, params=params).status_code == 403
    assert Brokerage.open(people).broker.get(path, params=params).status_code == 404


def test_of_more_than_two_hundred_leaders_the_best_are_listed_and_the_others_by_page(
    people: People, house: House
) -> None:
    brokerage = Brokerage.open(people)
    request = brokerage.request(days_wanted=0.5)
    store = house.stores["sle-broker"]
    drawn = Lot(90, store.admin_url, UUID(brokerage.alliance_id), settled_on=date(2015, 3, 1))
    drawn.leaders(200)
    whole = brokerage.shortlist(request, as_of="2015-03-02")
    assert len(whole["candidates"]) + len(whole["blocked"]) == 200
    drawn.leaders(1)
    drawn.admin.close()
    path = f"/v1/support-requests/{request['id']}"
    params: Json = {"as_of": "2015-03-02", "limit": 50}
    best = brokerage.shortlist(request, as_of="2015-03-02")
    fifty = done(brokerage.broker.get(f"{path}/shortlist", params=params))
    assert best["candidates"] == fifty["candidates"][:10]
    assert (len(best["candidates"]), best["blocked"]) == (10, [])
    assert best["blocked_counts"] == fifty["blocked_counts"]
    before = [one["leader_id"] for one in whole["candidates"]]
    still = [one["leader_id"] for one in best["candidates"] if one["leader_id"] in before]
    assert still == before[: len(still)]
    assert len(still) >= 9
    blocked: dict[str, str] = {}
    for count in best["blocked_counts"]:
        asked: Json = {"as_of": "2015-03-02", "reason": count["reason"], "limit": 200}
        listed = done(brokerage.broker.get(f"{path}/blocked-leaders", params=asked))["items"]
        assert len(listed) == count["leaders"]
        blocked |= {one["leader_id"]: one["reason"] for one in listed}
    assert len(blocked) + len(fifty["candidates"]) == 201
    assert {one["leader_id"]: one["reason"] for one in whole["blocked"]}.items() <= blocked.items()


def test_a_lender_of_more_than_two_hundred_is_shown_the_best_and_how_many_are_blocked(
    people: People, house: House
) -> None:
    two = TwoAlliances.open(people)
    wanted = two.borrower.request(days_wanted=0.5, earliest_start_on=TODAY, latest_finish_on=LAST_DAY)
    path = f"/v1/lending-requests/{two.asked(support_request_id=wanted['id'])['id']}/shortlist"
    lender = UUID(two.lender.alliance_id)
    drawn = Lot(91, house.stores["sle-broker"].admin_url, lender, settled_on=date(2015, 3, 1))
    drawn.leaders(200)
    whole = done(two.lender.broker.get(path))
    assert len(whole["candidates"]) + len(whole["blocked"]) == 200
    drawn.leaders(1)
    drawn.admin.close()
    best = done(two.lender.broker.get(path))
    fifty = done(two.lender.broker.get(path, params={"limit": 50}))
    assert (len(best["candidates"]), best["blocked"]) == (10, [])
    assert best["candidates"] == fifty["candidates"][:10]
    before = [one["leader_id"] for one in whole["candidates"]]
    still = [one["leader_id"] for one in best["candidates"] if one["leader_id"] in before]
    assert still == before[: len(still)]
    assert len(still) >= 9
    assert sum(one["leaders"] for one in best["blocked_counts"]) + len(fifty["candidates"]) == 201


def test_what_another_process_books_is_seen_by_the_next_search(people: People, house: House) -> None:
    brokerage = Brokerage.open(people)
    wanted = brokerage.request(earliest_start_on=TODAY, latest_finish_on=LAST_DAY)
    first, second = sorted(brokerage.leader(allowance_days=6)["id"] for _ in range(2))
    engine = create_engine(house.stores["sle-broker"].app_url)

    def best(session: Session) -> list[str]:
        search = search_for(session, get_support_request(session, UUID(wanted["id"])).thing, date.fromisoformat(TODAY))
        assert statements_for(session, UUID(brokerage.alliance_id), search) is QUICK
        found = best_candidates(session, UUID(brokerage.alliance_id), search, DEFAULT_WEIGHTS, 10)
        return [str(id) for id in found]

    # One transaction, whose statements are prepared and planned before the other process books.
    with Database(engine).transaction(EVERY_TENANT) as session:
        for _ in range(8):
            assert best(session) == [first, second]
        body = brokerage.proposal({"id": first}, brokerage.request(), starts_on=TODAY, ends_on=TODAY, proposed_on=None)
        booked = created(brokerage.broker.post("/v1/deployments", json=body | {"days": 2}))
        assert best(session) == [second]
        done(brokerage.move(booked, "deployments", "cancelled", TODAY, reason="no_longer_needed"))
        assert best(session) == [first, second]
    engine.dispose()
