"""A scorecard: for each KPI how its figure went year by year, beside what it is set against and what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi_service.measures.target import TargetRule

STATES = {
    "met": "Met",
    "not_met": "Not met",
    "no_data": "No data",
    "not_yet_due": "Not yet due",
    "undefined": "Cannot be judged",
    "suppressed": "Too few to be shown",
}
COMPARATORS = {
    "group": "schools in no alliance",
    "national": "all schools in the country",
    "matched": "similar schools in no alliance",
    "previous_year": "the year before",
    "agreed_target": "the target agreed for the year",
    "fixed": "a fixed figure",
}
RULES = {
    TargetRule.AT_LEAST: "at least as good as",
    TargetRule.GREATER_THAN: "better than",
    TargetRule.DOUBLE: "at least double that of",
    TargetRule.IN_LINE_WITH: "in line with",
}


@dataclass(frozen=True)
class Point:
    """A KPI on one day. `low` and `high` are the ends of the 95 per cent interval; what there is none of is None."""

    on: date
    figure: float | None
    of: str | None
    low: float | None
    high: float | None
    against: float | None
    asked: float | None
    state: str

    @property
    def verdict(self) -> str:
        """What is said of it, in words."""
        return STATES.get(self.state, self.state.replace("_", " "))


@dataclass(frozen=True)
class Beside:
    """Another comparator of the last day, and what is said against it."""

    name: str
    figure: float | None
    verdict: str


@dataclass(frozen=True)
class Line:
    """One KPI through the years, earliest first."""

    code: str
    name: str
    unit: str
    compared_with: str
    target: str
    points: Sequence[Point]
    beside: Sequence[Beside]

    @property
    def now(self) -> Point:
        """The day the scorecard is of."""
        return self.points[-1]


def days_of(as_of: date, years: int) -> Sequence[date]:
    """The last days of the academic years before, as many as are asked for, and the day itself. There is no year
    before the first."""
    ending = as_of.year if as_of > date(as_of.year, 8, 31) else as_of.year - 1
    return [*(date(year, 8, 31) for year in range(max(ending - years + 1, 1), ending + 1)), as_of]


def scorecard(results: Mapping[date, Sequence[Mapping[str, Any]]]) -> Sequence[Line]:
    """The KPIs in force on the last day, each with its results on the days before, as they are published."""
    last = max(results)
    lines = []
    for now in results[last]:
        through = [(on, result) for on in sorted(results) for result in results[on] if _part(result) == _part(now)]
        lines.append(
            Line(
                code="-".join(_part(now)),
                name=", ".join((now["name"], *_part(now)[1:])).replace("_", " "),
                unit="per cent" if now["unit"] == "percent" or _is_change(now) else now["unit"],
                compared_with=COMPARATORS.get(_own_comparator(now)["name"], _own_comparator(now)["name"]),
                target=_target(now),
                points=[_point(on, result) for on, result in through],
                beside=[
                    Beside(COMPARATORS[other["name"]], _figure(now, other), STATES[other["state"]])
                    for other in now.get("against", [])[1:]
                ],
            )
        )
    return lines


def asked_for(rule: str, against: float | None) -> float | None:
    """The figure at which a target is reached: twice that of the comparator, or its own."""
    if against is None:
        return None
    return 2 * against if rule == TargetRule.DOUBLE else against


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
    own, interval = _own_comparator(result), result.get("interval") or {}
    against = _figure(result, own)
    is_rate = "numerator" in result
    return Point(
        on=on,
        figure=_figure(result, result),
        of=f"{result['numerator']} of {result['denominator']}" if is_rate else None,
        low=interval.get("low"),
        high=interval.get("high"),
        against=against,
        asked=asked_for(result["target"]["rule"], against),
        state=result["state"],
    )


def _target(result: Mapping[str, Any]) -> str:
    name = _own_comparator(result)["name"]
    value = result["target"]["value"]
    other = COMPARATORS.get(name, name) if value is None else f"{value:g}"
    return f"{RULES[TargetRule(result['target']['rule'])]} {other}"
