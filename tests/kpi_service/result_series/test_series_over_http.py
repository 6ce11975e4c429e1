"""A KPI through the years over HTTP: each point is the result of its day."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest

from service_kit.database import Database
from tests.kpi_service.any_facts import any_alliance, forget_all_facts
from tests.kpi_service.builders import Alliance
from tests.kpi_service.serving import Serving, Somebody
from tests.kpi_service.third_set import add_third_set


@pytest.fixture(scope="module", autouse=True)
def third_set(kpis: Database) -> None:
    """Every measure stands in a set that is in force."""
    add_third_set(kpis)


@pytest.fixture
def alliance(kpis: Database) -> Iterator[Alliance]:
    """An alliance, and another that is none of its business."""
    chance = Random(2017)
    alliance, _ = any_alliance(kpis, chance), any_alliance(kpis, chance)
    yield alliance
    forget_all_facts(kpis)


def items(somebody: Somebody, alliance: Alliance, more: str = "", **asked: str) -> list[dict[str, Any]]:
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results{more}", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def check(point: dict[str, Any], result: dict[str, Any]) -> None:
    """The point says what the result says."""
    own = result["against"][0] if "against" in result else result["comparator"]
    said = (point["state"], point["as_of"], point["definition_version"], point["comparator"])
    assert said == (result["state"], result["as_of"], result["definition_version"], own["name"])
    if "change_unit" in result:
        assert (point["judged"], point["against"]) == (result["change_percent"], own["change_percent"])
    elif "numerator" in result:
        assert (point["numerator"], point["denominator"]) == (result["numerator"], result["denominator"])
        assert (point["judged"], point["interval"]) == (result["percent"], result["interval"])
    elif result["state"] != "no_data":
        assert point["judged"] == result["value"]
    rule = result["target"]["rule"]
    if point["against"] is not None:
        assert point["asked_for"] == pytest.approx(point["against"] * (2 if rule == "double" else 1), abs=0.02)


def test_every_point_of_every_kpi_is_the_result_of_its_day(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    series = items(broker, alliance, "/series", as_of_from="2016-08-31", as_of_to="2018-01-01")
    results = {
        result["id"]: result for day in ("2016-08-31", "2017-08-31") for result in items(broker, alliance, as_of=day)
    }
    points = [point for one in series for point in one["points"]]
    assert {point["id"] for point in points} == set(results)
    assert len(points) == len(results) == 54
    for point in points:
        check(point, results[point["id"]])


def test_a_kpi_that_became_another_one_has_two_series(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    before, after = items(broker, alliance, "/series", kpi="A2", as_of_from="2013-08-31", as_of_to="2015-09-01")
    assert [(one["measure"], one["unit"], len(one["points"])) for one in (before, after)] == [
        ("trainees_trained", "trainees", 1),
        ("trainees_employed_early", "percent", 2),
    ]


def test_today_is_the_last_point(kpi_http: Serving, alliance: Alliance) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    (one,) = items(broker, alliance, "/series", kpi="B7")
    (today,) = items(broker, alliance, kpi="B7")
    assert one["points"][-1]["id"] == today["id"]
    assert date.fromisoformat(one["points"][-1]["as_of"]) >= date(2026, 1, 1)


def test_what_cannot_be_asked_is_refused(kpi_http: Serving, alliance: Alliance, kpis: Database) -> None:
    broker = kpi_http.somebody("broker", alliance.alliance_id)
    path = f"/v1/alliances/{alliance.alliance_id}/results/series"
    for asked, code in (
        ({"as_of_from": "2015-01-01", "as_of_to": "2015-01-01"}, "series-ends-before-it-begins"),
        ({"as_of_from": "1900-01-01"}, "series-too-long"),
        ({"as_of_from": "0001-01-01"}, "validation-failed"),
    ):
        answer = broker.get(path, params=asked)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    for edge in ({"as_of_to": "1900-01-01"}, {"as_of_to": "1900-01-02", "as_of_from": "1900-01-01"}):
        assert broker.get(path, params=edge | {"kpi": "B7"}).status_code == 200
    stranger = kpi_http.somebody("broker", Alliance(kpis).alliance_id)
    assert stranger.get(path).status_code == 404
