"""Which school follows which: a school that becomes an academy changes its URN, and its history must follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SuccessionKind(StrEnum):
    """How one school follows another: alone, by a merger, by an amalgamation, or out of a split."""

    SUCCESSION = "succession"
    MERGER = "merger"
    AMALGAMATION = "amalgamation"
    SPLIT = "split"


@dataclass(frozen=True)
class Succession:
    """One school follows another. `on` is the day the register gives, where it gives one."""

    predecessor_urn: str
    successor_urn: str
    kind: SuccessionKind
    on: date | None


@dataclass(frozen=True)
class Lineage:
    """All that came before a school and all that followed it, through every link, and which of them follow last."""

    predecessors: frozenset[str]
    successors: frozenset[str]
    latest: frozenset[str]


def lineage_of(urn: str, links: Iterable[Succession]) -> Lineage:
    """The school's lineage. A school that nobody follows is its own latest. Links in a circle end where they began."""
    before: dict[str, set[str]] = {}
    after: dict[str, set[str]] = {}
    for link in links:
        before.setdefault(link.successor_urn, set()).add(link.predecessor_urn)
        after.setdefault(link.predecessor_urn, set()).add(link.successor_urn)
    predecessors, successors = _reached(urn, before), _reached(urn, after)
    latest = {one for one in successors | {urn} if not after.get(one)}
    return Lineage(frozenset(predecessors), frozenset(successors), frozenset(latest))


def _reached(urn: str, steps: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [urn]
    while waiting:
        for one in steps.get(waiting.pop(), set()) - reached - {urn}:
            reached.add(one)
            waiting.append(one)
    return reached
