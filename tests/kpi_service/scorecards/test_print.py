"""The scorecard as a PDF: what the page says, nothing else, and readable aloud."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from kpi_service.scorecards.print import print_of
from kpi_service.scorecards.wording import Document
from tests.kpi_service.scorecards.results import attainment, document, improvement, line_of, schools

MADE_AT = datetime(2014, 12, 1, 9, 30, 15, 250_000, tzinfo=UTC)


def printed(told: Document) -> PdfReader:
    """The scorecard printed and opened again."""
    return PdfReader(BytesIO(print_of(told, made_at=MADE_AT)))


def unspaced(text: str) -> str:
    """A text without its spaces and line ends, which a printed line has elsewhere."""
    return "".join(text.split())


def tags_of(element: Any) -> Iterator[Any]:
    """Every tagged part of a document, in the order of reading."""
    if "/S" in element:
        yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        part = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(part, dict):
            yield from tags_of(part)


def test_every_figure_and_sentence_of_the_page_is_printed() -> None:
    told = document(
        *(line_of(improvement(30.5), improvement()), attainment(), schools(), improvement(None, None, code="B2")),
    )
    text = unspaced("".join(page.extract_text() for page in printed(told).pages))
    tables = [told.glance, *(table for section in told.sections for table in section.tables)]
    assert len(tables) == 5
    for table in tables:
        assert unspaced(table.caption) in text
        for row in (table.headings, *table.rows):
            assert unspaced("".join(row)) in text
    for section in told.sections:
        assert unspaced(section.heading) in text
        assert unspaced(section.verdict + section.said) in text
    assert unspaced(told.heading + told.introduction) in text


def test_it_can_be_read_aloud() -> None:
    told = document(improvement(), schools())
    reader = printed(told)
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert reader.metadata is not None
    assert reader.metadata.title == told.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    tags = list(tags_of(root["/StructTreeRoot"]))
    names = [tag["/S"] for tag in tags]
    assert [name for name in names if name in ("/H1", "/H2")] == ["/H1", "/H2", "/H2"]
    assert (names.count("/Table"), names.count("/Caption")) == (4, 4)
    assert {"/TH", "/TD"} <= set(names)
    spoken = [str(tag["/Alt"]) for tag in tags if "/Alt" in tag and tag["/S"] == "/Figure"]
    pictures = [section.picture for section in told.sections if section.picture is not None]
    assert spoken == [f"{picture.title}. {picture.described}" for picture in pictures]
    assert reader.xmp_metadata is not None
    assert "pdfuaid" in reader.xmp_metadata.rdf_root.toxml()


def test_a_name_is_text_whatever_stands_in_it() -> None:
    name = '#panic("no") *bold* $x$ `raw` <tag> @ref \\ // Ŵysg “Ÿork” – 1/2 ~ --- ...'
    told = document(schools(name=name), alliance=name)
    reader = printed(told)
    assert unspaced(name) in unspaced(reader.pages[0].extract_text())
    assert reader.metadata is not None
    assert reader.metadata.title == told.title


@pytest.mark.parametrize("odd", ["中", "\U0001f3eb", "\x07", "\x0b", "\U0010fffd", "\u0378", "\u2043", "\u200b"])
def test_a_character_that_no_font_has_is_printed_as_one_that_could_not_be(odd: str) -> None:
    told = document(schools(name=f"Schools{odd}"), alliance=f"Ŵysg{odd} – “Ÿork”")
    first = unspaced(printed(told).pages[0].extract_text())
    assert "Ŵysg" in first
    assert "–“Ÿork”" in first


def test_every_letter_of_europe_is_printed() -> None:
    letters = "".join(map(chr, (*range(0xA1, 0xAD), *range(0xAE, 0x180), *range(0x391, 0x3A2), *range(0x400, 0x460))))
    assert "\ufffd" not in printed(document(alliance=letters)).pages[0].extract_text()


def test_long_words_and_many_kpis_go_on_over_pages_and_none_is_lost() -> None:
    word, times = "Northern-Lights", 200
    source = {"name": "national", "percent": 39.0, "state": "met", "source": " ".join([word] * times)}
    told = document(
        improvement(against=[source, source]),
        *(schools(code=f"B{nth}") for nth in range(8)),
        alliance="Teaching School Alliance " * 8,
    )
    pages = [page.extract_text() for page in printed(told).pages]
    text = unspaced("".join(pages))
    assert all(unspaced(section.heading) in text for section in told.sections)
    assert text.count(word) == 3 * times
    assert all(f"Page{nth}of{len(pages)}" in unspaced(page) for nth, page in enumerate(pages, start=1))


def test_the_same_scorecard_is_the_same_file() -> None:
    told = document(improvement())
    assert print_of(told, made_at=MADE_AT) == print_of(told, made_at=MADE_AT)
