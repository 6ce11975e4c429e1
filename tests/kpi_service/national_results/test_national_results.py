"""All alliances over HTTP, together and beside each other: as their own results say, and nothing of few."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kpi_service import projections
from kpi_service.definitions.kpi_definition import Measure
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.any_facts import DAY, any_alliance, forget_all_facts
from tests.kpi_service.builders import Alliance, tell
from tests.kpi_service.serving import Serving, Somebody
from tests.kpi_service.third_set import add_kpi, add_third_set

CODES = [
    "A1",
    "A2",
    "A3",
    "A4",
    "A5",
    "A6",
    "B1a",
    "B1b",
    "B2",
    "B3",
    "B4",
    "B5",
    "B6",
    "B7",
    "B8a",
    "B8b",
    "C1",
    "C2",
    "C3",
]
AS_OF = {"as_of": str(DAY)}


@pytest.fixture(scope="module", autouse=True)
def third_set(kpis: Database) -> None:
    """Every measure stands in a set that is in force."""
    add_third_set(kpis)


@pytest.fixture
def alliances(kpis: Database) -> Iterator[list[Alliance]]:
    """Five alliances of two cohorts, one of them without anything."""
    chance = Random(11)
    made: list[Alliance] = [any_alliance(kpis, chance, cohort=cohort, schools=9) for cohort in (1, 1, 2, None)]
    yield [*made, Alliance(kpis, cohort=2)]
    forget_all_facts(kpis)


def table(somebody: Somebody, code: str, **asked: Any) -> httpx.Response:
    return somebody.get("/v1/national/alliance-results", params={"kpi": code} | AS_OF | asked)


def rows(somebody: Somebody, code: str) -> list[dict[str, Any]]:
    answer = table(somebody, code, limit=200)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def owner_of(kpi_http: Serving, alliance: Alliance) -> Somebody:
    """Somebody who sees everywhere, and is an auditor of the alliance besides."""
    somebody = kpi_http.somebody("auditor")
    own = {"role_grant_id": uuid4(), "alliance_id": alliance.alliance_id}
    tell(alliance.database, "role-granted", somebody.grant | own)
    return somebody


def check(row: dict[str, Any], result: dict[str, Any]) -> None:
    """The row says what the alliance's own result says."""
    assert (row["is_suppressed"], row["state"]) == (False, result["state"])
    names = ["numerator", "denominator", "percent", "interval"] if "interval" in result else ["value"]
    names += ["previous_value", "change", "change_percent"] if "previous_value" in result else []
    assert {name: row[name] for name in names} == {name: result[name] for name in names}, result["code"]
    against = result.get("against", [result.get("comparator")])
    own = [(one["name"], one.get("state", result["state"])) for one in against]
    assert [(one["name"], one["state"]) for one in row["against"]] == own
    figures = [one.get("percent", one.get("value")) for one in against]
    if "change_unit" in result:
        figures = [one["change_percent"] for one in against]
    assert [one["figure"] for one in row["against"]] == figures


@pytest.mark.parametrize("place", [0, 4])
def test_every_row_of_ones_own_is_what_its_result_says(
    kpi_http: Serving, alliances: list[Alliance], place: int
) -> None:
    alliance = alliances[place]
    somebody = owner_of(kpi_http, alliance)
    path = f"/v1/alliances/{alliance.alliance_id}/results"
    results = {result["id"]: result for result in somebody.get(path, params=AS_OF).json()["items"]}
    own = [row for code in CODES for row in rows(somebody, code) if row["alliance_id"] == str(alliance.alliance_id)]
    assert {row["id"] for row in own} == set(results)
    for row in own:
        check(row, results[row["id"]])
    assert {result["measure"] for result in results.values()} == set(Measure)


def test_what_is_of_few_is_shown_to_nobody_else(kpi_http: Serving, alliances: list[Alliance]) -> None:
    operator = kpi_http.somebody("operator")
    for code in CODES:
        for row in rows(operator, code):
            small = [row[name] for name in ("numerator", "denominator") if row[name] is not None]
            if row["denominator"] and row["numerator"] is not None:
                small.append(row["denominator"] - row["numerator"])
            assert row["denominator"] == 0 or all(number >= 5 for number in small), (code, row)
            if row["is_suppressed"]:
                told = [row[name] for name in ("numerator", "percent", "interval", "value", "change", "change_percent")]
                assert set(told) == {None}
                assert {row["state"], *(one["state"] for one in row["against"])} == {"suppressed"}
    assert any(row["is_suppressed"] for row in rows(operator, "B8b"))
    assert not all(row["is_suppressed"] for row in rows(operator, "B7"))


def test_the_country_is_answered_for_every_kpi(kpi_http: Serving, alliances: list[Alliance]) -> None:
    auditor = kpi_http.somebody("auditor")
    answer = auditor.get("/v1/national/results", params=AS_OF)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [item["code"] for item in items] == [
        *("A1", "A2", "A3", "A4", "A4", "A4", "A5", "A5", "A6"),
        *("B1a", "B1a", "B1a", "B1a", "B1b", "B1b", "B1b"),
        *("B2", "B3", "B4", "B5", "B6", "B7", "B8a", "B8b"),
        *("C1", "C2", "C3"),
    ]
    for item in items:
        if item["measure"] in ("schools_in_alliances", "trainees_trained"):
            assert item["total"]["value"] is None or item["total"]["value"] >= 5
        else:
            assert item["state"] in ("met", "not_met", "no_data", "undefined", "suppressed")
    own = [
        result
        for alliance in alliances
        for result in auditor.get(f"/v1/alliances/{alliance.alliance_id}/results", params=AS_OF | {"kpi": "A6"}).json()[
            "items"
        ]
    ]
    (a6,) = (item for item in items if item["code"] == "A6")
    assert a6["denominator"] == sum(result["denominator"] for result in own)
    assert [one["name"] for one in a6["against"]] == ["group", "national"]
    (b8a,) = (item for item in items if item["code"] == "B8a")
    assert b8a["against"][0]["figure"] is None, "a target is agreed with an alliance, not with the country"


