"""Reads a workbook (`.xlsx`) as a plan's document. No formula is worked out, nothing is fetched."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from plans_api.imports.finding import Finding, Severity
from plans_api.imports.grid_plan import GridRow, grid_blocks
from plans_api.imports.office_package import STUMBLES, WORKBOOK_FILE, refuse_unsafe
from plans_api.imports.plan_document import (
    Cell,
    DocumentNotReadable,
    Paragraph,
    PlanDocument,
    Row,
    Table,
    plan_document,
    written_cell,
)

_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NAMED_BY_NOBODY = re.compile(r"(?:Sheet|Table)\s?\d*", re.IGNORECASE)


def read_workbook(data: bytes) -> PlanDocument:
    """Read the bytes of an `.xlsx` file, sheet by sheet, hidden ones included.

    A merged cell has its words in its first row and column. A cell's line breaks begin new lines of it. A formula is
    never worked out: its last value is kept as text, with a finding; so is a day that the sheet keeps as a number, in
    the words it is shown in. A sheet that begins with a table stands under the sheet's name, where there are several.

    Raises what `refuse_unsafe` and `plan_document` do.
    """
    refuse_unsafe(data, WORKBOOK_FILE)
    try:
        desk = _Desk(data)
        blocks = list(desk.blocks())
    except STUMBLES as error:
        raise DocumentNotReadable(f"The file is not a whole workbook (.xlsx): {error}.") from error
    return plan_document(blocks, tuple(desk.findings))


class _Desk:
    """A workbook being read, with what is odd about its cells."""

    def __init__(self, data: bytes) -> None:
        self.book: Workbook = load_workbook(BytesIO(data))
        self.findings: list[Finding] = []
        has_formulas = any(cell.data_type == "f" for sheet in self.book.worksheets for cell in _cells(sheet).values())
        self.values: Workbook | None = load_workbook(BytesIO(data), data_only=True) if has_formulas else None

    def blocks(self) -> Iterator[Paragraph | Table]:
        above = 0
        for sheet in self.book.worksheets:
            blocks = grid_blocks(self._rows(sheet, above))
            has_name = len(self.book.worksheets) > 1 and not _NAMED_BY_NOBODY.fullmatch(sheet.title)
            if blocks and isinstance(blocks[0], Table) and has_name:
                yield Paragraph(blocks[0].headings.number, " ".join(sheet.title.split()), is_heading=True)
            yield from blocks
            above += max((row for row, _ in _cells(sheet)), default=0)

    def _rows(self, sheet: Worksheet, above: int) -> list[GridRow]:
        """The rows of a sheet down to its last written one, blank ones included, from the first written column."""
        written: dict[int, dict[int, Cell]] = {}
        for (number, column), cell in sorted(_cells(sheet).items()):
            if not isinstance(cell, MergedCell) and cell.value is not None:
                read = written_cell(self._text(sheet, cell, above))
                if read.text:
                    written.setdefault(number, {})[column] = read
        columns = {column for cells in written.values() for column in cells}
        across = {area.min_row for area in sheet.merged_cells.ranges if area.max_col > area.min_col}
        rows = []
        last = 0
        for number, cells in written.items():
            # One blank row says as much as a thousand.
            if number > last + 1:
                rows.append(GridRow(Row(above + number - 1, ())))
            last = number
            width = range(min(columns), max(columns) + 1)
            row = Row(above + number, tuple(cells.get(column, Cell("", ())) for column in width))
            rows.append(GridRow(row, is_merged_across=number in across))
        return rows

    def _text(self, sheet: Worksheet, cell: SheetCell, above: int) -> str:
        place = (above + cell.row, get_column_letter(cell.column))
        if cell.data_type == "f":
            formula = getattr(cell.value, "text", cell.value)
            value = None if self.values is None else self.values[sheet.title].cell(cell.row, cell.column).value
            return self._formula(f"{formula}", None if value is None else _text_of(value, cell.number_format), place)
        text = _text_of(cell.value, cell.number_format)
        if isinstance(cell.value, date):
            proposal = f"The sheet keeps a day here; it is read as “{text}”. Leave it so, or write the date in words."
            self.findings.append(Finding("cell-is-date", Severity.INFO, *place, text, proposal))
        return text

    def _formula(self, formula: str, value: str | None, place: tuple[int, str]) -> str:
        if value is None:
            severity, kept = Severity.NEEDS_DECISION, "It has no last value: the formula itself is kept as text."
        else:
            severity, kept = Severity.WARNING, f"Its last value, “{value}”, is kept as text."
        proposal = f"The cell holds a formula, which is not worked out. {kept} Say whether that is what is meant."
        self.findings.append(Finding("cell-is-formula", severity, *place, formula, proposal))
        return formula if value is None else value


def _cells(sheet: Worksheet) -> dict[tuple[int, int], SheetCell | MergedCell]:
    # The public iterators would make every empty cell down to the last that anybody has ever formatted.
    cells: dict[tuple[int, int], SheetCell | MergedCell] = sheet._cells
    return cells


def _text_of(value: object, number_format: str) -> str:
    """A value as the sheet shows it, as near as its words matter: months as months, whole numbers without a point."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date):
        return _day_text(value, number_format)
    if isinstance(value, int | float):
        return f"{value * 100:.12g}%" if "%" in number_format else f"{value:.15g}"
    text = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), f"{value}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _day_text(value: date, number_format: str) -> str:
    shown = _LITERALS.sub("", number_format.lower())
    if "d" not in shown and "m" in shown and "h" not in shown:
        return f"{value:%B %Y}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}"
