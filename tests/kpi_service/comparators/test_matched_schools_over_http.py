"""Matched schools over HTTP and beside the other comparators, from facts that were taken over."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kpi_service.comparator_versions.comparator_version import ComparatorVersion, MatchingRule, Variable
from kpi_service.comparator_versions.store import add_version
from kpi_service.measures.target import Comparator
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.characteristics import Characteristics, Place
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import HANDED_IN_ON, forget_everything, record_schools, take_over
from tests.kpi_service.serving import Serving

DAY = date(2014, 8, 31)
URNS = count(400_000)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no inspection."""
    yield
    forget_everything(kpis)


def school(database: Database, pupils: int, *, latest: int = 2, alliance: Alliance | None = None) -> str:
    """A primary school of the South West that started from a three."""
    urn = str(next(URNS))
    record_schools(database, [urn])
    take_over(
        database,
        [
            Inspection(urn, date(2010, 3, 1), Grade(3)),
            Inspection(urn, date(2013, 3, 1), Grade(latest)),
            Place(urn, "Primary", "South West", "Cornwall"),
            Characteristics(urn, FileYear(2012), pupils, Decimal(20)),
        ],
    )
    if alliance is not None:
        alliance.join(urn, date(2011, 9, 1))
    return urn


def matched_schools(kpi_http: Serving, alliance: Alliance, kpi: str = "A6", on: date = DAY) -> dict[str, Any]:
    """The answer of the operation."""
    somebody = kpi_http.somebody("broker", alliance.alliance_id)
    path = f"/v1/alliances/{alliance.alliance_id}/matched-schools"
    answer = somebody.get(path, params={"kpi": kpi, "as_of": str(on)})
    return {"status": answer.status_code, **answer.json()}


def pairs(found: dict[str, Any]) -> dict[str, list[str]]:
    """The URNs chosen for each."""
    return {item["urn"]: [match["urn"] for match in item["matches"]] for item in found["items"]}


def test_no_school_of_any_alliance_is_among_the_matches(kpi_http: Serving, kpis: Database) -> None:
    alliance, other = Alliance(kpis), Alliance(kpis)
    own = school(kpis, 200, alliance=alliance)
    school(kpis, 200, alliance=alliance)
    school(kpis, 200, alliance=other)
    near, nearer = school(kpis, 230), school(kpis, 220)
    school(kpis, 1000)
    found = matched_schools(kpi_http, alliance)
    assert sorted(match for each in pairs(found).values() for match in each) == [near, nearer]
    assert pairs(found)[own] == [nearer]
    assert found["eligible"] == 3


def test_the_matched_figure_stands_beside_the_others_with_its_version(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    school(kpis, 200, alliance=alliance)
    for pupils, latest in ((200, 2), (210, 3), (220, 3), (900, 2), (910, 2)):
        school(kpis, pupils, latest=latest)
    somebody = kpi_http.somebody("broker", alliance.alliance_id)
    answer = somebody.get(
        f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": "A6", "as_of": str(DAY)}
    ).json()
    against = {each["name"]: each for each in answer["items"][0]["against"]}
    assert list(against) == ["group", "national", "matched"]
    assert (against["matched"]["percent"], against["matched"]["version"]) == (33.33, 1)
    assert (against["group"]["percent"], against["group"]["version"]) == (60.0, 1)
    assert {name: each["state"] for name, each in against.items()} == {
        "group": "not_met",
        "national": "not_met",
        "matched": "met",
    }


def test_a_later_version_of_the_rule_changes_no_answer_of_an_earlier_day(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    own = school(kpis, 200, alliance=alliance)
    for pupils in (200, 210, 220):
        school(kpis, pupils)
    school(kpis, 900)
    with kpis.transaction(EVERY_TENANT) as session:
        fewer = MatchingRule(1, (Variable.PUPILS,), Decimal(2))
        add_version(session, ComparatorVersion(Comparator.MATCHED, 2, fewer.in_words, fewer, HANDED_IN_ON, None))
    before, after = matched_schools(kpi_http, alliance), matched_schools(kpi_http, alliance, on=HANDED_IN_ON)
    assert (len(pairs(before)[own]), len(pairs(after)[own])) == (3, 1)
    assert (before["comparator"]["version"], after["comparator"]["version"]) == (1, 2)


def test_what_is_not_known_of_a_school_is_said(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    record_schools(kpis, ["499999"])
    alliance.join("499999", date(2011, 9, 1))
    (item,) = matched_schools(kpi_http, alliance)["items"]
    assert item["missing"] == ["starting_grade", "phase", "pupils", "disadvantaged_percent"]


def test_a_kpi_that_counts_something_else_has_no_matched_schools(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    found = matched_schools(kpi_http, alliance, "B7")
    assert (found["status"], found["code"]) == (422, "kpi-is-not-matched")
    assert matched_schools(kpi_http, alliance, "Z99")["status"] == 404
