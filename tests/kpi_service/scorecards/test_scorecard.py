"""The scorecard: what is shown of which day, and where it stands in the chart."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from lxml import html  # type: ignore[import-untyped]

from kpi_service.scorecards.chart import BOTTOM, TOP, draw
from kpi_service.scorecards.page import page_of
from kpi_service.scorecards.scorecard import asked_for, days_of, scorecard

DAY = date(2014, 12, 1)


def result(percent: float | None = 41.67, group: float | None = 39.0, **more: Any) -> dict[str, Any]:
    """A result as it is published."""
    return {
        "code": "A6",
        "name": "Schools that improved <their> overall judgement",
        "unit": "percent",
        "numerator": 15,
        "denominator": 36,
        "percent": percent,
        "interval": None if percent is None else {"low": 27.14, "high": 57.8},
        "target": {"rule": "double", "comparator": "group", "direction": "up", "value": None},
        "state": "no_data" if percent is None else "not_met",
        "against": [
            {"name": "group", "percent": group, "state": "not_met"},
            {"name": "matched", "percent": 35.5, "state": "met"},
        ],
    } | more


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


def test_a_kpi_is_shown_on_the_days_it_was_in_force() -> None:
    (line,) = scorecard({date(2013, 8, 31): [], date(2014, 8, 31): [result(30.0)], DAY: [result()]})
    assert [point.figure for point in line.points] == [30.0, 41.67]
    assert (line.now.asked, line.target) == (78, "at least double that of schools in no alliance")
    assert [(other.name, other.verdict) for other in line.beside] == [("similar schools in no alliance", "Met")]


def test_the_chart_begins_at_nothing_and_has_a_gap_where_there_is_no_figure() -> None:
    days = {date(2012, 8, 31): [result(39.0)], date(2013, 8, 31): [result(None)], DAY: [result()]}
    chart = draw(scorecard(days)[0])
    assert [len(piece) for piece in chart.figure] == [1, 1]
    assert [len(piece) for piece in chart.against] == [3]
    assert (chart.up[0].label, chart.up[0].at) == ("0", BOTTOM)
    assert chart.up[-1].at == TOP
    assert chart.figure[0][0].y == chart.against[0][0].y
    assert all(TOP <= mark.y <= BOTTOM for piece in (*chart.figure, *chart.asked) for mark in piece)


def test_every_number_of_a_chart_is_in_a_table_and_in_words_and_nothing_comes_from_elsewhere() -> None:
    lines = scorecard({date(2014, 8, 31): [result(30.5)], DAY: [result()]})
    page = page_of(lines, alliance_id=uuid4(), as_of=DAY, data_as_of=None)
    tree = html.fromstring(page)
    assert tree.get("lang") == "en-GB"
    assert tree.findtext(".//title") == "Alliance scorecard, 1 December 2014"
    cells = {cell.text_content().strip() for cell in tree.iter("td", "th")}
    assert {"30.5", "41.67", "15 of 36", "27.14 and 57.8", "39", "78", "Not met"} <= cells
    (drawing,) = tree.iter("svg")
    assert drawing.get("role") == "img"
    named = [tree.get_element_by_id(name) for name in drawing.get("aria-labelledby").split()]
    assert [element.tag for element in named] == ["title", "desc"]
    assert all(number in named[1].text_content() for number in ("30.5", "41.67", "27.14", "57.8", "39", "78"))
    assert "improved <their> overall" in tree.text_content(), "a name is text"
    assert not list(tree.iter("script", "link", "img", "iframe", "their"))
    assert not re.search(r"https?:|url\(|@import|\son\w+=", page)
    assert all(link.get("href").startswith("#") for link in tree.iter("a"))


def test_the_colours_can_be_told_from_the_page() -> None:
    page = page_of(scorecard({DAY: [result()]}), alliance_id=uuid4(), as_of=DAY, data_as_of=None)
    drawn = set(re.findall(r'(?:stroke|fill)="#([0-9a-f]{6})"', page)) - {"b1b4b6"}
    assert len(drawn) == 3
    assert all(contrast(colour) >= 4.5 for colour in drawn)


def contrast(colour: str) -> float:
    """The contrast ratio with white, as the accessibility guidelines define it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
