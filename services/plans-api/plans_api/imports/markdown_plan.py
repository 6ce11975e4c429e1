"""Reads a Markdown file of headings and pipe tables as a plan's document."""

import re

from plans_api.imports.plan_document import (
    Cell,
    DocumentNotReadable,
    Paragraph,
    PlanDocument,
    Row,
    Table,
    plan_document,
    refuse_oversize,
    without_bullet,
)

_RULE = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
_BR = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s*/?>|•", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}\s")


def read_markdown(data: bytes) -> PlanDocument:
    """Read the bytes of a Markdown file (UTF-8, with or without a byte order mark).

    A line that begins with a pipe is a row; the row above a rule of dashes holds the headings, and a further rule
    begins a further table. Rows keep the cells they have, too many or too few. `<br>` and `•` within a cell begin a
    new line of it. Every other line that is not blank is a paragraph, a heading where it begins with `#`.

    Raises `DocumentTooLarge`, and `DocumentNotReadable` for bytes that are not text.
    """
    refuse_oversize(data)
    blocks: list[Paragraph | Table] = []
    rows: list[Row] = []

    def close_table() -> None:
        if rows:
            blocks.append(Table(rows[0], tuple(rows[1:])))
            rows.clear()

    for number, line in enumerate(_text(data).split("\n"), start=1):
        written = line.strip()
        if not written.startswith("|"):
            close_table()
            if written:
                blocks.append(_paragraph(number, written))
        elif rows and _is_rule(written, below_headings=len(rows) == 1):
            *above, headings = rows
            rows[:] = above
            close_table()
            rows.append(headings)
        else:
            rows.append(Row(number, _cells(written)))
    close_table()
    return plan_document(blocks)


def _is_rule(written: str, *, below_headings: bool) -> bool:
    """Whether the row is a rule of dashes. Deeper in a table single dashes are cells that their writer left open."""
    texts = [cell.text for cell in _cells(written)]
    return bool(texts) and all(_RULE.fullmatch(text) and (below_headings or "--" in text) for text in texts)


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentNotReadable(
            f"The file is not UTF-8 text from its byte {error.start} on: save it as UTF-8."
        ) from error
    if "\0" in text:
        raise DocumentNotReadable("The file holds a NUL character, which no text has.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _paragraph(number: int, written: str) -> Paragraph:
    if not _HEADING.match(written):
        return Paragraph(number, " ".join(written.split()), is_heading=False)
    return Paragraph(number, " ".join(written.strip("#").split()), is_heading=True)


def _cells(written: str) -> tuple[Cell, ...]:
    texts = _PIPE.split(written)[1:]
    if texts and not texts[-1].strip():
        texts.pop()
    return tuple(_cell(text.replace("\\|", "|").strip()) for text in texts)


def _cell(text: str) -> Cell:
    lines = (without_bullet(" ".join(line.split())) for line in _LINE_BREAK.split(text))
    is_bulleted = text.startswith("•") and not _BR.search(text)
    return Cell(text, tuple(line for line in lines if line), is_bulleted and text != "•")
