"""Findings are settled by people: what is accepted or answered is written, and what the document said stays."""

from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from tests.people import People, SignedIn
from tests.plans_api.importing import everything, send
from tests.running import House

MESSY = b"""# Action plan 2014/15 - 1. Leadership

| Action points | Milestones | Date | Lead | Impact | KPIs |
|---|---|---|---|---|---|
| Host | Choose hosts Place leaders | November 2015 June 2015 | R Osborne | Growth | 3 |
| Train | Write the course | when ready | A Turner Pratt | 2^{nd} year | O |
| Meet | Agree a day | TBC (awaiting the hall) | R Osbome | All | 3 |
"""


@pytest.fixture
def plan_id(admin: SignedIn, alliance: str) -> str:
    return str(send(admin, alliance, MESSY).json()["plan_id"])


Settle = Callable[..., httpx.Response]


@pytest.fixture
def settle(admin: SignedIn, plan_id: str) -> Settle:
    def do(code: str, to: str, who: SignedIn = admin, **more: Any) -> httpx.Response:
        finding = finding_of(admin, plan_id, code)
        headers = {"If-Match": f'"{finding["version"]}"'}
        return who.post(f"/v1/findings/{finding['id']}/transitions", json={"to": to} | more, headers=headers)

    return do


def finding_of(admin: SignedIn, plan_id: str, code: str) -> dict[str, Any]:
    return next(each for each in everything(admin, "/v1/findings", plan_id=plan_id) if each["code"] == code)


def points(admin: SignedIn, plan_id: str) -> dict[str, dict[str, Any]]:
    return {point["title"]: point for point in everything(admin, "/v1/action-points", plan_id=plan_id)}


def test_nothing_is_done_until_somebody_settles_a_finding(admin: SignedIn, plan_id: str) -> None:
    found = everything(admin, "/v1/findings", plan_id=plan_id)
    assert {finding["state"] for finding in found} == {"open"}
    assert everything(admin, "/v1/finding-decisions", plan_id=plan_id) == []
    (whole,) = points(admin, plan_id)["Host"]["milestones"]
    assert (whole["text"], whole["date_position"]) == ("Choose hosts Place leaders", None)


def test_an_accepted_split_is_written_and_the_cell_stays_beside_it(
    admin: SignedIn, plan_id: str, settle: Settle
) -> None:
    done = settle("milestones-not-split", "accepted", note="Two steps.")
    assert (done.status_code, done.json()["state"], done.json()["version"]) == (200, "accepted", 2)
    point = points(admin, plan_id)["Host"]
    assert [(each["text"], each["date_position"]) for each in point["milestones"]] == [
        ("Choose hosts", 1),
        ("Place leaders", 2),
    ]
    cells = admin.get(f"/v1/action-points/{point['id']}").json()["cells"]
    assert "Choose hosts Place leaders" in [cell["text"] for cell in cells]
    (decision,) = everything(admin, "/v1/finding-decisions", plan_id=plan_id)
    assert (decision["state"], decision["note"], decision["decided_by"]) == ("accepted", "Two steps.", admin.client_id)
    assert decision["text"] == "Choose hosts\nPlace leaders"
    assert len(everything(admin, "/v1/findings", plan_id=plan_id, state="accepted")) == 1


def test_an_accepted_year_changes_the_date_and_its_history_says_why(
    admin: SignedIn, plan_id: str, settle: Settle
) -> None:
    assert settle("date-outside-year", "accepted", note="A slip.").status_code == 200
    assert points(admin, plan_id)["Host"]["dates"][0]["text"] == "November 2014"
    assert not points(admin, plan_id)["Host"]["dates"][0]["outside_year"]
    (change,) = everything(admin, "/v1/date-changes", plan_id=plan_id)
    assert (change["before"]["text"], change["after"]["text"]) == ("November 2015", "November 2014")
    assert (change["reason"], change["note"]) == ("finding_settled", "A slip.")


def test_an_accepted_alias_names_the_lead_and_keeps_the_spelling(admin: SignedIn, plan_id: str, settle: Settle) -> None:
    assert settle("names-alike", "accepted").status_code == 200
    (lead,) = points(admin, plan_id)["Meet"]["leads"]
    assert (lead["text"], lead["known_as"]) == ("R Osbome", "R Osborne")
    assert settle("names-alike", "edited", text="R Osborne-Smith").status_code == 200
    known = {point["leads"][0]["text"]: point["leads"][0]["known_as"] for point in points(admin, plan_id).values()}
    assert known["R Osbome"] == known["R Osborne"] == "R Osborne-Smith"
    assert known["A Turner Pratt"] is None


