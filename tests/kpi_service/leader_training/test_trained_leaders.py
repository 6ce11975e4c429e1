"""SLEs designated and trained over HTTP, against the target the alliance agreed to."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.own_templates import AgreedTarget
from service_kit.database import Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, take_over
from tests.kpi_service.serving import Serving

YEAR = FileYear(2013)
FIRST, LAST = date(2013, 9, 1), date(2014, 8, 31)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins without an agreed target."""
    yield
    forget_everything(kpis)


def b8a(kpi_http: Serving, alliance: Alliance, on: date = LAST) -> dict[str, Any]:
    somebody = kpi_http.somebody("broker", alliance.alliance_id)
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": "B8a", "as_of": str(on)})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return dict(found)


def agree(alliance: Alliance, target: int, tolerance: int, on: date = FIRST) -> None:
    agreed = AgreedTarget(alliance.alliance_id, YEAR, "B8a", Decimal(target), Decimal(tolerance))
    take_over(alliance.database, [agreed], on=on)


def trained(alliance: Alliance, number: int, on: date = date(2014, 1, 20)) -> None:
    for _ in range(number):
        alliance.train(alliance.designate(date(2013, 11, 30)), on)


@pytest.mark.parametrize(("number", "state"), [(7, "not_met"), (8, "met"), (12, "met"), (13, "not_met")])
def test_in_line_with_the_agreed_target(kpi_http: Serving, kpis: Database, number: int, state: str) -> None:
    alliance = Alliance(kpis)
    agree(alliance, 10, tolerance=2)
    trained(alliance, number)
    found = b8a(kpi_http, alliance)
    assert (found["value"], found["state"], len(found["trace"])) == (number, state, number)
    comparator = found["comparator"]
    assert (comparator["name"], comparator["as_of"], comparator["value"], comparator["tolerance"]) == (
        "agreed_target",
        "2013-09-01",
        10.0,
        2.0,
    )
    assert comparator["source"].endswith(", line 2")


def test_the_target_is_due_on_the_last_day_of_the_year(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    agree(alliance, 1, tolerance=0)
    trained(alliance, 1)
    assert b8a(kpi_http, alliance, LAST - timedelta(1))["state"] == "not_yet_due"
    assert b8a(kpi_http, alliance, LAST)["state"] == "met"


def test_without_an_agreed_target_there_is_nothing_to_judge_against(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    trained(alliance, 1)
    assert b8a(kpi_http, alliance)["state"] == "no_data"


def test_a_target_that_was_agreed_anew_counts_from_its_day(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    agree(alliance, 10, tolerance=2)
    agree(alliance, 12, tolerance=2, on=date(2014, 3, 1))
    before, after = (b8a(kpi_http, alliance, on)["comparator"] for on in (date(2014, 2, 28), date(2014, 3, 1)))
    assert (before["value"], after["value"], after["as_of"]) == (10.0, 12.0, "2014-03-01")


@pytest.mark.parametrize(("lapses_on", "counted"), [(date(2014, 1, 20), 0), (date(2014, 1, 21), 1)])
def test_whoever_had_lapsed_when_the_training_was_complete_is_not_counted(
    kpi_http: Serving, kpis: Database, lapses_on: date, counted: int
) -> None:
    alliance = Alliance(kpis)
    made = alliance.designate(date(2013, 11, 30), due_to_lapse_on=lapses_on)
    alliance.train(made, date(2014, 1, 20))
    assert b8a(kpi_http, alliance)["value"] == counted


def test_a_renewal_keeps_a_leader_designated(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    made = alliance.designate(date(2013, 11, 30), due_to_lapse_on=date(2014, 1, 10))
    alliance.train(made, date(2014, 1, 20))
    assert b8a(kpi_http, alliance)["value"] == 0
    alliance.designate(
        date(2014, 1, 20), leader_id=made.leader_id, renews_designation_id=made.designation_id, due_to_lapse_on=LAST
    )
    found = b8a(kpi_http, alliance)
    assert (found["value"], [one["designation_id"] for one in found["trace"]]) == (1, [str(made.designation_id)])


def test_a_count_is_that_of_plain_python(kpi_http: Serving, kpis: Database) -> None:
    chance, alliance, expected = random.Random(8), Alliance(kpis), 0
    days = [FIRST - timedelta(1), FIRST, date(2014, 2, 1), LAST, LAST + timedelta(1)]
    for _ in range(120):
        designated_on, trained_on = sorted(chance.choices(days, k=2), reverse=chance.random() < 0.3)
        kind, renews = chance.choice(["sle", "sle", "nle"]), chance.choice([None, None, uuid4()])
        complete_on = max(designated_on, trained_on)
        ended_on = chance.choice([None, None, complete_on, complete_on + timedelta(1)])
        recorded = chance.choice(["by itself", "as lapsed", "as withdrawn"])
        made = alliance.designate(
            designated_on,
            kind=kind,
            renews_designation_id=renews,
            due_to_lapse_on=ended_on if recorded == "by itself" else None,
        )
        is_trained = chance.random() < 0.8
        if is_trained:
            alliance.train(made, trained_on)
        if ended_on is not None and recorded != "by itself":
            (alliance.lapse if recorded == "as lapsed" else alliance.withdraw)(made, ended_on)
        is_renewed = chance.random() < 0.3
        if is_renewed:
            alliance.designate(
                complete_on, kind=kind, leader_id=made.leader_id, renews_designation_id=made.designation_id
            )
        still_designated = is_renewed or ended_on is None or complete_on < ended_on
        in_the_year = FIRST <= complete_on <= LAST
        expected += kind == "sle" and renews is None and is_trained and in_the_year and still_designated
    assert 0 < expected < 120
    assert b8a(kpi_http, alliance)["value"] == expected
