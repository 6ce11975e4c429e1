"""The real plan of 2014/15, where it is at hand."""

from collections import Counter

import pytest

from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_reading import ReadPlan, read_plan
from tests.plans_api.imports.builders import ROOT, found

REAL_PLAN = ROOT.parent / "shared" / "seeds" / "000_e9b10c8bfdb8ad77.txt"
pytestmark = pytest.mark.skipif(not REAL_PLAN.exists(), reason="the real plan is not beside this repository")


@pytest.fixture(scope="module")
def plan() -> ReadPlan:
    return read_plan(read_markdown(REAL_PLAN.read_bytes()))


def test_seven_sections_and_twenty_two_action_points_are_read(plan: ReadPlan) -> None:
    assert str(plan.academic_year) == "2014/15"
    assert [section.number for section in plan.sections] == [1, 2, 3, 4, 5, 6, 7]
    assert plan.action_points_by_section == (4, 4, 4, 4, 3, 0, 3)
    assert [finding.text[:2] for finding in found(plan, "section-empty")] == ["6."]


def test_sixty_three_dates_and_one_to_be_confirmed_are_read_and_none_is_a_day(plan: ReadPlan) -> None:
    kinds = {"month": 35, "ongoing": 22, "term": 4, "month_range": 1, "festival": 1, "tbc": 1}
    nothing = dict.fromkeys(["day", "half_term", "academic_year", "unread"], 0)
    assert plan.dates_by_kind == kinds | nothing
    (waiting,) = (value for value in plan.dates if value.kind == "tbc")
    assert waiting.waits_for == "Ofsted to promote recruitment of Additional Inspectors"


def test_five_dates_outside_the_year_are_flagged_and_kept(plan: ReadPlan) -> None:
    outside = [value.text for value in plan.dates if value.is_outside(plan.academic_year)]
    assert outside == ["September 2015", "November 2015", "November 2015", "November 2015", "December 2015"]
    assert [finding.text for finding in found(plan, "date-outside-year")] == outside
    assert plan.dates_outside_year == 5


def test_eight_rows_have_differing_counts_of_milestones_and_dates(plan: ReadPlan) -> None:
    assert [finding.row for finding in found(plan, "dates-and-milestones-differ")] == [7, 19, 29, 32, 42, 43, 66, 67]


def test_milestones_that_run_on_stay_whole(plan: ReadPlan) -> None:
    split = [action_point.title for action_point in plan.action_points if action_point.milestones_are_split]
    assert split == ["2014/15 Professional studies", "National College research projects / Education Endowment Funds"]
    assert all(len(action_point.milestones) == 1 for action_point in plan.action_points)


def test_the_continuation_row_is_joined(plan: ReadPlan) -> None:
    masters = next(action_point for action_point in plan.action_points if action_point.title == "Masters Programme")
    assert masters.rows == (51, 52)
    assert "conducted by staff through course/module" in masters.milestones[0].text
    assert [value.text for value in masters.dates] == ["January 2015", "Spring term 2015", "On-going"]


def test_kpi_links_are_as_written(plan: ReadPlan) -> None:
    assert plan.kpi_links == 54
    assert sum(action_point.kpi_links.are_none for action_point in plan.action_points) == 1
    assert [finding.text for finding in found(plan, "kpi-not-read")] == ["O"]
    assert [kpi.code for kpi in plan.national_kpis] == ["1", "2", "3", "4", "5", "6"]


def test_every_anomaly_is_one_finding(plan: ReadPlan) -> None:
    assert len(set(plan.findings)) == len(plan.findings)
    assert Counter(finding.code for finding in plan.findings) == {
        "milestones-not-split": 20,
        "leads-run-together": 10,
        "dates-and-milestones-differ": 8,
        "date-outside-year": 5,
        "lead-is-a-role": 5,
        "dates-not-in-order": 2,
        "date-to-be-confirmed": 1,
        "kpi-not-read": 1,
        "kpi-set-not-stated": 1,
        "lead-not-read": 1,
        "lead-to-be-confirmed": 1,
        "letters-raised": 1,
        "milestone-repeated": 1,
        "names-alike": 1,
        "national-kpi-table": 1,
        "row-continues": 1,
        "section-empty": 1,
        "several-targets-in-cell": 1,
        "words-run-together": 1,
    }


def test_every_word_of_the_file_is_kept(plan: ReadPlan) -> None:
    kept = "".join("".join(cell.text for cell in plan.document.cells()).split())
    lines = REAL_PLAN.read_text(encoding="utf-8").splitlines()
    written = "".join("".join(line for line in lines if not line.startswith(("|-", "| -"))).split())
    assert kept == written.replace("|", "")
