import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.imports.milestone_split import split_milestones


def test_the_writers_own_lines_are_a_certain_split() -> None:
    split = split_milestones(["Choose hosts", "Place leaders. Tell their heads."])
    assert (split.parts, split.is_certain) == (("Choose hosts", "Place leaders. Tell their heads."), True)


def test_a_cell_with_one_beginning_is_one_milestone() -> None:
    split = split_milestones(["Write study days within and outside the Alliance."])
    assert (split.parts, split.is_certain) == (("Write study days within and outside the Alliance.",), True)


@pytest.mark.parametrize(
    "lines",
    [
        ["Choose hosts. If they agree, place leaders."],
        ["Choose hosts Place leaders"],
        ["Choose hosts for", "Leaders in schools", "Place them"],
        ["Choose hosts", "and their deputies", "Place them"],
    ],
)
def test_sentences_run_together_and_broken_lines_are_never_split_for_certain(lines: list[str]) -> None:
    assert not split_milestones(lines).is_certain


def test_bullets_are_a_certain_split_however_their_lines_begin() -> None:
    lines = ["Choose hosts for", "and their deputies"]
    assert split_milestones(lines, bulleted=True).parts == tuple(lines)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Find needs across the Alliance Bid for funds", ["Find needs across the Alliance", "Bid for funds"]),
        (
            "Extend the Masters Programme Compare results",
            ["Extend the Masters Programme", "Compare results"],
        ),
        ("Appoint SCITT Coordinator/job description Review", ["Appoint SCITT Coordinator/job description", "Review"]),
        ("Write roles e.g. SLEs Publish them", ["Write roles e.g. SLEs", "Publish them"]),
        ("Agree varietyDisseminate acrossAlliance schools", ["Agree variety", "Disseminate across Alliance schools"]),
    ],
)
def test_a_proposal_begins_at_capitals_that_open_no_name(line: str, parts: list[str]) -> None:
    assert list(split_milestones([line]).parts) == parts


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool)), st.booleans())
def test_no_letter_is_lost_in_a_split(lines: list[str], bulleted: bool) -> None:
    parts = split_milestones(lines, bulleted=bulleted).parts
    assert "".join("".join(parts).split()) == "".join("".join(lines).split())
