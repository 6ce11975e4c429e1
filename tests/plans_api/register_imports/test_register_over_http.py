"""The register through the API of plans-api, up to the whole of the real one."""

from collections import Counter
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.databases import Databases
from tests.people import People, SignedIn
from tests.plans_api.counting import count_rows
from tests.running import House

REAL_REGISTER = Path(__file__).parents[4] / "shared" / "data" / "schools.csv.gz"
HEADINGS = "URN,SCHNAME,LA,LA (name),PhaseOfEducation (name),NFTYPE,ICLOSE,OPENDATE,CLOSEDATE,latitude,longitude"


def row(urn: str, name: str, phase: str = "Primary") -> str:
    return f"{urn},{name},393,South Tyneside,{phase},Community school,1,,,54.95,-1.47"


def extract(*rows: str) -> bytes:
    return "\n".join([HEADINGS, *rows]).encode()


def send(client: SignedIn, content: bytes, media_type: str = "text/csv", **more: str) -> httpx.Response:
    headers = {"Content-Type": media_type}
    return client.post("/v1/register-imports", content=content, headers=headers, params=more, timeout=120)


@pytest.fixture(scope="module")
def operator(people: People) -> SignedIn:
    """The operator at plans-api."""
    return people.operator()


def test_an_extract_adds_changes_and_leaves_alone(operator: SignedIn) -> None:
    first = send(operator, extract(row("700001", "North School"), row("700002", "South School")))
    assert (first.status_code, first.json()["added"]) == (201, 2)
    second = send(operator, extract(row("700001", "North School"), row("700002", "New South School")))
    assert second.status_code == 201
    assert {key: second.json()[key] for key in ("added", "changed", "unchanged")} == {
        "added": 0,
        "changed": 1,
        "unchanged": 1,
    }
    school = operator.get("/v1/schools/700002")
    assert (school.json()["name"], school.json()["version"], school.headers["etag"]) == ("New South School", 2, '"2"')


def test_the_same_extract_again_changes_and_records_nothing(operator: SignedIn, house: House) -> None:
    told = extract(row("700011", "East School"))
    send(operator, told)
    before = count_rows(house)
    again = send(operator, told)
    assert (again.status_code, again.json()["unchanged"]) == (200, 1)
    assert count_rows(house) - before == Counter(idempotency_keys=1)


def test_a_dry_run_says_what_would_change_and_changes_nothing(operator: SignedIn, house: House) -> None:
    told = extract(row("700021", "West School"), row("no", "Nowhere"))
    before = count_rows(house)
    dry = send(operator, told, dry_run="true")
    assert dry.status_code == 200
    assert (dry.json()["dry_run"], dry.json()["added"]) == (True, 1)
    assert dry.json()["refused"] == [
        {"line": 3, "urn": "no", "code": "urn-not-readable", "detail": "A URN has six digits."}
    ]
    assert (dry.json()["changes"], dry.json()["import_id"]) == ({"opened": 1}, None)
    assert count_rows(house) == before
    assert operator.get("/v1/schools/700021").status_code == 404


def test_schools_are_filtered_and_found_by_name(operator: SignedIn) -> None:
    send(operator, extract(row("700031", "Æther 100% School", "Secondary"), row("700032", "Æther Primary")))
    listed = operator.get("/v1/schools", params={"local_authority": "393", "phase": ["secondary"], "limit": 200})
    assert "700031" in [school["urn"] for school in listed.json()["items"]]
    assert "700032" not in [school["urn"] for school in listed.json()["items"]]
    found = operator.post("/v1/school-searches", json={"name_contains": "æTHER"}).json()["items"]
    assert [school["urn"] for school in found] == ["700031", "700032"]
    wild = operator.post("/v1/school-searches", json={"name_contains": "100%"}).json()["items"]
    assert [school["urn"] for school in wild] == ["700031"]


def test_a_cursor_of_one_search_is_refused_in_another(operator: SignedIn) -> None:
    send(operator, extract(row("700041", "Twin School One"), row("700042", "Twin School Two")))
    first = operator.post("/v1/school-searches", json={"name_contains": "twin school"}, params={"limit": 1})
    cursor = first.json()["next_cursor"]
    assert cursor
    again = operator.post("/v1/school-searches", json={"name_contains": "twin school"}, params={"cursor": cursor})
    assert [school["urn"] for school in again.json()["items"]] == ["700042"]
    other = operator.post("/v1/school-searches", json={"name_contains": "school"}, params={"cursor": cursor})
    assert (other.status_code, other.json()["code"]) == (400, "invalid-cursor")


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"URN\n100000", "text/csv", 422, "register-not-readable"),
        (b"junk", "application/gzip", 422, "register-not-readable"),
        (b"{}", "application/json", 415, "unsupported-media-type"),
        (b"x" * 21_000_001, "text/csv", 413, "payload-too-large"),
    ],
    ids=["not a register", "not gzip", "another type", "too large"],
)
def test_what_is_not_an_extract_is_refused_by_name(
    operator: SignedIn, content: bytes, media_type: str, status: int, code: str
) -> None:
    answer = send(operator, content, media_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_only_the_operator_imports_the_register(people: People) -> None:
    admin = people.client(people.alliance(), "alliance_admin")
    answer = send(admin, extract(row("700051", "Nobody's School")))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.skipif(not REAL_REGISTER.exists(), reason="the register's extract is not beside this clone")
def test_the_real_register_has_26078_schools_and_is_the_same_the_second_time(
    databases: Databases, tmp_path: Path
) -> None:
    # In a house of its own, where nobody has imported it before and nobody waits for its events.
    told, house = REAL_REGISTER.read_bytes(), House(databases, tmp_path)
    people = People(house)
    try:
        first, second = (send(people.operator(), told, "application/gzip") for _ in range(2))
    finally:
        people.close()
        house.stop()
    assert first.status_code == 201
    done = first.json()
    assert (done["rows_read"], done["added"], done["refused"]) == (26_078, 26_078, [])
    assert second.status_code == 200
    assert {key: second.json()[key] for key in ("added", "changed", "unchanged")} == {
        "added": 0,
        "changed": 0,
        "unchanged": 26_078,
    }


def test_the_first_answer_is_given_again_for_the_same_key(operator: SignedIn) -> None:
    told, headers = extract(row("700061", "Key School")), {"Content-Type": "text/csv", "Idempotency-Key": str(uuid4())}
    first = operator.post("/v1/register-imports", content=told, headers=headers)
    again = operator.post("/v1/register-imports", content=told, headers=headers)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = operator.post("/v1/register-imports", content=told + b"\n", headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
