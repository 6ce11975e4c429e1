"""Workbooks as they are read: what stands in a cell, and what a hostile one may not do."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from kpi_service.official_files.document import MOST_COLUMNS, FileNotReadable, FileTooLarge, rows_of
from tests.bench.official_tables import performance_workbook

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rows_in(content: bytes) -> list[tuple[int, list[str]]]:
    """Every row of a workbook."""
    return [(line, list(cells)) for line, cells in rows_of(io.BytesIO(content))]


def saved(*rows: list[Any]) -> bytes:
    """A workbook as the library saves it."""
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(content)
    return content.getvalue()


def with_parts(parts: Mapping[str, str]) -> bytes:
    """A workbook of which some parts are other than they were."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(performance_workbook(1, 20))) as sound,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in sound.namelist():
            book.writestr(name, parts.get(name, sound.read(name)))
    return content.getvalue()


def with_sheet(rows: str, before: str = "", prefix: str = "") -> bytes:
    """A workbook with these rows as they stand in its XML."""
    names = f'{prefix}worksheet xmlns{":" + prefix[:-1] if prefix else ""}="{_MAIN}"'
    return with_parts({SHEET: f"{before}<{names}>{rows}</{prefix}worksheet>"})


def test_a_cell_is_read_as_the_text_it_shows() -> None:
    row = ["St Mary’s", 17, 12.5, 1e3, True, datetime(2015, 2, 1), date(2016, 3, 1), None, "last"]  # noqa: DTZ001
    expected = ["St Mary’s", "17", "12.5", "1000", "True", "2015-02-01", "2016-03-01", "", "last"]
    assert rows_in(saved(row)) == [(1, expected)]


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_rows_and_cells_that_are_left_out_are_blank(prefix: str) -> None:
    p = prefix
    rows = (
        f'<{p}row r="2"><{p}c r="B2"><{p}v>5</{p}v></{p}c><{p}c r="D2" t="inlineStr"><{p}is><{p}t>a b</{p}t>'
        f"</{p}is></{p}c></{p}row>"
        f'<{p}row r="4"><{p}c t="str"><{p}f>1+1</{p}f><{p}v>2</{p}v></{p}c>'
        f'<{p}c t="e"><{p}v>#N/A</{p}v></{p}c></{p}row>'
    )
    assert rows_in(with_sheet(rows, prefix=prefix)) == [(1, []), (2, ["", "5", "", "a b"]), (3, []), (4, ["2", "#N/A"])]


def test_a_sheet_that_says_it_is_smaller_is_read_whole() -> None:
    row = '<row r="{0}"><c r="A{0}"><v>1</v></c><c r="B{0}"><v>2</v></c></row>'
    rows = "".join(map(row.format, (1, 2, 3)))
    found = rows_in(with_sheet(f'<dimension ref="A1"/><sheetData>{rows}</sheetData>'))
    assert found == [(line, ["1", "2"]) for line in (1, 2, 3)]


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("rows", "before"),
    [
        ('<row r="1"><c t="str"><v>&b;</v></c></row>', LAUGHS),
        ('<row r="one"/>', ""),
        ('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>', ""),
        ('<row r="1"><c r="A1"><v>one</v></c></row>', ""),
        ('<row r="1"><c r="A1">', ""),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused(rows: str, before: str) -> None:
    with pytest.raises(FileNotReadable):
        rows_in(with_sheet(rows, before))


@pytest.mark.parametrize("name", ["[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("content", ["", "<a", f"{LAUGHS}<a>&b;</a>", "<a/>"])
def test_a_part_that_cannot_be_read_breaks_nothing(name: str, content: str) -> None:
    with pytest.raises(FileNotReadable):
        rows_in(with_parts({name: content}))


def test_a_row_past_the_last_that_a_workbook_can_have_is_passed_over() -> None:
    rows = rows_of(io.BytesIO(with_sheet('<row r="1"/><row r="9999999999"/>')))
    assert sum(1 for _ in rows) == 1 << 20


def test_columns_past_the_most_are_passed_over() -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'
    assert rows_in(with_sheet(row)) == [(1, ["1", *[""] * (MOST_COLUMNS - 1)])]


def test_a_bomb_of_texts_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(FileTooLarge):
        rows_in(with_parts({"xl/sharedStrings.xml": "x" * 33_000_000}))
