"""Finds the plan in its document: sections, action points with their cells joined, and the table of national KPIs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from plans_api.imports.finding import Finding, PlanColumn, Severity
from plans_api.imports.plan_document import Paragraph, PlanDocument, Row, Table, column_name
from plans_api.imports.plan_rows import (
    PlanRow,
    columns_of,
    is_plan_headings,
    joined,
    name_of,
    opens_national_kpis,
    plan_row,
)
from plans_api.plans.academic_year import AcademicYear
from service_kit.errors import RuleBroken


class AcademicYearNotStated(RuleBroken):
    """A plan is for one academic year, and its document writes it outside the tables: `Action plan 2014/15`."""


class NoActionPlanFound(RuleBroken):
    """An action plan has at least one table with the headings `Action points` and `Milestones`."""


@dataclass(frozen=True)
class PlanSection:
    """A section and its action points, of which there may be none. A section without a number has `None`."""

    number: int | None
    title: str
    row: int
    action_points: tuple[PlanRow, ...] = ()


@dataclass(frozen=True)
class NationalKpi:
    """A national KPI that the plan prints for its readers: number, name, and definition with target."""

    code: str
    name: str
    text: str
    row: int


@dataclass(frozen=True)
class PlanLayout:
    """Where everything in the document belongs; `findings` say what was odd about its form."""

    academic_year: AcademicYear
    title: str
    sections: tuple[PlanSection, ...]
    national_kpis: tuple[NationalKpi, ...]
    findings: tuple[Finding, ...]


_NUMBERED = re.compile(r"(?:^|[–—-]\s*)(?P<number>\d{1,2})[.)]\s*(?P<title>[^\d\s].*)$")
_ONLY_A_YEAR = re.compile(r"(?:academic year:?\s*)?\d{4}\s?[/–-]\s?\d{2,4}", re.IGNORECASE)
_NATIONAL_KPI = re.compile(r"(?P<code>\d{1,2}[a-z]?)\s*[.)]?\s*(?P<name>.*)", re.DOTALL)


def lay_out(document: PlanDocument) -> PlanLayout:
    """Find the plan's tables by their headings, in any order of columns, and give every row its place.

    The first paragraph, above all tables, is the plan's title. A section begins at a numbered heading (a marked
    heading, the title, or a line that says `Action Plan`); it is kept where nothing follows. A row whose first cell is
    blank goes on with the action point above it. A table of national KPIs, by itself or swallowed by the plan table
    before it, is no part of the plan. Nothing is dropped: what has no place is a finding.

    Raises `AcademicYearNotStated` and `NoActionPlanFound`.
    """
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    title = document.blocks[0] if document.blocks and isinstance(document.blocks[0], Paragraph) else None
    desk = _Desk(findings=list(document.findings))
    for block in document.blocks:
        if isinstance(block, Paragraph):
            desk.place_paragraph(block, is_title=block is title)
        else:
            desk.place_table(block)
    desk.end()
    if not desk.has_plan_table:
        raise NoActionPlanFound("No table has the headings “Action points” and “Milestones”: is this an action plan?")
    year = _academic_year(paragraphs, desk)
    findings = tuple(desk.findings)
    name = f"Action plan {year}" if title is None else title.text
    return PlanLayout(year, name, tuple(desk.sections), tuple(desk.national_kpis), findings)


def numbered_heading(text: str) -> tuple[int, str] | None:
    """The section's number and title where `text` is a numbered heading: `Action plan – 2. CPD`."""
    numbered = _NUMBERED.search(text)
    return (int(numbered["number"]), numbered["title"].strip()) if numbered else None


def _academic_year(paragraphs: list[Paragraph], desk: "_Desk") -> AcademicYear:
    written = [(year, paragraph) for paragraph in paragraphs for year in AcademicYear.all_in(paragraph.text)]
    if not written:
        raise AcademicYearNotStated("The document does not say its academic year: write it in a heading, as 2014/15.")
    year = written[0][0]
    for other, paragraph in written:
        if other != year:
            proposal = f"The plan is read as the plan for {year}. Say whether this part belongs to {other}."
            desk.note("academic-year-differs", Severity.WARNING, paragraph.number, "Text", paragraph.text, proposal)
    return year


