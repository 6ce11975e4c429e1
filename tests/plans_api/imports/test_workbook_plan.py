from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from plans_api.imports.finding import Severity
from plans_api.imports.plan_document import PlanDocument, Table
from plans_api.imports.plan_layout import NoActionPlanFound
from plans_api.imports.plan_reading import read_plan
from plans_api.imports.workbook_plan import read_workbook
from tests.plans_api.imports.builders import HEADINGS, found, plan_of, saved, with_part, workbook

ROW = ("Hosting", "Choose hosts\nPlace leaders", "May 2015\nOn-going", "K Hibbs", "Growth", "3, 4")


def test_the_lines_of_a_cell_are_its_milestones() -> None:
    (action_point,) = read_plan(read_workbook(workbook(ROW))).action_points
    assert [(each.text, str(each.date)) for each in action_point.milestones] == [
        ("Choose hosts", "May 2015"),
        ("Place leaders", "On-going"),
    ]
    assert (action_point.rows, action_point.kpi_links.codes) == ((3,), ("3", "4"))


def test_a_workbook_reads_as_the_same_table_does_in_markdown() -> None:
    row = "Residencies | Choose hosts | November 2015 | K Hibbs | Growth | O"
    from_sheet = read_plan(read_workbook(workbook(tuple(row.split(" | ")))))
    assert [finding.code for finding in from_sheet.findings] == [finding.code for finding in plan_of(row).findings]


def test_columns_stand_in_any_order_and_beside_blank_ones() -> None:
    cells = dict(zip(HEADINGS, ROW, strict=True))
    book = Workbook()
    sheet = filled(book, [["", "", "Action plan 2014/15"]])
    for row in (tuple(reversed(HEADINGS)), tuple(cells[name] for name in reversed(HEADINGS))):
        sheet.append(["", "", *row])
    plan = read_plan(read_workbook(saved(book)))
    assert [point.title for point in plan.action_points] == ["Hosting"]
    assert not found(plan, "column-not-known")


def test_sections_are_the_lone_rows_between_the_tables() -> None:
    book = Workbook()
    filled(
        book,
        [
            ["Action plan 2014/15"],
            [],
            ["1. Leadership"],
            HEADINGS,
            ROW,
            [],
            ("After a blank row", *ROW[1:]),
            ["Named only"],
            [],
            ["2. Governance"],
            [],
            ["3. Research"],
            HEADINGS,
            ROW,
        ],
    )
    plan = read_plan(read_workbook(saved(book)))
    titles = [(section.title, [point.title for point in section.action_points]) for section in plan.sections]
    assert titles == [
        ("Leadership", ["Hosting", "After a blank row", "Named only"]),
        ("Governance", []),
        ("Research", ["Hosting"]),
    ]


def test_each_sheet_is_a_section_under_its_name_where_it_has_no_heading() -> None:
    book = Workbook()
    filled(book, [["Action plan 2014/15"], HEADINGS, ROW])
    for name in ("CPD", "Research"):
        sheet = book.create_sheet(name)
        sheet.append(HEADINGS)
        sheet.append(ROW)
    plan = read_plan(read_workbook(saved(book)))
    assert [section.title for section in plan.sections] == ["", "CPD", "Research"]
    assert [point.rows for point in plan.action_points] == [(3,), (5,), (7,)]


def test_a_cell_merged_downwards_goes_on_with_the_action_point_above() -> None:
    book = load_workbook(BytesIO(workbook(ROW, ("", "Tell their heads", "June 2015", "", "", ""))))
    book.active.merge_cells("A3:A4")  # type: ignore[union-attr]  # it has a sheet
    (action_point,) = read_plan(read_workbook(saved(book))).action_points
    assert (action_point.title, action_point.rows) == ("Hosting", (3, 4))
    assert len(action_point.dates) == 3


def test_a_formula_is_not_worked_out_and_is_asked_about() -> None:
    plan = read_plan(read_workbook(workbook((*ROW[:4], '=HYPERLINK("http://example.org","x")', "3"))))
    assert plan.action_points[0].impact == '=HYPERLINK("http://example.org","x")'
    (finding,) = found(plan, "cell-is-formula")
    assert (finding.severity, finding.row, finding.column) == (Severity.NEEDS_DECISION, 3, "E")


def test_a_formulas_last_value_is_kept_as_text() -> None:
    data = workbook((*ROW[:4], "=1+1", "3"))
    cached = with_part(
        data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    )
    assert cached != data
    plan = read_plan(read_workbook(cached))
    assert plan.action_points[0].impact == "2"
    (finding,) = found(plan, "cell-is-formula")
    assert (finding.severity, finding.text) == (Severity.WARNING, "=1+1")


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime(2014, 10, 1, tzinfo=UTC).replace(tzinfo=None), "mmm-yy", "October 2014"),
        (date(2014, 10, 14), "dd/mm/yyyy", "2014-10-14"),
        (datetime(2014, 10, 14, 9, 30, tzinfo=UTC).replace(tzinfo=None), "dd/mm/yyyy hh:mm", "2014-10-14 09:30"),
        (3, "General", "3"),
        (3.0, "General", "3"),
        (3.4, "General", "3.4"),
        (0.95, "0%", "95%"),
        (True, "General", "TRUE"),
    ],
)
def test_a_value_is_read_as_the_sheet_shows_it(value: object, number_format: str, text: str) -> None:
    book = load_workbook(BytesIO(workbook((*ROW[:4], "", "3"))))
    cell = book.active["E3"]  # type: ignore[index]  # it has a sheet
    cell.value, cell.number_format = value, number_format
    document = read_workbook(saved(book))
    assert table_of(document).rows[0].cells[4].text == text
    assert bool(document.findings) is isinstance(value, date)


def test_a_kpi_cell_that_the_sheet_took_for_a_number_is_asked_about() -> None:
    plan = read_plan(read_workbook(workbook((*ROW[:5], 3.4))))
    assert [finding.text for finding in found(plan, "kpi-not-read")] == ["3.4"]


def test_cells_that_somebody_formatted_far_below_cost_nothing() -> None:
    book = load_workbook(BytesIO(workbook(ROW)))
    book.active["XFD1048576"].number_format = "0%"  # type: ignore[index]  # it has a sheet
    assert len(table_of(read_workbook(saved(book))).rows) == 1


def test_a_workbook_without_a_plan_says_so() -> None:
    book = Workbook()
    filled(book, [["Minutes 2014/15"], ["Who", "What"], ["K Hibbs", "Hosting"]])
    with pytest.raises(NoActionPlanFound):
        read_plan(read_workbook(saved(book)))


def filled(book: Workbook, rows: list[Any]) -> Any:
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    return sheet


def table_of(document: PlanDocument) -> Table:
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return table
