"""The catalogue of teachers over HTTP: found under a consent, and not a moment longer."""

from typing import Any

import httpx
import psycopg
import pytest

from service_kit.clock import day_of, now
from tests.people import People, SignedIn
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, Json, created, done, eventually, if_match

TODAY = str(day_of(now()))


def a_teacher(brokerage: Brokerage, scope: str = "alliance", **facts: Any) -> Json:
    body = {
        "alliance_id": brokerage.alliance_id,
        "name": "Tom Reed",
        "school_urn": brokerage.home_school_urn,
        "phase": "primary",
        "specialisms": ["phonics"],
        "grade": "outstanding",
        "graded_on": "2014-10-03",
        "observer": "Head of the lead school",
        "consent": {"given_on": "2014-10-06", "given_by": "Tom Reed", "scope": scope},
    } | facts
    return created(brokerage.broker.post("/v1/teachers", json=body))


def found(client: SignedIn, **search: Any) -> set[str]:
    page = done(client.post("/v1/teacher-searches", json=search))
    return {one["id"] for one in page["items"]}


def test_teachers_are_found_by_what_they_model(brokerage: Brokerage) -> None:
    reed = a_teacher(brokerage)
    bell = a_teacher(brokerage, name="Asha Bell", phase="secondary", specialisms=["mathematics"], grade="good")
    wanted: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {reed["id"], bell["id"]}),
        ({"specialisms": ["phonics"]}, {reed["id"]}),
        ({"phases": ["secondary"]}, {bell["id"]}),
        ({"grades": ["good"]}, {bell["id"]}),
        ({"name_contains": "bELL"}, {bell["id"]}),
        ({"name_contains": "%"}, set()),
        ({"school_urns": [brokerage.host_school_urn]}, set()),
        ({"specialisms": ["phonics"], "grades": ["good"]}, set()),
    ]
    for search, expected in wanted:
        assert found(brokerage.broker, **search) & {reed["id"], bell["id"]} == expected, search


def test_pages_go_on_with_the_same_search_alone(brokerage: Brokerage) -> None:
    for _ in range(3):
        a_teacher(brokerage, name="Page Turner")
    search = {"name_contains": "Page Turner"}
    first = done(brokerage.broker.post("/v1/teacher-searches", json=search, params={"limit": 2}))
    cursor = {"limit": 2, "cursor": first["next_cursor"]}
    rest = done(brokerage.broker.post("/v1/teacher-searches", json=search, params=cursor))
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 3
    assert rest["next_cursor"] is None
    other = brokerage.broker.post("/v1/teacher-searches", json={"name_contains": "Reed"}, params=cursor)
    assert (other.status_code, other.json()["code"]) == (400, "invalid-cursor")


def test_a_partners_system_finds_who_consented_to_partners(brokerage: Brokerage) -> None:
    own, shared = a_teacher(brokerage), a_teacher(brokerage, "partners")
    partner, school = brokerage.someone("partner_system"), brokerage.someone("school", brokerage.host_school_urn)
    both = {own["id"], shared["id"]}
    assert found(partner) & both == {shared["id"]}
    assert found(school) & both == both
    assert partner.get(f"/v1/teachers/{own['id']}").status_code == 404
    assert done(partner.get(f"/v1/teachers/{shared['id']}"))["name"] == "Tom Reed"


def test_a_withdrawn_consent_is_obeyed_at_once(brokerage: Brokerage) -> None:
    teacher = a_teacher(brokerage, "partners")
    readers = [brokerage.broker, brokerage.someone("auditor"), brokerage.someone("partner_system")]
    assert all(teacher["id"] in found(reader) for reader in readers)
    school = brokerage.someone("school", brokerage.home_school_urn)
    withdrawn = done(brokerage.move(teacher, "teachers", "withdrawn", TODAY, by=school))
    assert withdrawn["consent"]["withdrawn_on"] == TODAY
    for reader in readers:
        assert teacher["id"] not in found(reader)
        assert reader.get(f"/v1/teachers/{teacher['id']}").status_code == 404
    again = brokerage.move(withdrawn, "teachers", "withdrawn", TODAY)
    assert (again.status_code, again.json()["code"]) == (409, "consent-withdrawn")


def test_nobody_is_catalogued_without_a_consent_or_by_another_school(brokerage: Brokerage) -> None:
    body = {"alliance_id": brokerage.alliance_id, "school_urn": brokerage.home_school_urn}
    assert brokerage.broker.post("/v1/teachers", json=body).status_code == 422
    other = brokerage.someone("school", brokerage.host_school_urn)
    entry = a_teacher(brokerage)
    again = {
        key: entry[key] for key in ("alliance_id", "name", "school_urn", "phase", "grade", "graded_on", "observer")
    }
    again |= {"specialisms": ["phonics"], "consent": {"given_on": "2014-10-06", "given_by": "Tom Reed"}}
    assert other.post("/v1/teachers", json=again).status_code == 404
    assert brokerage.move(entry, "teachers", "withdrawn", TODAY, by=other).status_code == 404


