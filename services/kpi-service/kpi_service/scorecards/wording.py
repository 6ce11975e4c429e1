"""A scorecard in words: its headings, sentences and tables, the same whichever way it is rendered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpi_service.measures.target import Direction, ResultState, TargetRule
from kpi_service.scorecards.chart import Chart, draw
from kpi_service.scorecards.scorecard import NONE, Line, Point, day_in_words, number_in_words

VERDICTS = {
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
    "fixed": "what is asked of all",
}
RULES = {
    TargetRule.AT_LEAST: "at least as good as",
    TargetRule.GREATER_THAN: "better than",
    TargetRule.DOUBLE: "at least double that of",
    TargetRule.IN_LINE_WITH: "in line with",
}
FIGURES = {
    "rwm_expected": "reading, writing and mathematics at the expected standard",
    "attainment_8": "Attainment 8",
    "basics_9_4": "English and mathematics at grade 4 or above",
    "a_level_points": "A level points",
}


@dataclass(frozen=True)
class Table:
    """A table. The first cell of a row heads it; `numbers` are the places of the columns of figures."""

    caption: str
    headings: Sequence[str]
    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A chart with its title, and what it shows in words for those who cannot see it."""

    chart: Chart
    title: str
    described: str
    unit: str
    compared_with: str


@dataclass(frozen=True)
class Section:
    """What is said of one KPI."""

    anchor: str
    heading: str
    state: str
    verdict: str
    said: str
    picture: Picture | None
    tables: Sequence[Table]


@dataclass(frozen=True)
class Document:
    """A whole scorecard. `anchors` has for each row of `glance` the anchor of its section, or None where nothing more
    is said of it."""

    title: str
    heading: str
    introduction: str
    glance: Table
    anchors: Sequence[str | None]
    sections: Sequence[Section]


def document_of(lines: Sequence[Line], *, alliance: str, as_of: date, data_as_of: datetime | None) -> Document:
    """The scorecard of an alliance as it is read. A KPI of which nothing is recorded stands in the first table only."""
    newest = (
        "There is no record behind it yet."
        if data_as_of is None
        else f"The newest record behind it was made on {day_in_words(data_as_of)}."
    )
    about = "Each key performance indicator (KPI) is set against a target."
    return Document(
        title=f"Scorecard of {alliance}, {day_in_words(as_of)}",
        heading=alliance,
        introduction=f"Scorecard as things stood on {day_in_words(as_of)}. {newest} "
        f"{about if lines else 'No KPI was in force on this day.'}",
        glance=_glance(lines),
        anchors=[_anchor(line) if line.tells_something else None for line in lines],
        sections=[_section(line) for line in lines if line.tells_something],
    )


def _glance(lines: Sequence[Line]) -> Table:
    return Table(
        caption="All KPIs at a glance",
        headings=("KPI", "What is measured", "Figure", "Target", "Verdict"),
        numbers=(2,),
        rows=[
            (line.code, _name(line), _figure(line, line.now.figure), _target(line), VERDICTS[line.now.state])
            for line in lines
        ],
    )


def _section(line: Line) -> Section:
    heading = f"{line.code}: {_name(line)}"
    return Section(
        anchor=_anchor(line),
        heading=heading,
        state=line.now.state,
        verdict=VERDICTS[line.now.state],
        said=" ".join(_said(line)),
        picture=_picture(line, heading),
        tables=[_through_the_years(line), *([_against_others(line)] if len(line.beside) > 1 else [])],
    )


def _picture(line: Line, heading: str) -> Picture | None:
    chart = draw(line)
    if not chart.figure:
        return None
    told = [*map(_described, line.points), "The same numbers are in the table below."]
    return Picture(
        chart=chart,
        title=f"{heading}, in {_unit(line)}, up to {day_in_words(line.now.on)}",
        described=" ".join(told),
        unit=_unit(line),
        compared_with=COMPARATORS[line.own.name] + ("" if chart.asked else ", the target"),
    )


