"""Reads a file of separated values (`.csv`) as a plan's document."""

import csv
import re
from io import StringIO

from plans_api.imports.finding import Finding, Severity
from plans_api.imports.grid_plan import GridRow, grid_blocks
from plans_api.imports.plan_document import (
    DocumentNotReadable,
    DocumentTooLarge,
    PlanDocument,
    Row,
    plan_document,
    refuse_oversize,
    written_cell,
)
from plans_api.imports.plan_rows import is_plan_headings
from service_kit.file_signature import kind_by_signature

_DELIMITERS = ",;\t|"
_MOST_LINES = 100_000
# A sheet would take these for the beginning of a formula, so they are written after an apostrophe.
_GUARDED = re.compile(r"'+[=+\-@\t]")


def read_csv(data: bytes) -> PlanDocument:
    """Read the bytes of a `.csv` file: UTF-8, UTF-16 with its mark, or else Windows-1252, which is a finding.

    The delimiter (comma, semicolon, tab or bar) is the one that yields the plan's headings. A row's number is the line
    it begins in. A cell's line breaks begin new lines of it; an apostrophe that guards a formula's first character is
    taken off.

    Raises `DocumentTooLarge`, and `DocumentNotReadable` for bytes that are not text, quotation marks that do not close,
    and files of another kind.
    """
    refuse_oversize(data)
    text, findings = _text(data)
    rows = _rows(text, _delimiter(text))
    return plan_document(grid_blocks(rows), findings)


def _text(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    if kind := kind_by_signature(data):
        raise DocumentNotReadable(f"The file is {kind} and was sent as text/csv: send it as what it is.")
    findings: tuple[Finding, ...] = ()
    try:
        is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise DocumentNotReadable(
                f"The file is neither UTF-8 (from its byte {error.start} on) nor Windows-1252 text: save it as UTF-8."
            ) from error
        proposal = "Read as Windows-1252. Check accents, dashes and quotation marks, or save the file as UTF-8."
        line = data.count(b"\n", 0, error.start) + 1
        words = text.splitlines()[line - 1] if text.splitlines() else ""
        findings = (Finding("encoding-not-stated", Severity.WARNING, line, "Text", words[:200], proposal),)
    if "\0" in text:
        raise DocumentNotReadable("The file holds a NUL character, which no text has.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > _MOST_LINES:
        raise DocumentTooLarge(f"The file has more than {_MOST_LINES:,} lines.")
    return text, findings


def _delimiter(text: str) -> str:
    """The one delimiter under which a row has the plan's headings; a comma where none has."""
    for delimiter in _DELIMITERS:
        if any(is_plan_headings(row.row) for row in _rows(text, delimiter, is_strict=False)):
            return delimiter
    return ","


def _rows(text: str, delimiter: str, *, is_strict: bool = True) -> list[GridRow]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=is_strict)
    rows = []
    line = 1
    try:
        for fields in reader:
            rows.append(GridRow(Row(line, tuple(written_cell(_unguarded(each)) for each in fields))))
            line = reader.line_num + 1
    except csv.Error as error:
        if is_strict:
            raise DocumentNotReadable(f"Line {line} of the file cannot be read: {error}.") from error
    return rows


def _unguarded(field: str) -> str:
    return field[1:] if _GUARDED.match(field) else field
