"""A corrected document changes what it says differently, and nothing that people decided meanwhile."""

from collections import Counter
from typing import Any

import httpx
import pytest

from tests.people import People, SignedIn
from tests.plans_api.counting import count_rows
from tests.plans_api.importing import MARKDOWN, everything, send
from tests.running import House

HEAD = """# Action plan 2014/15 - 1. Leadership

| Action points | Milestones | Date | Lead | Impact | KPIs |
|---|---|---|---|---|---|
"""
HOST = "| Host | Choose hosts Place leaders | November 2015 June 2015 | R Osborne | Growth | 3 |\n"
TRAIN = "| Train | Write the course | when ready | R Osbome | Better | O |\n"
MEET = "| Meet | Agree a day | Easter 2015 | M Rock | All know | 3 |\n"
FIRST = (HEAD + HOST + TRAIN + MEET).encode()


@pytest.fixture
def plan_id(admin: SignedIn, alliance: str) -> str:
    return str(send(admin, alliance, FIRST).json()["plan_id"])


def correct(client: SignedIn, plan_id: str, *rows: str, **more: Any) -> httpx.Response:
    content = (HEAD + "".join(rows)).encode()
    params = {"plan_id": plan_id} | more
    return client.post("/v1/plan-corrections", content=content, params=params, headers={"Content-Type": MARKDOWN})


def settle(client: SignedIn, plan_id: str, code: str, to: str, **more: Any) -> None:
    finding = next(each for each in everything(client, "/v1/findings", plan_id=plan_id) if each["code"] == code)
    client.post(
        f"/v1/findings/{finding['id']}/transitions",
        json={"to": to} | more,
        headers={"If-Match": f'"{finding["version"]}"'},
    ).raise_for_status()


def points(client: SignedIn, plan_id: str) -> dict[str, dict[str, Any]]:
    return {point["title"]: point for point in everything(client, "/v1/action-points", plan_id=plan_id)}


def findings(client: SignedIn, plan_id: str) -> Counter[tuple[str, str]]:
    return Counter((each["code"], each["state"]) for each in everything(client, "/v1/findings", plan_id=plan_id))


def test_decisions_survive_a_corrected_document(admin: SignedIn, plan_id: str) -> None:
    settle(admin, plan_id, "milestones-not-split", "accepted")
    settle(admin, plan_id, "date-outside-year", "accepted")
    settle(admin, plan_id, "names-alike", "accepted")
    settle(admin, plan_id, "kpi-set-not-stated", "dismissed", note="Set A.")
    before = points(admin, plan_id)
    done = correct(admin, plan_id, MEET, HOST, TRAIN.replace("when ready", "May 2015"))
    assert done.status_code == 201, done.text
    after = points(admin, plan_id)
    assert [point["title"] for point in sorted(after.values(), key=lambda each: each["position"])] == [
        "Meet", "Host", "Train"
    ]  # fmt: skip
    assert {title: point["id"] for title, point in after.items()} == {
        title: point["id"] for title, point in before.items()
    }
    assert after["Host"] == before["Host"] | {"position": 2}
    assert after["Train"]["dates"][0]["text"] == "May 2015"
    assert after["Train"]["leads"] == before["Train"]["leads"]
    states = findings(admin, plan_id)
    assert states[("milestones-not-split", "accepted")] == states[("date-outside-year", "accepted")] == 1
    assert states[("names-alike", "accepted")] == states[("kpi-set-not-stated", "dismissed")] == 1
    assert states[("date-not-read", "outdated")] == states[("kpi-not-read", "open")] == 1
    settled = ("milestones-not-split", "date-outside-year", "names-alike", "kpi-set-not-stated")
    assert sum(states[(code, "open")] for code in settled) == 0
    history = everything(admin, "/v1/date-changes", plan_id=plan_id)
    assert [change["reason"] for change in history] == ["finding_settled", "document_corrected"]
    again = correct(admin, plan_id, MEET, HOST, TRAIN)
    assert again.status_code == 201
    assert findings(admin, plan_id)[("date-not-read", "open")] == 1


