"""The scorecard as a page of its own: no script, no style or picture from elsewhere."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from kpi_service.scorecards import chart
from kpi_service.scorecards.wording import Document, Section

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


def drawing_of(section: Section) -> str | None:
    """A section's chart as SVG, where it has one."""
    if section.picture is None:
        return None
    return _TEMPLATES.get_template("chart.svg").render(picture=section.picture, name=section.anchor)
