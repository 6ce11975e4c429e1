"""A plan as a workbook (`.xlsx`)."""

import re
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from plans_api.exports.plan_value import PlanValue
from plans_api.exports.six_columns import HEADINGS, Heading, laid_out
from service_kit.errors import RuleBroken

_WIDTHS = (28, 52, 20, 22, 48, 10)
_LONGEST = 32_767
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_THIN = Side(style="thin", color="999999")
_LINE = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BOLD = Font(bold=True)
_LARGE = Font(bold=True, size=13)
_GREY = PatternFill("solid", fgColor="E6E6E6")


class CellTooLongForWorkbook(RuleBroken):
    """A cell of a workbook holds at most 32,767 characters."""


def workbook_file(plan: PlanValue) -> bytes:
    """The plan in six columns on one sheet. Every cell is text: nothing in it is worked out, whatever it begins with.

    Raises `CellTooLongForWorkbook`.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 -- a new book has its one sheet
    sheet.title = "Action plan"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    row = 0
    for block in laid_out(plan):
        if isinstance(block, Heading):
            row += 2 if row else 1
            _write(sheet, row, 1, block.text).font = _LARGE
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(HEADINGS))
            continue
        row += 1
        for column, name in enumerate(HEADINGS, start=1):
            cell = _write(sheet, row, column, name)
            cell.font, cell.fill, cell.border = _BOLD, _GREY, _LINE
        for row, texts in enumerate(block.rows, start=row + 1):  # noqa: B020 -- the row goes on below
            for column, text in enumerate(texts, start=1):
                cell = _write(sheet, row, column, text)
                cell.alignment, cell.border = _WRAPPED, _LINE
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    if len(text) > _LONGEST:
        raise CellTooLongForWorkbook(
            f"“{text[:40]}…” has {len(text):,} characters, and a cell of a workbook at most {_LONGEST:,}: "
            "export the plan as .docx or .csv."
        )
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 -- only headings are merged, after they are written
    if text:
        cell.value = _ESCAPE.sub("_x005F_", text)
        # Typed as text and marked as such, so that it stays text when somebody edits it.
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(tuple("=+-@"))
    return cell
