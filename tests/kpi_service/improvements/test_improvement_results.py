"""Improvements between inspections over HTTP: figure, both rates, every comparator's verdict, and the trace."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kpi_service.official_files.cell import Grade
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from kpi_service.official_files.own_templates import NationalAverage
from service_kit.database import Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over
from tests.kpi_service.official_files.files import csv_file, facts_in
from tests.kpi_service.serving import Serving

DAY = date(2014, 8, 31)
URNS = count(300_000)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no inspection."""
    yield
    forget_everything(kpis)


def schools(database: Database, *pairs: tuple[int, int], alliance: Alliance | None = None) -> list[str]:
    """Schools inspected twice with these grades, in the alliance where one is given."""
    urns = [str(next(URNS)) for _ in pairs]
    record_schools(database, urns)
    inspections = []
    for urn, (previous, latest) in zip(urns, pairs, strict=True):
        inspections += [
            Inspection(urn, date(2010, 3, 1), Grade(previous)),
            Inspection(urn, date(2013, 3, 1), Grade(latest)),
        ]
        if alliance is not None:
            alliance.join(urn, date(2011, 9, 1))
    take_over(database, inspections)
    return urns


def result(kpi_http: Serving, alliance: Alliance, code: str = "A6", on: date = DAY) -> dict[str, Any]:
    """One KPI of the alliance."""
    somebody = kpi_http.somebody("auditor", alliance.alliance_id)
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": code, "as_of": str(on)})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return dict(found)


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    """What is said against each comparator."""
    return {against["name"]: against["state"] for against in found["against"]}


def test_the_outcomes_of_36_inspections_are_rebuilt_from_records(kpi_http: Serving, kpis: Database) -> None:
    # 002: of 36 primary inspections 83% were outstanding or good; 15 had improved and 15 kept their grade, two of them
    # outstanding and eight good. What the sentence leaves open (from where they improved, and the six others) is ours.
    alliance = Alliance(kpis)
    improved = [(3, 2)] * 15
    maintained = [(1, 1)] * 2 + [(2, 2)] * 8 + [(3, 3)] * 5
    others = [(1, 2)] * 5 + [(2, 3)]
    schools(kpis, *improved, *maintained, *others, alliance=alliance)
    found = result(kpi_http, alliance)
    assert (found["numerator"], found["denominator"], found["percent"]) == (15, 36, 41.67)
    assert found["counts"] == {
        "improved": 15,
        "maintained": 15,
        "declined": 6,
        "first_inspection": 0,
        "not_inspected": 0,
    }
    good_or_better = sum(school["latest"]["grade"] <= 2 for school in found["trace"])
    assert (good_or_better, round(100 * good_or_better / 36)) == (30, 83)


def test_the_choice_of_comparator_changes_the_verdict_and_both_are_shown(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, *[(3, 2)] * 15, *[(2, 2)] * 21, alliance=alliance)
    schools(kpis, *[(3, 2)] * 39, *[(2, 2)] * 61)
    a6, b2 = result(kpi_http, alliance, "A6"), result(kpi_http, alliance, "B2")
    assert verdicts(a6) == {"group": "not_met", "national": "not_met", "matched": "no_data"}
    assert a6["against"][0]["percent"] == 39.0
    assert verdicts(b2) == {"national": "met", "group": "met", "matched": "no_data"}
    assert (a6["state"], b2["state"]) == ("not_met", "met")
    assert b2["against"][0]["is_supported"] is False, "15 of 36 is no proof of more than 39 per cent"


def test_a_published_national_figure_is_taken_before_what_is_counted_here(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, (3, 2), (2, 2), alliance=alliance)
    average = NationalAverage(
        "schools_improved_overall", FileYear(2012), Decimal(51), date(2013, 12, 11), "Annual report"
    )
    take_over(kpis, [average])
    national = result(kpi_http, alliance, "B2")["against"][0]
    assert (national["percent"], national["source"], national["counts"]) == (51.0, "Annual report", None)
    earlier = result(kpi_http, alliance, "B2", date(2013, 12, 10))["against"][0]
    assert (earlier["percent"], earlier["source"]) == (50.0, None)
    assert [(each["is_counted"], each["published_on"], each["version"]) for each in (national, earlier)] == [
        (False, "2013-12-11", 1),
        (True, None, 1),
    ]


