"""The scorecard as a page of its own: no script, no style or picture from elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined

from kpi_service.scorecards import chart
from kpi_service.scorecards.scorecard import Line

_PAGES = Environment(
    loader=PackageLoader("kpi_service.scorecards", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def day_in_words(day: date) -> str:
    """31 August 2014."""
    return f"{day.day} {day:%B} {day.year}"


def number_in_words(number: float | None) -> str:
    """A number as it is written in a table; a dash where there is none."""
    return "–" if number is None else f"{number:,.2f}".rstrip("0").rstrip(".")


_PAGES.filters |= {"day": day_in_words, "number": number_in_words}


def page_of(lines: Sequence[Line], *, alliance_id: UUID, as_of: date, data_as_of: datetime | None) -> str:
    """The page as HTML. Whatever stands in a name is text."""
    return _PAGES.get_template("scorecard.html").render(
        lines=[(line, chart.draw(line)) for line in lines],
        alliance_id=alliance_id,
        as_of=as_of,
        data_as_of=data_as_of,
        drawing=chart,
    )
