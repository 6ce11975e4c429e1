"""Where everything stands in a chart of one KPI: figures through the years, in the units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from kpi_service.scorecards.scorecard import Line, number_in_words

WIDTH, HEIGHT = 640, 262
LEFT, RIGHT, TOP, BOTTOM = 56, 620, 28, 216


@dataclass(frozen=True)
class Mark:
    """A point of a line."""

    x: float
    y: float


@dataclass(frozen=True)
class Bar:
    """An interval, from its high end to its low one."""

    x: float
    high: float
    low: float


@dataclass(frozen=True)
class Tick:
    """A place on an axis with what is written there."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A chart. A line is in several pieces where there is no figure for a day between. What is asked for is not drawn
    where it is what the others have."""

    across: Sequence[Tick]
    up: Sequence[Tick]
    figure: Sequence[Sequence[Mark]]
    against: Sequence[Sequence[Mark]]
    asked: Sequence[Sequence[Mark]]
    intervals: Sequence[Bar]


def draw(line: Line) -> Chart:
    """The chart of a KPI. The scale begins at nothing, or below it where a figure does, so that no difference is made
    to look larger than it is."""
    points = line.points
    told = [
        number
        for point in points
        for number in (point.figure, point.low, point.high, point.against, point.asked)
        if number is not None
    ]
    step = _step(max([0.0, *told]) - min([0.0, *told]))
    lowest = step * floor(min([0.0, *told]) / step)
    highest = max(step * ceil(max([0.0, *told]) / step), lowest + step)

    def height(number: float) -> float:
        return round(BOTTOM - (number - lowest) / (highest - lowest) * (BOTTOM - TOP), 1)

    places = [round(LEFT + (RIGHT - LEFT) * (2 * nth + 1) / (2 * len(points)), 1) for nth in range(len(points))]

    def pieces(numbers: Sequence[float | None]) -> Sequence[Sequence[Mark]]:
        found: list[list[Mark]] = [[]]
        for x, number in zip(places, numbers, strict=True):
            if number is None:
                found.append([])
            else:
                found[-1].append(Mark(x, height(number)))
        return [piece for piece in found if piece]

    return Chart(
        across=[Tick(x, f"{point.on:%b} {point.on.year}") for x, point in zip(places, points, strict=True)],
        up=[
            Tick(height(lowest + nth * step), number_in_words(lowest + nth * step))
            for nth in range(round((highest - lowest) / step) + 1)
        ],
        figure=pieces([point.figure for point in points]),
        against=pieces([point.against for point in points]),
        asked=pieces([point.asked for point in points])
        if any(point.asked != point.against for point in points)
        else [],
        intervals=[
            Bar(x, height(point.high), height(point.low))
            for x, point in zip(places, points, strict=True)
            if point.low is not None and point.high is not None
        ],
    )


def _step(span: float) -> float:
    """A round step of which about five make up the span."""
    if span <= 0:
        return 1
    rough = span / 5
    unit = float(10 ** floor(log10(rough)))
    return next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
