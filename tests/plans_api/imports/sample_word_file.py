"""Makes the sample plan's Word file: `python -m tests.plans_api.imports.sample_word_file` writes it anew."""

from io import BytesIO

from docx import Document
from docx.table import _Cell

from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_document import Cell, Paragraph
from tests.plans_api.imports.builders import SAMPLE


def sample_word_file() -> bytes:
    """The sample plan as a Word file: one paragraph for each line of a cell."""
    word = Document()
    for block in read_markdown((SAMPLE / "action_plan.md").read_bytes()).blocks:
        if isinstance(block, Paragraph):
            word.add_heading(block.text, level=1)
            continue
        rows = (block.headings, *block.rows)
        table = word.add_table(rows=len(rows), cols=len(block.headings.cells), style="Table Grid")
        for row, written in zip(table.rows, rows, strict=True):
            for place, cell in zip(row.cells, written.cells, strict=False):
                _write(place, cell)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _write(place: _Cell, cell: Cell) -> None:
    first, *rest = cell.lines or ("",)
    place.paragraphs[0].text = first
    for line in rest:
        place.add_paragraph(line)


if __name__ == "__main__":
    (SAMPLE / "action_plan.docx").write_bytes(sample_word_file())
