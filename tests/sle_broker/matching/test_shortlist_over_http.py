import psycopg

from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import DAYS, Brokerage, created, done


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
