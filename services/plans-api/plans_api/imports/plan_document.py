"""An action plan's document as written: paragraphs and tables in order, the words of every cell untouched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plans_api.imports.finding import Finding
from service_kit.errors import RuleBroken

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 5_000
MOST_CHARACTERS = 1_000_000
_BULLETS = re.compile(r"(?:[•▪‣◦\-–*]\s+)+")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class DocumentTooLarge(RuleBroken):
    """A plan's document has at most 20 MB, unpacks to at most 100 MB, and has at most 5,000 rows, 1,000,000 characters
    of text and 300 leads."""


class DocumentNotReadable(RuleBroken):
    """The bytes are not a whole document of the kind they are said to be."""


class DocumentNotSafe(RuleBroken):
    """The document carries something that no plan needs: declarations of entities, macros, encryption."""


@dataclass(frozen=True)
class Cell:
    """One cell. `text` is what was written; `lines` are its paragraphs, bullets and line breaks that are not blank.

    `is_bulleted` says that its writer set a bullet before every line.
    """

    text: str
    lines: tuple[str, ...]
    is_bulleted: bool = False


@dataclass(frozen=True)
class Row:
    """One row of a table. `number` is where it stands in the document."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written in any cell."""
        return not any(cell.lines for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A table: the first row holds the headings of the columns."""

    headings: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Paragraph:
    """Text outside tables. `is_heading` says that its writer marked it as one."""

    number: int
    text: str
    is_heading: bool


@dataclass(frozen=True)
class SourceCell:
    """The original text of one place of the document, to be stored beside whatever is read from it."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class PlanDocument:
    """Paragraphs and tables in the order of the document.

    Every paragraph and every row of a table has a number, rising through the document. In Markdown it is the line of
    the file, from 1; in Word, where lines are the printer's business, paragraphs outside tables and rows of tables are
    counted from 1; in a sheet it is the sheet's row, counted on through the sheets after it. `findings` are about how
    the file keeps its words: a formula, an encoding.
    """

    blocks: tuple[Paragraph | Table, ...]
    findings: tuple[Finding, ...] = ()

    def cells(self) -> Iterator[SourceCell]:
        """The text of every paragraph and cell, blank cells left out.

        A column is named by its heading, by `Column 7` where it has none, a paragraph's by `Text`.
        """
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield SourceCell(block.number, "Text", block.text)
                continue
            for row in (block.headings, *block.rows):
                for position, cell in enumerate(row.cells):
                    if cell.text:
                        yield SourceCell(row.number, column_name(block, position), cell.text)


def column_name(table: Table, position: int) -> str:
    """The heading over the cell at `position` (from 0), or `Column 7` where nothing is written there."""
    headings = table.headings.cells
    heading = headings[position].text if position < len(headings) else ""
    return " ".join(heading.split()) or f"Column {position + 1}"


def written_cell(text: str, *, is_list: bool = False) -> Cell:
    """The cell in which `text` is written, a line for each of its lines, bullets taken off; `is_list` says that the
    bullets are the program's and stand in no letter."""
    text = text.strip()
    written = [" ".join(line.split()) for line in text.split("\n")]
    written = [line for line in written if line]
    lines = tuple(without_bullet(line) for line in written)
    is_bulleted = bool(lines) and (is_list or all(map(_BULLETS.match, written)))
    return Cell(text, lines, is_bulleted)


def without_bullet(line: str) -> str:
    """The line without the bullets before it."""
    return _BULLETS.sub("", line, count=1) if _BULLETS.match(line) else line


def stray_character(text: str) -> str | None:
    """The first character that belongs in no text and can be written into no Office file, as `U+000B`."""
    stray = _NOT_TEXT.search(text)
    return f"U+{ord(stray[0]):04X}" if stray else None


def refuse_oversize(data: bytes) -> None:
    """Raise `DocumentTooLarge` where the file itself is over 20 MB."""
    if len(data) > MOST_BYTES:
        raise DocumentTooLarge(f"The file has {len(data):,} bytes; a plan has at most {MOST_BYTES:,}.")


def plan_document(blocks: list[Paragraph | Table], findings: tuple[Finding, ...] = ()) -> PlanDocument:
    """The document made of `blocks`.

    Raises `DocumentTooLarge` for more than 5,000 rows or 1,000,000 characters, `DocumentNotReadable` for characters
    that no text has.
    """
    rows = sum(len(block.rows) for block in blocks if isinstance(block, Table))
    if rows > MOST_ROWS:
        raise DocumentTooLarge(f"The tables have {rows:,} rows; a plan has at most {MOST_ROWS:,}.")
    document = PlanDocument(tuple(blocks), findings)
    characters = 0
    for cell in document.cells():
        characters += len(cell.text)
        if stray := stray_character(cell.text):
            raise DocumentNotReadable(f"Row {cell.row} holds the character {stray}, which no text has: take it out.")
    if characters > MOST_CHARACTERS:
        raise DocumentTooLarge(f"The text has {characters:,} characters; a plan has at most {MOST_CHARACTERS:,}.")
    return document
