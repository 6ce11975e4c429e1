"""A third set is definitions alone: days used, teachers trained and schools rated good, from feeds and an upload."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from service_kit.database import EVERY_TENANT, Database
from service_kit.tables import audit_log
from tests.kpi_service.any_facts import forget_all_facts
from tests.kpi_service.builders import Alliance, record_school
from tests.kpi_service.official_files.files import csv_file
from tests.kpi_service.serving import Serving, Somebody
from tests.kpi_service.third_set import THIRD_SET
from tests.kpi_service.uploads.handing_in import uploaded, urns

AS_OF = date(2015, 3, 20)
HISTORY = ["URN", "Rating", "Inspection Date"]
GOOD, SATISFACTORY, OUTSTANDING, UNKNOWN = "100001", "100002", "100003", "100004"
IN_NO_ALLIANCE = ("100005", "100006")
AGREED = b"alliance_id,academic_year,kpi,target,tolerance,source\n"


@pytest.fixture(scope="module")
def operator(kpi_http: Serving) -> Somebody:
    return kpi_http.somebody("operator")


def record(operator: Somebody, kpi: dict[str, Any]) -> httpx.Response:
    return operator.post("/v1/kpi-definitions", json=kpi, headers={"Idempotency-Key": str(uuid4())})


@pytest.fixture(scope="module", autouse=True)
def third_set(operator: Somebody) -> None:
    """The set is recorded as any other is."""
    for kpi in THIRD_SET:
        answer = record(operator, kpi)
        assert answer.status_code == 201, answer.text


@pytest.fixture
def alliance(kpis: Database, operator: Somebody) -> Iterator[Alliance]:
    """An alliance of which the feeds and a file tell."""
    alliance, another = Alliance(kpis), Alliance(kpis)
    one, other = uuid4(), uuid4()
    for leader_id, on, days in (
        (one, date(2014, 9, 1), 1),
        (one, date(2015, 3, 20), 0.5),
        (other, date(2015, 3, 20), 1),
        (other, date(2015, 3, 21), 1),
        (one, date(2014, 8, 31), 1),
        (one, date(2014, 3, 20), 0.5),
        (one, date(2014, 3, 21), 1),
        (one, date(2013, 9, 1), 0.5),
        (one, date(2013, 8, 31), 1),
    ):
        alliance.visit(leader_id, on, days)
    another.visit(uuid4(), date(2015, 1, 12), 1)
    alliance.count_run(uuid4(), "2013/14", completed=30)
    for year, completed in (("2013/14", 12), ("2013/14", 9), ("2012/13", 20), ("2014/15", 50)):
        alliance.count_run(uuid4(), year, completed=completed, trains_teachers=False)
    for urn in (GOOD, SATISFACTORY, OUTSTANDING, UNKNOWN, *IN_NO_ALLIANCE):
        record_school(kpis, urn)
    for urn in (GOOD, SATISFACTORY, OUTSTANDING, UNKNOWN):
        alliance.join(urn, date(2013, 9, 1))
    content = csv_file(
        HISTORY,
        [GOOD, "Satisfactory", "01/02/2012"],
        [GOOD, "Good", "01/10/2014"],
        [GOOD, "Inadequate", "01/05/2015"],
        [SATISFACTORY, "Good", "01/02/2010"],
        [SATISFACTORY, "Satisfactory", "01/02/2012"],
        [OUTSTANDING, "Outstanding", "01/02/2013"],
        *([urn, "Requires improvement", "01/02/2014"] for urn in IN_NO_ALLIANCE),
        # Of no school here: it tells one test's file from another's.
        [*urns(1), "Good", "01/02/2014"],
    )
    upload = uploaded(operator, kpis, content, f"{uuid4()}.csv")
    assert (upload["state"], upload["rows_accepted"]) == ("done", 9), upload
    yield alliance
    forget_all_facts(kpis)


def results(somebody: Somebody, alliance: Alliance, on: date = AS_OF, **asked: str) -> dict[str, dict[str, Any]]:
    path = f"/v1/alliances/{alliance.alliance_id}/results"
    answer = somebody.get(path, params={"as_of": str(on), "set": "C"} | asked)
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


def test_the_third_set_is_answered_from_its_definitions_alone(operator: Somebody, alliance: Alliance) -> None:
    found = results(operator, alliance)
    days, teachers, good = (found[code] for code in ("C1", "C2", "C3"))
    assert (days["value"], days["previous_value"], days["change"], days["unit"]) == (2.5, 1.0, 1.5, "days")
    assert (days["state"], days["year"], days["comparator"]["as_of"]) == ("met", "2014/15", "2014-03-20")
    assert (teachers["value"], teachers["previous_value"], teachers["unit"]) == (21, 20, "teachers")
    assert (teachers["state"], teachers["year"]) == ("met", "2013/14")
    assert "not initial teacher training" in teachers["counting_rule"]
    assert (good["numerator"], good["denominator"], good["percent"], good["state"]) == (2, 3, 66.67, "met")
    assert (good["comparator"]["name"], good["comparator"]["value"], good["is_supported"]) == ("national", 40.0, False)
    assert good["interval"] == {"low": 20.77, "high": 93.85}
    assert {school["urn"]: school["is_good"] for school in good["trace"]} == {
        GOOD: True,
        SATISFACTORY: False,
        OUTSTANDING: True,
        UNKNOWN: None,
    }


def test_trace_and_series_add_up_to_the_figure(operator: Somebody, alliance: Alliance) -> None:
    found = results(operator, alliance)
    for code, denominator in (("C1", 0), ("C2", 0), ("C3", 3)):
        entries = operator.get(f"/v1/results/{found[code]['id']}/trace", params={"limit": 200}).json()["items"]
        own = found[code].get("value", found[code].get("numerator"))
        assert sum(entry["adds"]["numerator"] for entry in entries) == own
        assert sum(entry["adds"]["denominator"] for entry in entries) == denominator
        before = sum(entry["added_before"]["numerator"] for entry in entries)
        assert before == (found[code].get("previous_value") or 0)
    path = f"/v1/alliances/{alliance.alliance_id}/results/series"
    asked = {"set": "C", "as_of_from": "2014-08-31", "as_of_to": "2015-09-01"}
    series = {one["code"]: one["points"] for one in operator.get(path, params=asked).json()["items"]}
    assert [point["judged"] for point in series["C1"]] == [3.0, 3.5]
    assert [point["judged"] for point in series["C2"]] == [21.0, 50.0]
    assert [point["judged"] for point in series["C3"]] == [33.33, 33.33]


def test_reading_on_which_days_leaders_were_used_is_audited(
    operator: Somebody, alliance: Alliance, kpis: Database
) -> None:
    read = select(audit_log.c.subject).where(audit_log.c.action == "results-read")
    results = f"/v1/alliances/{alliance.alliance_id}/results"
    for kpi, noted in (("C2", 0), ("C1", 1)):
        answer = operator.get(results, params={"kpi": kpi, "as_of": str(AS_OF)})
        assert len(answer.json()["items"]) == 1, answer.text
        with kpis.transaction(EVERY_TENANT) as session:
            subjects = list(session.scalars(read))
        assert subjects.count(str(alliance.alliance_id)) == noted


def test_the_country_is_answered_and_what_is_of_few_suppressed(
    operator: Somebody, alliance: Alliance, kpis: Database
) -> None:
    for _ in range(6):
        alliance.visit(uuid4(), date(2014, 12, 1))
        alliance.visit(uuid4(), date(2013, 12, 2), 0.5)
    answer = operator.get("/v1/national/results", params={"as_of": str(AS_OF), "set": "C"})
    assert answer.status_code == 200, answer.text
    found = {item["code"]: item for item in answer.json()["items"]}
    assert (found["C1"]["value"], found["C1"]["previous_value"], found["C1"]["state"]) == (9.5, 4.0, "met")
    assert (found["C2"]["value"], found["C2"]["previous_value"], found["C2"]["state"]) == (21, 20, "met")
    assert (found["C3"]["numerator"], found["C3"]["denominator"], found["C3"]["state"]) == (None, None, "suppressed")
    table = operator.get("/v1/national/alliance-results", params={"kpi": "C1", "as_of": str(AS_OF)}).json()["items"]
    told = [row["value"] for row in table if row["value"] != 0]
    assert told == [None, None], "the days of another alliance's one leader would be told"


def test_a_target_is_agreed_fixed_or_that_of_other_schools(
    operator: Somebody, alliance: Alliance, kpis: Database
) -> None:
    agreed = {"rule": "at_least", "comparator": "agreed_target"}
    for kpi, target in (
        (THIRD_SET[0] | {"number": "11"}, agreed),
        (THIRD_SET[1] | {"number": "12"}, agreed | {"rule": "in_line_with"}),
        (THIRD_SET[0] | {"number": "13"}, {"rule": "at_least", "comparator": "fixed", "value": 2.5}),
        (THIRD_SET[2] | {"number": "14"}, {"rule": "greater_than", "comparator": "group"}),
        (THIRD_SET[2] | {"number": "15"}, {"rule": "greater_than", "comparator": "previous_year"}),
        (THIRD_SET[2] | {"number": "16"}, {"rule": "at_least", "comparator": "fixed", "value": 66.67}),
    ):
        assert record(operator, kpi | {"target": target}).status_code == 201
    who = alliance.alliance_id
    told = f"{who},2014/15,C11,3.5,0,letter\n{who},2013/14,C12,22,1,letter\n".encode()
    upload = uploaded(operator, kpis, AGREED + told, f"{uuid4()}.csv")
    assert upload["rows_accepted"] == 2, upload
    last_day = date(2015, 8, 31)
    due, early = results(operator, alliance, last_day), results(operator, alliance, AS_OF)
    assert (early["C11"]["state"], due["C11"]["state"], due["C11"]["comparator"]["value"]) == (
        "not_yet_due",
        "met",
        3.5,
    )
    assert (early["C12"]["state"], early["C12"]["comparator"]["value"]) == ("met", 22.0)
    asked = {"kpi": "C12", "as_of": str(AS_OF)}
    table = operator.get("/v1/national/alliance-results", params=asked).json()["items"]
    (own,) = (row for row in table if row["alliance_id"] == str(who))
    assert (own["value"], own["state"], own["against"][0]["figure"]) == (21, "met", 22.0)
    assert [early[code]["state"] for code in ("C13", "C14", "C15", "C16")] == ["met", "met", "met", "not_met"]
    assert (early["C14"]["comparator"]["value"], early["C15"]["comparator"]["value"]) == (0.0, 33.33)


def test_a_measure_is_not_set_against_what_has_no_figure_of_it(operator: Somebody) -> None:
    for kpi, comparator in zip(THIRD_SET, ("national", "group", "matched"), strict=True):
        refused = record(operator, kpi | {"target": {"rule": "at_least", "comparator": comparator}})
        assert (refused.status_code, refused.json()["code"]) == (422, "measure-not-compared-with")


def test_the_first_two_sets_are_as_they_were(operator: Somebody) -> None:
    items = operator.get("/v1/kpi-definitions", params={"limit": 200}).json()["items"]
    codes = {item["code"] for item in items if item["set"] in "AB"}
    assert sorted(codes) == [
        *("A1", "A2", "A3", "A4", "A5", "A6", "B1a", "B1b", "B2", "B3", "B4", "B5", "B6", "B7", "B8a", "B8b")
    ]
