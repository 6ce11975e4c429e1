"""A plan's dates at a secret address: read without a token, told once, revoked at once."""

from typing import Any

import httpx
import psycopg
import pytest
from icalendar import Calendar

from tests.people import People, SignedIn
from tests.plans_api.importing import everything, send
from tests.running import House

A_PLAN = b"""# Action plan 2014/15 - 1. Leadership

| Action points | Milestones | Date | Lead | Impact | KPIs |
|---|---|---|---|---|---|
| Host | Choose hosts.<br>Place leaders. | May 2015<br>On-going | R Example | Growth | 3 |
| Train | Write the course | TBC (awaiting the hall) | K Shilton | Better | 3 |
"""


@pytest.fixture
def plan_id(admin: SignedIn, alliance: str) -> str:
    return str(send(admin, alliance, A_PLAN).json()["plan_id"])


def opened(client: SignedIn, plan_id: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/calendar-feeds", json={"plan_id": plan_id} | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def summaries(house: House, address: str) -> list[str]:
    answer = httpx.get(house.plans + address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8"), answer.text
    return [str(each["SUMMARY"]) for each in Calendar.from_ical(answer.content).walk() if "SUMMARY" in each]


def test_whoever_knows_the_address_reads_the_dates(admin: SignedIn, plan_id: str, house: House) -> None:
    address = opened(admin, plan_id)["address"]
    assert summaries(house, address) == [
        "May 2015: Choose hosts.",
        "On-going: Place leaders.",
        "TBC (awaiting the hall): Write the course",
    ]
    assert b"Example" not in httpx.get(house.plans + address).content


def test_a_feed_of_one_lead_has_their_dates(admin: SignedIn, plan_id: str, house: House) -> None:
    assert summaries(house, opened(admin, plan_id, lead="K Shilton")["address"]) == [
        "TBC (awaiting the hall): Write the course"
    ]
    refused = admin.post("/v1/calendar-feeds", json={"plan_id": plan_id, "lead": "N Body"})
    assert (refused.status_code, refused.json()["code"]) == (422, "lead-not-in-plan")


def test_a_revoked_ended_or_unknown_address_is_not_found(admin: SignedIn, plan_id: str, house: House) -> None:
    feed = opened(admin, plan_id, ends_on="2199-12-31")
    path = f"/v1/calendar-feeds/{feed['id']}/transitions"
    revoked = admin.post(path, json={"to": "revoked"}, headers={"If-Match": '"1"'})
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert admin.post(path, json={"to": "revoked"}, headers={"If-Match": '"2"'}).json()["code"] == "state-conflict"
    ended = opened(admin, plan_id)
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        sql.execute("UPDATE calendar_feeds SET ends_on = '2014-01-01' WHERE id = %s", [ended["id"]])
    headers = {"X-Request-Id": "the-same-request"}
    gone = [
        httpx.get(house.plans + address, headers=headers)
        for address in (feed["address"], ended["address"], f"/v1/calendars/{'x' * 43}", "/v1/calendars/short")
    ]
    assert {(answer.status_code, answer.content) for answer in gone} == {(404, gone[0].content)}
    past = admin.post("/v1/calendar-feeds", json={"plan_id": plan_id, "ends_on": "2014-01-01"})
    assert past.json()["code"] == "feed-ends-in-the-past"


def test_the_address_is_told_once_and_only_its_digest_is_kept(admin: SignedIn, plan_id: str, house: House) -> None:
    headers = {"Idempotency-Key": f"feed-{plan_id}"}
    first, again = (admin.post("/v1/calendar-feeds", json={"plan_id": plan_id}, headers=headers) for _ in range(2))
    assert again.json() == first.json() | {"address": None}
    token = first.json()["address"].rsplit("/", 1)[1]
    assert "address" not in admin.get(f"/v1/calendar-feeds/{first.json()['id']}").json()
    assert [each["id"] for each in everything(admin, "/v1/calendar-feeds", plan_id=plan_id)] == [first.json()["id"]]
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        for table in ("calendar_feeds", "idempotency_keys", "outbox_pending", "feed", "audit_log"):
            rows = sql.execute(f"SELECT t::text FROM {table} t").fetchall()
            bodies = sql.execute("SELECT convert_from(body, 'UTF8') FROM idempotency_keys").fetchall()
            assert all(token not in str(row) for row in [*rows, *bodies])


def test_a_feed_is_opened_and_revoked_by_those_who_plan(
    people: People, admin: SignedIn, alliance: str, plan_id: str
) -> None:
    feed = opened(people.client(alliance, "plan_lead"), plan_id)
    auditor, stranger = people.client(alliance, "auditor"), people.client(people.alliance(), "alliance_admin")
    body = {"plan_id": plan_id}
    assert auditor.post("/v1/calendar-feeds", json=body).status_code == 403
    assert stranger.post("/v1/calendar-feeds", json=body).status_code == 404
    assert stranger.get(f"/v1/calendar-feeds/{feed['id']}").status_code == 404
    assert everything(stranger, "/v1/calendar-feeds") == []
