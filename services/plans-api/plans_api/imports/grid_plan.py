"""Finds headings and tables in the rows of a sheet, where nothing but their place says which is which."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from plans_api.imports.plan_document import Paragraph, Row, Table
from plans_api.imports.plan_rows import is_plan_headings, opens_national_kpis


@dataclass(frozen=True)
class GridRow:
    """A row of a sheet. `is_merged_across` says that its first cell takes the width of several."""

    row: Row
    is_merged_across: bool = False

    @property
    def is_lone(self) -> bool:
        """Whether exactly one of its cells is written."""
        return sum(bool(cell.text) for cell in self.row.cells) == 1


def grid_blocks(rows: Sequence[GridRow]) -> list[Paragraph | Table]:
    """The paragraphs and tables of a sheet.

    A table begins at the row of its headings and goes on to the next such row, blank rows in it or not. Above its first
    table every row is a paragraph; below, a row of one cell is one where it closes the table: it is merged across the
    columns or stands after a blank row, and nothing follows it but its like. Every paragraph is a heading, as far as a
    sheet can say.
    """
    heads = [at for at, each in enumerate(rows) if is_plan_headings(each.row) or opens_national_kpis(each.row)]
    first = heads[0] if heads else len(rows)
    blocks: list[Paragraph | Table] = [_paragraph(each) for each in rows[:first] if not each.row.is_blank]
    for head, following in pairwise([*heads, len(rows)]):
        body = rows[head + 1 : following]
        end = _end_of_table(body)
        blocks.append(_table(rows[head].row, [each.row for each in body[:end] if not each.row.is_blank]))
        blocks += [_paragraph(each) for each in body[end:] if not each.row.is_blank]
    return blocks


def _end_of_table(body: Sequence[GridRow]) -> int:
    """Where the closing paragraphs begin."""
    end = position = len(body)
    while position and (body[position - 1].is_lone or body[position - 1].row.is_blank):
        position -= 1
        is_after_blank = position > 0 and body[position - 1].row.is_blank
        if body[position].is_lone and (body[position].is_merged_across or is_after_blank):
            end = position
    return end


def _table(headings: Row, rows: list[Row]) -> Table:
    width = len(headings.cells)
    while width and not headings.cells[width - 1].text:
        width -= 1
    return Table(_cut(headings, width), tuple(_cut(row, width) for row in rows))


def _cut(row: Row, width: int) -> Row:
    """The row without the blank cells beyond `width`."""
    written = max((position for position, cell in enumerate(row.cells, start=1) if cell.text), default=0)
    return Row(row.number, row.cells[: max(width, written)])


def _paragraph(grid_row: GridRow) -> Paragraph:
    text = " | ".join(" ".join(cell.text.split()) for cell in grid_row.row.cells if cell.text)
    return Paragraph(grid_row.row.number, text, is_heading=True)
