"""The scorecard as a page: complete in itself, and readable whoever reads it and however."""

import re

from lxml import html  # type: ignore[import-untyped]

from kpi_service.scorecards.page import page_of
from tests.kpi_service.scorecards.results import document, improvement, line_of, schools

SVG = 'xmlns="http://www.w3.org/2000/svg"'


def test_every_number_of_a_chart_is_in_a_table_and_in_words() -> None:
    tree = html.fromstring(page_of(document(line_of(improvement(30.5), improvement()))))
    cells = {cell.text_content().strip() for cell in tree.iter("td", "th")}
    assert {"30.5", "41.67", "15 of 36", "27.14 and 57.8", "39", "78", "Not met"} <= cells
    (drawing,) = tree.iter("svg")
    assert drawing.get("role") == "img"
    named = [tree.get_element_by_id(name) for name in drawing.get("aria-labelledby").split()]
    assert [element.tag for element in named] == ["title", "desc"]
    assert all(number in named[1].text_content() for number in ("30.5", "41.67", "27.14", "57.8", "39", "78"))


def test_a_page_has_its_language_its_title_and_headings_in_order() -> None:
    tree = html.fromstring(page_of(document(improvement(), schools())))
    assert tree.get("lang") == "en-GB"
    assert tree.findtext(".//title") == "Scorecard of Ebor Alliance, 1 December 2014"
    assert [heading.tag for heading in tree.iter("h1", "h2", "h3")] == ["h1", "h2", "h2"]
    assert tree.findtext(".//h1") == "Ebor Alliance"
    for table in tree.iter("table"):
        assert table.findtext("caption")
        assert {heading.get("scope") for heading in table.xpath("thead/tr/th")} == {"col"}
        assert {heading.get("scope") for heading in table.xpath("tbody/tr/th")} == {"row"}
        assert all(len(row.xpath("td|th")) == len(table.xpath("thead/tr/th")) for row in table.xpath("tbody/tr"))
    links = [link.get("href").removeprefix("#") for link in tree.iter("a")]
    assert links == [section.get("aria-labelledby") for section in tree.iter("section")]
    assert len(set(tree.xpath("//@id"))) == len(tree.xpath("//@id"))


def test_nothing_comes_from_elsewhere_and_a_name_is_text() -> None:
    page = page_of(document(improvement(), alliance="<script>alert(1)</script> & Co"))
    tree = html.fromstring(page)
    assert "improved <their> overall" in tree.text_content()
    assert tree.findtext(".//h1") == "<script>alert(1)</script> & Co"
    assert not list(tree.iter("script", "link", "img", "iframe", "their"))
    assert not re.search(r"https?:|url\(|@import|\son\w+=", page.replace(SVG, ""))


def test_the_colours_can_be_told_from_what_is_behind_them() -> None:
    page = page_of(document(improvement(), schools()))
    drawn = set(re.findall(r'(?:stroke|fill)="#([0-9a-f]{6})"', page)) - {"b1b4b6"}
    assert len(drawn) == 4
    assert all(contrast(colour, "ffffff") >= 4.5 for colour in drawn)
    shades = re.findall(r"background: #([0-9a-f]{6})", page)
    assert len(shades) == 2
    assert all(contrast("0b0c0c", shade) >= 7 for shade in shades)


def contrast(colour: str, ground: str) -> float:
    """The contrast ratio of two colours, as the accessibility guidelines define it."""
    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How bright a colour is, by the same guidelines."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
