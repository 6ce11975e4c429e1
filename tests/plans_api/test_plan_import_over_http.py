"""An action plan comes in through the API of plans-api: the real one, and our own with every kind of mess."""

from collections import Counter
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.people import People, SignedIn
from tests.plans_api.counting import count_rows
from tests.plans_api.importing import A_PLAN, MARKDOWN, WORD, everything, send
from tests.running import House

ROOT = Path(__file__).parents[2]
REAL_PLAN = ROOT.parent / "shared" / "seeds" / "000_e9b10c8bfdb8ad77.txt"


def test_a_plan_comes_in_and_can_be_read_back(admin: SignedIn, alliance: str) -> None:
    answer = send(admin, alliance, A_PLAN)
    assert answer.status_code == 201, answer.text
    done = answer.json()
    assert (done["academic_year"], done["sections"], done["action_points_by_section"]) == ("2014/15", 1, [2])
    assert done["dates_outside_year"] == 1
    plan = admin.get(answer.headers["Location"])
    assert (plan.json()["id"], plan.headers["ETag"]) == (done["plan_id"], '"1"')
    (section,) = plan.json()["sections"]
    assert [point["title"] for point in section["action_points"]] == ["Fill places", "Train mentors"]
    assert [[link["code"] for link in point["kpi_links"]] for point in section["action_points"]] == [["3", "4"], []]
    assert [point["kpi_links_are_none"] for point in section["action_points"]] == [False, True]
    assert [item["id"] for item in everything(admin, "/v1/plans", alliance_id=alliance)] == [done["plan_id"]]


def test_an_action_point_keeps_its_words_and_says_what_they_can_mean(admin: SignedIn, alliance: str) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    first, second = everything(admin, "/v1/action-points", plan_id=plan_id, section=1, limit=1)
    assert [milestone["text"] for milestone in first["milestones"]] == ["Hold an open day.", "Tell the schools."]
    assert [milestone["date_position"] for milestone in first["milestones"]] == [1, 2]
    assert [(value["text"], value["kind"], value["inferred"]) for value in first["dates"]] == [
        ("October 2014", "month", False),
        ("Spring term", "term", True),
    ]
    assert (first["dates"][0]["earliest"], first["dates"][0]["latest"]) == ("2014-10-01", "2014-10-31")
    assert second["dates"][0]["outside_year"]
    assert [(lead["text"], lead["kind"]) for lead in first["leads"]] == [("R Example", "person")]
    detail = admin.get(f"/v1/action-points/{first['id']}").json()
    cells = {cell["column"]: cell["text"] for cell in detail.pop("cells")}
    assert detail == first | {"gone_milestones": []}
    assert cells["KPIs"] == "3,4,"
    assert everything(admin, "/v1/action-points", plan_id=plan_id, section=2) == []


def test_the_same_document_again_is_the_same_plan_and_changes_nothing(
    admin: SignedIn, alliance: str, house: House
) -> None:
    first = send(admin, alliance, A_PLAN).json()
    before = count_rows(house)
    again = send(admin, alliance, A_PLAN)
    assert again.status_code == 200
    assert again.json() == first | {"changed": False}
    assert count_rows(house) - before == Counter(idempotency_keys=1)


def test_the_same_document_in_another_alliance_is_another_plan(people: People, admin: SignedIn, alliance: str) -> None:
    other = people.alliance()
    ours, theirs = send(admin, alliance, A_PLAN), send(people.client(other, "alliance_admin"), other, A_PLAN)
    assert theirs.status_code == 201
    assert ours.json()["plan_id"] != theirs.json()["plan_id"]


def test_a_dry_run_finds_the_same_and_writes_nothing(admin: SignedIn, alliance: str, house: House) -> None:
    admin.get("/v1/plans")
    before = count_rows(house)
    dry = send(admin, alliance, A_PLAN, dry_run=True)
    assert dry.status_code == 200
    assert count_rows(house) == before
    assert (dry.json()["plan_id"], dry.json()["changed"]) == (None, True)
    real = send(admin, alliance, A_PLAN).json()
    assert real == dry.json() | {"dry_run": False, "plan_id": real["plan_id"]}


def test_every_finding_can_be_read_and_the_reading_is_noted(admin: SignedIn, alliance: str, house: House) -> None:
    done = send(admin, alliance, A_PLAN).json()
    found = everything(admin, "/v1/findings", plan_id=done["plan_id"], limit=2)
    shown = done["findings"][0].keys()
    assert [{key: finding[key] for key in shown} for finding in found] == done["findings"]
    settled = everything(admin, "/v1/findings", plan_id=done["plan_id"], severity="needs_decision")
    assert settled == [finding for finding in found if finding["severity"] == "needs_decision"]
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        noted = sql.execute(
            "SELECT DISTINCT who FROM audit_log WHERE tenant_id = %s AND action = 'findings-read'", [alliance]
        ).fetchall()
    assert noted == [(admin.client_id,)]


