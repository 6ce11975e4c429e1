"""Results as they are published, for scorecards: a test names only what it is about."""

from datetime import date
from typing import Any

from kpi_service.scorecards.scorecard import Line, Published, scorecard
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
            {"name": "group", "percent": group, "state": "not_met", "source": None},
            {"name": "matched", "percent": 35.5, "state": "met", "source": None},
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


def line_of(*results: dict[str, Any], august: int = 2014) -> Line:
    """The line of a KPI of which this was published on the day, and at the ends of as many years before."""
    days = [date(august - nth, 8, 31) for nth in reversed(range(len(results) - 1))]
    points = [_point(on, result) for on, result in zip([*days, DAY], results, strict=True)]
    said = results[-1]
    series = {name: said.get(name) for name in ("code", "name", "unit", "key_stage", "figure", "target")}
    (line,) = scorecard([Published(series | {"points": points}, results)])
    return line


def document(*lines: Line | dict[str, Any], alliance: str = "Ebor Alliance") -> Document:
    """The scorecard of these KPIs; of one that was published on the day only, its result."""
    drawn = [line if isinstance(line, Line) else line_of(line) for line in lines]
    return document_of(drawn, alliance=alliance, as_of=DAY, data_as_of=None)


def _point(on: date, result: dict[str, Any]) -> dict[str, Any]:
    own = result["against"][0] if "against" in result else result["comparator"]
    judged = next(name for name in ("change_percent", "percent", "value") if name in result)
    against = own[judged]
    return {
        "as_of": on.isoformat(),
        "judged": result[judged],
        "numerator": result.get("numerator"),
        "denominator": result.get("denominator"),
        "interval": result.get("interval"),
        "against": against,
        "asked_for": 2 * against if against is not None and result["target"]["rule"] == "double" else against,
        "state": result["state"],
    }
