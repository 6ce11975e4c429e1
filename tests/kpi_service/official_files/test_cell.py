"""Cells: figures, codes for none, grades that are grades, and what is refused."""

import contextlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_service.official_files.cell import CellNotReadable, Grade, Row


def cell(text: str) -> Row:
    return Row(7, ["", text], {"it": 1}, {"it": "IT AS WRITTEN"})


@pytest.mark.parametrize(
    "code", ["", "SUPP", "NE", "NP", "NA", "LOWCOV", "NEW", "NULL", "z", "c", "x", "low", "u", ".."]
)
def test_a_code_for_none_is_neither_nought_nor_wrong(code: str) -> None:
    assert [cell(code).number("it"), cell(code).percent("it"), cell(code).count("it")] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "figure"), [("72%", "72"), ("0%", "0"), ("100 %", "100"), ("53.1", "53.1"), ("14.50%", "14.50")]
)
def test_a_percentage_has_its_sign_or_not(text: str, figure: str) -> None:
    assert cell(text).percent("it") == Decimal(figure)


@pytest.mark.parametrize("blanks", [" ", "\t", "\N{NO-BREAK SPACE}" * 50])
@pytest.mark.parametrize(
    ("read", "text", "found"),
    [
        (Row.text, "no such thing", "no such thing"),
        (Row.word, "a word", "a word"),
        (Row.number, "12.5", Decimal("12.5")),
        (Row.number, "", None),
        (Row.percent, "12%", Decimal(12)),
        (Row.count, "1,200", 1200),
        (Row.grade, "Good", Grade.GOOD),
        (Row.day, "24/03/2019", date(2019, 3, 24)),
        (Row.urn, "100001", "100001"),
    ],
)
def test_blanks_around_what_is_written_are_no_part_of_it(
    read: Callable[[Row, str], object], text: str, found: object, blanks: str
) -> None:
    assert read(cell(f"{blanks}{text}{blanks}"), "it") == found


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (Row.number, "O", "number-not-readable"),
        (Row.number, "1e3", "number-not-readable"),
        (Row.number, "١٢", "number-not-readable"),
        (Row.percent, "101%", "percentage-out-of-range"),
        (Row.percent, "-1", "percentage-out-of-range"),
        (Row.count, "2.5", "count-not-whole"),
        (Row.count, "-3", "count-not-whole"),
        (Row.grade, "5", "grade-not-known"),
        (Row.grade, "Fine", "grade-not-known"),
        (Row.day, "31/02/2015", "day-not-readable"),
        (Row.day, "24/03-2019", "day-not-readable"),
        (Row.day, "2019-13-01", "day-not-readable"),
        (Row.day, "1899-12-31", "day-not-readable"),
        (Row.word, "", "word-missing"),
        (Row.word, "x" * 201, "word-missing"),
        (Row.day, "2015", "day-not-readable"),
        (Row.urn, "12345", "urn-not-readable"),
        (Row.urn, "", "urn-not-readable"),
        (Row.required_day, "NULL", "day-missing"),
    ],
)
def test_what_a_cell_does_not_hold_is_refused_by_the_files_own_word(
    read: Callable[[Row, str], object], text: str, code: str
) -> None:
    with pytest.raises(CellNotReadable) as refused:
        read(cell(text), "it")
    assert (refused.value.column, refused.value.code) == ("IT AS WRITTEN", code)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("1", Grade.OUTSTANDING),
        ("2.0", Grade.GOOD),
        ("Satisfactory", Grade.REQUIRES_IMPROVEMENT),
        ("Requires improvement", Grade.REQUIRES_IMPROVEMENT),
        ("Special Measures", Grade.INADEQUATE),
        ("Serious Weaknesses", Grade.INADEQUATE),
        ("9", None),
        ("9.0", None),
        ("8", None),
        ("0", None),
        ("NULL", None),
        ("", None),
        ("Not judged", None),
    ],
)
def test_only_four_grades_are_grades_and_satisfactory_is_the_third(text: str, grade: Grade | None) -> None:
    assert cell(text).grade("it") is grade


@pytest.mark.parametrize("text", ["24/03/2019", "2019-03-24", "24-03-2019", "20190324"])
def test_a_day_is_written_day_first_or_year_first(text: str) -> None:
    assert cell(text).day("it") == date(2019, 3, 24)


def test_thousands_have_their_commas_and_a_urn_may_have_become_a_decimal() -> None:
    assert cell("44,385").count("it") == 44_385
    assert cell("103120.0").urn("it") == "103120"


@given(st.text(max_size=12))
def test_no_cell_breaks_the_reader(text: str) -> None:
    for read in (Row.number, Row.percent, Row.count, Row.grade, Row.day, Row.urn):
        with contextlib.suppress(CellNotReadable):
            read(cell(text.strip()), "it")
