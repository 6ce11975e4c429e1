"""The headship vacancy rate year on year over HTTP, and beside plain Python."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kpi_service.headships import store
from kpi_service.headships.vacancy import vacancy_rates
from kpi_service.inspections.store import Population
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.own_templates import HeadshipVacancy, NationalAverage
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over
from tests.kpi_service.serving import Serving

DAY = date(2014, 8, 31)
BEFORE, NOW = date(2012, 11, 1), date(2013, 11, 7)
URNS = count(300_001)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no count."""
    yield
    forget_everything(kpis)


def schools(database: Database, before: str, now: str, alliance: Alliance | None = None) -> list[str]:
    """One school for each letter, `v` where its headship was vacant, `-` where it was not; `.` where not counted."""
    urns = [str(next(URNS)) for _ in before]
    record_schools(database, urns)
    told = []
    for urn, *letters in zip(urns, before, now, strict=True):
        if alliance is not None:
            alliance.join(urn, date(2011, 9, 1))
        told += [
            HeadshipVacancy(urn, on, letter == "v")
            for on, letter in zip((BEFORE, NOW), letters, strict=True)
            if letter != "."
        ]
    take_over(database, told)
    return urns


def b6(kpi_http: Serving, alliance: Alliance, on: date = DAY) -> dict[str, Any]:
    somebody = kpi_http.somebody("broker", alliance.alliance_id)
    answer = somebody.get(f"/v1/alliances/{alliance.alliance_id}/results", params={"kpi": "B6", "as_of": str(on)})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["items"]
    return dict(found)


def test_a_rate_that_fell_further_than_the_countrys_is_an_improvement(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, "vv--", "v---", alliance)
    schools(kpis, "vvvv----", "vvv-----")
    found = b6(kpi_http, alliance)
    assert (found["previous_rate"], found["rate"]) == (
        {"numerator": 2, "denominator": 4, "percent": 50.0},
        {"numerator": 1, "denominator": 4, "percent": 25.0},
    )
    assert (found["change"], found["change_unit"], found["change_percent"]) == (-25.0, "percentage_points", -50.0)
    assert [(item["name"], item["change_percent"], item["state"]) for item in found["against"]] == [
        ("national", -33.33, "met"),
        ("group", -25.0, "met"),
    ]
    assert [(item["version"], item["is_counted"], item["is_supported"]) for item in found["against"]] == [
        (1, True, False),
        (1, True, False),
    ], "four schools are few"


def test_a_rate_that_rose_is_none(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, "v---", "vv--", alliance)
    schools(kpis, "vv--", "vv--")
    assert b6(kpi_http, alliance)["state"] == "not_met"


def test_a_rate_that_was_nought_cannot_fall(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, "----", "----", alliance)
    schools(kpis, "vv--", "v---")
    assert b6(kpi_http, alliance)["state"] == "undefined"


def test_without_a_count_in_both_years_there_is_no_data(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, "v.", ".v", alliance)
    found = b6(kpi_http, alliance)
    assert (found["state"], found["rate"]["denominator"]) == ("no_data", 0)
    assert [school["is_counted"] for school in found["trace"]] == [False, False]


def test_a_published_change_is_taken_before_what_is_counted_here(kpi_http: Serving, kpis: Database) -> None:
    alliance = Alliance(kpis)
    schools(kpis, "vv--", "v---", alliance)
    published = NationalAverage("headship_vacancy_change", FileYear(2013), Decimal(-50), date(2014, 6, 1), "A survey")
    take_over(kpis, [published])
    national = b6(kpi_http, alliance)["against"][0]
    assert (national["change_percent"], national["source"], national["state"]) == (-50.0, "A survey", "not_met")
    assert (national["published_on"], national["is_counted"], national["is_supported"]) == ("2014-06-01", False, False)


def test_an_academy_has_the_count_of_the_school_it_was(kpi_http: Serving, kpis: Database) -> None:
    alliance, (school, academy) = Alliance(kpis), (str(next(URNS)), str(next(URNS)))
    record_schools(kpis, [academy])
    alliance.join(academy, date(2013, 9, 1))
    take_over(kpis, [SchoolLink(school, academy, "predecessor", None)])
    take_over(kpis, [HeadshipVacancy(school, BEFORE, True), HeadshipVacancy(academy, NOW, False)])
    (traced,) = b6(kpi_http, alliance)["trace"]
    assert (traced["urn"], traced["is_counted"], traced["previous"]["given_to"]) == (academy, True, school)


def last_vacant(told: Sequence[tuple[date, bool]], after: date, until: date) -> bool | None:
    """What the last count after a day, up to another, said."""
    within = [one for one in told if after < one[0] <= until]
    return max(within)[1] if within else None


def test_the_rates_are_those_of_plain_python(kpis: Database) -> None:
    chance, alliance = random.Random(6), Alliance(kpis)
    urns = [str(next(URNS)) for _ in range(60)]
    record_schools(kpis, urns)
    for urn in urns[:30]:
        alliance.join(urn, date(2011, 9, 1))
    ends = (date(2012, 8, 31), date(2013, 8, 31), DAY)
    days = [*ends, date(2012, 9, 1), date(2013, 9, 1), date(2014, 9, 1), BEFORE, NOW]
    told = {urn: [(on, chance.random() < 0.4) for on in chance.sample(days, chance.randint(0, 4))] for urn in urns}
    take_over(kpis, [HeadshipVacancy(urn, on, vacant) for urn, counts in told.items() for on, vacant in counts])

    def expected(of: Sequence[str]) -> tuple[int, int, int]:
        pairs = [(last_vacant(told[urn], *ends[:2]), last_vacant(told[urn], *ends[1:])) for urn in of]
        both = [(before, now) for before, now in pairs if before is not None and now is not None]
        return sum(now for _, now in both), sum(before for before, _ in both), len(both)

    with kpis.transaction(EVERY_TENANT) as session:
        own = vacancy_rates(store.counted_schools(session, alliance.alliance_id, DAY))
        group = store.rates_of(session, [Population.IN_NO_ALLIANCE], DAY)[Population.IN_NO_ALLIANCE]
    for rates, of in ((own, urns[:30]), (group, urns[30:])):
        assert (rates.rate.numerator, rates.previous_rate.numerator, rates.rate.denominator) == expected(of)
