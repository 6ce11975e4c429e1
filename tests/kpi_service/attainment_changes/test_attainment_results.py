"""Attainment year on year over HTTP: sums over pupils, both units of a change, every comparator, and the trace."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from kpi_service.official_files.attainment import Attainment, Figure, Level, Unit
from kpi_service.official_files.characteristics import SchoolLink
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.own_templates import NationalAverage
from service_kit.database import Database
from tests.kpi_service.attainment_changes.figures import DAY, YEAR, figure, result, results
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over
from tests.kpi_service.serving import Serving

BEGUN = date(2011, 9, 1)
GROUP = "200001"


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no figure."""
    yield
    forget_everything(kpis)


def in_alliance(database: Database, *urns: str) -> Alliance:
    alliance = Alliance(database)
    record_schools(database, urns)
    for urn in urns:
        alliance.join(urn, BEGUN)
    return alliance


def group_rises(database: Database, before: str, now: str) -> None:
    """A school in no alliance, with a hundred pupils in each year."""
    record_schools(database, [GROUP])
    take_over(database, [figure(GROUP, YEAR.before, before, 100), figure(GROUP, YEAR, now, 100)])


def test_a_small_school_weighs_as_much_as_its_pupils(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001", "100002")
    take_over(
        kpis,
        [
            *(figure("100001", YEAR.before, "50", 10), figure("100002", YEAR.before, "60", 90)),
            *(figure("100001", YEAR, "100", 10), figure("100002", YEAR, "60", 90)),
        ],
    )
    found = result(kpi_http, alliance, "A4")
    assert [(part["year"], part["numerator"], part["denominator"]) for part in found["sums"]] == [
        ("2015/16", 59, 100),
        ("2016/17", 64, 100),
    ]
    assert (found["value"], found["previous_value"]) == (64.0, 59.0), "the average of the two schools would be 80"


def test_percent_and_percentage_points_are_both_told(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [figure("100001", YEAR.before, "40", 30), figure("100001", YEAR, "50", 30)])
    found = result(kpi_http, alliance, "A4")
    assert (found["change"], found["change_unit"], found["change_percent"], found["unit"]) == (
        10.0,
        "percentage_points",
        25.0,
        "percent",
    )


def test_the_choice_between_double_and_greater_changes_the_verdict(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [figure("100001", YEAR.before, "50", 100), figure("100001", YEAR, "60", 100)])
    group_rises(kpis, "50", "56")
    national = [
        figure("", year, value, 600_000, level=Level.ENGLAND) for year, value in ((YEAR.before, "50"), (YEAR, "59"))
    ]
    take_over(kpis, national)
    a4, b1a = result(kpi_http, alliance, "A4"), result(kpi_http, alliance, "B1a")
    assert [(item["name"], item["change_percent"], item["state"]) for item in a4["against"]] == [
        ("group", 12.0, "not_met"),
        ("national", 18.0, "not_met"),
    ]
    assert [(item["name"], item["state"]) for item in b1a["against"]] == [("national", "met"), ("group", "met")]
    assert b1a["against"][0]["source"] == "performance tables of 2016/17, england"


def test_few_pupils_do_not_support_what_many_do(kpi_http: Serving, kpis: Database) -> None:
    few, many = in_alliance(kpis, "100001"), in_alliance(kpis, "100002")
    group_rises(kpis, "50", "51")
    for urn, pupils in (("100001", 20), ("100002", 20_000)):
        take_over(kpis, [figure(urn, YEAR.before, "50", pupils), figure(urn, YEAR, "65", pupils)])
    of_few, of_many = (result(kpi_http, alliance, "A4") for alliance in (few, many))
    assert (of_few["change_percent"], of_many["change_percent"]) == (30.0, 30.0)
    assert [(item["state"], item["is_supported"]) for item in of_few["against"][:1]] == [("met", False)]
    assert [(item["state"], item["is_supported"]) for item in of_many["against"][:1]] == [("met", True)]
    assert of_few["change_interval"]["low"] < 0 < of_many["change_interval"]["low"]
    # Newcombe's interval of 13 of 20 less 10 of 20, computed apart from this code.
    assert of_few["change_interval"] == {"low": -14.57, "high": 41.23}


def test_a_gap_of_few_that_may_have_been_none_supports_nothing(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    record_schools(kpis, [GROUP])
    for year, others in ((YEAR.before, "70"), (YEAR, "60")):
        told = (("100001", 20), (GROUP, 2_000))
        take_over(
            kpis,
            [
                figure(urn, year, value, pupils, what)
                for urn, pupils in told
                for value, what in (
                    ("70" if urn == GROUP else others, Figure.RWM_EXPECTED_OTHERS),
                    ("50", Figure.RWM_EXPECTED_DISADVANTAGED),
                )
            ],
        )
    found = result(kpi_http, alliance, "B1b")
    assert (found["change_percent"], found["change_percent_interval"]) == (-50.0, None)
    assert found["change_interval"]["low"] < -10 < found["change_interval"]["high"]
    group = found["against"][1]
    assert (group["name"], group["change_percent"], group["state"], group["is_supported"]) == (
        "group",
        0.0,
        "met",
        False,
    )


def test_twice_as_much_is_double_to_the_last_pupil(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    group_rises(kpis, "50", "56")
    take_over(kpis, [figure("100001", YEAR.before, "50", 100), figure("100001", YEAR, "62", 100)])
    assert result(kpi_http, alliance, "A4")["state"] == "met"
    take_over(kpis, [figure("100001", YEAR, "61.99", 100)], on=DAY)
    assert result(kpi_http, alliance, "A4")["state"] == "not_met"


def test_twice_a_decline_is_no_target(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [figure("100001", YEAR.before, "50", 100), figure("100001", YEAR, "62", 100)])
    group_rises(kpis, "56", "50")
    assert result(kpi_http, alliance, "A4")["state"] == "undefined"


def test_a_published_change_is_taken_before_the_rows_of_the_country_and_only_for_its_year(
    kpi_http: Serving, kpis: Database
) -> None:
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [figure("100001", YEAR.before, "50", 100), figure("100001", YEAR, "62", 100)])
    average = "attainment_change_rwm_expected"
    of_another = NationalAverage(average, YEAR.before, Decimal(1), date(2017, 8, 1), "Too old")
    take_over(kpis, [of_another])
    assert result(kpi_http, alliance, "B1a")["state"] == "no_data"
    of_the_year = NationalAverage(average, YEAR, Decimal(24), date(2017, 8, 30), "Statistical release")
    take_over(kpis, [of_the_year])
    found = result(kpi_http, alliance, "B1a")
    assert found["state"] == "not_met", "24 per cent more is not more than 24 per cent more"
    national = found["against"][0]
    assert (national["change_percent"], national["source"], national["published_on"], national["is_counted"]) == (
        24.0,
        "Statistical release",
        "2017-08-30",
        False,
    )


def test_each_key_stage_of_the_definition_is_answered_on_its_own(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    points = [
        figure("100001", year, value, 40, Figure.A_LEVEL_POINTS, unit=Unit.POINTS)
        for year, value in ((YEAR.before, "30.5"), (YEAR, "33.55"))
    ]
    take_over(kpis, points)
    a4, b1a = results(kpi_http, alliance, "A4"), results(kpi_http, alliance, "B1a")
    assert [(item["key_stage"], item["figure"]) for item in a4] == [
        ("key_stage_2", "rwm_expected"),
        ("key_stage_4", "attainment_8"),
        ("key_stage_4", "basics_9_4"),
    ]
    assert [item["figure"] for item in b1a][3:] == ["a_level_points"]
    assert (b1a[3]["change_interval"], b1a[3]["change_percent_interval"]) == (None, None), "points have no spread"
    assert (b1a[3]["sums"][0]["numerator"], b1a[3]["change"], b1a[3]["change_unit"], b1a[3]["change_percent"]) == (
        1220.0,
        3.05,
        "points",
        10.0,
    )
    assert {item["state"] for item in a4} == {"no_data"}


def test_an_academy_is_set_beside_the_school_it_was_and_the_trace_says_so(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100003")
    take_over(kpis, [SchoolLink("100001", "100003", "predecessor", None)])
    take_over(kpis, [figure("100001", YEAR.before, "40", 30), figure("100003", YEAR, "50", 30)])
    found = result(kpi_http, alliance, "A4")
    assert found["change"] == 10.0
    (inherited,) = [record for record in found["trace"] if record["given_to"] == "100001"]
    assert (inherited["urn"], inherited["via"], inherited["line"], inherited["is_counted"]) == (
        "100003",
        ["100001"],
        2,
        True,
    )


def test_what_two_schools_inherited_of_one_counts_once(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100003", "100004")
    take_over(kpis, [SchoolLink("100001", heir, "predecessor", None) for heir in ("100003", "100004")])
    take_over(
        kpis,
        [figure("100001", YEAR.before, "40", 60), figure("100003", YEAR, "50", 30), figure("100004", YEAR, "50", 30)],
    )
    found = result(kpi_http, alliance, "A4")
    assert [part["denominator"] for part in found["sums"]] == [60, 60]
    assert [record["is_counted"] for record in found["trace"]].count(False) == 1


def test_a_school_without_one_of_the_years_is_in_neither_and_stays_in_the_trace(
    kpi_http: Serving, kpis: Database
) -> None:
    alliance = in_alliance(kpis, "100001", "100002")
    take_over(
        kpis,
        [figure("100001", YEAR.before, "40", 30), figure("100001", YEAR, "50", 30), figure("100002", YEAR, "90", 30)],
    )
    found = result(kpi_http, alliance, "A4")
    assert (found["value"], found["previous_value"]) == (50.0, 40.0)
    assert [(record["urn"], record["is_counted"]) for record in found["trace"]][-1] == ("100002", False)


def test_the_day_before_the_year_ends_its_results_do_not_count(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [figure("100001", YEAR.before, "40", 30), figure("100001", YEAR, "50", 30)])
    on_the_last, before = (results(kpi_http, alliance, "A4", on)[0] for on in (DAY, date(2017, 8, 30)))
    assert (on_the_last["year"], on_the_last["value"]) == ("2016/17", 50.0)
    assert (before["year"], before["value"], before["state"]) == ("2015/16", None, "no_data")


def gap(urn: str, year: FileYear, others: str, disadvantaged: str) -> list[Attainment]:
    """The figures of a hundred disadvantaged pupils and a hundred others."""
    return [
        figure(urn, year, others, 100, Figure.RWM_EXPECTED_OTHERS),
        figure(urn, year, disadvantaged, 100, Figure.RWM_EXPECTED_DISADVANTAGED),
    ]


def test_a_gap_that_narrowed_from_20_to_11_is_rebuilt_from_records(kpi_http: Serving, kpis: Database) -> None:
    # 002: "The gap between FSM and non-FSM pupils making expected progress in maths has narrowed from 20% in 2011 to
    # 11% 2013." The two attainments between which it lies, and the years, are ours.
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [*gap("100001", YEAR.before, "70", "50"), *gap("100001", YEAR, "71", "60")])
    found = result(kpi_http, alliance, "B1b")
    assert (found["previous_value"], found["value"]) == (20.0, 11.0)
    assert (found["change"], found["change_unit"], found["change_percent"]) == (-9.0, "percentage_points", -45.0)


def test_a_gap_must_narrow_twice_as_much(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    record_schools(kpis, [GROUP])
    take_over(kpis, [*gap("100001", YEAR.before, "70", "50"), *gap("100001", YEAR, "71", "60")])
    take_over(kpis, [*gap(GROUP, YEAR.before, "70", "50"), *gap(GROUP, YEAR, "66", "50")])
    assert result(kpi_http, alliance, "A5")["state"] == "met", "45 per cent less is more than twice 20 per cent less"
    take_over(kpis, [figure(GROUP, YEAR, "65", 100, Figure.RWM_EXPECTED_OTHERS)], on=DAY)
    assert result(kpi_http, alliance, "A5")["state"] == "not_met"


def test_a_gap_that_widened_elsewhere_is_no_target_to_double_but_may_be_beaten(
    kpi_http: Serving, kpis: Database
) -> None:
    alliance = in_alliance(kpis, "100001")
    record_schools(kpis, [GROUP])
    take_over(kpis, [*gap("100001", YEAR.before, "70", "50"), *gap("100001", YEAR, "71", "60")])
    take_over(kpis, [*gap(GROUP, YEAR.before, "70", "50"), *gap(GROUP, YEAR, "72", "50")])
    assert result(kpi_http, alliance, "A5")["state"] == "undefined"
    assert result(kpi_http, alliance, "B1b")["against"][1]["state"] == "met"


def test_a_gap_that_was_none_has_no_percentage(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [*gap("100001", YEAR.before, "50", "50"), *gap("100001", YEAR, "60", "50")])
    found = result(kpi_http, alliance, "A5")
    assert (found["change"], found["change_percent"], found["state"]) == (10.0, None, "undefined")


def test_a_restated_figure_does_not_change_what_was_said_before(kpi_http: Serving, kpis: Database) -> None:
    alliance = in_alliance(kpis, "100001")
    take_over(kpis, [figure("100001", YEAR.before, "40", 30), figure("100001", YEAR, "50", 30)])
    take_over(kpis, [figure("100001", YEAR, "60", 30)], on=date(2017, 12, 14))
    assert results(kpi_http, alliance, "A4", date(2017, 12, 13))[0]["value"] == 50.0
    assert results(kpi_http, alliance, "A4", date(2017, 12, 14))[0]["value"] == 60.0
