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

_PARAGRAPH, _TABLE, _ROW, _CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
_TEXT, _TAB, _TABS = qn("w:t"), qn("w:tab"), qn("w:tabs")
_SAID = {qn("w:noBreakHyphen"): "-", qn("w:br"): "\n", qn("w:cr"): "\n"}
_WORDS = (_TEXT, _TAB, *_SAID)
_OF_CELL, _MERGED_DOWN, _SPAN = qn("w:tcPr"), qn("w:vMerge"), qn("w:gridSpan")
_OF_PARAGRAPH, _LISTED, _STYLE, _VALUE = qn("w:pPr"), qn("w:numPr"), qn("w:pStyle"), qn("w:val")
# Deleted text is `w:delText`, which is not read. A drawing is written twice, the second time for old readers.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class _Element(Protocol):
    """The little of an XML element that is needed here."""

    tag: str
    text: str | None

    def __iter__(self) -> Iterator["_Element"]: ...
    def __len__(self) -> int: ...
    def iter(self, *tags: str) -> Iterator["_Element"]: ...
    def getparent(self) -> "_Element | None": ...
    def remove(self, element: "_Element", /) -> None: ...
    def iterchildren(self, tag: str, /) -> Iterator["_Element"]: ...
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
        body: _Element = Document(BytesIO(data)).element.body
        _remove_what_is_written_twice(body)
        blocks = list(_blocks(body))
    except STUMBLES as error:
        raise DocumentNotReadable(f"The file is not a whole Word document (.docx): {error}.") from error
    return plan_document(blocks)


def _remove_what_is_written_twice(body: _Element) -> None:
    for element in list(body.iter(_FALLBACK)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _blocks(body: _Element) -> Iterator[Paragraph | Table]:
    number = 0
    for element in _nearest(body, _PARAGRAPH, _TABLE):
        if element.tag == _TABLE:
            rows = _rows(element, number)
            number += len(rows)
            if rows:
                yield Table(rows[0], tuple(rows[1:]))
        elif text := " ".join(_words(element).split()):
            number += 1
            yield Paragraph(number, text, is_heading=_is_heading(element))


def _nearest(element: _Element, *tags: str) -> list[_Element]:
    """The nearest descendants with one of `tags`, in order: content controls and custom mark-up are looked through."""
    found: list[_Element] = []
    for child in element:
        if child.tag in tags:
            found.append(child)
        elif len(child):
            found += _nearest(child, *tags)
    return found


def _said_of(element: _Element, properties: str, name: str) -> _Element | None:
    """The one of these properties of an element, where it is set."""
    own = next(element.iterchildren(properties), None)
    return None if own is None else next(own.iterchildren(name), None)


def _rows(table: _Element, above: int) -> list[Row]:
    rows = _nearest(table, _ROW)
    return [Row(number, tuple(_row_cells(row))) for number, row in enumerate(rows, start=above + 1)]


def _row_cells(row: _Element) -> Iterator[Cell]:
    for cell in _nearest(row, _CELL):
        merged_down = _said_of(cell, _OF_CELL, _MERGED_DOWN)
        if merged_down is not None and merged_down.get(_VALUE) != "restart":
            yield Cell("", ())
        else:
            yield _cell(cell)
        span = _said_of(cell, _OF_CELL, _SPAN)
        width = (span.get(_VALUE) if span is not None else None) or "1"
        for _ in range(1, min(int(width), 64) if width.isdecimal() else 1):
            yield Cell("", ())


def _cell(cell: _Element) -> Cell:
    paragraphs = _nearest(cell, _PARAGRAPH)
    texts = [_words(paragraph) for paragraph in paragraphs]
    written = [(paragraph, text) for paragraph, text in zip(paragraphs, texts, strict=True) if text.strip()]
    is_list = all(_is_listed(paragraph) and "\n" not in text.strip() for paragraph, text in written)
    return written_cell("\n".join(texts), is_list=is_list)


def _is_listed(paragraph: _Element) -> bool:
    """Whether Word itself sets a bullet or a number before the paragraph."""
    return _said_of(paragraph, _OF_PARAGRAPH, _LISTED) is not None


def _words(paragraph: _Element) -> str:
    return "".join(map(_word, paragraph.iter(*_WORDS)))


def _word(element: _Element) -> str:
    if element.tag == _TEXT:
        return element.text or ""
    if element.tag == _TAB:
        # The same name is that of a stop, among those that the paragraph sets.
        parent = element.getparent()
        return "" if parent is not None and parent.tag == _TABS else "\t"
    return _SAID[element.tag]


def _is_heading(paragraph: _Element) -> bool:
    style = _said_of(paragraph, _OF_PARAGRAPH, _STYLE)
    return style is not None and (style.get(_VALUE) or "").lower().startswith(("heading", "title"))
