"""Which milestone is which when the milestones of an action point are written anew."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Successor:
    """A milestone as it is written now (`text`), and which of the earlier ones, counted from 0, it is (`same_as`) or
    was a part of (`split_from`); neither where it is new."""

    text: str
    same_as: int | None = None
    split_from: int | None = None


def successors(before: Sequence[str], after: Sequence[str], *, was_whole_cell: bool) -> tuple[Successor, ...]:
    """Every milestone of `after` in its order, with where it comes from.

    It is the earlier one with the same words, wherever that stood. What is left over is part of an earlier one whose
    words hold its own, in a row (or simply of the one before, where `was_whole_cell`): the first part stays that
    milestone, the others are split from it. What then stands alone between the same neighbours, and has more than half
    of its words in common with the one that stood alone there, is the same in other words. All else is new: a milestone
    is not taken for done because another was.
    """
    same_as = in_same_words(before, after)
    split_from = dict(same_as)
    holders = [position for position in range(len(before)) if position not in same_as.values()]
    for position, text in enumerate(after):
        if position not in same_as:
            whole = (one for one in holders if was_whole_cell or _holds(before[one], text))
            if (found := next(whole, None)) is not None:
                split_from[position] = found
    for position, found in split_from.items():
        if found not in same_as.values():
            same_as[position] = found
    same_as |= _reworded(before, after, same_as, set(split_from))
    return tuple(
        Successor(text, same_as.get(position), None if position in same_as else split_from.get(position))
        for position, text in enumerate(after)
    )


def in_same_words(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """For each position in `after` that says what one in `before` said, that one's; of several alike the first is the
    first."""
    waiting: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, text in enumerate(before):
        waiting[_words(text)].append(position)
    return {position: alike.pop(0) for position, text in enumerate(after) if (alike := waiting.get(_words(text), []))}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split())


def _holds(whole: str, part: str) -> bool:
    within, words = _words(whole), _words(part)
    starts = range(len(within) - len(words) + 1)
    return bool(words) and any(within[start : start + len(words)] == words for start in starts)


def _reworded(before: Sequence[str], after: Sequence[str], same_as: dict[int, int], known: set[int]) -> dict[int, int]:
    """What stands alone between the same neighbours as one that stood alone there, in other words."""
    found = {}
    for position, text in enumerate(after):
        if position in known:
            continue
        left = same_as.get(position - 1, -1 if position == 0 else None)
        right = same_as.get(position + 1, len(before) if position == len(after) - 1 else None)
        stood = None if left is None else left + 1
        is_free = stood is not None and stood not in same_as.values() and right == stood + 1
        if stood is not None and is_free and _mostly_alike(before[stood], text):
            found[position] = stood
    return found


def _mostly_alike(one: str, other: str) -> bool:
    first, second = Counter(_words(one)), Counter(_words(other))
    return 2 * (first & second).total() > max(first.total(), second.total())