@dataclass
class _Desk:
    """What has been laid out so far."""

    sections: list[PlanSection] = field(default_factory=list)
    national_kpis: list[NationalKpi] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    has_plan_table: bool = False
    heading: Paragraph | None = None

    def note(self, code: str, severity: Severity, row: int, column: str, text: str, proposal: str) -> None:
        self.findings.append(Finding(code, severity, row, column, text, proposal))

    def place_paragraph(self, paragraph: Paragraph, *, is_title: bool) -> None:
        numbered = numbered_heading(paragraph.text)
        if numbered and (is_title or paragraph.is_heading or "action plan" in paragraph.text.lower()):
            self._begin_section(*numbered, paragraph)
        elif is_title or _ONLY_A_YEAR.fullmatch(paragraph.text):
            return
        elif paragraph.is_heading:
            self._set_heading_aside()
            self.heading = paragraph
        else:
            self._note_text(paragraph)

    def place_table(self, table: Table) -> None:
        if is_plan_headings(table.headings):
            self._place_plan_table(table, columns_of(table))
        elif opens_national_kpis(table.headings):
            self._place_national_kpis([table.headings, *table.rows], table)
        else:
            text = " | ".join(cell.text for cell in table.headings.cells)
            proposal = "The table is kept as text. Say whether it belongs to the plan, and under which headings."
            self.note("table-not-known", Severity.WARNING, table.headings.number, column_name(table, 0), text, proposal)

    def end(self) -> None:
        self._set_heading_aside()
        self._close_section()

    def _begin_section(self, number: int | None, title: str, paragraph: Paragraph) -> None:
        self._set_heading_aside()
        self._close_section()
        self.sections.append(PlanSection(number, title, paragraph.number))

    def _close_section(self) -> None:
        if self.sections and not self.sections[-1].action_points:
            empty = self.sections[-1]
            proposal = "The section is kept without action points. Leave it so, or name what belongs here."
            self.note(
                "section-empty",
                Severity.INFO,
                empty.row,
                "Text",
                empty.title if empty.number is None else f"{empty.number}. {empty.title}",
                proposal,
            )

    def _set_heading_aside(self) -> None:
        if self.heading is not None:
            self._note_text(self.heading)
            self.heading = None

    def _note_text(self, paragraph: Paragraph) -> None:
        proposal = "The text is kept with the document, under no action point. Leave it so, or say where it belongs."
        self.note("text-outside-tables", Severity.INFO, paragraph.number, "Text", paragraph.text, proposal)

    def _place_plan_table(self, table: Table, columns: Mapping[int, PlanColumn]) -> None:
        self.has_plan_table = True
        if self.heading is not None:
            heading, self.heading = self.heading, None
            self._begin_section(None, heading.text, heading)
        elif not self.sections:
            self.sections.append(PlanSection(None, "", table.headings.number))
            proposal = "The table stands under no section heading. Name the section it belongs to."
            self.note("section-not-named", Severity.WARNING, table.headings.number, column_name(table, 0), "", proposal)
        self._note_columns(table, columns)
        action_points: list[PlanRow] = []
        for position, row in enumerate(table.rows):
            if opens_national_kpis(row):
                self._place_national_kpis(list(table.rows[position:]), table)
                break
            if row.is_blank:
                continue
            self._note_ragged(row, table)
            self._place_row(plan_row(row, table, columns), action_points)
        section = self.sections[-1]
        self.sections[-1] = replace(section, action_points=(*section.action_points, *action_points))

    def _note_columns(self, table: Table, columns: Mapping[int, PlanColumn]) -> None:
        row = table.headings.number
        for position in range(len(table.headings.cells)):
            if position not in columns:
                name = column_name(table, position)
                proposal = "The column is kept as text. Say which of the plan's columns it is, if any."
                self.note("column-not-known", Severity.WARNING, row, name, name, proposal)
        for column in PlanColumn:
            if column not in columns.values():
                proposal = (
                    f"The table has no column for “{column.replace('_', ' ')}”. Give its action points what is missing."
                )
                self.note("column-missing", Severity.WARNING, row, column_name(table, 0), column, proposal)

    def _note_ragged(self, row: Row, table: Table) -> None:
        expected, found = len(table.headings.cells), len(row.cells)
        over = [cell.text for cell in row.cells[expected:] if cell.text]
        if over:
            proposal = (
                f"The row has {found} cells under {expected} headings. Say where the words in the last ones belong."
            )
            self.note(
                "row-ragged",
                Severity.NEEDS_DECISION,
                row.number,
                column_name(table, expected),
                " | ".join(over),
                proposal,
            )
        elif found < expected:
            text = " | ".join(cell.text for cell in row.cells)
            proposal = f"The row has {found} cells under {expected} headings: the last ones are read as not written."
            self.note("row-ragged", Severity.WARNING, row.number, column_name(table, found), text, proposal)

    def _place_row(self, row: PlanRow, action_points: list[PlanRow]) -> None:
        name = row.cells.get(PlanColumn.ACTION_POINT)
        if name is not None and name.lines:
            action_points.append(row)
            return
        column = name.column if name is not None else "Text"
        text = " | ".join(cell.text for cell in row.cells.values() if cell.text)
        if action_points:
            above = action_points[-1]
            action_points[-1] = joined(above, row)
            proposal = f"Read as the rest of the action point in row {above.rows[0]}, “{name_of(above)}”."
            self.note("row-continues", Severity.WARNING, row.rows[0], column, text, proposal)
        else:
            action_points.append(row)
            proposal = (
                "The first row of the table names no action point. Name it, or say which action point it continues."
            )
            self.note("action-point-not-named", Severity.NEEDS_DECISION, row.rows[0], column, text, proposal)

    def _place_national_kpis(self, rows: list[Row], table: Table) -> None:
        headings, *definitions = rows
        text = " | ".join(cell.text for cell in headings.cells if cell.text)
        proposal = "Read as the national KPIs printed for reference, not as action points."
        self.note(
            "national-kpi-table",
            Severity.INFO,
            headings.number,
            column_name(table, 0),
            text,
            f"{proposal} Leave it so.",
        )
        for row in definitions:
            name, *rest = [" ".join(cell.text.split()) for cell in row.cells] or [""]
            words = " ".join(word for word in rest if word)
            if name or (words and not self.national_kpis):
                numbered = _NATIONAL_KPI.fullmatch(name)
                code, title = (numbered["code"], numbered["name"]) if numbered else ("", name)
                self.national_kpis.append(NationalKpi(code, title, words, row.number))
            elif words:
                last = self.national_kpis[-1]
                self.national_kpis[-1] = replace(last, text=f"{last.text} {words}".strip())
