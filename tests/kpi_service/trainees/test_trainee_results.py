"""Trainees over HTTP: handed in or counted by runs, up on the year before, and employed early."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from kpi_service.definitions.kpi_definition import Measure
from kpi_service.measures.year_on_year import YearOnYear
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.own_templates import EarlyEmployment, NationalAverage, TraineeNumbers
from kpi_service.trainees import store
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, take_over
from tests.kpi_service.serving import Serving

YEAR = FileYear(2012)
LAST_DAY, FIRST_DAY = date(2014, 6, 30), date(2014, 7, 1)
PUBLISHED = date(2014, 1, 28)
IN_THE_YEAR = datetime(2013, 6, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins without trainees."""
    yield
    forget_everything(kpis)
    with kpis.transaction(EVERY_TENANT) as session:
        store.remove_all(session)


def result(kpi_http: Serving, alliance: Alliance, code: str, on: date) -> dict[str, Any]:
    """One KPI of the alliance."""
    somebody = kpi_http.somebody("auditor", alliance.alliance_id)
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": code, "as_of": str(on)})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return dict(found)


def national(kpi_http: Serving, code: str, on: date) -> dict[str, Any]:
    """One KPI of all alliances."""
    answer = kpi_http.somebody("auditor").get("/v1/national/results", params={"kpi": code, "as_of": str(on)})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return dict(found)


def average(percent: int) -> NationalAverage:
    return NationalAverage("trainees_employed_early", YEAR, Decimal(percent), PUBLISHED, "Performance profiles")


