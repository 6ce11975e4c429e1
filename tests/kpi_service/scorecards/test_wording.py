"""What a scorecard says: the words a governor reads without help."""

from datetime import UTC, date, datetime

import pytest

from kpi_service.attainment_changes.change import TOPICS
from kpi_service.measures.target import Comparator, ResultState, TargetRule
from kpi_service.scorecards.wording import COMPARATORS, FIGURES, RULES, VERDICTS, document_of
from tests.kpi_service.scorecards.results import attainment, document, improvement, line_of, schools


def test_there_are_words_for_everything_a_result_can_be() -> None:
    assert set(VERDICTS) == set(ResultState)
    assert set(COMPARATORS) == set(Comparator)
    assert set(RULES) == set(TargetRule)
    assert set(FIGURES) == {topic.name for topic in TOPICS}


def test_a_rate_is_told_with_its_part_its_target_and_what_chance_could_do() -> None:
    (section,) = document(improvement()).sections
    assert section.said == (
        "15 of 36: 41.67 per cent. The target is to be at least double that of schools in no alliance: 78 per cent. "
        "Chance alone could put the figure anywhere between 27.14 and 57.8 per cent."
    )


def test_a_verdict_that_its_interval_does_not_support_may_be_chance() -> None:
    against = [{"name": "group", "percent": 20.0, "state": "met", "source": None, "is_supported": False}]
    (section,) = document(improvement(state="met", against=against)).sections
    assert section.said.endswith("27.14 and 57.8 per cent, so the verdict may be chance.")


def test_a_change_is_told_from_one_year_to_the_next_and_which_way_is_good() -> None:
    down = {"rule": "double", "comparator": "group", "direction": "down", "value": None}
    (section,) = document(attainment(20.0, 15.0, target=down)).sections
    assert section.heading == (
        "A4: Improvement in key stage results (key stage 2, reading, writing and mathematics at the expected standard)"
    )
    assert section.said == (
        "From 20 to 15: −25 per cent. The target is to be at least double that of schools in no alliance: 5 per cent. "
        "Here a fall is good."
    )


@pytest.mark.parametrize(
    ("comparator", "target", "told"),
    [
        (
            {"name": "agreed_target", "value": 12.0, "source": None, "tolerance": 2.0},
            {"rule": "in_line_with", "comparator": "agreed_target", "direction": "up", "value": None},
            "The target is to be in line with the target agreed for the year, give or take 2: 12 schools.",
        ),
        (
            {"name": "fixed", "value": 50.0, "source": None, "tolerance": None},
            {"rule": "at_least", "comparator": "fixed", "direction": "up", "value": 50.0},
            "The target is to be at least as good as 50 schools.",
        ),
        (
            {"name": "national", "value": 9.0, "source": "Statistical release 12/2014", "tolerance": None},
            {"rule": "greater_than", "comparator": "national", "direction": "up", "value": None},
            "The target is to be better than all schools in the country: 9 schools. Source of the figure it is set "
            "against: Statistical release 12/2014.",
        ),
    ],
)
def test_a_target_says_what_it_rests_on(comparator: dict[str, object], target: dict[str, object], told: str) -> None:
    (section,) = document(schools(comparator=comparator, target=target)).sections
    assert section.said == f"13 schools. {told}"


def test_a_kpi_without_any_record_stands_in_the_first_table_only() -> None:
    made = document(schools(), improvement(None, None))
    assert [(row[0], row[2], row[4]) for row in made.glance.rows] == [
        ("B7", "13 schools", "Met"),
        ("A6", "–", "No data"),
    ]
    assert [section.anchor for section in made.sections] == ["B7"]
    assert made.anchors == ["B7", None]


def test_a_figure_of_too_few_is_not_shown_and_says_so() -> None:
    (section,) = document(improvement(None, state="suppressed", numerator=None, denominator=None)).sections
    assert section.verdict == "Too few to be shown"
    assert section.said.startswith("The figure is not shown: it is of too few to hide who they are.")
    assert section.picture is None


def test_a_column_that_would_be_empty_is_left_out() -> None:
    (section,) = document(line_of(schools(11), schools())).sections
    assert section.tables[0].headings == ("On", "This alliance", "The year before", "Target", "Verdict")
    assert section.tables[0].rows[0] == ("31 August 2014", "11", "12", "12", "Met")


def test_the_alliance_is_named_and_the_newest_record_dated() -> None:
    newest = datetime(2014, 11, 30, 8, tzinfo=UTC)
    made = document_of([], alliance="Ebor Alliance", as_of=date(2014, 12, 1), data_as_of=newest)
    assert (made.title, made.heading) == ("Scorecard of Ebor Alliance, 1 December 2014", "Ebor Alliance")
    assert made.introduction == (
        "Scorecard as things stood on 1 December 2014. The newest record behind it was made on 30 November 2014. "
        "No KPI was in force on this day."
    )
