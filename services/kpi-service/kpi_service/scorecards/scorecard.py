"""A scorecard: for each KPI how its figure went year by year, beside what it is set against and what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi_service.measures.target import Direction, ResultState, TargetRule

NONE = "–"
"""What is written where there is no number."""


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


def days_of(as_of: date, years: int) -> Sequence[date]:
    """The last days of the academic years before, as many as are asked for, and the day itself. There is no year
    before the first."""
    ending = as_of.year if as_of > date(as_of.year, 8, 31) else as_of.year - 1
    return [*(date(year, 8, 31) for year in range(max(ending - years + 1, 1), ending + 1)), as_of]


def scorecard(results: Mapping[date, Sequence[Mapping[str, Any]]]) -> Sequence[Line]:
    """The KPIs in force on the last day, each with its results on the days before, as they are published."""
    lines = []
    for now in results[max(results)]:
        through = [(on, result) for on in sorted(results) for result in results[on] if _part(result) == _part(now)]
        own, target = _own_comparator(now), now["target"]
        lines.append(
            Line(
                code=now["code"],
                name=now["name"],
                key_stage=now.get("key_stage"),
                figure=now.get("figure"),
                unit=now["unit"],
                is_change=_is_change(now),
                rule=TargetRule(target["rule"]),
                direction=Direction(target["direction"]),
                fixed_at=target["value"],
                tolerance=own.get("tolerance"),
                points=[_point(on, result) for on, result in through],
                beside=[_beside(now, other) for other in now.get("against", [{**own, "state": now["state"]}])],
            )
        )
    return lines


def asked_for(rule: str, against: float | None) -> float | None:
    """The figure at which a target is reached: twice that of the comparator, or its own."""
    if against is None:
        return None
    return 2 * against if rule == TargetRule.DOUBLE else against


def day_in_words(day: date) -> str:
    """31 August 2014."""
    return f"{day.day} {day:%B} {day.year}"


def number_in_words(number: float | None) -> str:
    """A number as it is written in a table, with a real minus sign; a dash where there is none."""
    return NONE if number is None else f"{number:,.2f}".rstrip("0").rstrip(".").replace("-", "\u2212")


def _own_comparator(result: Mapping[str, Any]) -> Mapping[str, Any]:
    own: Mapping[str, Any] = result["against"][0] if "against" in result else result["comparator"]
    return own


def _part(result: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells a result from the others of a day: its KPI, and the key stage and figure where it is taken apart."""
    return (result["code"], *(str(result[name]) for name in ("key_stage", "figure") if name in result))


def _is_change(result: Mapping[str, Any]) -> bool:
    return "change_unit" in result


def _figure(result: Mapping[str, Any], of: Mapping[str, Any]) -> float | None:
    """The figure that is judged, of a result or of what it is set against: a change is judged in per cent."""
    if _is_change(result):
        return of.get("change_percent")
    return of["percent"] if "percent" in of else of.get("value")


def _point(on: date, result: Mapping[str, Any]) -> Point:
    interval = result.get("interval") or {}
    against = _figure(result, _own_comparator(result))
    return Point(
        on=on,
        figure=_figure(result, result),
        behind=_behind(result),
        low=interval.get("low"),
        high=interval.get("high"),
        against=against,
        asked=asked_for(result["target"]["rule"], against),
        state=result["state"],
    )


def _behind(result: Mapping[str, Any]) -> tuple[float, float] | None:
    """The part and the whole of a rate, the year before and the year of a change."""
    names = ("previous_value", "value") if _is_change(result) else ("numerator", "denominator")
    first, second = (result.get(name) for name in names)
    return None if first is None or second is None else (first, second)


def _beside(result: Mapping[str, Any], other: Mapping[str, Any]) -> Beside:
    return Beside(
        name=other["name"],
        figure=_figure(result, other),
        state=other["state"],
        source=other.get("source"),
        is_supported=other.get("is_supported"),
    )
