"""What a summary shows, and that nothing it hides can be worked out from what it shows."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sle_broker.need_summaries.need_summary import CountedNeed, NeedSummary, summarise
from sle_broker.specialisms.specialism import Phase

Key = tuple[str | None, ...]


def needs(code: str, authority: str | None, *schools: int, phase: Phase = Phase.PRIMARY) -> set[CountedNeed]:
    return {CountedNeed(f"{authority}-{school}", code, phase, authority) for school in schools}


def figures_of(summary: NeedSummary) -> tuple[dict[Key, int | None], list[tuple[Key, list[Key]]]]:
    """Every figure as it is published, by what it counts, and each total with its parts: what a reader knows."""
    shown: dict[Key, int | None] = {("all",): summary.needs}
    by_authority: dict[str | None, list[Key]] = defaultdict(list)
    totals: list[tuple[Key, list[Key]]] = []
    for specialism in summary.specialisms:
        shown["specialism", specialism.code] = specialism.needs
        phases: list[Key] = []
        for phase in specialism.phases:
            shown[specialism.code, phase.phase] = phase.needs
            phases.append((specialism.code, phase.phase))
            cells: list[Key] = [
                (specialism.code, phase.phase, one.local_authority_code) for one in phase.local_authorities
            ]
            for cell, one in zip(cells, phase.local_authorities, strict=True):
                shown[cell] = one.needs
                by_authority[one.local_authority_code].append(cell)
            totals.append(((specialism.code, phase.phase), cells))
        totals.append((("specialism", specialism.code), phases))
    totals.append((("all",), [("specialism", specialism.code) for specialism in summary.specialisms]))
    for one in summary.local_authorities:
        shown["authority", one.local_authority_code] = one.needs
        totals.append((("authority", one.local_authority_code), by_authority[one.local_authority_code]))
    return shown, totals


def worked_out(summary: NeedSummary) -> list[Key]:
    """The hidden figures that have one value alone in all the tables of whole figures, each at least one, that agree
    with everything shown. Found by linear programming, which knows nothing of rings: the totals of this table are those
    of a network, whose extreme points are whole."""
    shown, totals = figures_of(summary)
    hidden = [key for key, value in shown.items() if value is None]
    place = {key: number for number, key in enumerate(hidden)}
    rows, sums = [], []
    for total, parts in totals:
        row, known = np.zeros(len(hidden)), 0
        for key, sign in ((total, -1), *((part, 1) for part in parts)):
            value = shown[key]
            if value is None:
                row[place[key]] += sign
            else:
                known += sign * value
        rows.append(row)
        sums.append(-known)
    pinned = []
    for key, number in place.items():
        aim = np.zeros(len(hidden))
        aim[number] = 1
        least, most = (_extreme(sign * aim, rows, sums)[number] for sign in (1, -1))
        if most - least < 0.5:
            pinned.append(key)
    return pinned


def _extreme(aim: Any, rows: list[Any], sums: list[int]) -> Any:
    found = linprog(aim, A_eq=np.array(rows), b_eq=sums, bounds=(1, 10_000), method="highs")
    assert found.success
    return found.x


def schools_behind(counted: Iterable[CountedNeed]) -> dict[Key, set[str]]:
    behind: dict[Key, set[str]] = defaultdict(set)
    for need in counted:
        for key in (
            ("all",),
            ("specialism", need.specialism_code),
            (need.specialism_code, need.phase),
            (need.specialism_code, need.phase, need.local_authority_code),
            ("authority", need.local_authority_code),
        ):
            behind[key].add(need.school_urn)
    return behind


COUNTED = st.builds(
    CountedNeed,
    school_urn=st.integers(1, 12).map(str),
    specialism_code=st.sampled_from(["attendance", "mathematics", "phonics"]),
    phase=st.sampled_from([Phase.PRIMARY, Phase.SECONDARY]),
    local_authority_code=st.just(""),
)


@st.composite
def tables(draw: st.DrawFn) -> set[CountedNeed]:
    """Needs of schools that each stand in one authority; a few tables are dense, most are sparse."""
    authorities = draw(st.lists(st.sampled_from(["330", "335", "336", None]), min_size=12, max_size=12))
    drawn = draw(st.sets(COUNTED, max_size=60))
    return {
        CountedNeed(need.school_urn, need.specialism_code, need.phase, authorities[int(need.school_urn) - 1])
        for need in drawn
    }


@given(tables(), st.integers(3, 6))
@settings(max_examples=60, deadline=None)
def test_no_hidden_figure_can_be_worked_out_from_those_that_are_shown(
    counted: set[CountedNeed], minimum_count: int
) -> None:
    summary = summarise(counted, minimum_count)
    assert worked_out(summary) == []
    behind = schools_behind(counted)
    shown, _ = figures_of(summary)
    assert shown.keys() == behind.keys() | {("all",)}
    for key, value in shown.items():
        assert value is None or not behind[key] or len(behind[key]) >= minimum_count


@given(tables())
@settings(max_examples=30, deadline=None)
def test_what_is_shown_is_true_and_the_same_needs_give_the_same_summary(counted: set[CountedNeed]) -> None:
    summary = summarise(counted, 3)
    assert summarise(sorted(counted, key=str, reverse=True), 3) == summary
    shown, totals = figures_of(summary)
    for total, parts in totals:
        known = [shown[part] for part in parts]
        if shown[total] is not None and None not in known:
            assert shown[total] == sum(value for value in known if value is not None)


def test_the_oracle_sees_a_figure_that_only_its_own_cell_hides() -> None:
    """The check itself, on a table from which nothing but the smallest cell was left out."""
    counted = needs("phonics", "335", *range(6)) | needs("phonics", "334", 1, 2)
    counted |= needs("attendance", "334", *range(10, 16))
    full = summarise(counted, 1)
    assert worked_out(full) == []
    phonics, rest = full.specialisms[1], full.specialisms[0]
    [phase] = phonics.phases
    cells = tuple(
        one if one.local_authority_code == "335" else type(one)(one.local_authority_code, None)
        for one in phase.local_authorities
    )
    careless = NeedSummary(
        1,
        full.needs,
        (rest, type(phonics)(phonics.code, phonics.needs, (type(phase)(phase.phase, phase.needs, cells),))),
        full.local_authorities,
    )
    assert worked_out(careless) == [("phonics", Phase.PRIMARY, "334")]


def test_enough_schools_are_shown_and_too_few_are_hidden_with_what_would_give_them_away() -> None:
    counted = needs("phonics", "335", *range(6)) | needs("phonics", "334", 1, 2)
    summary = summarise(counted, 5)
    [phonics] = summary.specialisms
    [primary] = phonics.phases
    assert (summary.needs, phonics.needs, primary.needs) == (8, 8, 8)
    assert [one.needs for one in primary.local_authorities] == [None, None]
    assert [one.needs for one in summary.local_authorities] == [None, None]


def test_schools_count_and_not_their_needs() -> None:
    """Three schools with two needs each are three schools, though six needs."""
    counted = needs("attendance", "335", *range(10, 20))
    for phase in (Phase.PRIMARY, Phase.SECONDARY):
        counted |= needs("phonics", "335", 1, 2, 3, phase=phase)
    attendance, phonics = summarise(counted, 3).specialisms
    assert (attendance.needs, phonics.needs) == (10, 6)
    attendance, phonics = summarise(counted, 5).specialisms
    assert phonics.needs is None


def test_a_school_counts_once_for_a_specialism_and_a_phase() -> None:
    counted = [*needs("phonics", "335", *range(5)), *needs("phonics", "335", *range(5))]
    assert summarise(counted, 5).needs == 5


def test_no_needs_are_no_secret() -> None:
    assert summarise([], 5) == NeedSummary(5, 0, (), ())
