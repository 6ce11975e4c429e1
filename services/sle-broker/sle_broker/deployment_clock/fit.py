"""Which lines of open requests would stop a pending leader's clock in time, best first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sle_broker.matching.blocking import block
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.scoring import ScorePart, score
from sle_broker.matching_weights.weights import Weights


@dataclass(frozen=True)
class Fit:
    """A line that a leader can be offered for, as it was searched for, with the parts of their score."""

    search: Search
    parts: tuple[ScorePart, ...]

    @property
    def total(self) -> int:
        """The sum of the parts, in points."""
        return sum(part.points for part in self.parts)


def fit(candidate: Candidate, search: Search, last_day: date, weights: Weights) -> Fit | None:
    """The line as one that fits, or None: where a hard rule of matching stands against it, or where its help can only
    begin after the last day of the clock."""
    if search.first_day > last_day or block(candidate, search) is not None:
        return None
    return Fit(search, score(candidate, search, weights))


def best_first(fits: Iterable[Fit]) -> list[Fit]:
    """By total, highest first, and by request and line where totals are equal."""
    return sorted(fits, key=lambda one: (-one.total, one.search.request_id, one.search.line_number))
