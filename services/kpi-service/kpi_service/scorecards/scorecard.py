"""A scorecard: for each KPI how its figure went year by year, beside what it is set against and what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi_service.measures.target import Direction, ResultState, TargetRule
from kpi_service.official_files.file_year import FileYear

NONE = "–"
"""What is written where there is no number."""


@dataclass(frozen=True)
class Published:
    """A KPI through the years as it is published: the series, and the whole results of its points."""

    series: Mapping[str, Any]
    results: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Point:
    """A KPI on one day. `behind` is what the figure comes of: a part and the whole, or the figures of two years. `low`
    and `high` are the ends of the 95 per cent interval; what there is none of is None."""

    on: date
    figure: float | None
    behind: tuple[float, float] | None
    low: float | None
    high: float | None
    against: float | None
    asked: float | None
    state: str


@dataclass(frozen=True)
class Beside:
    """A comparator of the last day and what is said against it. `source` is where its figure was published."""

    name: str
    figure: float | None
    state: str
    source: str | None
    is_supported: bool | None


@dataclass(frozen=True)
class Line:
    """One KPI through the years, earliest first. `key_stage` and `figure` say which part it is of a KPI that is taken
    apart; `beside` has the definition's own comparator first."""

    code: str
    name: str
    key_stage: str | None
    figure: str | None
    unit: str
    is_change: bool
    rule: TargetRule
    direction: Direction
    fixed_at: float | None
    tolerance: float | None
    points: Sequence[Point]
    beside: Sequence[Beside]

    @property
    def now(self) -> Point:
        """The day the scorecard is of."""
        return self.points[-1]

    @property
    def own(self) -> Beside:
        """The comparator the definition names."""
        return self.beside[0]

    @property
    def tells_something(self) -> bool:
        """Whether there is a figure on any day, or one that may not be shown."""
        return any(point.figure is not None or point.state == ResultState.SUPPRESSED for point in self.points)


def first_day_of(as_of: date, years: int) -> date:
    """The first day of a scorecard: the end of the earliest of the academic years before `as_of`, as many as are asked
    for, or the day itself where it is none."""
    return FileYear(FileYear.having(as_of).before.starting - years + 1).last_day if years else as_of


def scorecard(kpis: Sequence[Published]) -> Sequence[Line]:
    """Each of these KPIs with everything that is told of it."""
    return [_line(kpi.series, kpi.results) for kpi in kpis]


def day_in_words(day: date) -> str:
    """31 August 2014."""
    return f"{day.day} {day:%B} {day.year}"


def number_in_words(number: float | None) -> str:
    """A number as it is written in a table, with a real minus sign; a dash where there is none."""
    return NONE if number is None else f"{number:,.2f}".rstrip("0").rstrip(".").replace("-", "\u2212")


def _line(series: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> Line:
    now, target = results[-1], series["target"]
    own = now["against"][0] if "against" in now else {**now["comparator"], "state": now["state"]}
    return Line(
        code=series["code"],
        name=series["name"],
        key_stage=series["key_stage"],
        figure=series["figure"],
        unit=series["unit"],
        is_change=_is_change(now),
        rule=TargetRule(target["rule"]),
        direction=Direction(target["direction"]),
        fixed_at=target["value"],
        tolerance=own.get("tolerance"),
        points=[_point(point, result) for point, result in zip(series["points"], results, strict=True)],
        beside=[_beside(other) for other in now.get("against", [own])],
    )


def _is_change(result: Mapping[str, Any]) -> bool:
    return "change_unit" in result


def _point(point: Mapping[str, Any], result: Mapping[str, Any]) -> Point:
    interval = point["interval"] or {}
    return Point(
        on=date.fromisoformat(point["as_of"]),
        figure=point["judged"],
        behind=_behind(point, result),
        low=interval.get("low"),
        high=interval.get("high"),
        against=point["against"],
        asked=point["asked_for"],
        state=point["state"],
    )


def _behind(point: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[float, float] | None:
    if _is_change(result):
        before, value = result["previous_value"], result["value"]
        return None if before is None or value is None else (before, value)
    return (point["numerator"], point["denominator"]) if point["denominator"] else None


def _beside(other: Mapping[str, Any]) -> Beside:
    """A comparator, with the figure that is judged: of a change, that in per cent."""
    judged = next(name for name in ("change_percent", "percent", "value") if name in other)
    return Beside(
        name=other["name"],
        figure=other[judged],
        state=other["state"],
        source=other["source"],
        is_supported=other.get("is_supported"),
    )
