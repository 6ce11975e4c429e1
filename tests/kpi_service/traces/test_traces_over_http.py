"""Traces over HTTP: by the id of a result, in pages, for those who may read the result."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.verdicts.result_id import ResultId, ResultPart
from service_kit.database import EVERY_TENANT, Database
from service_kit.tables import audit_log
from tests.kpi_service.any_facts import forget_all_facts
from tests.kpi_service.builders import Alliance
from tests.kpi_service.serving import Serving, Somebody

AS_OF = "2015-03-20"
SAME_REQUEST = {"X-Request-Id": "one-and-the-same"}


@pytest.fixture
def alliance(kpis: Database) -> Iterator[Alliance]:
    """Three schools, a leader deployed within three months, and one who was not."""
    alliance = Alliance(kpis)
    for urn in ("100003", "100001", "100002"):
        alliance.join(urn, date(2014, 9, 1))
    alliance.begin(alliance.designate(date(2014, 11, 30), round="autumn").leader_id, date(2015, 1, 12))
    alliance.designate(date(2014, 11, 30))
    yield alliance
    forget_all_facts(kpis)


def result(somebody: Somebody, alliance: Alliance, code: str, **asked: str) -> dict[str, Any]:
    path = f"/v1/alliances/{alliance.alliance_id}/results"
    (found,) = somebody.get(path, params={"kpi": code, "as_of": AS_OF} | asked).json()["items"]
    return dict(found)


def trace(somebody: Somebody, result_id: str, **asked: Any) -> httpx.Response:
    return somebody.get(f"/v1/results/{result_id}/trace", params=asked, headers=SAME_REQUEST)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_result_is_traced_by_its_id_to_the_events_it_was_counted_from(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    found = result(broker, alliance, "B8b")
    items = trace(broker, found["id"]).json()["items"]
    assert sorted((item["counted_as"], item["adds"]["numerator"]) for item in items) == [
        ("not_deployed", 0.0),
        ("within", 1.0),
    ]
    (within,) = (item for item in items if item["counted_as"] == "within")
    assert [(record["event"], record["on"]) for record in within["records"]] == [
        ("designation-made", "2014-11-30"),
        ("deployment-begun", "2015-01-12"),
    ]
    assert within["records"][0]["subject"] == within["subject"]
    of_the_round = result(broker, alliance, "B8b", round="autumn")
    assert of_the_round["id"] != found["id"]
    assert [item["subject"] for item in trace(broker, of_the_round["id"]).json()["items"]] == [within["subject"]]


def test_the_same_question_has_the_same_id_whoever_asks(kpi_http: Serving, alliance: Alliance) -> None:
    broker, auditor = kpi_http.somebody("broker", alliance.alliance_id), kpi_http.somebody("auditor")
    assert result(broker, alliance, "B7")["id"] == result(auditor, alliance, "B7")["id"]


def test_a_trace_comes_in_pages(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    result_id = result(broker, alliance, "B7")["id"]
    seen, cursor = [], dict[str, str]()
    for _ in range(3):
        answer = trace(broker, result_id, limit=1, **cursor)
        (item,) = answer.json()["items"]
        seen.append(item["subject"])
        if answer.json()["next_cursor"] is None:
            break
        cursor = {"cursor": answer.json()["next_cursor"]}
        assert answer.links["next"]["url"].startswith(f"/v1/results/{result_id}/trace?limit=1&cursor=")
    assert seen == ["100001", "100002", "100003"]
    assert answer.json()["next_cursor"] is None
    other = result(broker, alliance, "A1")["id"]
    assert code_of(trace(broker, other, limit=1, **cursor)) == (400, "invalid-cursor")


def test_another_alliances_result_looks_like_none_at_all(kpi_http: Serving, alliance: Alliance, kpis: Database) -> None:
    result_id = result(kpi_http.somebody("auditor"), alliance, "B7")["id"]
    stranger = kpi_http.somebody("broker", Alliance(kpis).alliance_id)
    foreign = trace(stranger, result_id)
    absent = trace(stranger, replace(ResultId.read(result_id), alliance_id=uuid4()).text)
    assert code_of(foreign) == (404, "not-found")
    assert foreign.content == absent.content
    party = kpi_http.somebody("school", alliance.alliance_id, "100001")
    assert code_of(trace(party, result_id)) == (403, "forbidden")


def test_an_id_that_no_result_has_is_refused(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    given = ResultId.read(result(broker, alliance, "B7")["id"])
    assert code_of(trace(broker, "made-up")) == (422, "result-id-not-readable")
    for made_up in (
        replace(given, definition_id=uuid4()),
        replace(given, as_of=date(2001, 1, 1)),
        replace(given, part=ResultPart("key_stage_2", "rwm_expected")),
        replace(given, part=ResultPart(designated_in=DesignatedIn("autumn"))),
        replace(ResultId.read(result(broker, alliance, "B8b")["id"]), part=ResultPart(figure="x")),
    ):
        assert code_of(trace(broker, made_up.text)) == (404, "not-found"), made_up
    whole = ResultId.read(result(broker, alliance, "B5")["id"])
    of_attainment = broker.get(
        f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": "A4", "as_of": AS_OF}
    ).json()["items"][0]
    definition_id = ResultId.read(of_attainment["id"]).definition_id
    assert code_of(trace(broker, replace(whole, definition_id=definition_id).text)) == (404, "not-found")


def test_reading_how_single_leaders_stand_is_audited(kpi_http: Serving, alliance: Alliance, kpis: Database) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    ids = [result(kpi_http.somebody("auditor"), alliance, code)["id"] for code in ("B7", "B8b")]
    for result_id in ids:
        assert trace(broker, result_id).status_code == 200
    with kpis.transaction(EVERY_TENANT) as session:
        rows = session.execute(select(audit_log).where(audit_log.c.who == broker.grant["subject"])).all()
    assert [(row.action, row.subject, row.tenant_id) for row in rows] == [
        ("results-read", str(alliance.alliance_id), alliance.alliance_id)
    ]
