"""The scorecard as a page of its own: no script, no style or picture from elsewhere."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from kpi_service.scorecards import chart
from kpi_service.scorecards.wording import Document, Picture

_TEMPLATES = Environment(
    loader=PackageLoader("kpi_service.scorecards", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["drawing"] = chart


def page_of(document: Document) -> str:
    """The page as HTML. Whatever stands in a name is text."""
    return _TEMPLATES.get_template("scorecard.html").render(document=document)


def drawing_of(picture: Picture) -> str:
    """A chart as SVG by itself. What it shows in words is for whoever places it to say."""
    return _TEMPLATES.get_template("chart.svg").render(picture=picture, name=None)
