import pytest
from hypothesis import given

from plans_api.imports.markdown_plan import read_markdown
from plans_api.imports.plan_document import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_ROWS,
    DocumentNotReadable,
    DocumentTooLarge,
    Paragraph,
    SourceCell,
    Table,
)
from tests.plans_api.imports.builders import ANY_TEXT


def test_rows_and_paragraphs_are_numbered_by_their_line() -> None:
    document = read_markdown(b"\xef\xbb\xbf# Plan\r\n\r\n| a | b |\r\n|--|:-:|\r\n| 1 | 2 |\r\nafter")
    assert list(document.cells()) == [
        SourceCell(1, "Text", "Plan"),
        SourceCell(3, "a", "a"),
        SourceCell(3, "b", "b"),
        SourceCell(5, "a", "1"),
        SourceCell(5, "b", "2"),
        SourceCell(6, "Text", "after"),
    ]


def test_a_ragged_row_keeps_the_cells_it_has() -> None:
    (table,) = read_markdown(b"| a | b |\n|--|--|\n| 1 |\n| 1 | 2 | 3 |").blocks
    assert isinstance(table, Table)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["1"], ["1", "2", "3"]]


def test_a_further_rule_begins_a_further_table() -> None:
    blocks = read_markdown(b"| a |\n|--|\n| 1 |\n| b |\n|--|\n| 2 |").blocks
    assert [block.headings.cells[0].text for block in blocks if isinstance(block, Table)] == ["a", "b"]


def test_a_cell_keeps_its_words_and_knows_its_lines() -> None:
    (table,) = read_markdown(b"| a |\n|--|\n| one<br>two \\| three |").blocks
    assert isinstance(table, Table)
    cell = table.rows[0].cells[0]
    assert (cell.text, cell.lines) == ("one<br>two | three", ("one", "two | three"))


@pytest.mark.parametrize("data", [b"caf\xe9", b"| a |\0"])
def test_bytes_that_are_not_text_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentNotReadable):
        read_markdown(data)


@pytest.mark.parametrize(
    "data",
    [b"x" * (MOST_BYTES + 1), b"| a |\n|--|\n" + b"| 1 |\n" * (MOST_ROWS + 1), b"x" * (MOST_CHARACTERS + 1)],
    ids=["bytes", "rows", "characters"],
)
def test_a_document_over_the_limits_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentTooLarge):
        read_markdown(data)


@given(ANY_TEXT)
def test_no_word_outside_tables_is_lost(text: str) -> None:
    blocks = read_markdown(text.encode()).blocks
    kept = "".join(block.text for block in blocks if isinstance(block, Paragraph))
    written = "".join(line for line in text.replace("\r", "\n").split("\n") if not line.strip().startswith("|"))
    assert _letters(kept) == _letters(written)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lstrip("\ufeff") if not letter.isspace() and letter != "#")