def test_what_differs_is_shown_and_can_be_read_later(admin: SignedIn, alliance: str, plan_id: str) -> None:
    new = "| Thank | Write letters | July 2015 | R Osbome | Goodwill | 1 |\n"
    answer = correct(admin, plan_id, HOST.replace("Growth", "More growth"), new, MEET)
    assert answer.status_code == 201, answer.text
    done = answer.json()
    assert done["unchanged"] == 1
    assert [(each["kind"], each["title"]) for each in done["differences"]] == [
        ("changed", "Host"),
        ("added", "Thank"),
        ("gone", "Train"),
    ]
    assert done["differences"][0]["cells"] == [{"column": "impact", "before": "Growth", "after": "More growth"}]
    path = f"/v1/plan-corrections/{done['plan_correction_id']}/differences"
    kept = everything(admin, path, limit=1)
    assert [{key: each[key] for key in done["differences"][0]} for each in kept] == done["differences"]
    (correction,) = everything(admin, "/v1/plan-corrections", plan_id=plan_id)
    assert (correction["id"], correction["unchanged"]) == (done["plan_correction_id"], 1)
    assert points(admin, plan_id).keys() == {"Host", "Thank", "Meet", "Train"}
    assert points(admin, plan_id)["Train"]["position"] == 4


def test_an_alias_that_is_agreed_holds_for_new_rows(admin: SignedIn, plan_id: str) -> None:
    settle(admin, plan_id, "names-alike", "accepted")
    correct(admin, plan_id, HOST, TRAIN, "| Thank | Write letters | July 2015 | R Osbome | Goodwill | 1 |\n")
    (lead,) = points(admin, plan_id)["Thank"]["leads"]
    assert (lead["text"], lead["known_as"]) == ("R Osbome", "R Osborne")


def test_a_dry_run_shows_the_same_and_writes_nothing(admin: SignedIn, plan_id: str, house: House) -> None:
    before = count_rows(house)
    rows = (HOST.replace("Growth", "More growth"), MEET)
    dry = correct(admin, plan_id, *rows, dry_run=True)
    assert (dry.status_code, dry.json()["changed"], count_rows(house)) == (200, True, before)
    real = correct(admin, plan_id, *rows).json()
    assert real == dry.json() | {"dry_run": False, "plan_correction_id": real["plan_correction_id"]}


def test_the_same_bytes_again_change_nothing(admin: SignedIn, alliance: str, plan_id: str, house: House) -> None:
    corrected = (HEAD + HOST + MEET).encode()
    correct(admin, plan_id, HOST, MEET)
    before = count_rows(house)
    again = correct(admin, plan_id, HOST, MEET)
    assert (again.status_code, again.json()["changed"], again.json()["differences"]) == (200, False, [])
    for content in (FIRST, corrected):
        anew = send(admin, alliance, content)
        assert (anew.status_code, anew.json()["plan_id"], anew.json()["changed"]) == (200, plan_id, False)
    assert count_rows(house) - before == Counter(idempotency_keys=3)


def test_another_year_in_the_document_is_another_year_of_the_plan(admin: SignedIn, plan_id: str) -> None:
    content = FIRST.replace(b"2014/15", b"2015/16")
    params = {"plan_id": plan_id}
    done = admin.post("/v1/plan-corrections", content=content, params=params, headers={"Content-Type": MARKDOWN})
    assert done.status_code == 201
    plan = admin.get(f"/v1/plans/{plan_id}")
    assert (plan.json()["academic_year"], plan.headers["ETag"]) == ("2015/16", '"2"')


def test_a_document_is_corrected_by_its_alliance_and_only_where_it_is_a_plan(
    people: People, admin: SignedIn, alliance: str, plan_id: str
) -> None:
    assert correct(people.client(people.alliance(), "alliance_admin"), plan_id, HOST).status_code == 404
    assert correct(people.client(alliance, "plan_lead"), plan_id, HOST).status_code == 403
    refused = admin.post(
        "/v1/plan-corrections",
        content=b"# Minutes 2014/15",
        params={"plan_id": plan_id},
        headers={"Content-Type": MARKDOWN},
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "no-action-plan-found")
    assert everything(admin, "/v1/plan-corrections", plan_id=plan_id) == []