@pytest.mark.parametrize("role", ["operator", "stranger"])
def test_nobody_outside_the_alliance_reads_the_catalogue(brokerage: Brokerage, people: People, role: str) -> None:
    teacher = a_teacher(brokerage, "partners")
    if role == "operator":
        operator = people.operator("sle-broker")
        assert operator.post("/v1/teacher-searches", json={}).status_code == 403
        assert operator.get(f"/v1/teachers/{teacher['id']}").status_code == 403
        return
    stranger = Brokerage.open(people).broker
    assert found(stranger) == set()
    assert stranger.get(f"/v1/teachers/{teacher['id']}").status_code == 404


def test_the_feed_tells_of_nobody_and_every_reading_is_recorded(brokerage: Brokerage, house: House) -> None:
    teacher = a_teacher(brokerage)
    found(brokerage.broker, name_contains="Tom Reed")

    def told() -> list[Any]:
        with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
            return admin.execute("SELECT data::text FROM feed WHERE subject = %s", [teacher["id"]]).fetchall()

    (data,) = eventually(told, bool)
    assert "Reed" not in data[0]
    assert "outstanding" not in data[0]
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        read = admin.execute(
            "SELECT count(*) FROM audit_log WHERE action = 'teacher-read' AND subject = %s", [teacher["id"]]
        ).fetchone()
    assert read
    assert read[0] >= 1


def test_specialisms_corrected_alone_are_a_new_version_so_nobody_overwrites_them_unseen(brokerage: Brokerage) -> None:
    seen = a_teacher(brokerage, specialisms=["phonics"])
    path = f"/v1/teachers/{seen['id']}"
    right = done(brokerage.broker.patch(path, json={"specialisms": ["literacy"]}, headers=if_match(seen)))
    assert right["version"] > seen["version"]
    late = brokerage.broker.patch(path, json={"specialisms": ["mathematics"]}, headers=if_match(seen))
    assert (late.status_code, late.json()["code"]) == (412, "version-mismatch")
    assert done(brokerage.broker.get(path)) == right


def test_an_entry_is_corrected_and_its_consent_is_not(brokerage: Brokerage) -> None:
    teacher = a_teacher(brokerage, specialisms=["phonics", "mathematics"])
    path = f"/v1/teachers/{teacher['id']}"

    def correct(entry: Json, by: SignedIn | None = None, **changes: Any) -> httpx.Response:
        return (by or brokerage.broker).patch(path, json=changes, headers=if_match(entry))

    assert done(correct(teacher)) == teacher
    right = done(correct(teacher, name="Tom Reid", grade="good", specialisms=["mathematics", "literacy"]))
    assert [one["code"] for one in right["specialisms"]] == ["mathematics", "literacy"]
    unchanged = {"specialisms", "version", "name", "grade"}
    assert (right["name"], right["grade"], right["version"] > teacher["version"]) == ("Tom Reid", "good", True)
    assert {k: v for k, v in right.items() if k not in unchanged} == {
        k: v for k, v in teacher.items() if k not in unchanged
    }
    assert done(brokerage.broker.get(path)) == right
    assert teacher["id"] in found(brokerage.broker, specialisms=["literacy"])
    assert teacher["id"] not in found(brokerage.broker, specialisms=["phonics"])
    home = brokerage.someone("school", brokerage.home_school_urn)
    host = brokerage.someone("school", brokerage.host_school_urn)
    right = done(correct(right, home, observer="The head"))
    for answer, refusal in (
        (correct(teacher, name="Too late"), (412, "version-mismatch")),
        (correct(right, host, name="Not theirs"), (404, "not-found")),
        (correct(right, home, school_urn=brokerage.host_school_urn), (404, "not-found")),
        (correct(right, school_urn="999999"), (422, "school-not-known")),
        (correct(right, specialisms=["unheard-of"]), (422, "specialism-not-in-list")),
        (correct(right, specialisms=[]), (422, "validation-failed")),
        (correct(right, graded_on="2199-01-01"), (422, "date-not-yet-come")),
        (correct(right, name=None), (422, "validation-failed")),
        (correct(right, consent={"scope": "partners"}), (422, "validation-failed")),
    ):
        assert (answer.status_code, answer.json()["code"]) == refusal
    done(brokerage.move(right, "teachers", "withdrawn", TODAY))
    late = correct(right | {"version": right["version"] + 1}, name="Tom Reed")
    assert (late.status_code, late.json()["code"]) == (409, "consent-withdrawn")
