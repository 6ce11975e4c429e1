"""A milestone stays itself wherever it comes to stand, and is never taken for another."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.plans.milestone_identity import successors

HOSTS, LEADERS, THANKS = "Choose hosts.", "Place leaders.", "Thank everybody."


def written(before: list[str], after: list[str], *, was_whole_cell: bool = False) -> list[str]:
    """Each milestone as `=0` (the earlier one), `/0` (part of it) or `new`."""
    found = successors(before, after, was_whole_cell=was_whole_cell)
    assert [one.text for one in found] == after
    return [
        f"={one.same_as}" if one.same_as is not None else "new" if one.split_from is None else f"/{one.split_from}"
        for one in found
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([HOSTS, LEADERS], [LEADERS, HOSTS], ["=1", "=0"]),
        ([HOSTS, LEADERS], [THANKS, HOSTS, LEADERS], ["new", "=0", "=1"]),
        ([HOSTS, LEADERS], [LEADERS], ["=1"]),
        ([HOSTS, HOSTS], ["choose  hosts.", THANKS, HOSTS], ["=0", "new", "=1"]),
        ([f"{HOSTS} {LEADERS}", THANKS], [HOSTS, LEADERS, THANKS], ["=0", "/0", "=1"]),
        ([f"{HOSTS} {LEADERS}"], [THANKS, LEADERS, HOSTS], ["new", "=0", "/0"]),
        ([HOSTS, LEADERS], [f"{HOSTS} {LEADERS}"], ["new"]),
        (["Hold two open day", THANKS], ["Hold two open days", THANKS], ["=0", "=1"]),
        ([HOSTS, "Hold two open day", THANKS], [HOSTS, "Hold two open days", THANKS], ["=0", "=1", "=2"]),
        ([HOSTS], [THANKS], ["new"]),
        (["Hold two open day", HOSTS], [HOSTS, "Hold two open days"], ["=1", "new"]),
        ([], [HOSTS], ["new"]),
        ([HOSTS], [], []),
        (["Hold one", "Hold"], ["Hold it", "one", "Hold", "one Hold it"], ["new", "=0", "=1", "new"]),
        ([""], ["", HOSTS], ["=0", "new"]),
    ],
)
def test_a_milestone_is_known_by_its_words(before: list[str], after: list[str], told: list[str]) -> None:
    assert written(before, after) == told


def test_what_a_whole_cell_is_answered_with_are_its_parts_in_whichever_words() -> None:
    assert written([f"{HOSTS} {LEADERS}"], ["Find hosts", "Place them"], was_whole_cell=True) == ["=0", "/0"]
    assert written([f"{HOSTS} {LEADERS}"], [f"{HOSTS} {LEADERS}"], was_whole_cell=True) == ["=0"]


_texts = st.lists(st.lists(st.sampled_from("abc"), max_size=3).map(" ".join), max_size=5)


@given(before=_texts, after=_texts, was_whole_cell=st.booleans())
def test_no_milestone_is_two(before: list[str], after: list[str], was_whole_cell: bool) -> None:
    found = successors(before, after, was_whole_cell=was_whole_cell)
    kept = Counter(one.same_as for one in found if one.same_as is not None)
    assert set(kept.values()) <= {1}
    parts = {one.split_from for one in found if one.split_from is not None}
    assert parts <= kept.keys() <= set(range(len(before)))
    alike = Counter(" ".join(text.split()) for text in before) & Counter(" ".join(text.split()) for text in after)
    assert sum(one.same_as is not None and before[one.same_as] == one.text for one in found) >= alike.total()
