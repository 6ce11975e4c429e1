import csv
from contextlib import suppress
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.imports.csv_plan import read_csv
from plans_api.imports.plan_document import DocumentNotReadable, DocumentTooLarge, Table
from plans_api.imports.plan_reading import read_plan
from service_kit.errors import Refusal
from tests.plans_api.imports.builders import HEADINGS, found, workbook

ROW = ("Hosting", "Choose hosts\nPlace leaders", "May 2015\nOn-going", "K Hibbs", "Growth; and more", "3, 4")


def separated(*rows: tuple[str, ...], delimiter: str = ",", heading: str = "1. Leadership, 2014/15") -> str:
    file = StringIO()
    csv.writer(file, delimiter=delimiter).writerows([[heading], HEADINGS, *rows])
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_yields_the_headings(delimiter: str) -> None:
    (action_point,) = read_plan(read_csv(separated(ROW, delimiter=delimiter).encode())).action_points
    assert [each.text for each in action_point.milestones] == ["Choose hosts", "Place leaders"]
    assert (action_point.impact, action_point.kpi_links.codes) == ("Growth; and more", ("3", "4"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_says_its_encoding(encoding: str) -> None:
    plan = read_plan(read_csv(separated(("Café – hosting", *ROW[1:])).encode(encoding)))
    assert plan.action_points[0].title == "Café – hosting"
    assert not found(plan, "encoding-not-stated")


def test_another_encoding_is_read_as_windows_1252_and_asked_about() -> None:
    plan = read_plan(read_csv(separated(("Café – hosting", *ROW[1:])).encode("cp1252")))
    assert plan.action_points[0].title == "Café – hosting"
    (finding,) = found(plan, "encoding-not-stated")
    assert (finding.row, finding.text) == (3, 'Café – hosting,"Choose hosts')


def test_a_row_stands_at_the_line_it_begins_in() -> None:
    plan = read_plan(read_csv(separated(ROW, ROW).encode()))
    assert [point.rows for point in plan.action_points] == [(3,), (6,)]


def test_an_apostrophe_before_a_formula_is_its_guard_and_no_word() -> None:
    plan = read_plan(read_csv(separated((*ROW[:4], "'=1+1", "3"), (*ROW[:4], "''=1+1", "'quoted'")).encode()))
    assert [point.impact for point in plan.action_points] == ["=1+1", "'=1+1"]
    assert [finding.text for finding in found(plan, "kpi-not-read")] == ["'quoted'"]


def test_a_row_with_too_few_fields_is_asked_about() -> None:
    plan = read_plan(read_csv(separated(ROW, ROW[:4]).encode()))
    assert [point.title for point in plan.action_points] == ["Hosting", "Hosting"]
    assert len(found(plan, "row-ragged")) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (workbook(ROW), "an Office file"),
        (b"%PDF-1.7", "a PDF"),
        (separated(ROW).encode() + b'"not closed', "Line 6"),
        (separated(ROW).encode() + b"\x81\xff", "neither UTF-8"),
        (separated(ROW).encode() + b"\0", "NUL"),
        (separated((*ROW[:4], "a" * 140_000, "3")).encode(), "field limit"),
        (separated((*ROW[:4], "a\x0bb", "3")).encode(), r"U\+000B"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(DocumentNotReadable, match=words):
        read_csv(data)


def test_more_lines_than_any_plan_has_are_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        read_csv(b"\n" * 100_001)
    with pytest.raises(DocumentTooLarge, match="5,001 rows"):
        read_csv(separated(*[ROW] * 5_001).encode())


def test_blank_rows_do_not_count() -> None:
    blank = ("",) * 6
    document = read_csv(separated(*[ROW] * 2_500, blank, blank, *[ROW] * 2_500).encode())
    assert sum(len(block.rows) for block in document.blocks if isinstance(block, Table)) == 5_000


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(Refusal):
        read_plan(read_csv(data))