def _through_the_years(line: Line) -> Table:
    """A row for each day; a column of which no day has anything is left out."""
    points = line.points
    between = [
        NONE if point.low is None else f"{number_in_words(point.low)} and {number_in_words(point.high)}"
        for point in points
    ]
    columns = {
        "This alliance": [number_in_words(point.figure) for point in points],
        "Comes of": [_behind(line, point) or NONE for point in points],
        "Likely between": between,
        _capitalised(COMPARATORS[line.own.name]): [number_in_words(point.against) for point in points],
        "Target": [number_in_words(point.asked) for point in points],
    }
    shown = {heading: cells for heading, cells in columns.items() if set(cells) != {NONE}}
    return Table(
        caption=f"{line.code} year by year, in {_unit(line)}",
        headings=("On", *shown, "Verdict"),
        numbers=[*range(1, len(shown) + 1)],
        rows=[
            (day_in_words(point.on), *(cells[nth] for cells in shown.values()), VERDICTS[point.state])
            for nth, point in enumerate(points)
        ],
    )


def _against_others(line: Line) -> Table:
    return Table(
        caption=f"{line.code} set against others, on {day_in_words(line.now.on)}",
        headings=("Set against", f"Their figure, in {_unit(line)}", "Verdict"),
        numbers=(1,),
        rows=[
            (
                _capitalised(COMPARATORS[other.name]) + (f" ({other.source})" if other.source else ""),
                number_in_words(other.figure),
                VERDICTS[other.state] + (" (may be chance)" if other.is_supported is False else ""),
            )
            for other in line.beside
        ],
    )


def _said(line: Line) -> Sequence[str]:
    now, unit = line.now, _unit(line)
    said = []
    if now.state == ResultState.SUPPRESSED:
        said.append("The figure is not shown: it is of too few to hide who they are.")
    elif now.figure is None:
        said.append("There is no figure for this day.")
    else:
        behind = _behind(line, now)
        said.append(_capitalised(f"{f'{behind}: ' if behind else ''}{_figure(line, now.figure)}."))
    reached = f": {_figure(line, now.asked)}" if _is_worked_out(line) else ""
    said.append(f"The target is to be {_target_in_words(line)}{reached}.")
    if line.direction is Direction.DOWN:
        said.append("Here a fall is good." if line.is_change else "Here a low figure is good.")
    if now.low is not None:
        low, high = number_in_words(now.low), number_in_words(now.high)
        doubt = ", so the verdict may be chance" if line.own.is_supported is False else ""
        said.append(f"Chance alone could put the figure anywhere between {low} and {high} {unit}{doubt}.")
    if line.own.source:
        said.append(f"Source of the figure it is set against: {line.own.source}.")
    return said


def _described(point: Point) -> str:
    """A point of the chart for those who cannot see it."""
    told = ["no figure" if point.figure is None else number_in_words(point.figure)]
    if point.low is not None:
        told.append(f"likely between {number_in_words(point.low)} and {number_in_words(point.high)}")
    if point.against is not None:
        told.append(f"set against {number_in_words(point.against)}")
    if point.asked is not None:
        told.append(f"target {number_in_words(point.asked)}")
    return f"{day_in_words(point.on)}: {', '.join(told)}."


def _behind(line: Line, point: Point) -> str | None:
    if point.behind is None:
        return None
    first, second = map(number_in_words, point.behind)
    return f"from {first} to {second}" if line.is_change else f"{first} of {second}"


def _target(line: Line) -> str:
    return _target_in_words(line) + (f" ({number_in_words(line.now.asked)})" if _is_worked_out(line) else "")


def _is_worked_out(line: Line) -> bool:
    """Whether the figure asked for does not stand in the definition."""
    return line.now.asked not in (None, line.fixed_at)


def _target_in_words(line: Line) -> str:
    other = COMPARATORS[line.own.name] if line.fixed_at is None else _figure(line, line.fixed_at)
    give_or_take = f", give or take {number_in_words(line.tolerance)}" if line.tolerance else ""
    return f"{RULES[line.rule]} {other}{give_or_take}"


def _figure(line: Line, figure: float | None) -> str:
    return NONE if figure is None else f"{number_in_words(figure)} {_unit(line)}"


def _unit(line: Line) -> str:
    return "per cent" if line.unit == "percent" or line.is_change else line.unit


def _name(line: Line) -> str:
    parts = [
        *([line.key_stage.replace("_", " ")] if line.key_stage else []),
        *([FIGURES[line.figure]] if line.figure else []),
    ]
    return f"{line.name} ({', '.join(parts)})" if parts else line.name


def _anchor(line: Line) -> str:
    return "-".join(part for part in (line.code, line.key_stage, line.figure) if part)


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
