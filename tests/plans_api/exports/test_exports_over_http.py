"""A plan goes out as a file and comes back the same, through the API."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from tests.people import People, SignedIn
from tests.plans_api.importing import CSV, MARKDOWN, WORD, WORKBOOK, everything, send
from tests.running import House

A_PLAN = b"""# Action plan 2014/15 - 1. Leadership

| Action points | Milestones | Date | Lead | Impact | KPIs |
|---|---|---|---|---|---|
| Host | Choose hosts Place leaders | November 2015 June 2015 | R Osborne | =1+1 | 3,4, |
| Train | Write the course<br>Tell all | when ready | R Osbome, Leadership | @all | O |

# 2. Governance
"""
FORMATS = {"docx": WORD, "xlsx": WORKBOOK, "csv": CSV}
EVERY_FORMAT = pytest.mark.parametrize("format", FORMATS)


def said(client: SignedIn, plan_id: str) -> list[dict[str, Any]]:
    """What a plan says, without ids, rows and versions."""
    points = everything(client, "/v1/action-points", plan_id=plan_id)
    ids = ("id", "alliance_id", "plan_id", "section_id", "version", "split_from_id")
    words: list[dict[str, Any]] = []
    for point in points:
        parts = {
            part: [{key: fact for key, fact in each.items() if key not in ids} for each in point[part]]
            for part in ("milestones", "dates")
        }
        leads = [(each["known_as"] or each["text"], each["kind"]) for each in point["leads"]]
        words.append({key: fact for key, fact in point.items() if key not in ids} | parts | {"leads": leads})
    plan = client.get(f"/v1/plans/{plan_id}").json()
    sections = [{"number": section["number"], "title": section["title"]} for section in plan["sections"]]
    return [{"title": plan["title"], "academic_year": plan["academic_year"]}, *sections, *words]


@EVERY_FORMAT
def test_a_plan_comes_back_the_same_with_what_people_decided(
    people: People, admin: SignedIn, alliance: str, format: str
) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    for code in ("milestones-not-split", "date-outside-year", "names-alike"):
        (finding,) = (each for each in everything(admin, "/v1/findings", plan_id=plan_id) if each["code"] == code)
        path, headers = f"/v1/findings/{finding['id']}/transitions", {"If-Match": '"1"'}
        assert admin.post(path, json={"to": "accepted"}, headers=headers).status_code == 200
    file = admin.get(f"/v1/plans/{plan_id}/document", params={"format": format})
    assert (file.status_code, file.headers["Content-Type"].partition(";")[0]) == (200, FORMATS[format])
    assert file.headers["Content-Disposition"] == f'attachment; filename="action-plan-2014-15.{format}"'
    elsewhere = people.alliance()
    other = people.client(elsewhere, "alliance_admin")
    back = send(other, elsewhere, file.content, FORMATS[format])
    assert back.status_code == 201, back.text
    assert said(other, back.json()["plan_id"]) == said(admin, plan_id)


def test_an_exported_file_is_a_corrected_document_without_differences(admin: SignedIn, alliance: str) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    file = admin.get(f"/v1/plans/{plan_id}/document", params={"format": "docx"})
    done = admin.post(
        "/v1/plan-corrections", content=file.content, params={"plan_id": plan_id}, headers={"Content-Type": WORD}
    ).json()
    assert (done["differences"], done["unchanged"]) == ([], 2)


def test_an_export_is_for_those_who_may_read_the_plan_and_is_noted(
    people: People, admin: SignedIn, alliance: str
) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    path = f"/v1/plans/{plan_id}/document"
    assert people.client(alliance, "auditor").get(path, params={"format": "csv"}).status_code == 200
    assert people.client(people.alliance(), "alliance_admin").get(path, params={"format": "csv"}).status_code == 404
    assert admin.get(path).status_code == 422
    assert admin.get(path, params={"format": "pdf"}).json()["code"] == "validation-failed"


def test_a_cell_that_a_workbook_cannot_hold_is_refused_with_a_way_out(admin: SignedIn, alliance: str) -> None:
    long = re.sub(b"=1\\+1", b"a" * 33_000, A_PLAN)
    plan_id = send(admin, alliance, long, MARKDOWN).json()["plan_id"]
    refused = admin.get(f"/v1/plans/{plan_id}/document", params={"format": "xlsx"})
    assert (refused.status_code, refused.json()["code"]) == (422, "cell-too-long-for-workbook")
    assert admin.get(f"/v1/plans/{plan_id}/document", params={"format": "docx"}).status_code == 200


@pytest.mark.parametrize(("media_type", "ending"), [(MARKDOWN, "md"), (WORKBOOK, "xlsx")])
def test_the_document_a_plan_came_from_comes_back_byte_for_byte(
    people: People, admin: SignedIn, alliance: str, house: House, media_type: str, ending: str
) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    sent = A_PLAN
    if media_type == WORKBOOK:
        sent = admin.get(f"/v1/plans/{plan_id}/document", params={"format": "xlsx"}).content
        plan_id = send(admin, alliance, sent, WORKBOOK).json()["plan_id"]
    path = f"/v1/plans/{plan_id}/original-document"
    corrected = A_PLAN.replace(b"Write the course", b"Write a course")
    answer = admin.post(
        "/v1/plan-corrections", content=corrected, params={"plan_id": plan_id}, headers={"Content-Type": MARKDOWN}
    )
    assert answer.status_code == 201
    file = people.client(alliance, "auditor").get(path)
    assert (file.status_code, file.content) == (200, sent)
    assert file.headers["Content-Type"].partition(";")[0] == media_type
    assert file.headers["Content-Disposition"] == f'attachment; filename="action-plan-2014-15-original.{ending}"'
    assert file.headers["Repr-Digest"] == f"sha-256=:{b64encode(sha256(sent).digest()).decode()}:"
    assert people.client(people.alliance(), "alliance_admin").get(path).status_code == 404
    assert people.client(alliance, "school", party="100000").get(path).status_code == 403
    with psycopg.connect(house.stores["plans-api"].admin_url) as sql:
        noted = "SELECT count(*) FROM audit_log WHERE action = 'original-document-read' AND subject = %s"
        assert sql.execute(noted, [plan_id]).fetchone() == (1,)


def test_a_plan_that_was_carried_forward_came_from_no_document_and_is_told_so(admin: SignedIn, alliance: str) -> None:
    plan_id = send(admin, alliance, A_PLAN).json()["plan_id"]
    carried = admin.post("/v1/plan-carry-forwards", json={"plan_id": plan_id, "title": "Action plan 2015/16"})
    refused = admin.get(f"{carried.headers['Location']}/original-document")
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    assert "carried forward" in refused.json()["detail"]
