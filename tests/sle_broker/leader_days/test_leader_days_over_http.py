import psycopg
import pytest

from tests.running import House
from tests.sle_broker.brokerage import DAYS, Brokerage, created, done, if_match


def test_a_leaders_year_adds_up(brokerage: Brokerage, house: House) -> None:
    leader = brokerage.leader()
    deployment = brokerage.deployment("under_way", leader, days=4)
    visit = {"deployment_id": deployment["id"], "on": DAYS["under_way"], "days": 0.5}
    created(brokerage.broker.post("/v1/visits", json=visit))
    brokerage.deployment("proposed", leader, days=1.5, starts_on="2015-03-02", ends_on="2015-03-27")
    path, year = f"/v1/leaders/{leader['id']}", {"academic_year": "2014/15"}
    body = {"allowance_days": 12, "half_terms": {"spring_2": 2, "summer_1": 0}}
    said = done(brokerage.broker.put(f"{path}/availability", params=year, json=body, headers=if_match(leader)))
    theirs = brokerage.someone("leader", leader["id"])
    answer = theirs.get(f"{path}/days", params=year)
    assert answer.headers["ETag"] == f'"{said["version"]}"'
    days = done(answer)
    assert (days["allowance"], days["held"], days["used"], days["free"]) == (12, 5.5, 0.5, 6.5)
    by_half_term = {
        one["half_term"]: (one["available"], one["held"], one["used"], one["free"]) for one in days["half_terms"]
    }
    assert by_half_term == {
        "autumn_1": (None, 0, 0, 6.5),
        "autumn_2": (None, 0, 0, 6.5),
        "spring_1": (None, 0.5, 0.5, 6.5),
        "spring_2": (2, 1.5, 0, 0.5),
        "summer_1": (0, 0, 0, 0),
        "summer_2": (None, 0, 0, 6.5),
    }
    other_year = done(theirs.get(f"{path}/days", params={"academic_year": "2015/16"}))
    assert (other_year["allowance"], other_year["held"], other_year["free"]) == (15, 0, 15)
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        readers = admin.execute(
            "SELECT who FROM audit_log WHERE subject = %s AND action = 'leader-days-read'", [leader["id"]]
        ).fetchall()
    assert readers == [(theirs.client_id,)] * 2


def test_a_leaders_days_are_their_own(brokerage: Brokerage) -> None:
    leader, another = brokerage.leader(), brokerage.leader()
    theirs = brokerage.someone("leader", another["id"])
    path, year = f"/v1/leaders/{leader['id']}/days", {"academic_year": "2014/15"}
    assert theirs.get(path, params=year).status_code == 404
    assert brokerage.someone("school", brokerage.home_school_urn).get(path, params=year).status_code == 403


@pytest.mark.parametrize("year", [None, "", "2014/16", "1899/00", "9999/00"])
def test_a_year_that_cannot_be_read_is_refused(brokerage: Brokerage, year: str | None) -> None:
    path = f"/v1/leaders/{brokerage.leader()['id']}/days"
    params = {} if year is None else {"academic_year": year}
    assert brokerage.broker.get(path, params=params).status_code == 422