@pytest.mark.parametrize(
    ("code", "text", "title", "column", "reads"),
    [
        ("date-not-read", "Easter 2015", "Train", "dates", ["Easter 2015"]),
        ("date-to-be-confirmed", "May 2015", "Meet", "dates", ["May 2015"]),
        ("lead-not-read", "A Turner; A Pratt", "Train", "leads", ["A Turner", "A Pratt"]),
        ("milestones-not-split", "• Choose hosts\n• Place them\n• Thank them", "Host", "milestones",
         ["Choose hosts", "Place them", "Thank them"]),
        ("dates-not-in-order", "June 2015\nNovember 2015\nOn-going", "Host", "dates",
         ["June 2015", "November 2015", "On-going"]),
    ],
)  # fmt: skip
def test_an_answer_in_other_words_is_read_as_a_cell_would_be(
    admin: SignedIn, plan_id: str, settle: Settle, code: str, text: str, title: str, column: str, reads: list[str]
) -> None:
    done = settle(code, "edited", text=text)
    assert done.status_code == 200, done.text
    assert [each["text"] for each in points(admin, plan_id)[title][column]] == reads


def test_an_answer_about_kpis_and_letters_is_written(admin: SignedIn, plan_id: str, settle: Settle) -> None:
    assert points(admin, plan_id)["Train"]["kpi_links_unread"] == ["O"]
    assert settle("kpi-not-read", "edited", text="N/A").status_code == 200
    assert settle("letters-raised", "accepted").status_code == 200
    point = points(admin, plan_id)["Train"]
    assert (point["kpi_links"], point["kpi_links_are_none"], point["kpi_links_unread"]) == ([], True, [])
    assert point["impact"] == "2nd year"


def test_a_dismissed_finding_writes_nothing(admin: SignedIn, plan_id: str, settle: Settle) -> None:
    before = points(admin, plan_id)
    assert settle("date-outside-year", "dismissed", note="It is next year's.").json()["state"] == "dismissed"
    assert points(admin, plan_id) == before
    assert settle("date-outside-year", "accepted").status_code == 200
    assert [each["state"] for each in everything(admin, "/v1/finding-decisions", plan_id=plan_id)] == [
        "dismissed",
        "accepted",
    ]


@pytest.mark.parametrize(
    ("code", "body", "status", "refusal"),
    [
        ("kpi-set-not-stated", {"to": "edited", "text": "Set A"}, 422, "answer-not-taken"),
        ("date-not-read", {"to": "edited"}, 422, "answer-missing"),
        ("date-not-read", {"to": "edited", "text": "soon"}, 422, "date-not-read"),
        ("date-not-read", {"to": "edited", "text": "May 2015\nJune 2015"}, 422, "date-not-read"),
        ("date-not-read", {"to": "accepted", "text": "May 2015"}, 422, "answer-not-taken"),
        ("kpi-not-read", {"to": "edited", "text": "zero"}, 422, "answer-not-read"),
        ("letters-raised", {"to": "edited", "text": "a\x0bb"}, 422, "answer-not-read"),
        ("kpi-not-read", {"to": "outdated"}, 422, "validation-failed"),
    ],
)
def test_an_answer_that_settles_nothing_is_refused_and_changes_nothing(
    admin: SignedIn, plan_id: str, settle: Settle, code: str, body: dict[str, str], status: int, refusal: str
) -> None:
    before = points(admin, plan_id)
    refused = settle(code, **body)
    assert (refused.status_code, refused.json()["code"]) == (status, refusal)
    assert points(admin, plan_id) == before
    assert everything(admin, "/v1/finding-decisions", plan_id=plan_id) == []


def test_what_is_accepted_cannot_be_dismissed_and_old_versions_are_refused(
    admin: SignedIn, plan_id: str, settle: Settle
) -> None:
    assert settle("letters-raised", "accepted").status_code == 200
    refused = settle("letters-raised", "dismissed")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["edited"])
    path = f"/v1/findings/{finding_of(admin, plan_id, 'letters-raised')['id']}"
    stale = admin.post(f"{path}/transitions", json={"to": "edited", "text": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert admin.get(path).headers["ETag"] == '"2"'


def test_findings_are_settled_by_administrators_and_the_feed_names_no_words(
    people: People, admin: SignedIn, alliance: str, plan_id: str, settle: Settle, house: House
) -> None:
    for role in ("auditor", "plan_lead"):
        assert settle("names-alike", "accepted", who=people.client(alliance, role)).status_code == 403
    assert settle("names-alike", "accepted", who=people.client(people.alliance(), "alliance_admin")).status_code == 404
    assert settle("names-alike", "accepted").status_code == 200
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        (data,) = sql.execute(
            "SELECT data FROM (SELECT type, subject, data FROM feed UNION ALL SELECT type, subject, data FROM "
            "outbox_pending) told WHERE type = 'finding-settled' AND data->>'plan_id' = %s",
            [plan_id],
        ).fetchone() or ({},)
    assert data == {
        "finding_id": finding_of(admin, plan_id, "names-alike")["id"],
        "plan_id": plan_id,
        "alliance_id": alliance,
        "code": "names-alike",
        "state": "accepted",
    }
