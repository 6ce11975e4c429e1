"""KPI definitions over HTTP: a set of KPIs is data."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from kpi_service.definitions.schemas import KpiDefinitionIn
from kpi_service.definitions.store import add_definition
from service_kit.database import EVERY_TENANT, Database
from tests.deploy_local.waiting import wait_until
from tests.kpi_service.builders import Alliance
from tests.kpi_service.serving import Serving, Somebody

DEFINITIONS = "/v1/kpi-definitions"
IN_TIME: dict[str, Any] = {
    "set": "C",
    "number": "4a",
    "name": "SLEs deployed in time",
    "measure": "sles_deployed_within_three_months",
    "target": {"rule": "greater_than", "comparator": "fixed", "value": 66.5},
    "disaggregations": ["round"],
    "valid_from_on": "2014-09-01",
}

WAITING_WRITERS = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")


@pytest.fixture
def operator(kpi_http: Serving) -> Somebody:
    return kpi_http.somebody("operator")


def record(operator: httpx.Client, key: str | None = None, **changes: Any) -> httpx.Response:
    return operator.post(DEFINITIONS, json=IN_TIME | changes, headers={"Idempotency-Key": key or str(uuid4())})


def state_of(alliance: Alliance, somebody: httpx.Client, **asked: str) -> dict[str, str]:
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results", params=asked)
    return {item["code"]: item["state"] for item in answer.json()["items"]}


def test_the_first_definitions_are_there(operator: Somebody) -> None:
    page = operator.get(DEFINITIONS, params={"set": "B"}).json()
    assert [(item["code"], item["version"]) for item in page["items"]] == [
        (code, 1) for code in ("B1a", "B1b", "B2", "B3", "B4", "B5", "B6", "B7", "B8a", "B8b")
    ]
    b8b = page["items"][-1]
    assert (b8b["population"], b8b["unit"]) == ("first designations of SLEs", "percent")
    assert operator.get(f"{DEFINITIONS}/{b8b['id']}").json() == b8b


def test_a_third_set_is_data_and_no_code(operator: Somebody, kpis: Database) -> None:
    alliance = Alliance(kpis)
    for first_day_on in (date(2015, 2, 28), date(2015, 1, 12), date(2015, 3, 1)):
        alliance.begin(alliance.designate(date(2014, 11, 30)).leader_id, first_day_on)
    for year, leaders in ((2013, 2), (2014, 1)):
        for _ in range(leaders):
            alliance.designate(date(year, 11, 30))
    alliance.join("100001", date(2013, 9, 1))
    set_d: dict[str, Any] = {"set": "D", "disaggregations": []}
    last_year = {"comparator": "previous_year"}
    for changes in (
        {"number": "1", "target": {"rule": "at_least", "comparator": "fixed", "value": 33.33}},
        {"number": "2", "target": {"rule": "at_least", "comparator": "fixed", "value": 33.34}},
        {"number": "3", "target": {"rule": "greater_than"} | last_year},
        {"number": "4", "target": {"rule": "greater_than", "direction": "down"} | last_year},
        {
            "number": "5",
            "measure": "schools_in_alliances",
            "target": {"rule": "at_least", "comparator": "fixed", "value": 1},
        },
    ):
        assert record(operator, **set_d | changes).status_code == 201
    # Two of six in time, after none of two a year before.
    assert state_of(alliance, operator, set="D", as_of="2015-03-20") == {
        "D1": "met",
        "D2": "not_met",
        "D3": "met",
        "D4": "not_met",
        "D5": "met",
    }


def test_a_definition_that_is_recorded_is_told_back_and_found(operator: Somebody) -> None:
    answer = record(operator, set="E")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["code"], made["version"], made["valid_to_on"]) == ("E4a", 1, None)
    assert made["target"] == {"rule": "greater_than", "comparator": "fixed", "direction": "up", "value": 66.5}
    assert operator.get(answer.headers["Location"]).json() == made


def test_a_restatement_is_the_next_version_and_holds_from_its_first_day(operator: Somebody, kpis: Database) -> None:
    alliance = Alliance(kpis)
    alliance.begin(alliance.designate(date(2014, 11, 30)).leader_id, date(2015, 1, 12))
    first = record(operator, set="F").json()
    easier = {"rule": "greater_than", "comparator": "fixed", "value": 100}
    second = record(operator, set="F", target=easier, valid_from_on="2015-09-01").json()
    assert (first["version"], second["version"]) == (1, 2)
    assert state_of(alliance, operator, set="F", as_of="2015-08-31") == {"F4a": "met"}
    assert state_of(alliance, operator, set="F", as_of="2015-09-01") == {"F4a": "not_met"}
    assert operator.get(f"{DEFINITIONS}/{first['id']}").json() == first


def test_out_of_force_a_definition_is_not_answered(operator: Somebody, kpis: Database) -> None:
    alliance = Alliance(kpis)
    record(operator, set="G", valid_to_on="2014-12-31")
    days = ("2014-08-31", "2014-09-01", "2014-12-31", "2015-01-01")
    assert [bool(state_of(alliance, operator, set="G", as_of=day)) for day in days] == [False, True, True, False]


def test_the_same_request_again_records_nothing(operator: Somebody) -> None:
    key = str(uuid4())
    first, again = record(operator, key, set="H"), record(operator, key, set="H")
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert len(operator.get(DEFINITIONS, params={"set": "H"}).json()["items"]) == 1


def test_of_two_restatements_at_once_one_stands_and_the_other_is_told(operator: Somebody, kpis: Database) -> None:
    with ThreadPoolExecutor() as pool, kpis.transaction(EVERY_TENANT) as session:
        add_definition(session, uuid4(), KpiDefinitionIn(**IN_TIME | {"set": "L"}).to_rule())
        session.flush()
        answer = pool.submit(record, operator, set="L")
        wait_until(lambda: session.scalar(WAITING_WRITERS) == 1)
        session.commit()
    refused = answer.result()
    assert (refused.status_code, refused.json()["code"]) == (409, "kpi-definition-version-taken")
    assert len(operator.get(DEFINITIONS, params={"set": "L"}).json()["items"]) == 1


def test_definitions_are_paged_in_order(operator: Somebody) -> None:
    for _ in range(3):
        record(operator, set="J")
    versions, asked = [], {"set": "J", "limit": "2"}
    while True:
        page = operator.get(DEFINITIONS, params=asked).json()
        versions += [item["version"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    assert versions == [1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"measure": "teachers_praised"}, "validation-failed"),
        ({"set": "b"}, "validation-failed"),
        ({"name": ""}, "validation-failed"),
        ({"colour": "red"}, "validation-failed"),
        ({"valid_from_on": "1899-12-31"}, "validation-failed"),
        ({"target": {"rule": "at_least", "comparator": "fixed", "value": "NaN"}}, "validation-failed"),
        ({"target": {"rule": "at_least", "comparator": "fixed"}}, "target-value-misplaced"),
        ({"target": {"rule": "at_least", "comparator": "previous_year", "value": 1}}, "target-value-misplaced"),
        ({"target": {"rule": "double", "comparator": "group"}}, "measure-not-compared-with"),
        ({"disaggregations": ["cohort"]}, "measure-not-disaggregated"),
        ({"valid_to_on": "2014-08-31"}, "definition-ends-before-it-begins"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(operator: Somebody, changes: dict[str, Any], code: str) -> None:
    answer = record(operator, **{"set": "K"} | changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert operator.get(DEFINITIONS, params={"set": "K"}).json()["items"] == []


def test_a_comparator_that_has_no_figure_of_the_measure_is_refused_with_those_that_have(operator: Somebody) -> None:
    refused = record(operator, set="K", target={"rule": "double", "comparator": "matched"})
    assert "is set against fixed, previous_year only, not against matched" in refused.json()["detail"]
    told = operator.get(DEFINITIONS, params={"set": "B"}).json()["items"]
    assert {item["code"]: item["comparators"] for item in told}["B2"] == ["group", "matched", "national"]
    assert all(item["target"]["comparator"] in item["comparators"] for item in told)


def test_definitions_are_recorded_by_the_operator_and_read_by_anyone(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    for role in ("alliance_admin", "auditor"):
        somebody = kpi_http.somebody(role, alliance.alliance_id)
        assert record(somebody).status_code == 403
    one_alliance = kpi_http.somebody("operator", alliance.alliance_id)
    assert record(one_alliance).status_code == 403
    leader = kpi_http.somebody("leader", alliance.alliance_id, "someone")
    assert leader.get(DEFINITIONS).status_code == 200


def test_a_definition_that_is_not_there_is_not_found(operator: Somebody) -> None:
    answer = operator.get(f"{DEFINITIONS}/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
