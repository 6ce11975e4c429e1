"""An exported plan imports back to the same plan, in every format."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from plans_api.exports.csv_file import csv_file
from plans_api.exports.plan_value import PlanValue, value_of
from plans_api.exports.six_columns import HEADINGS
from plans_api.exports.word_file import word_file
from plans_api.exports.workbook_file import CellTooLongForWorkbook, workbook_file
from plans_api.imports.csv_plan import read_csv
from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_document import PlanDocument, Table
from plans_api.imports.plan_reading import ReadPlan, read_plan
from plans_api.imports.word_plan import read_word
from plans_api.imports.workbook_plan import read_workbook
from service_kit.errors import Refusal
from tests.plans_api.imports.builders import ANY_TEXT, ROOT, SAMPLE, markdown

REAL_PLAN = ROOT.parent / "shared" / "seeds" / "000_e9b10c8bfdb8ad77.txt"
BACK: dict[str, tuple[Callable[[PlanValue], bytes], Callable[[bytes], PlanDocument]]] = {
    "docx": (word_file, read_word),
    "xlsx": (workbook_file, read_workbook),
    "csv": (csv_file, read_csv),
}
EVERY_FORMAT = pytest.mark.parametrize("format", BACK)


def there_and_back(plan: ReadPlan, format: str) -> PlanValue:
    write, read = BACK[format]
    return value_of(read_plan(read(write(value_of(plan)))))


@EVERY_FORMAT
def test_the_sample_plan_comes_back_the_same(format: str) -> None:
    plan = read_plan(read_markdown((SAMPLE / "action_plan.md").read_bytes()))
    assert there_and_back(plan, format) == value_of(plan)


@pytest.mark.skipif(not REAL_PLAN.exists(), reason="the real plan is not beside this repository")
@EVERY_FORMAT
def test_the_real_plan_of_2014_15_comes_back_the_same(format: str) -> None:
    plan = read_plan(read_markdown(REAL_PLAN.read_bytes()))
    assert there_and_back(plan, format) == value_of(plan)


_MESS = st.sampled_from(
    [
        "",
        "Choose hosts. Place leaders",
        "Choose hosts<br>Place leaders",
        "Choose hosts for<br>Leaders in schools<br>Place them",
        "• Choose hosts • and their deputies",
        "May/June 2015 On-going",
        "November 2015<br>TBC (awaiting the hall)<br>when ready",
        "Spring term 2015, Easter",
        "A Turner Pratt K Hibbs; Lead practitioners/SLEs and TBC",
        "3,4,",
        "N/A",
        "kpi none",
        "3, set B 2015: 8b; set A: 1,2",
        "O",
        "=1+1",
        "+44 121",
        "-5 per cent",
        "@team",
        "'=quoted",
        "''",
        "_x0041_",
        "Named by two<br>lines",
        "National KPI",
        "2^{na} year varietyDisseminate",
        "95% employed <b>&amp;</b> 90% satisfied",
    ]
)
_ANY_CELL = ANY_TEXT.map(lambda text: re.sub(r"[\\|\r]", "/", text).replace("\n", "<br>"))
_ROW = st.lists(_MESS | _ANY_CELL, min_size=6, max_size=6).map(" | ".join)
_TITLE = st.sampled_from(
    [
        "# Action plan 2014/15 - 1. Leadership",
        "# 1. Leadership, 2014/15",
        "Our plan\n\n# For 2014/15",
        "# Our plan 2014/15\n\n# Leadership",
        "# Our plan 2014/15",
        "Plan\n\n2014/15\n\n# 3. Research",
    ]
)
_BETWEEN = st.sampled_from(["", "\n\n# 2. CPD", "\n\n# Governance\n\n# 6. Nothing here", "\n\nSome words.\n"])


@st.composite
def plans(draw: st.DrawFn) -> ReadPlan | None:
    """A plan of a few tables, as messy as people write them; None where the mess is no plan."""
    text = markdown(*draw(st.lists(_ROW, max_size=3)), heading=draw(_TITLE)).decode()
    for _ in range(draw(st.integers(0, 2))):
        text += markdown(*draw(st.lists(_ROW, max_size=2)), heading=draw(_BETWEEN)).decode()
    text += draw(st.sampled_from(["", "\n# 7. Empty at the end\n"]))
    try:
        return read_plan(read_markdown(text.encode()))
    except Refusal:
        return None


@EVERY_FORMAT
@settings(deadline=None, max_examples=30)
@given(plan=plans())
def test_any_plan_comes_back_the_same(format: str, plan: ReadPlan | None) -> None:
    if plan is not None:
        assert there_and_back(plan, format) == value_of(plan)


def test_nothing_in_a_workbook_is_taken_for_a_formula() -> None:
    rows = [f"{sign}cmd | {sign}1+1 | May 2015 | K Hibbs | {sign}2 | 3" for sign in "=+-@"]
    plan = read_plan(read_markdown(markdown(*rows)))
    sheet = load_workbook(BytesIO(workbook_file(value_of(plan)))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells if cell.quotePrefix][:2] == ["=cmd", "=2"]
    assert there_and_back(plan, "xlsx") == there_and_back(plan, "csv") == value_of(plan)


def test_nothing_in_separated_values_begins_as_a_formula_does() -> None:
    rows = [f"{sign}cmd | {sign}1+1 | May 2015 | K Hibbs | {sign}2 | 3" for sign in "=+-@"]
    written = csv_file(value_of(read_plan(read_markdown(markdown(*rows))))).decode("utf-8-sig")
    assert all(f",{sign}" not in written and f"\n{sign}" not in written for sign in "=+-@")


def test_a_cell_that_a_workbook_cannot_hold_is_refused_and_not_cut() -> None:
    plan = value_of(read_plan(read_markdown(markdown(f"Host | Choose | May 2015 | K Hibbs | {'a' * 32_768} | 3"))))
    with pytest.raises(CellTooLongForWorkbook):
        workbook_file(plan)
    assert value_of(read_plan(read_csv(csv_file(plan)))) == plan


def test_a_word_file_has_the_six_columns() -> None:
    plan = value_of(read_plan(read_markdown(markdown("Host"))))
    (table,) = (block for block in read_word(word_file(plan)).blocks if isinstance(block, Table))
    assert tuple(cell.text for cell in table.headings.cells) == HEADINGS
