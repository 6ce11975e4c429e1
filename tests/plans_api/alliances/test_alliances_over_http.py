"""Alliances and memberships through the API of plans-api."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.people import People, SignedIn


@pytest.fixture(scope="module")
def operator(people: People) -> SignedIn:
    """The operator at plans-api."""
    return people.operator()


def register(operator: SignedIn, *lead_school_urns: str, **more: object) -> httpx.Response:
    body = {"name": "Harbour Lights", "cohort": 2, "lead_school_urns": lead_school_urns} | more
    return operator.post("/v1/alliances", json=body)


def begin(client: SignedIn, alliance_id: str, urn: str, from_on: str, to_on: str | None = None) -> httpx.Response:
    body = {"alliance_id": alliance_id, "urn": urn, "from_on": from_on, "to_on": to_on}
    return client.post("/v1/memberships", json=body)


def end(client: SignedIn, membership: httpx.Response, on: str, etag: str | None = None) -> httpx.Response:
    return client.post(
        f"/v1/memberships/{membership.json()['id']}/transitions",
        json={"to": "ended", "on": on},
        headers={"If-Match": etag or membership.headers["ETag"]},
    )


def test_an_alliance_is_registered_with_one_or_two_lead_schools(operator: SignedIn, people: People) -> None:
    one, two = people.schools(2)
    made = register(operator, one, two)
    assert made.status_code == 201
    assert made.headers["Location"] == f"/v1/alliances/{made.json()['id']}"
    read = operator.get(made.headers["Location"])
    assert read.json() == made.json()
    assert read.json()["lead_school_urns"] == [one, two]
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("urns", "code"),
    [
        (["899999"], "school-not-in-register"),
        (["{known}", "{known}"], "lead-school-named-twice"),
        ([], "validation-failed"),
        (["{known}", *(str(urn) for urn in range(899_990, 899_996))], "validation-failed"),
        (["12345"], "validation-failed"),
    ],
)
def test_lead_schools_that_cannot_be_are_refused_by_name(
    operator: SignedIn, people: People, urns: list[str], code: str
) -> None:
    known = people.school()
    answer = register(operator, *(urn.format(known=known) for urn in urns))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_change_touches_only_what_is_sent(operator: SignedIn, people: People) -> None:
    made = register(operator, people.school())
    path = f"/v1/alliances/{made.json()['id']}"
    changed = operator.patch(path, json={"name": "Harbour"}, headers={"If-Match": '"1"'}).json()
    assert changed == made.json() | {"name": "Harbour", "version": 2}
    cleared = operator.patch(path, json={"cohort": None}, headers={"If-Match": '"2"'}).json()
    assert cleared == changed | {"cohort": None, "version": 3}
    lead = people.school()
    led = operator.patch(path, json={"lead_school_urns": [lead]}, headers={"If-Match": '"3"'}).json()
    assert led == cleared | {"lead_school_urns": [lead], "version": 4}
    same = operator.patch(path, json={"lead_school_urns": [lead]}, headers={"If-Match": '"4"'})
    assert (same.json(), same.headers["ETag"]) == (led, '"4"')


def test_a_change_needs_the_version_it_was_decided_on(operator: SignedIn, people: People) -> None:
    path = f"/v1/alliances/{register(operator, people.school()).json()['id']}"
    missing = operator.patch(path, json={"name": "Harbour"})
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition-required")
    stale = operator.patch(path, json={"name": "Harbour"}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    nulled = operator.patch(path, json={"name": None}, headers={"If-Match": '"1"'})
    assert (nulled.status_code, nulled.json()["errors"][0]["pointer"]) == (422, "/name")


def test_of_two_changes_at_once_one_is_told_to_read_again(operator: SignedIn, people: People) -> None:
    path = f"/v1/alliances/{register(operator, people.school()).json()['id']}"
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(
            lambda number: operator.patch(path, json={"cohort": number}, headers={"If-Match": '"1"'}), range(11, 19)
        )
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [412] * 7


def test_a_school_joins_and_leaves(operator: SignedIn, people: People) -> None:
    alliance, urn = people.alliance(), people.school()
    joined = begin(operator, alliance, urn, "2013-09-01")
    assert (joined.status_code, joined.json()["state"]) == (201, "begun")
    left = end(operator, joined, "2014-08-31")
    assert (left.status_code, left.json()["state"], left.json()["to_on"]) == (200, "ended", "2014-08-31")
    again = end(operator, joined, "2015-08-31", left.headers["ETag"])
    assert (again.status_code, again.json()["code"]) == (409, "state-conflict")
    assert (again.json()["current"], again.json()["allowed"]) == ("ended", [])
    assert operator.get(joined.headers["Location"]).json() == left.json()
    listed = operator.get("/v1/memberships", params={"alliance_id": alliance, "urn": urn}).json()
    assert listed == {"items": [left.json()], "next_cursor": None}


def test_a_school_is_a_member_of_an_alliance_once_at_a_time(operator: SignedIn, people: People) -> None:
    alliance, urn = people.alliance(), people.school()
    assert begin(operator, alliance, urn, "2013-09-01", "2014-08-31").status_code == 201
    over = begin(operator, alliance, urn, "2014-08-31")
    assert (over.status_code, over.json()["code"]) == (409, "membership-overlaps")
    assert begin(operator, alliance, urn, "2014-09-01").status_code == 201
    assert begin(operator, people.alliance(), urn, "2013-09-01").status_code == 201


def test_of_many_joining_at_once_one_joins(operator: SignedIn, people: People) -> None:
    alliance, urn = people.alliance(), people.school()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: begin(operator, alliance, urn, "2013-09-01"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


@pytest.mark.parametrize(
    ("from_on", "to_on", "code"),
    [
        ("2013-09-01", "2013-08-31", "membership-ends-before-it-begins"),
        ("1066-10-14", None, "validation-failed"),
        ("2013-02-30", None, "validation-failed"),
    ],
)
def test_days_that_cannot_be_are_refused_by_name(
    operator: SignedIn, people: People, from_on: str, to_on: str | None, code: str
) -> None:
    answer = begin(operator, people.alliance(), people.school(), from_on, to_on)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_school_sees_its_own_membership_and_its_alliance(operator: SignedIn, people: People) -> None:
    alliance, (own, other) = people.alliance(), people.schools(2)
    mine, theirs = (begin(operator, alliance, urn, "2013-09-01") for urn in (own, other))
    school = people.client(alliance, "school", party=own)
    assert [item["urn"] for item in school.get("/v1/memberships").json()["items"]] == [own]
    assert school.get(mine.headers["Location"]).status_code == 200
    assert school.get(theirs.headers["Location"]).status_code == 404
    assert [item["id"] for item in school.get("/v1/alliances").json()["items"]] == [alliance]
    assert end(school, mine, "2014-08-31").status_code == 403


def test_what_belongs_to_another_alliance_cannot_be_told_from_what_is_not_there(
    operator: SignedIn, people: People
) -> None:
    foreign = people.alliance()
    membership = begin(operator, foreign, people.school(), "2013-09-01").json()["id"]
    admin = people.client(people.alliance(), "alliance_admin")
    for kind, there in (("alliances", foreign), ("memberships", membership)):
        headers = {"X-Request-Id": "the-same-request"}
        found = admin.get(f"/v1/{kind}/{there}", headers=headers)
        absent = admin.get(f"/v1/{kind}/{uuid4()}", headers=headers)
        malformed = admin.get(f"/v1/{kind}/no-id", headers=headers)
        assert found.status_code == absent.status_code == malformed.status_code == 404
        assert found.content == absent.content == malformed.content
    change = {"headers": {"If-Match": '"1"', "X-Request-Id": "the-same-request"}, "json": {"name": "Taken over"}}
    taken = admin.patch(f"/v1/alliances/{foreign}", **change)  # type: ignore[arg-type]
    nothing = admin.patch(f"/v1/alliances/{uuid4()}", **change)  # type: ignore[arg-type]
    assert (taken.status_code, taken.content) == (404, nothing.content)
    joined = begin(admin, foreign, people.school(), "2013-09-01")
    assert (joined.status_code, joined.json()["code"]) == (404, "not-found")


def test_an_alliance_admin_changes_its_own_alliance_and_registers_none(people: People) -> None:
    alliance = people.alliance()
    admin, broker = people.client(alliance, "alliance_admin"), people.client(alliance, "broker")
    change = admin.patch(f"/v1/alliances/{alliance}", json={"name": "Renamed"}, headers={"If-Match": '"1"'})
    assert change.status_code == 200
    assert register(admin, people.school()).status_code == 403
    refused = broker.patch(f"/v1/alliances/{alliance}", json={"name": "Mine"}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
