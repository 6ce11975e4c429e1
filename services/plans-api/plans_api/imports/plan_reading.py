"""Reads an action plan out of its document, with a finding for everything that is odd about it."""

from collections import Counter
from dataclasses import dataclass

from plans_api.imports.finding import Finding, PlanColumn
from plans_api.imports.milestone_split import MilestoneSplit, split_milestones
from plans_api.imports.plan_document import PlanDocument
from plans_api.imports.plan_findings import action_point_findings, plan_findings
from plans_api.imports.plan_layout import NationalKpi, PlanSection, lay_out
from plans_api.imports.plan_rows import PlanCell, PlanRow
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.kpi_links import KpiLinks, read_kpi_links
from plans_api.plans.leads import Leads, read_leads
from plans_api.plans.milestone_date import DateKind, MilestoneDate, read_milestone_dates
from plans_api.plans.term_calendar import ENGLISH_TERMS, TermCalendar


@dataclass(frozen=True)
class ReadMilestone:
    """A milestone, with its own date where that is certain."""

    text: str
    date: MilestoneDate | None


@dataclass(frozen=True)
class ReadActionPoint:
    """An action point as read.

    `rows` are the rows of the document it takes. `milestones` is the whole cell as one text where
    `milestones_are_split` is false. `dates` holds every value of the date cell in the order written, whether or not a
    milestone has it as its own.
    """

    rows: tuple[int, ...]
    title: str
    milestones: tuple[ReadMilestone, ...]
    milestones_are_split: bool
    dates: tuple[MilestoneDate, ...]
    leads: Leads
    impact: str
    kpi_links: KpiLinks


@dataclass(frozen=True)
class ReadSection:
    """A section of the plan; it may have no action points."""

    number: int | None
    title: str
    row: int
    action_points: tuple[ReadActionPoint, ...]


@dataclass(frozen=True)
class ReadPlan:
    """A plan as read from `document`, which keeps every original text (`document.cells()`).

    `national_kpis` are the definitions the plan prints for its readers; they are no action points.
    """

    academic_year: AcademicYear
    title: str
    sections: tuple[ReadSection, ...]
    national_kpis: tuple[NationalKpi, ...]
    findings: tuple[Finding, ...]
    document: PlanDocument

    @property
    def action_points(self) -> tuple[ReadActionPoint, ...]:
        """The action points of all sections, in order."""
        return tuple(action_point for section in self.sections for action_point in section.action_points)

    @property
    def action_points_by_section(self) -> tuple[int, ...]:
        """How many action points each section has, in order, empty sections included."""
        return tuple(len(section.action_points) for section in self.sections)

    @property
    def dates(self) -> tuple[MilestoneDate, ...]:
        """Every date value of the plan, in order."""
        return tuple(value for action_point in self.action_points for value in action_point.dates)

    @property
    def dates_by_kind(self) -> dict[str, int]:
        """How many date values there are of each kind; kinds that do not occur have 0."""
        counts = Counter(value.kind for value in self.dates)
        return {kind.value: counts[kind] for kind in DateKind}

    @property
    def dates_outside_year(self) -> int:
        """How many date values fall outside the plan's academic year. They are flagged, never corrected."""
        return sum(value.is_outside(self.academic_year) for value in self.dates)

    @property
    def kpi_links(self) -> int:
        """How many links to a KPI the action points write."""
        return sum(len(action_point.kpi_links.codes) for action_point in self.action_points)


def read_plan(document: PlanDocument, calendar: TermCalendar = ENGLISH_TERMS) -> ReadPlan:
    """Read the plan in `document`: nothing is guessed, nothing is dropped, and the same document always reads the same.

    Terms are those of `calendar`. A milestone has its own date only where its cell is split with certainty (see
    `split_milestones`) and has as many milestones as dates. Findings are in the order of the document, one for each
    anomaly. Source: the 2014/15 template and the anomalies of a real plan written on it.

    Raises `AcademicYearNotStated`, `NoActionPlanFound` and, for more than 300 leads, `DocumentTooLarge`.
    """
    layout = lay_out(document)
    sections: list[ReadSection] = []
    findings = list(layout.findings)
    for section in layout.sections:
        action_points = []
        for row in section.action_points:
            split = _split(row)
            action_point = _action_point(row, split, layout.academic_year, calendar)
            findings += action_point_findings(
                row,
                split,
                action_point.dates,
                action_point.leads,
                action_point.kpi_links,
                layout.academic_year,
                calendar,
            )
            action_points.append(action_point)
        sections.append(_section(section, action_points))
    rows = [row for section in layout.sections for row in section.action_points]
    findings += plan_findings(rows, layout.national_kpis)
    findings.sort(key=lambda finding: finding.row)
    return ReadPlan(
        layout.academic_year, layout.title, tuple(sections), layout.national_kpis, tuple(findings), document
    )


def paired(milestones: int, dates: int, *, are_split: bool) -> bool:
    """Whether each milestone of an action point certainly has the date that stands at its place."""
    return are_split and milestones == dates


def _section(section: PlanSection, action_points: list[ReadActionPoint]) -> ReadSection:
    return ReadSection(section.number, section.title, section.row, tuple(action_points))


def _action_point(row: PlanRow, split: MilestoneSplit, year: AcademicYear, calendar: TermCalendar) -> ReadActionPoint:
    dates = read_milestone_dates(_text(row, PlanColumn.DATE), year, calendar)
    texts = split.parts if split.is_certain else (_text(row, PlanColumn.MILESTONES),)
    is_paired = paired(len(texts), len(dates), are_split=split.is_certain)
    own_dates = dates if is_paired else (None,) * len(texts)
    return ReadActionPoint(
        rows=row.rows,
        title=_text(row, PlanColumn.ACTION_POINT),
        milestones=tuple(map(ReadMilestone, texts, own_dates)),
        milestones_are_split=split.is_certain,
        dates=dates,
        leads=read_leads(_text(row, PlanColumn.LEAD)),
        impact=_text(row, PlanColumn.IMPACT),
        kpi_links=read_kpi_links(_text(row, PlanColumn.KPIS)),
    )


def _split(row: PlanRow) -> MilestoneSplit:
    cell = _cell(row, PlanColumn.MILESTONES)
    return split_milestones(cell.lines, bulleted=cell.is_bulleted)


def _cell(row: PlanRow, column: PlanColumn) -> PlanCell:
    return row.cells.get(column) or PlanCell(row.rows[0], column, "", (), column)


def _text(row: PlanRow, column: PlanColumn) -> str:
    return _cell(row, column).words