def test_a2_is_another_kpi_from_the_first_of_july_2014(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    before, after = (result(kpi_http, alliance, "A2", on) for on in (LAST_DAY, FIRST_DAY))
    assert (before["measure"], before["definition_version"], before["comparator"]["name"]) == (
        "trainees_trained",
        1,
        "previous_year",
    )
    assert (after["measure"], after["definition_version"], after["comparator"]["name"]) == (
        "trainees_employed_early",
        2,
        "national",
    )
    assert (before["state"], after["state"]) == ("no_data", "no_data")


def test_more_trainees_than_the_year_before(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    take_over(
        kpis, [TraineeNumbers(alliance.alliance_id, YEAR.before, 24), TraineeNumbers(alliance.alliance_id, YEAR, 30)]
    )
    found = result(kpi_http, alliance, "B5", LAST_DAY)
    assert (found["value"], found["previous_value"], found["change"], found["change_percent"]) == (30, 24, 6, 25.0)
    assert (found["state"], found["comparator"]["as_of"], found["year"]) == ("met", "2012-08-31", "2012/13")
    assert [(part["year"], part["line"]) for part in found["trace"]] == [("2012/13", 3), ("2011/12", 2)]


def test_as_many_as_the_year_before_is_not_more(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    take_over(kpis, [TraineeNumbers(alliance.alliance_id, year, 24) for year in (YEAR.before, YEAR)])
    assert result(kpi_http, alliance, "B5", LAST_DAY)["state"] == "not_met"


def test_a_run_counts_as_it_was_last_told_of_and_only_where_it_trains_teachers(
    kpi_http: Serving, kpis: Database
) -> None:
    alliance, run_id, other_id = Alliance(kpis), uuid4(), uuid4()
    alliance.count_run(run_id, "2012/13", completed=9, at=IN_THE_YEAR)
    alliance.count_run(run_id, "2012/13", completed=11, at=IN_THE_YEAR + timedelta(days=7))
    alliance.count_run(other_id, "2012/13", completed=3)
    alliance.count_run(uuid4(), "2012/13", completed=100, trains_teachers=False)
    found = result(kpi_http, alliance, "B5", LAST_DAY)
    assert found["value"] == 14
    assert set(found["trace"][0]["programme_run_ids"]) == {str(run_id), str(other_id)}


def test_a_recount_changes_no_answer_of_an_earlier_day(kpi_http: Serving, kpis: Database) -> None:
    alliance, run_id = Alliance(kpis), uuid4()
    told = [(IN_THE_YEAR, 9), (datetime(2014, 2, 3, tzinfo=UTC), 11), (datetime(2014, 4, 7, tzinfo=UTC), 12)]
    for at, completed in told:
        alliance.count_run(run_id, "2012/13", completed=completed, employment_known=completed, at=at)
    found = {day: result(kpi_http, alliance, "B5", day) for day in (date(2014, 2, 2), date(2014, 2, 3), LAST_DAY)}
    assert [one["value"] for one in found.values()] == [9, 11, 12]
    assert [one["data_as_of"] for one in found.values()] == [
        "2013-06-03T09:00:00Z",
        "2014-02-03T00:00:00Z",
        "2014-04-07T00:00:00Z",
    ]
    assert national(kpi_http, "B5", date(2014, 2, 2))["total"]["value"] == 9
    assert result(kpi_http, alliance, "A2", FIRST_DAY)["denominator"] == 12


def test_telling_of_a_run_again_leaves_things_as_they_are(kpi_http: Serving, kpis: Database) -> None:
    alliance, run_id, later = Alliance(kpis), uuid4(), datetime(2014, 2, 3, tzinfo=UTC)
    for at in (IN_THE_YEAR, later, later):
        alliance.count_run(run_id, "2012/13", completed=9, at=at)
    found = result(kpi_http, alliance, "B5", LAST_DAY)
    assert (found["value"], found["data_as_of"]) == (9, "2013-06-03T09:00:00Z")
    for completed in (10, 11):
        alliance.count_run(run_id, "2012/13", completed=completed, at=later)
    assert result(kpi_http, alliance, "B5", date(2014, 2, 2))["value"] == 9
    assert result(kpi_http, alliance, "B5", LAST_DAY)["value"] == 11


def test_what_was_handed_in_stands_before_the_runs_of_its_year_only(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    alliance.count_run(uuid4(), "2011/12", completed=10)
    alliance.count_run(uuid4(), "2012/13", completed=11)
    take_over(kpis, [TraineeNumbers(alliance.alliance_id, YEAR, 30)])
    found = result(kpi_http, alliance, "B5", LAST_DAY)
    assert (found["value"], found["previous_value"]) == (30, 10)
    assert found["trace"][0]["programme_run_ids"] == []


def test_early_employment_must_be_above_the_national_average(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    take_over(kpis, [EarlyEmployment(alliance.alliance_id, YEAR, 30, 27), average(90)])
    found = result(kpi_http, alliance, "A2", FIRST_DAY)
    assert (found["numerator"], found["denominator"], found["percent"], found["state"]) == (27, 30, 90.0, "not_met")
    assert (found["comparator"]["source"], found["comparator"]["as_of"]) == ("Performance profiles", "2014-01-28")
    take_over(kpis, [average(89)], on=PUBLISHED)
    assert result(kpi_http, alliance, "A2", FIRST_DAY)["state"] == "met"


def test_of_whom_nothing_is_known_is_no_denominator(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    take_over(kpis, [average(80)])
    alliance.count_run(uuid4(), "2012/13", completed=12, employment_known=10, employed_early=9)
    found = result(kpi_http, alliance, "A2", FIRST_DAY)
    assert (found["numerator"], found["denominator"], found["state"]) == (9, 10, "met")
    other = Alliance(kpis)
    other.count_run(uuid4(), "2012/13", completed=12)
    found = result(kpi_http, other, "A2", FIRST_DAY)
    assert (found["percent"], found["state"]) == (None, "no_data")


def test_the_country_must_be_up_in_total_and_in_each_cohort(kpi_http: Serving, kpis: Database) -> None:
    first, second = Alliance(kpis, cohort=1), Alliance(kpis, cohort=2)
    told = [(first, 10, 30), (second, 20, 20)]
    take_over(
        kpis,
        [
            TraineeNumbers(alliance.alliance_id, year, number)
            for alliance, *numbers in told
            for year, number in zip((YEAR.before, YEAR), numbers, strict=True)
        ],
    )
    found = national(kpi_http, "B5", LAST_DAY)
    assert (found["total"]["value"], found["total"]["previous_value"], found["total"]["state"]) == (50, 30, "met")
    assert [(part["cohort"], part["state"]) for part in found["cohorts"]] == [(1, "met"), (2, "not_met")]
    assert found["state"] == "not_met"
    assert national(kpi_http, "A2", LAST_DAY)["measure"] == "trainees_trained"


def test_another_alliance_is_not_told(kpi_http: Serving, kpis: Database) -> None:
    alliance, other = Alliance(kpis), Alliance(kpis)
    take_over(kpis, [TraineeNumbers(alliance.alliance_id, YEAR, 30)])
    assert result(kpi_http, other, "B5", LAST_DAY)["value"] is None


def test_all_that_completed_and_are_now_employed_are_rebuilt_from_records(kpi_http: Serving, kpis: Database) -> None:
    # 002: "Bransgore successfully trained 30 SCITT students in 2012-13, all of whom have now been employed". That there
    # was one run, and that all were employed early, is ours.
    alliance = Alliance(kpis)
    alliance.count_run(uuid4(), "2012/13", completed=30, employment_known=30, employed_early=30)
    found = result(kpi_http, alliance, "A2", FIRST_DAY)
    assert (found["numerator"], found["denominator"], found["percent"]) == (30, 30, 100.0)
    assert result(kpi_http, alliance, "B5", LAST_DAY)["value"] == 30


def test_the_sums_are_those_of_plain_python(kpi_http: Serving, kpis: Database) -> None:
    chance = random.Random(2014)
    alliances = [Alliance(kpis, cohort=chance.choice([None, 1, 2])) for _ in range(6)]
    runs: dict[UUID, tuple[Alliance, FileYear, int, bool]] = {}
    for _ in range(60):
        run_id = chance.choice([*runs, uuid4(), uuid4()])
        alliance, year, _, _ = runs.get(run_id, (chance.choice(alliances), chance.choice([YEAR, YEAR.before]), 0, True))
        completed, trains = chance.randint(0, 40), chance.random() < 0.8
        runs[run_id] = (alliance, year, completed, trains)
        alliance.count_run(run_id, str(year), completed=completed, trains_teachers=trains, at=IN_THE_YEAR)
    handed_in = {
        (alliance.alliance_id, year): chance.randint(0, 90)
        for alliance in alliances
        for year in (YEAR, YEAR.before)
        if chance.random() < 0.3
    }
    take_over(kpis, [TraineeNumbers(*of, number) for of, number in handed_in.items()])

    def expected(alliance: Alliance, year: FileYear) -> int | None:
        own = [number for whose, of, number, trains in runs.values() if (whose, of, trains) == (alliance, year, True)]
        return handed_in.get((alliance.alliance_id, year), sum(own) if own else None)

    for alliance in alliances:
        found = result(kpi_http, alliance, "B5", LAST_DAY)
        assert (found["value"], found["previous_value"]) == (expected(alliance, YEAR), expected(alliance, YEAR.before))
    with kpis.transaction(EVERY_TENANT) as session:
        nation = store.trained_nationally(session, Measure.TRAINEES_TRAINED, YEAR, LAST_DAY)
    assert nation.total.value == sum(expected(alliance, YEAR) or 0 for alliance in alliances)
    for cohort, years in nation.cohorts.items():
        own = [alliance for alliance in alliances if alliance.cohort == cohort]
        assert years.previous_value == sum(expected(alliance, YEAR.before) or 0 for alliance in own)
    for alliance in alliances:
        years = nation.alliances.get(alliance.alliance_id, YearOnYear(None, None))
        assert (years.value, years.previous_value) == (expected(alliance, YEAR), expected(alliance, YEAR.before))
