"""Clients, people and role grants through the API of plans-api."""

import secrets
from datetime import date, timedelta

import httpx
import psycopg
import pytest

from tests.people import People, SignedIn
from tests.running import House

ISSUER = "https://sign-in.example.org"


@pytest.fixture(scope="module")
def operator(people: People) -> SignedIn:
    """The operator at plans-api."""
    return people.operator()


def client_body(alliance_id: str | None, **more: object) -> dict[str, object]:
    return {
        "client_id": f"client-{secrets.token_hex(6)}",
        "client_secret": secrets.token_urlsafe(32),
        "name": "A client",
        "scopes": ["plans-api:read"],
        "alliance_id": alliance_id,
    } | more


def grant(client: SignedIn, alliance_id: str | None, role: str, party: str | None = None) -> httpx.Response:
    body = {"issuer": ISSUER, "subject": secrets.token_hex(6), "role": role, "alliance_id": alliance_id, "party": party}
    return client.post("/v1/role-grants", json=body)


def revoke(client: SignedIn, granted: httpx.Response, on: str) -> httpx.Response:
    return client.post(
        f"/v1/role-grants/{granted.json()['id']}/transitions",
        json={"to": "revoked", "on": on},
        headers={"If-Match": granted.headers["ETag"]},
    )


def test_a_revoked_role_stops_working_at_once(operator: SignedIn, people: People) -> None:
    alliance = people.alliance()
    broker = people.nobody(alliance_id=alliance)
    grant_id = people.grant(broker, alliance, "broker")
    assert broker.get(f"/v1/alliances/{alliance}").status_code == 200
    path = f"/v1/role-grants/{grant_id}/transitions"
    body = {"to": "revoked", "on": date.today().isoformat()}  # noqa: DTZ011 -- any day that is not to come
    assert operator.post(path, json=body, headers={"If-Match": '"1"'}).status_code == 200
    refused = broker.get(f"/v1/alliances/{alliance}")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_a_role_is_revoked_once_and_never_ahead_of_time(operator: SignedIn, people: People) -> None:
    granted = grant(operator, people.alliance(), "broker")
    ahead = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011
    early = revoke(operator, granted, ahead)
    assert (early.status_code, early.json()["code"]) == (422, "revocation-in-the-future")
    done = revoke(operator, granted, "2014-09-01")
    assert (done.status_code, done.json()["state"]) == (200, "revoked")
    stale = revoke(operator, granted, "2014-09-01")
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")


def test_the_same_role_is_held_once_and_may_be_granted_again_after_it_was_revoked(
    operator: SignedIn, people: People
) -> None:
    body = {"issuer": ISSUER, "subject": "somebody", "role": "broker", "alliance_id": people.alliance(), "party": None}
    first = operator.post("/v1/role-grants", json=body)
    twice = operator.post("/v1/role-grants", json=body)
    assert (first.status_code, twice.status_code, twice.json()["code"]) == (201, 409, "duplicate")
    assert revoke(operator, first, "2014-09-01").status_code == 200
    assert operator.post("/v1/role-grants", json=body).status_code == 201


@pytest.mark.parametrize(
    ("role", "in_alliance", "party", "code"),
    [
        ("broker", False, None, "role-needs-alliance"),
        ("operator", True, None, "role-is-for-the-platform"),
        ("leader", True, None, "role-needs-party"),
        ("broker", True, "100000", "role-has-no-party"),
        ("emperor", True, None, "validation-failed"),
    ],
)
def test_a_role_that_cannot_be_granted_is_refused_by_name(
    operator: SignedIn, people: People, role: str, in_alliance: bool, party: str | None, code: str
) -> None:
    answer = grant(operator, people.alliance() if in_alliance else None, role, party)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_an_alliance_admin_rules_its_own_alliance_and_nobody_elses(people: People) -> None:
    own, foreign = people.alliance(), people.alliance()
    admin = people.client(own, "alliance_admin")
    assert grant(admin, own, "broker").status_code == 201
    assert grant(admin, foreign, "broker").status_code == 404
    assert grant(admin, None, "operator").status_code == 403
    assert admin.post("/v1/clients", json=client_body(own)).status_code == 201
    assert admin.post("/v1/clients", json=client_body(foreign)).status_code == 404
    assert admin.post("/v1/clients", json=client_body(None)).status_code == 403
    grants = admin.get("/v1/role-grants", params={"limit": 200}).json()["items"]
    assert {item["alliance_id"] for item in grants} == {own}
    assert admin.get("/v1/role-grants", params={"alliance_id": foreign}).json()["items"] == []
    clients = admin.get("/v1/clients", params={"limit": 200}).json()["items"]
    assert {item["alliance_id"] for item in clients} == {own}


