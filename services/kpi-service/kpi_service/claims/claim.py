"""A published figure, and whether whole numbers can give it: `98% of 24` cannot be, `83% of 36` is 30."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from service_kit.errors import RuleBroken


class FigureMissing(RuleBroken):
    """A figure is published as a percentage, as a count, or as both."""


@dataclass(frozen=True)
class Counts:
    """The whole numbers from `lowest` to `highest`, both included; none where `highest` is below `lowest`."""

    lowest: int
    highest: int

    def __bool__(self) -> bool:
        return self.lowest <= self.highest

    def common(self, other: "Counts") -> "Counts":
        """The numbers that are in both."""
        return Counts(max(self.lowest, other.lowest), min(self.highest, other.highest))

    def listed(self) -> list[int]:
        """Each number, lowest first."""
        return list(range(self.lowest, self.highest + 1))


@dataclass(frozen=True)
class Figure:
    """A figure as it was published: `percent`, to as many decimals as it is written with, `count`, or both.

    Raises `FigureMissing`.
    """

    percent: Decimal | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        if self.percent is None and self.count is None:
            raise FigureMissing("Give a percentage, a count, or both.")

    def counts_of(self, base: int) -> Counts:
        """The numbers out of `base` that give this figure.

        A percentage is rounded to the decimals it is written with; a half may have gone either way: 1 of 8 is 12% and
        13%. Where a count stands beside it, it must be one of those numbers.
        """
        counts = Counts(0, base)
        if self.count is not None:
            counts = counts.common(Counts(self.count, self.count))
        if self.percent is not None:
            counts = counts.common(_rounding_to(self.percent, base))
        return counts


@dataclass(frozen=True)
class Claim:
    """What was published about `base` things: the figures of its `parts`, and of all parts together where `total` is
    given. The parts exclude each other: nothing is in two of them."""

    base: int
    parts: tuple[Figure, ...]
    total: Figure | None = None


@dataclass(frozen=True)
class Checked:
    """What whole numbers make of a claim.

    `parts` has the numbers that give each part by itself, `sums` those that all parts can come to together. `sums` is
    empty where a part is impossible by itself, and where no choice of numbers comes to the total, or stays within the
    base where no total is given.
    """

    claim: Claim
    parts: tuple[Counts, ...]
    sums: Counts

    @property
    def is_possible(self) -> bool:
        """Whether there are whole numbers that give every figure of the claim at once."""
        return bool(self.sums)


def check(claim: Claim) -> Checked:
    """Holds a claim against whole numbers. Source: the checker for published figures."""
    parts = tuple(part.counts_of(claim.base) for part in claim.parts)
    total = Counts(0, claim.base) if claim.total is None else claim.total.counts_of(claim.base)
    if not all(parts):
        return Checked(claim, parts, Counts(1, 0))
    reached = Counts(sum(part.lowest for part in parts), sum(part.highest for part in parts))
    return Checked(claim, parts, reached.common(total))


def nearest_percents(percent: Decimal, base: int) -> Sequence[tuple[int, Fraction]]:
    """The counts out of `base` whose percentages stand on either side of `percent`, each with its exact percentage:
    what the figure could have been. One where the percentage is met exactly, or lies outside 0 to 100."""
    exact = Fraction(percent) * base / 100
    around = sorted({min(max(count, 0), base) for count in (floor(exact), ceil(exact))})
    return [(count, Fraction(100 * count, base)) for count in around]


def _rounding_to(percent: Decimal, base: int) -> Counts:
    half = Fraction(1, 2) * Fraction(Decimal(1).scaleb(int(percent.as_tuple().exponent)))
    lowest, highest = (Fraction(percent) - half) * base / 100, (Fraction(percent) + half) * base / 100
    return Counts(ceil(lowest), floor(highest))