def test_a_file_that_says_satisfactory_and_then_requires_improvement_declined_nobody(
    kpi_http: Serving, kpis: Database
) -> None:
    alliance = Alliance(kpis)
    kept, unjudged = str(next(URNS)), str(next(URNS))
    record_schools(kpis, [kept, unjudged])
    for urn in (kept, unjudged):
        alliance.join(urn, date(2011, 9, 1))
    history = [
        ("URN", "Inspection Date", "Rating"),
        *((kept, "01/03/2010", "Satisfactory"), (kept, "01/03/2013", "Requires Improvement")),
        *((unjudged, "01/03/2010", "Good"), (unjudged, "01/03/2013", "9")),
    ]
    take_over(kpis, facts_in(csv_file(*history), None))
    found = result(kpi_http, alliance)
    assert found["counts"] == {
        "improved": 0,
        "maintained": 1,
        "declined": 0,
        "first_inspection": 1,
        "not_inspected": 0,
    }, "and not judged is no grade"


def test_twice_nothing_is_no_target_and_without_a_pair_there_is_no_figure(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    assert result(kpi_http, alliance)["state"] == "no_data"
    schools(kpis, (3, 2), alliance=alliance)
    schools(kpis, (2, 2), (2, 3))
    assert result(kpi_http, alliance)["state"] == "undefined"


def test_double_is_twice_or_more(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, *[(3, 2)] * 4, *[(2, 2)] * 6, alliance=alliance)
    schools(kpis, *[(3, 2)] * 2, *[(2, 2)] * 8)
    assert result(kpi_http, alliance)["state"] == "met"
    schools(kpis, (3, 2))
    assert result(kpi_http, alliance)["state"] == "not_met"


def test_a_school_with_two_memberships_counts_once(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    (urn,) = schools(kpis, (3, 2), alliance=alliance)
    alliance.join(urn, date(2012, 9, 1))
    found = result(kpi_http, alliance)
    assert (found["numerator"], found["denominator"], len(found["trace"])) == (1, 1, 1)


def test_every_school_of_the_result_has_its_records_in_the_trace(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    (urn,) = schools(kpis, (3, 2), alliance=alliance)
    (traced,) = result(kpi_http, alliance)["trace"]
    assert (traced["urn"], traced["change"]) == (urn, "improved")
    assert (traced["previous"]["inspected_on"], traced["previous"]["grade"], traced["previous"]["line"]) == (
        "2010-03-01",
        3,
        2,
    )


def test_the_country_is_told_year_by_year(kpi_http: Serving, kpis: Database) -> None:
    schools(kpis, (3, 2), (2, 2), (2, 3))
    answer = kpi_http.somebody("auditor").get("/v1/national/inspection-changes", params={"as_of": str(DAY)})
    years = {year["year"]: year for year in answer.json()["items"]}
    assert (years["2009/10"]["first_inspection"], years["2012/13"]["improved"], years["2012/13"]["declined"]) == (
        3,
        1,
        1,
    )
    assert years["2012/13"]["improved_of_all_pairs"]["percent"] == 33.33


def test_five_of_five_supported_schools_are_rebuilt_from_records(kpi_http: Serving, kpis: Database) -> None:
    # 002: "the five primary schools receiving the most intensive support have all improved in terms of Ofsted
    # judgements, with two moving from 'serious weaknesses' to 'good' and three from 'satisfactory' to 'good'".
    alliance = Alliance(kpis)
    schools(kpis, *[(4, 2)] * 2, *[(3, 2)] * 3, alliance=alliance)
    found = result(kpi_http, alliance)
    assert (found["numerator"], found["denominator"], found["percent"]) == (5, 5, 100.0)
    assert found["interval"]["low"] < 57, "five schools are few"
