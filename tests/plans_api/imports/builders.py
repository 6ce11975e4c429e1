"""Builds the small documents that the tests of importing read."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from hypothesis import strategies as st
from openpyxl import Workbook

from plans_api.imports.finding import Finding
from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_reading import ReadPlan, read_plan

HEADINGS = ("Action points", "Milestones", "Date", "Lead", "Impact", "KPIs")
ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "deploy" / "local" / "sample_data"

ANY_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r", exclude_characters="\ufffe\uffff")
)
"""Any text that a document can hold."""


def markdown(*rows: str, heading: str = "# 1. Leadership, 2014/15", columns: tuple[str, ...] = HEADINGS) -> bytes:
    """A plan of one section with these rows, each written as its cells with pipes between."""
    table = [f"| {' | '.join(columns)} |", "|" + "--|" * len(columns), *(f"| {row} |" for row in rows)]
    return "\n".join([heading, "", *table, ""]).encode()


def plan_of(*rows: str) -> ReadPlan:
    """The plan read from a Markdown file with these rows."""
    return read_plan(read_markdown(markdown(*rows)))


def word(*rows: tuple[tuple[str, ...], ...], heading: str = "1. Leadership, 2014/15") -> bytes:
    """A Word file of one section with these rows; a cell is given as its paragraphs."""
    document = Document()
    document.add_heading(heading)
    table = document.add_table(rows=1, cols=len(HEADINGS))
    for place, name in zip(table.rows[0].cells, HEADINGS, strict=True):
        place.text = name
    for row in rows:
        for place, paragraphs in zip(table.add_row().cells, row, strict=True):
            place.paragraphs[0].text = paragraphs[0]
            for paragraph in paragraphs[1:]:
                place.add_paragraph(paragraph)
    return saved(document)


def workbook(*rows: tuple[Any, ...], heading: str = "1. Leadership, 2014/15") -> bytes:
    """A workbook of one section with these rows, each cell with its value."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([heading])
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(file: "SavesItself") -> bytes:
    """The bytes of a Word document or a workbook."""
    written = BytesIO()
    file.save(written)
    return written.getvalue()


class SavesItself(Protocol):
    """What python-docx and openpyxl have in common."""

    def save(self, written: BytesIO, /) -> None:
        """Writes the file."""


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An Office file with one part changed, or added."""
    changed = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(changed, "w", ZIP_DEFLATED) as copy:
        for part in package.namelist():
            if part != name:
                copy.writestr(part, package.read(part))
        copy.writestr(name, change(package.read(name) if name in package.namelist() else b""))
    return changed.getvalue()


def found(plan: ReadPlan, code: str) -> list[Finding]:
    """The plan's findings of one code."""
    return [finding for finding in plan.findings if finding.code == code]