def test_an_administrator_stays_one_until_another_says_otherwise(people: People) -> None:
    alliance = people.alliance()
    admin, other = people.client(alliance, "alliance_admin"), people.client(alliance, "alliance_admin")
    grants = admin.get("/v1/role-grants", params={"limit": 200}).json()["items"]
    (own,) = [grant for grant in grants if grant["subject"] == admin.client_id]
    path, body = f"/v1/role-grants/{own['id']}/transitions", {"to": "revoked", "on": "2014-09-01"}
    refused = admin.post(path, json=body, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "own-access-stays")
    assert other.post(path, json=body, headers={"If-Match": '"1"'}).status_code == 200
    assert admin.get("/v1/role-grants").status_code == 403


def test_a_broker_grants_no_roles(people: People) -> None:
    alliance = people.alliance()
    broker = people.client(alliance, "broker")
    assert grant(broker, alliance, "alliance_admin").status_code == 403
    assert broker.get("/v1/role-grants").status_code == 403


def test_a_client_id_is_given_once(operator: SignedIn, people: People) -> None:
    body = client_body(people.alliance())
    assert operator.post("/v1/clients", json=body).status_code == 201
    again = operator.post("/v1/clients", json=body | {"name": "Another"})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate")


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "short"},
        {"scopes": []},
        {"scopes": ["plans-api:everything"]},
        {"client_id": "a b"},
        {"name": "N\x00L"},
        {"surprise": 1},
    ],
)
def test_a_client_that_cannot_be_is_refused(operator: SignedIn, wrong: dict[str, object]) -> None:
    answer = operator.post("/v1/clients", json=client_body(None, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
    assert next(iter(wrong)) in answer.json()["errors"][0]["pointer"]


def test_people_are_read_by_administrators_and_each_reading_is_noted(people: People, house: House) -> None:
    alliance = people.alliance()
    admin, broker = people.client(alliance, "alliance_admin"), people.client(alliance, "broker")
    person = {"alliance_id": alliance, "issuer": ISSUER, "subject": "robin", "name": "Robin Example"}
    assert admin.post("/v1/people", json=person).status_code == 201
    assert admin.post("/v1/people", json=person).json()["code"] == "duplicate"
    (found,) = admin.get("/v1/people", params={"alliance_id": alliance}).json()["items"]
    assert {key: found[key] for key in person} == person
    assert broker.get("/v1/people", params={"alliance_id": alliance}).status_code == 403
    assert admin.get("/v1/people", params={"alliance_id": people.alliance()}).status_code == 404
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        noted = sql.execute(
            "SELECT who, action FROM audit_log WHERE tenant_id = %s AND action LIKE 'p%%' ORDER BY id", [alliance]
        ).fetchall()
    assert noted == [(admin.client_id, "person-recorded"), (admin.client_id, "people-read")]


def test_no_event_says_a_persons_name(people: People, house: House) -> None:
    alliance, name = people.alliance(), f"Name {secrets.token_hex(8)}"
    person = {"alliance_id": alliance, "issuer": ISSUER, "subject": "robin", "name": name}
    assert people.operator().post("/v1/people", json=person).status_code == 201
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        told = sql.execute("SELECT data::text FROM feed UNION ALL SELECT data::text FROM outbox_pending").fetchall()
    assert not [data for (data,) in told if name in data]
