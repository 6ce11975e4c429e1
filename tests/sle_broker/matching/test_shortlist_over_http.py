import psycopg

from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import DAYS, Brokerage, done


def test_every_leader_stands_on_a_shortlist_once_and_the_parts_add_up(brokerage: Brokerage) -> None:
    people = brokerage.people
    far = people.school(latitude="57.00", longitude="-2.00")
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
    assert facts["days"] == "12.5 of 15 days left"
    assert facts["load"] == "1 open deployment"
    assert (
        facts["clock"] == f"first deployed on {deployment['first_day_on']}" == f"first deployed on {DAYS['under_way']}"
    )
    assert facts["experience"] == "1 school like this one helped before"
    assert facts["evaluations"] == "1 of 1 objective met in evaluated deployments"
    assert facts["distance"] == "3 km"


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