def test_the_document_is_kept_byte_for_byte(admin: SignedIn, alliance: str, house: House) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        kept = sql.execute("SELECT content, media_type FROM plan_documents WHERE plan_id = %s", [plan_id]).fetchone()
    assert kept == (A_PLAN, MARKDOWN)


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"# Minutes of a meeting 2014/15", MARKDOWN, 422, "no-action-plan-found"),
        (A_PLAN.replace(b"2014/15", b""), MARKDOWN, 422, "academic-year-not-stated"),
        (b"\xff\xfe\x00", MARKDOWN, 422, "document-not-readable"),
        (b"not a zip", WORD, 422, "document-not-readable"),
        (A_PLAN, "text/plain", 415, "unsupported-media-type"),
        (b"x" * 21_000_001, MARKDOWN, 413, "payload-too-large"),
    ],
    ids=["no plan", "no year", "no text", "no word file", "another type", "too large"],
)
def test_what_is_not_a_plan_is_refused_by_name(
    admin: SignedIn, alliance: str, content: bytes, media_type: str, status: int, code: str
) -> None:
    answer = send(admin, alliance, content, media_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_plan_is_read_by_the_alliance_and_its_schools_and_by_nobody_else(
    people: People, admin: SignedIn, alliance: str
) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    (point, *_) = everything(admin, "/v1/action-points", plan_id=plan_id)
    paths = (f"/v1/plans/{plan_id}", f"/v1/action-points/{point['id']}")
    school = people.client(alliance, "school", party=people.school())
    stranger = people.client(people.alliance(), "alliance_admin")
    partner = people.client(alliance, "partner_system")
    headers = {"X-Request-Id": "the-same-request"}
    for path in paths:
        assert school.get(path).status_code == 200
        assert partner.get(path).status_code == 403
        foreign = stranger.get(path, headers=headers)
        absent = stranger.get(f"{path.rsplit('/', 1)[0]}/{uuid4()}", headers=headers)
        assert (foreign.status_code, foreign.content) == (404, absent.content)
    for path in ("/v1/plans", "/v1/action-points", "/v1/findings"):
        assert everything(stranger, path) == []
    assert send(stranger, alliance, A_PLAN).status_code == 404
    assert send(people.client(alliance, "plan_lead"), alliance, A_PLAN).status_code == 403


def test_a_role_in_one_alliance_gives_nothing_in_another(people: People, admin: SignedIn, alliance: str) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    (point, *_) = everything(admin, "/v1/action-points", plan_id=plan_id)
    elsewhere = people.client(people.alliance(), "plan_lead")
    people.grant(elsewhere, alliance, "leader", party=str(uuid4()))
    for path in (f"/v1/plans/{plan_id}", f"/v1/action-points/{point['id']}"):
        refused = elsewhere.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    for path in ("/v1/plans", "/v1/action-points", "/v1/findings"):
        assert everything(elsewhere, path) == []


@pytest.mark.skipif(not REAL_PLAN.exists(), reason="the real plan is not beside this clone")
def test_the_real_plan_of_2014_15(admin: SignedIn, alliance: str) -> None:
    answer = send(admin, alliance, REAL_PLAN.read_bytes())
    assert answer.status_code == 201
    done = answer.json()
    assert (done["academic_year"], done["sections"], done["action_points"]) == ("2014/15", 7, 22)
    assert done["action_points_by_section"] == [4, 4, 4, 4, 3, 0, 3]
    assert sum(done["dates_by_kind"].values()) == 64
    assert (done["dates_by_kind"]["tbc"], done["dates_by_kind"]["day"], done["dates_outside_year"]) == (1, 0, 5)
    points = everything(admin, "/v1/action-points", plan_id=done["plan_id"], limit=5)
    assert [point["position"] for point in points] == list(range(1, 23))
    assert sum(len(point["dates"]) for point in points) == 64
    assert sum(value["outside_year"] for point in points for value in point["dates"]) == 5
    assert len(everything(admin, "/v1/findings", plan_id=done["plan_id"])) == len(done["findings"])
    again = send(admin, alliance, REAL_PLAN.read_bytes())
    assert (again.status_code, again.json()["changed"], again.json()["plan_id"]) == (200, False, done["plan_id"])
