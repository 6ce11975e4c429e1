"""Results as they are published, for scorecards: a test names only what it is about."""

from datetime import date
from typing import Any

from kpi_service.scorecards.scorecard import scorecard
from kpi_service.scorecards.wording import Document, document_of

DAY = date(2014, 12, 1)


def improvement(percent: float | None = 41.67, group: float | None = 39.0, **more: Any) -> dict[str, Any]:
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


def attainment(previous: float = 60.0, value: float = 66.0, **more: Any) -> dict[str, Any]:
    """A change of attainment, which is judged in per cent of the year before."""
    return {
        "code": "A4",
        "name": "Improvement in key stage results",
        "unit": "percent",
        "key_stage": "key_stage_2",
        "figure": "rwm_expected",
        "change_unit": "percentage_points",
        "previous_value": previous,
        "value": value,
        "change_percent": round(100 * (value - previous) / previous, 2),
        "target": {"rule": "double", "comparator": "group", "direction": "up", "value": None},
        "state": "met",
        "against": [{"name": "group", "change_percent": 2.5, "state": "met", "source": None}],
    } | more


def schools(value: int = 13, year_before: float = 12.0, **more: Any) -> dict[str, Any]:
    """A number of schools, set against that of the year before."""
    return {
        "code": "B7",
        "name": "Schools in alliances",
        "unit": "schools",
        "value": value,
        "target": {"rule": "greater_than", "comparator": "previous_year", "direction": "up", "value": None},
        "state": "met",
        "comparator": {"name": "previous_year", "value": year_before, "source": None, "tolerance": None},
    } | more


def document(*results: dict[str, Any], alliance: str = "Ebor Alliance", **days: Any) -> Document:
    """The scorecard of these results on the day, and of those of earlier days by `august_<year>`."""
    earlier = {date(int(name.removeprefix("august_")), 8, 31): of_day for name, of_day in days.items()}
    return document_of(scorecard(earlier | {DAY: results}), alliance=alliance, as_of=DAY, data_as_of=None)
