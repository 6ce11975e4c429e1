"""The familiar layout: a title, and under each section's heading a table of six columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from plans_api.exports.plan_value import ActionPointValue, PlanValue, SectionValue
from plans_api.imports.plan_layout import numbered_heading
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.kpi_links import KpiLinks

HEADINGS = ("Action points", "Milestones", "Date", "Lead", "Impact", "KPIs")
Cells = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Heading:
    """A line above a table."""

    text: str


@dataclass(frozen=True)
class SixColumns:
    """A table: one row for each action point, under the six headings."""

    rows: tuple[Cells, ...]


def laid_out(plan: PlanValue) -> Iterator[Heading | SixColumns]:
    """The plan as headings and tables, such that whoever reads them reads the same plan.

    The year has a line of its own where the title does not say it. The title is the first section's heading where it
    was when the plan came in. An action point without a name begins a table: in one it would go on with the one above.
    """
    yield Heading(plan.title)
    if not AcademicYear.all_in(plan.title):
        yield Heading(f"Academic year {plan.academic_year}")
    has_rows = any(section.action_points for section in plan.sections)
    for section in plan.sections:
        heading = section.title if section.number is None else f"{section.number}. {section.title}"
        is_in_title = section is plan.sections[0] and numbered_heading(plan.title) == (section.number, section.title)
        if heading and not is_in_title:
            yield Heading(heading)
        if section.action_points or section.number is None or not has_rows:
            yield from _tables(section)


def cells_of(point: ActionPointValue) -> Cells:
    """The six cells of an action point: milestones that are split have bullets, dates a line each."""
    milestones = (f"• {text}" if point.milestones_are_split else text for text in point.milestones)
    return (
        point.title,
        "\n".join(milestones),
        "\n".join(value.text for value in point.dates),
        "; ".join(lead.text for lead in point.leads),
        point.impact,
        KpiLinks("", point.kpi_links, point.kpi_links_are_none, point.kpi_links_unread).words,
    )


def _tables(section: SectionValue) -> Iterator[SixColumns]:
    rows: list[Cells] = []
    for point in section.action_points:
        if rows and not point.title:
            yield SixColumns(tuple(rows))
            rows = []
        rows.append(cells_of(point))
    yield SixColumns(tuple(rows))
