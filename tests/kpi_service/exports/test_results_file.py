"""Results as files: nothing is lost, and nothing is taken for a formula."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from kpi_service.exports.results_file import csv_file, workbook_file

RESULTS: list[dict[str, Any]] = [
    {
        "code": "A6",
        "as_of": "2015-03-20",
        "name": "=HYPERLINK(1)",
        "percent": -1.5,
        "interval": {"low": 27.14, "high": 57.8},
        "against": [{"name": "group", "percent": 39.0}, {"name": "matched", "version": 1}],
        "trace": [{"urn": "140000", "latest": {"grade": 2, "via": ["103121", "103122"]}}],
    },
    {"code": "B7", "as_of": "2015-03-20", "name": "Schools", "trace": []},
]


def test_a_csv_file_has_every_figure_and_every_record_behind_it() -> None:
    rows = list(csv.DictReader(StringIO(csv_file(RESULTS).decode("utf-8-sig"))))
    assert [(row["part"], row["kpi"]) for row in rows] == [
        ("result", "A6"),
        ("against", "A6"),
        ("against", "A6"),
        ("trace", "A6"),
        ("result", "B7"),
    ]
    assert (rows[0]["percent"], rows[0]["interval_low"]) == ("-1.5", "27.14")
    assert (rows[3]["urn"], rows[3]["latest_grade"], rows[3]["latest_via"]) == ("140000", "2", "103121; 103122")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    named = [RESULTS[0] | {"name": text}]
    (row, *_) = csv.DictReader(StringIO(csv_file(named).decode("utf-8-sig"), newline=""))
    assert row["name"] == f"'{text}"
    sheet = load_workbook(BytesIO(workbook_file(named)))["result"]
    (cell,) = [sheet.cell(2, place.column) for place in sheet[1] if place.value == "name"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_a_workbook_has_a_sheet_for_each_part_and_its_numbers_are_numbers() -> None:
    book = load_workbook(BytesIO(workbook_file(RESULTS)))
    assert book.sheetnames == ["result", "against", "trace"]
    headings = [cell.value for cell in book["against"][1]]
    assert headings == ["kpi", "as_of", "name", "percent", "version"]
    assert [cell.value for cell in book["against"][2]] == ["A6", "2015-03-20", "group", 39, None]


def test_no_results_are_a_file_with_headings_only() -> None:
    assert csv_file([]).decode("utf-8-sig").strip() == "part,kpi,as_of"
    assert load_workbook(BytesIO(workbook_file([]))).sheetnames == ["result"]
