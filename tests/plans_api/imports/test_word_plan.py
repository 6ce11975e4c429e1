from io import BytesIO

import pytest
from docx import Document

from plans_api.imports.plan_document import DocumentNotReadable, DocumentNotSafe, DocumentTooLarge, Table
from plans_api.imports.plan_reading import read_plan
from plans_api.imports.word_plan import read_word
from tests.plans_api.imports.builders import saved, with_part, word

ROW = (
    ("Hosting",),
    ("Choose hosts", "Place leaders"),
    ("May 2015", "On-going"),
    ("K Hibbs",),
    ("Growth",),
    ("3,",),
)


def test_the_paragraphs_of_a_cell_are_its_lines() -> None:
    (action_point,) = read_plan(read_word(word(ROW))).action_points
    assert action_point.milestones_are_split
    assert [(each.text, str(each.date)) for each in action_point.milestones] == [
        ("Choose hosts", "May 2015"),
        ("Place leaders", "On-going"),
    ]


def test_a_cell_merged_downwards_has_its_words_once() -> None:
    document = Document(BytesIO(word(ROW, ROW)))
    cells = [row.cells[0] for row in document.tables[0].rows]
    cells[2].text = ""
    cells[1].merge(cells[2])
    (_, table) = read_word(saved(document)).blocks
    assert isinstance(table, Table)
    assert [row.cells[0].text for row in table.rows] == ["Hosting", ""]


def test_a_cell_merged_across_keeps_the_others_in_their_columns() -> None:
    document = Document(BytesIO(word(ROW)))
    cells = document.tables[0].rows[1].cells
    cells[4].text = ""
    cells[3].merge(cells[4])
    (_, table) = read_word(saved(document)).blocks
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0].cells][3:] == ["K Hibbs", "", "3,"]


def test_a_table_within_a_cell_is_not_lost() -> None:
    document = Document(BytesIO(word(ROW)))
    inner = document.tables[0].rows[1].cells[1].add_table(rows=1, cols=1)
    inner.rows[0].cells[0].text = "Within"
    (_, table) = read_word(saved(document)).blocks
    assert isinstance(table, Table)
    assert table.rows[0].cells[1].lines == ("Choose hosts", "Place leaders", "Within")


def test_inserted_words_are_read_and_deleted_ones_are_not() -> None:
    data = with_part(
        word(ROW),
        "word/document.xml",
        lambda xml: xml.replace(
            b"<w:r><w:t>Growth</w:t></w:r>",
            b"<w:ins><w:r><w:t>Growth</w:t></w:r></w:ins><w:del><w:r><w:delText>Gone</w:delText></w:r></w:del>",
        ),
    )
    (action_point,) = read_plan(read_word(data)).action_points
    assert action_point.impact == "Growth"


def test_a_file_that_unpacks_to_far_more_is_refused() -> None:
    with pytest.raises(DocumentTooLarge):
        read_word(with_part(word(ROW), "word/media/bomb.xml", lambda _: b" " * (101 * 1024 * 1024)))


@pytest.mark.parametrize(
    "declared",
    [b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>', b'<!DOCTYPE w SYSTEM "file:///etc/hostname">'],
)
def test_entities_are_refused_before_anything_reads_them(declared: bytes) -> None:
    data = with_part(
        word(ROW), "word/document.xml", lambda xml: xml.replace(b"<w:document", declared + b"<w:document", 1)
    )
    with pytest.raises(DocumentNotSafe):
        read_word(data)


def test_a_part_whose_letters_hide_its_declarations_is_refused() -> None:
    with pytest.raises(DocumentNotSafe):
        read_word(with_part(word(ROW), "word/document.xml", lambda xml: xml.decode().encode("utf-16")))


def test_macros_are_refused() -> None:
    with pytest.raises(DocumentNotSafe):
        read_word(with_part(word(ROW), "word/vbaProject.bin", lambda _: b"x"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", word(ROW)[:-400], b"| a |"])
def test_what_is_no_word_file_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentNotReadable):
        read_word(data)


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "_rels/.rels"])
@pytest.mark.parametrize("written", [b"", b"<x/>", b"<w:document"])
def test_a_file_with_a_broken_part_is_refused_in_words(part: str, written: bytes) -> None:
    with pytest.raises(DocumentNotReadable):
        read_word(with_part(word(ROW), part, lambda _: written))
