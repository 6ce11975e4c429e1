"""The scorecard: what is shown of which day, and where it stands in the chart."""

from datetime import date

from kpi_service.scorecards.chart import BOTTOM, TOP, draw
from kpi_service.scorecards.scorecard import first_day_of, number_in_words
from tests.kpi_service.scorecards.results import DAY, attainment, improvement, line_of, schools


def test_a_scorecard_begins_at_the_end_of_an_academic_year_before() -> None:
    assert first_day_of(DAY, 2) == date(2013, 8, 31)
    assert first_day_of(date(2014, 8, 31), 1) == date(2013, 8, 31)
    assert first_day_of(DAY, 0) == DAY


def test_a_number_is_written_with_a_real_minus_sign_and_no_idle_zeros() -> None:
    assert [number_in_words(number) for number in (None, 0, 50.0, 41.67, 1234.5, -6.4)] == [
        *("–", "0", "50", "41.67", "1,234.5", "−6.4"),
    ]


def test_a_line_has_every_day_and_all_that_the_last_is_set_against() -> None:
    line = line_of(improvement(30.0), improvement())
    assert [(point.on, point.figure) for point in line.points] == [(date(2014, 8, 31), 30.0), (DAY, 41.67)]
    assert (line.now.asked, line.now.behind) == (78, (15, 36))
    assert [(other.name, other.state) for other in line.beside] == [("group", "not_met"), ("matched", "met")]


def test_a_change_comes_of_the_figures_of_two_years_and_is_judged_in_per_cent() -> None:
    line = line_of(attainment())
    assert (line.now.behind, line.now.figure, line.own.figure) == ((60.0, 66.0), 10.0, 2.5)
    assert line_of(attainment(5.0, 0.0)).now.behind == (5.0, 0.0)


def test_none_of_none_is_nothing_to_tell() -> None:
    assert line_of(improvement(None, numerator=0, denominator=0)).now.behind is None


def test_the_chart_begins_at_nothing_and_has_a_gap_where_there_is_no_figure() -> None:
    chart = draw(line_of(improvement(39.0), improvement(None), improvement()))
    assert [len(piece) for piece in chart.figure] == [1, 1]
    assert [len(piece) for piece in chart.against] == [3]
    assert (chart.up[0].label, chart.up[0].at) == ("0", BOTTOM)
    assert chart.up[-1].at == TOP
    assert chart.figure[0][0].y == chart.against[0][0].y
    assert all(TOP <= mark.y <= BOTTOM for piece in (*chart.figure, *chart.asked) for mark in piece)


def test_the_target_is_not_drawn_over_the_others_where_it_is_their_figure() -> None:
    assert not draw(line_of(schools())).asked
    assert draw(line_of(improvement())).asked
