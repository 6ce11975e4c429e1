"""Results as a file: every figure, all it is set against, and every record in its trace.

A result is taken apart as it is published, whatever it measures: what it says itself is one row of the part `result`,
and each of its lists is a part of its own with a row for every item.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from types import MappingProxyType
from typing import TypeGuard

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.styles import Font

Value = str | int | float | bool | None
Row = dict[str, Value]

# A sheet works out what begins so; an apostrophe before it says that it is text.
_TAKEN_FOR_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST = 32_767
_BOLD = Font(bold=True)


def rows_of(results: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, Row]]:
    """The rows of all results, each with the part it belongs to; the first column says of which KPI it is."""
    for result in results:
        kpi: dict[str, object] = {"kpi": result["code"], "as_of": result["as_of"]}
        lists = {name: items for name, items in result.items() if _are_records(items)}
        yield "result", _flat(kpi | {name: value for name, value in result.items() if name not in lists})
        for part, items in lists.items():
            for item in items:
                yield part, _flat({**kpi, **item})


def csv_file(results: Sequence[Mapping[str, object]]) -> bytes:
    """All parts in one table, as UTF-8 with its mark, which spreadsheet programs ask for. Nothing in it is taken for a
    formula."""
    rows = [{"part": part, **row} for part, row in rows_of(results)]
    file = StringIO(newline="")
    writer = csv.DictWriter(file, _columns(rows) or ["part", "kpi", "as_of"])
    writer.writeheader()
    writer.writerows({name: _guarded(value) for name, value in row.items()} for row in rows)
    return file.getvalue().encode("utf-8-sig")


def workbook_file(results: Sequence[Mapping[str, object]]) -> bytes:
    """A sheet for each part. Numbers are numbers, and every text is text, whatever it begins with."""
    parts: dict[str, list[Row]] = {"result": []}
    for part, row in rows_of(results):
        parts.setdefault(part, []).append(row)
    book = Workbook(write_only=True)
    for part, rows in parts.items():
        sheet = book.create_sheet(part[:31])
        columns = _columns(rows) or ["kpi", "as_of"]
        sheet.freeze_panes = "A2"
        headings = [WriteOnlyCell(sheet, column) for column in columns]
        for heading in headings:
            heading.font = _BOLD
        sheet.append(headings)
        for row in rows:
            cells = [WriteOnlyCell(sheet) for _ in columns]
            for cell, column in zip(cells, columns, strict=True):
                _write(cell, row.get(column))
            sheet.append(cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


CSV = "text/csv"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = MappingProxyType({"csv": (CSV, csv_file), "xlsx": (WORKBOOK, workbook_file)})
"""The kinds of file, each with its media type and what writes it."""


def named(name: str) -> Mapping[str, str]:
    """The headers by which a browser keeps a file under a name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _are_records(value: object) -> TypeGuard[list[Mapping[str, object]]]:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _flat(record: Mapping[str, object], before: str = "") -> Row:
    row: Row = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            row |= _flat(value, f"{before}{name}_")
        elif isinstance(value, list):
            is_plain = all(isinstance(item, str | int | float) for item in value)
            row[before + name] = "; ".join(map(str, value)) if is_plain else json.dumps(value)
        elif value is None or isinstance(value, str | int | float):
            row[before + name] = value
        else:
            raise TypeError(f"{name} is no JSON value: {value!r}")
    return row


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _guarded(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and _TAKEN_FOR_A_FORMULA.match(value) else value


def _write(cell: Cell, value: Value) -> None:
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = _ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", value))[:_LONGEST]
    # Typed as text and marked as such, so that it stays text when somebody edits it.
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(tuple("=+-@"))