def test_a_small_cohort_is_suppressed_with_another_and_what_may_have_failed_is_not_told(
    kpi_http: Serving, kpis: Database
) -> None:
    for cohort, schools in ((1, 3), (2, 6), (2, 7), (3, 40)):
        alliance = Alliance(kpis, cohort=cohort)
        for number in range(schools):
            alliance.join(f"{cohort}{schools:02}{number:03}", date(2016, 1, 1) if number else DAY)
    answer = kpi_http.somebody("auditor").get("/v1/national/results", params={"kpi": "B7"} | AS_OF)
    (found,) = answer.json()["items"]
    shown = {cohort["cohort"]: (cohort["value"], cohort["state"]) for cohort in found["cohorts"]}
    assert shown[1] == shown[2] == (None, "suppressed")
    assert shown[3] == (40, "met")
    assert (found["total"]["value"], found["total"]["previous_value"]) == (56, 52)
    assert (found["total"]["state"], found["state"]) == ("met", "suppressed")
    forget_all_facts(kpis)


def test_the_rows_come_in_pages(kpi_http: Serving, alliances: list[Alliance]) -> None:
    operator, seen, cursor = kpi_http.somebody("operator"), list[str](), dict[str, str]()
    for _ in range(40):
        answer = table(operator, "A4", limit=3, **cursor)
        body = answer.json()
        assert len(body["items"]) <= 3
        seen += [row["id"] for row in body["items"]]
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}
    assert seen == [row["id"] for row in rows(operator, "A4")]
    assert len(set(seen)) == len(seen) >= 15


def test_the_table_comes_as_a_file_with_the_same_figures_suppressed(
    kpi_http: Serving, alliances: list[Alliance]
) -> None:
    operator = kpi_http.somebody("operator")
    path = "/v1/national/alliance-results/export"
    for code in ("A6", "B8b"):
        answer = operator.get(path, params={"kpi": code, "format": "csv"} | AS_OF)
        assert answer.headers["content-disposition"] == f'attachment; filename="{code}-{DAY}.csv"'
        table_of_file = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
        told = [
            (row["alliance_id"], row["numerator"], row["denominator"], row["state"])
            for row in table_of_file
            if row["part"] == "result"
        ]
        assert told == [
            (row["alliance_id"], *(_text(row[name]) for name in ("numerator", "denominator")), row["state"])
            for row in rows(operator, code)
        ]
    assert operator.get(path, params={"kpi": "A6", "format": "xlsx"}).content.startswith(b"PK")
    assert kpi_http.somebody("broker").get(path, params={"kpi": "A6", "format": "csv"}).status_code == 403


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def test_who_sees_everything_is_answered_and_nobody_else(kpi_http: Serving, alliances: list[Alliance]) -> None:
    for role in ("operator", "auditor", "service"):
        body = table(kpi_http.somebody(role), "B8b").json()
        assert (body["code"], body["minimum_count"], body["as_of"]) == ("B8b", 5, str(DAY))
        assert {str(alliance.alliance_id) for alliance in alliances} <= {row["alliance_id"] for row in body["items"]}
    for somebody in (kpi_http.somebody("auditor", alliances[0].alliance_id), kpi_http.somebody("broker")):
        assert table(somebody, "B8b").status_code == 403
    operator = kpi_http.somebody("operator")
    assert table(operator, "D1").json()["code"] == "kpi-not-in-force"
    assert operator.get("/v1/national/alliance-results").json()["code"] == "validation-failed"


def test_a_kpi_answers_for_the_days_it_was_in_force_and_no_other(kpi_http: Serving, kpis: Database) -> None:
    Alliance(kpis, cohort=1)
    add_kpi(kpis, "9", "Deployment days of a pilot", valid_to_on=str(DAY))
    operator, after = kpi_http.somebody("operator"), str(DAY + timedelta(1))
    national = "/v1/national/results"
    assert [row["code"] for row in operator.get(national, params=AS_OF | {"kpi": "C9"}).json()["items"]] == ["C9"]
    assert rows(operator, "C9")
    codes = {row["code"] for row in operator.get(national, params={"as_of": after}).json()["items"]}
    assert "C1" in codes
    assert "C9" not in codes
    refused = table(operator, "C9", as_of=after)
    assert (refused.status_code, refused.json()["code"]) == (422, "kpi-not-in-force")
    assert after in refused.json()["detail"]


def test_a_country_without_alliances_is_answered(kpi_http: Serving, kpis: Database) -> None:
    with kpis.transaction(EVERY_TENANT) as session:
        projections.reset_plans_api(session)
        projections.reset_sle_broker(session)
    operator = kpi_http.somebody("operator")
    for code in CODES:
        assert rows(operator, code) == []
    states = {item["state"] for item in operator.get("/v1/national/results", params=AS_OF).json()["items"]}
    assert states == {"no_data"}
    assert table(operator, "B8b", as_of="1900-01-01").json()["code"] == "kpi-not-in-force"
    assert operator.get("/v1/national/results", params={"as_of": "1900-01-01"}).json()["items"] == []
