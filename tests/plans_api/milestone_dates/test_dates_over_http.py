"""Dates that change and keep what they were; terms that an alliance sets itself."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.people import People, SignedIn
from tests.plans_api.importing import A_PLAN, everything, send
from tests.running import House

HALF_TERMS = [
    {"from_on": "2014-09-08", "to_on": "2014-10-24"},
    {"from_on": "2014-11-03", "to_on": "2014-12-19"},
    {"from_on": "2015-01-12", "to_on": "2015-02-13"},
    {"from_on": "2015-02-23", "to_on": "2015-03-31"},
    {"from_on": "2015-04-20", "to_on": "2015-05-22"},
    {"from_on": "2015-06-01", "to_on": "2015-07-22"},
]
SLIPPED = {"text": "Easter 2015", "reason": "slipped", "note": "The hall is not free."}


@pytest.fixture
def plan_id(admin: SignedIn, alliance: str) -> str:
    return str(send(admin, alliance, A_PLAN).json()["plan_id"])


def dates(admin: SignedIn, plan_id: str) -> list[dict[str, Any]]:
    points = everything(admin, "/v1/action-points", plan_id=plan_id)
    return [value for point in points for value in point["dates"]]


def change(client: SignedIn, value: dict[str, Any], body: dict[str, Any], version: int | None = None) -> Any:
    headers = {"If-Match": f'"{version or value["version"]}"'}
    return client.patch(f"/v1/date-values/{value['id']}", json=body, headers=headers)


def test_a_date_that_changes_keeps_what_it_was_and_who_said_so_and_why(
    people: People, admin: SignedIn, alliance: str, plan_id: str, house: House
) -> None:
    planner = people.client(alliance, "alliance_admin")
    october, *_ = dates(admin, plan_id)
    slipped = change(planner, october, SLIPPED)
    assert slipped.status_code == 200, slipped.text
    assert (slipped.json()["text"], slipped.json()["kind"], slipped.json()["earliest"]) == (
        "Easter 2015",
        "festival",
        "2015-04-03",
    )
    again = change(planner, slipped.json(), {"text": "May 2015", "reason": "replanned"})
    assert again.headers["ETag"] == '"3"'
    history = everything(admin, "/v1/date-changes", plan_id=plan_id, limit=1)
    assert [(kept["before"]["text"], kept["after"]["text"], kept["reason"], kept["note"]) for kept in history] == [
        ("October 2014", "Easter 2015", "slipped", "The hall is not free."),
        ("Easter 2015", "May 2015", "replanned", None),
    ]
    assert {kept["changed_by"] for kept in history} == {planner.client_id}
    assert history[0]["changed_at"] < history[1]["changed_at"]
    assert history[0]["before"]["earliest"] == "2014-10-01"
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        noted = "SELECT DISTINCT who, subject FROM audit_log WHERE tenant_id = %s AND action = 'date-changes-read'"
        assert sql.execute(noted, [alliance]).fetchall() == [(admin.client_id, plan_id)]


def test_a_change_of_a_date_is_told_in_the_feed_without_its_words(
    admin: SignedIn, alliance: str, plan_id: str, house: House
) -> None:
    october, *_ = dates(admin, plan_id)
    change(admin, october, SLIPPED)
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        (data,) = sql.execute(
            "SELECT data FROM (SELECT type, subject, data FROM feed UNION ALL SELECT type, subject, data FROM "
            "outbox_pending) told WHERE type = 'milestone-date-changed' AND subject = %s",
            [october["id"]],
        ).fetchone() or ({},)
    assert data == {
        "date_value_id": october["id"],
        "action_point_id": data["action_point_id"],
        "plan_id": plan_id,
        "alliance_id": alliance,
        "kind": "festival",
        "earliest": "2015-04-03",
        "latest": "2015-04-06",
        "reason": "slipped",
    }


def test_a_change_decided_on_an_old_version_is_refused(admin: SignedIn, plan_id: str) -> None:
    october, *_ = dates(admin, plan_id)
    path = f"/v1/date-values/{october['id']}"
    assert admin.patch(path, json=SLIPPED).status_code == 428
    assert change(admin, october, SLIPPED).status_code == 200
    assert change(admin, october, SLIPPED | {"text": "May 2015"}).status_code == 412
    assert admin.get(path).json()["text"] == "Easter 2015"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "soon", "reason": "slipped"}, "date-not-read"),
        ({"text": "9999-12-31", "reason": "slipped"}, "date-not-read"),
        ({"text": "October 2014", "reason": "replanned"}, "date-unchanged"),
        ({"text": "September 2014", "reason": "slipped"}, "reason-does-not-fit"),
        ({"text": "May 2015", "reason": "document_corrected"}, "validation-failed"),
        ({"text": "a\x00b", "reason": "slipped"}, "validation-failed"),
        ({"text": "", "reason": "slipped"}, "validation-failed"),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused_by_name(
    admin: SignedIn, plan_id: str, body: dict[str, Any], code: str
) -> None:
    october, *_ = dates(admin, plan_id)
    refused = change(admin, october, body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert dates(admin, plan_id)[0] == october
    assert everything(admin, "/v1/date-changes", plan_id=plan_id) == []


def test_a_date_is_changed_by_those_who_plan_and_by_nobody_else(
    people: People, admin: SignedIn, alliance: str, plan_id: str
) -> None:
    october, *_ = dates(admin, plan_id)
    assert change(people.client(alliance, "auditor"), october, SLIPPED).status_code == 403
    stranger = people.client(people.alliance(), "alliance_admin")
    assert change(stranger, october, SLIPPED).status_code == 404
    assert everything(stranger, "/v1/date-changes", plan_id=plan_id) == []
    assert admin.get(f"/v1/date-values/{uuid4()}").status_code == 404


def test_an_alliance_gives_its_own_terms_and_its_dates_follow(admin: SignedIn, alliance: str, plan_id: str) -> None:
    params = {"alliance_id": alliance, "academic_year": "2014/15"}
    usual = admin.get("/v1/term-dates", params=params).json()
    assert (usual["are_given"], usual["half_terms"][2]["from_on"]) == (False, "2015-01-05")
    assert dates(admin, plan_id)[1]["earliest"] == "2015-01-05"
    given = admin.post(
        "/v1/term-calendars", json={"alliance_id": alliance, "academic_year": "2014/15", "half_terms": HALF_TERMS}
    )
    assert given.status_code == 201, given.text
    assert admin.get("/v1/term-dates", params=params).json()["half_terms"] == HALF_TERMS
    spring = dates(admin, plan_id)[1]
    assert (spring["text"], spring["earliest"], spring["latest"]) == ("Spring term", "2015-01-12", "2015-03-31")
    later = [*HALF_TERMS[:2], HALF_TERMS[2] | {"from_on": "2015-01-13"}, *HALF_TERMS[3:]]
    changed = admin.patch(
        given.headers["Location"], json={"half_terms": later}, headers={"If-Match": given.headers["ETag"]}
    )
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert dates(admin, plan_id)[1]["earliest"] == "2015-01-13"
    history = everything(admin, "/v1/date-changes", plan_id=plan_id)
    assert [(kept["reason"], kept["after"]["earliest"]) for kept in history] == [
        ("term_dates_changed", "2015-01-12"),
        ("term_dates_changed", "2015-01-13"),
    ]
    assert [item["id"] for item in everything(admin, "/v1/term-calendars", alliance_id=alliance)] == [
        given.json()["id"]
    ]


def test_a_plan_that_comes_in_later_has_the_terms_of_its_alliance(admin: SignedIn, alliance: str) -> None:
    body = {"alliance_id": alliance, "academic_year": "2014/15", "half_terms": HALF_TERMS}
    assert admin.post("/v1/term-calendars", json=body).status_code == 201
    assert admin.post("/v1/term-calendars", json=body).json()["code"] == "duplicate"
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    assert dates(admin, plan_id)[1]["earliest"] == "2015-01-12"


@pytest.mark.parametrize(
    ("half_terms", "code"),
    [
        (HALF_TERMS[:5], "validation-failed"),
        ([*HALF_TERMS[1:], HALF_TERMS[0]], "term-dates-not-in-order"),
        ([{"from_on": "2013-09-02", "to_on": "2013-10-24"}, *HALF_TERMS[1:]], "term-dates-outside-year"),
    ],
)
def test_terms_that_cannot_be_those_of_the_year_are_refused(
    admin: SignedIn, alliance: str, half_terms: list[dict[str, str]], code: str
) -> None:
    body = {"alliance_id": alliance, "academic_year": "2014/15", "half_terms": half_terms}
    refused = admin.post("/v1/term-calendars", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    crooked = admin.post("/v1/term-calendars", json=body | {"academic_year": "2014/17"})
    assert crooked.status_code == 422
