"""Writes `action_plan.docx` from `action_plan.md` beside it: one paragraph for each line of a cell."""

from pathlib import Path

from docx import Document
from docx.table import _Cell

from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_document import Cell, Paragraph

HERE = Path(__file__).parent


def main() -> None:
    """Build the Word file anew."""
    word = Document()
    for block in read_markdown((HERE / "action_plan.md").read_bytes()).blocks:
        if isinstance(block, Paragraph):
            word.add_heading(block.text, level=1)
            continue
        rows = (block.headings, *block.rows)
        table = word.add_table(rows=len(rows), cols=len(block.headings.cells), style="Table Grid")
        for row, written in zip(table.rows, rows, strict=True):
            for place, cell in zip(row.cells, written.cells, strict=False):
                _write(place, cell)
    word.save(str(HERE / "action_plan.docx"))


def _write(place: _Cell, cell: Cell) -> None:
    first, *rest = cell.lines or ("",)
    place.paragraphs[0].text = first
    for line in rest:
        place.add_paragraph(line)


if __name__ == "__main__":
    main()
