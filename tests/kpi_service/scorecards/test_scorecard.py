"""The scorecard: what is shown of which day, and where it stands in the chart."""

from datetime import date

import pytest

from kpi_service.scorecards.chart import BOTTOM, TOP, draw
from kpi_service.scorecards.scorecard import asked_for, days_of, number_in_words, scorecard
from tests.kpi_service.scorecards.results import DAY, attainment, improvement, schools


def test_the_years_end_in_august_and_the_day_itself_comes_last() -> None:
    assert days_of(DAY, 2) == [date(2013, 8, 31), date(2014, 8, 31), DAY]
    assert days_of(date(2014, 8, 31), 1) == [date(2013, 8, 31), date(2014, 8, 31)]
    assert days_of(DAY, 0) == [DAY]
    assert days_of(date(1, 3, 1), 3) == [date(1, 3, 1)]


@pytest.mark.parametrize(
    ("rule", "against", "asked"), [("double", 39, 78), ("greater_than", 39, 39), ("at_least", None, None)]
)
def test_double_asks_for_twice_the_figure_of_the_others(rule: str, against: float, asked: float) -> None:
    assert asked_for(rule, against) == asked


def test_a_number_is_written_with_a_real_minus_sign_and_no_idle_zeros() -> None:
    assert [number_in_words(number) for number in (None, 0, 50.0, 41.67, 1234.5, -6.4)] == [
        *("–", "0", "50", "41.67", "1,234.5", "−6.4"),
    ]


def test_a_kpi_is_shown_on_the_days_it_was_in_force() -> None:
    (line,) = scorecard({date(2013, 8, 31): [], date(2014, 8, 31): [improvement(30.0)], DAY: [improvement()]})
    assert [point.figure for point in line.points] == [30.0, 41.67]
    assert line.now.asked == 78
    assert [(other.name, other.state) for other in line.beside] == [("group", "not_met"), ("matched", "met")]


def test_the_parts_of_a_kpi_are_lines_of_their_own() -> None:
    parts = [attainment(), attainment(figure="attainment_8", key_stage="key_stage_4", value=54.0)]
    lines = scorecard({date(2014, 8, 31): parts[:1], DAY: parts})
    assert [[point.figure for point in line.points] for line in lines] == [[10.0, 10.0], [-10.0]]
    assert lines[0].now.behind == (60.0, 66.0)


def test_the_chart_begins_at_nothing_and_has_a_gap_where_there_is_no_figure() -> None:
    days = {date(2012, 8, 31): [improvement(39.0)], date(2013, 8, 31): [improvement(None)], DAY: [improvement()]}
    chart = draw(scorecard(days)[0])
    assert [len(piece) for piece in chart.figure] == [1, 1]
    assert [len(piece) for piece in chart.against] == [3]
    assert (chart.up[0].label, chart.up[0].at) == ("0", BOTTOM)
    assert chart.up[-1].at == TOP
    assert chart.figure[0][0].y == chart.against[0][0].y
    assert all(TOP <= mark.y <= BOTTOM for piece in (*chart.figure, *chart.asked) for mark in piece)


def test_the_target_is_not_drawn_over_the_others_where_it_is_their_figure() -> None:
    assert not draw(scorecard({DAY: [schools()]})[0]).asked
    assert draw(scorecard({DAY: [improvement()]})[0]).asked
