import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.kpi_links import KpiLinks, read_kpi_links


@pytest.mark.parametrize(
    ("text", "codes"),
    [("3,2", ("3", "2")), ("3,4,5,", ("3", "4", "5")), ("1 and 6", ("1", "6")), ("KPI 8b", ("8b",)), ("", ())],
)
def test_links_are_kept_as_written_and_commas_too_many_are_harmless(text: str, codes: tuple[str, ...]) -> None:
    assert read_kpi_links(text) == KpiLinks(text, codes)


def test_not_applicable_says_that_there_are_none() -> None:
    assert read_kpi_links("N/A") == KpiLinks("N/A", are_none=True)
    assert not read_kpi_links("").are_none


@pytest.mark.parametrize("text", ["O", "0", "all"])
def test_a_letter_o_is_never_a_number(text: str) -> None:
    assert read_kpi_links(text) == KpiLinks(text, unread=(text,))


@given(st.text())
def test_reading_never_raises_and_keeps_the_text(text: str) -> None:
    assert read_kpi_links(text).text == text
