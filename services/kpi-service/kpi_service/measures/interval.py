"""How certain a figure of few is: between which values it lies, with 95 per cent confidence.

A share has Wilson's interval. That of a difference and that of a ratio are put together from the intervals of the two
figures, each as uncertain as it is by itself (Newcombe 1998; Donner and Zou 2012), for figures of different people.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import hypot, sqrt

# The two-sided 95 per cent point of the normal distribution.
_Z = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A figure, and the ends of its interval."""

    value: float
    low: float
    high: float

    def __neg__(self) -> "Estimate":
        return Estimate(-self.value, -self.high, -self.low)

    def __sub__(self, other: "Estimate") -> "Estimate":
        """By how much it is more than the other."""
        return Estimate(
            self.value - other.value,
            self.value - other.value - hypot(self.value - self.low, other.high - other.value),
            self.value - other.value + hypot(self.high - self.value, other.value - other.low),
        )

    def change_percent(self, before: "Estimate") -> "Estimate | None":
        """Its change from what was before, in per cent of that. None where that may have been nothing: a percentage of
        it has no bounds."""
        if before.low <= 0:
            return None
        ratios = (self.value / before.value, _lowest_ratio(self, before), -_lowest_ratio(-self, before))
        return Estimate(*(100 * (ratio - 1) for ratio in ratios))


def wilson(share: Fraction, count: int) -> Estimate:
    """A share of `count`, in per cent. Holds for small groups, and at 0 and 100 per cent too."""
    exact, weight = float(share), _Z * _Z / count
    middle = (exact + weight / 2) / (1 + weight)
    reach = _Z * sqrt(exact * (1 - exact) / count + weight / (4 * count)) / (1 + weight)
    # At either end the interval ends with it, to the last digit.
    low = 0.0 if share == 0 else middle - reach
    high = 1.0 if share == 1 else middle + reach
    return Estimate(100 * exact, 100 * low, 100 * high)


def _lowest_ratio(one: Estimate, other: Estimate) -> float:
    """The smallest ratio at which `one` less so many times the `other`, which is above nought, may be nothing."""
    product, rest = one.value * other.value, one.low * (2 * one.value - one.low)
    if one.low < 0:
        square = other.low * (2 * other.value - other.low)
        return (product - sqrt(product * product - square * rest)) / square
    square = other.high * (2 * other.value - other.high)
    root = sqrt(product * product - square * rest)
    return rest / (product + root) if product + root else 0.0
