"""Reads a Word file (`.docx`) as a plan's document. Nothing in the file is run, fetched or expanded."""

from collections.abc import Iterator
from io import BytesIO
from typing import Protocol

from docx import Document
from docx.oxml.ns import qn

from plans_api.imports.office_package import STUMBLES, WORD_FILE, refuse_unsafe
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

_BREAKS = {qn("w:br"), qn("w:cr")}
# Deleted text is `w:delText`, which is not read. A drawing is written twice, the second time for old readers.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class _Element(Protocol):
    """The little of an XML element that is needed here."""

    tag: str
    text: str | None

    def __iter__(self) -> Iterator["_Element"]: ...
    def find(self, path: str, /) -> "_Element | None": ...
    def get(self, key: str, /) -> str | None: ...


def read_word(data: bytes) -> PlanDocument:
    """Read the bytes of a `.docx` file: the body's paragraphs and tables, tracked insertions and text boxes included.

    Each paragraph and each line break within a cell begins a new line of the cell; the bullets and numbers of a list
    are its writer's. A cell merged downwards has its words in its first row and is blank below; one merged across has
    them in its first column. A table within a cell gives lines to that cell. Page headers, footers, comments, footnotes
    and deleted text are not part of a plan.

    Raises what `refuse_unsafe` and `plan_document` do, and `DocumentNotReadable` for what is not a whole Word file.
    """
    refuse_unsafe(data, WORD_FILE)
    try:
        blocks = list(_blocks(Document(BytesIO(data)).element.body))
    except STUMBLES as error:
        raise DocumentNotReadable(f"The file is not a whole Word document (.docx): {error}.") from error
    return plan_document(blocks)


def _blocks(body: _Element) -> Iterator[Paragraph | Table]:
    number = 0
    for element in _flat(body, (qn("w:p"), qn("w:tbl"))):
        if element.tag == qn("w:tbl"):
            rows = _rows(element, number)
            number += len(rows)
            if rows:
                yield Table(rows[0], tuple(rows[1:]))
        elif text := " ".join("".join(_words(element)).split()):
            number += 1
            yield Paragraph(number, text, is_heading=_is_heading(element))


def _flat(element: _Element, tags: tuple[str, ...]) -> Iterator[_Element]:
    """The nearest descendants with one of `tags`, in order: content controls and custom mark-up are looked through."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag != _FALLBACK:
            yield from _flat(child, tags)


def _rows(table: _Element, above: int) -> list[Row]:
    rows = _flat(table, (qn("w:tr"),))
    return [Row(number, tuple(_row_cells(row))) for number, row in enumerate(rows, start=above + 1)]


def _row_cells(row: _Element) -> Iterator[Cell]:
    for cell in _flat(row, (qn("w:tc"),)):
        merged_down = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        if merged_down is not None and merged_down.get(qn("w:val")) != "restart":
            yield Cell("", ())
        else:
            yield _cell(cell)
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        width = (span.get(qn("w:val")) if span is not None else None) or "1"
        for _ in range(1, min(int(width), 64) if width.isdecimal() else 1):
            yield Cell("", ())


def _cell(cell: _Element) -> Cell:
    paragraphs = list(_flat(cell, (qn("w:p"),)))
    texts = ["".join(_words(paragraph)) for paragraph in paragraphs]
    written = [(paragraph, text) for paragraph, text in zip(paragraphs, texts, strict=True) if text.strip()]
    is_list = all(_is_listed(paragraph) and "\n" not in text.strip() for paragraph, text in written)
    return written_cell("\n".join(texts), is_list=is_list)


def _is_listed(paragraph: _Element) -> bool:
    """Whether Word itself sets a bullet or a number before the paragraph."""
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None


def _words(element: _Element) -> Iterator[str]:
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag == qn("w:tab"):
            yield "\t"
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag not in (_FALLBACK, qn("w:pPr")):
            yield from _words(child)


def _is_heading(paragraph: _Element) -> bool:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return style is not None and (style.get(qn("w:val")) or "").lower().startswith(("heading", "title"))
