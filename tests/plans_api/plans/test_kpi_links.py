import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.kpi_links import KpiLink, KpiLinks, read_kpi_links


@pytest.mark.parametrize(
    ("text", "codes"),
    [("3,2", ("3", "2")), ("3,4,5,", ("3", "4", "5")), ("1 and 6", ("1", "6")), ("KPI 8b", ("8b",)), ("", ())],
)
def test_links_are_kept_as_written_and_commas_too_many_are_harmless(text: str, codes: tuple[str, ...]) -> None:
    assert read_kpi_links(text) == KpiLinks(text, tuple(map(KpiLink, codes)))


def test_not_applicable_says_that_there_are_none() -> None:
    assert read_kpi_links("N/A") == KpiLinks("N/A", are_none=True)
    assert not read_kpi_links("").are_none


@pytest.mark.parametrize("text", ["O", "0", "all"])
def test_a_letter_o_is_never_a_number(text: str) -> None:
    assert read_kpi_links(text) == KpiLinks(text, unread=(text,))


@given(st.text())
def test_reading_never_raises_and_keeps_the_text(text: str) -> None:
    assert read_kpi_links(text).text == text


@pytest.mark.parametrize(
    ("text", "named", "words"),
    [
        ("Set B 2015: 8b, 1a", [("8b", "B", "2015"), ("1a", "B", "2015")], "set B 2015: 8b, 1a"),
        ("set b: 8b", [("8b", "B", None)], "set B: 8b"),
        ("3,4; set B: 8b", [("3", None, None), ("4", None, None), ("8b", "B", None)], "3, 4; set B: 8b"),
        (
            "KPI 3\nset A v2: 1; set B 2015: KPIs 8b",
            [("3", None, None), ("1", "A", "v2"), ("8b", "B", "2015")],
            "3; set A v2: 1; set B 2015: 8b",
        ),
    ],
)
def test_a_link_may_name_a_set_of_its_own(
    text: str, named: list[tuple[str, str | None, str | None]], words: str
) -> None:
    links = read_kpi_links(text)
    assert [(link.code, link.kpi_set, link.kpi_set_version) for link in links.links] == named
    assert links.words == words
    assert read_kpi_links(words).links == links.links


def test_what_is_no_kpi_of_a_named_set_is_unread() -> None:
    links = read_kpi_links("3, O; set B: all")
    assert (links.codes, links.unread) == (("3",), ("O", "all"))
    assert read_kpi_links("set").unread == ("set",)
