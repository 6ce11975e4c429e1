"""A rate: how many of how many. Both are kept, a percentage is only shown."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

# The two-sided 95 per cent point of the normal distribution.
_Z = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """Between which percentages the underlying rate lies, with 95 per cent confidence."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Rate:
    """`numerator` of `denominator`. Where the denominator is zero there is no percentage, not one of zero."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Fraction | None:
        """The exact percentage, to be judged with."""
        return Fraction(100 * self.numerator, self.denominator) if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """The Wilson interval at 95 per cent, which holds for small groups and at 0 and 100 per cent too."""
        if not self.denominator:
            return None
        count, share = self.denominator, self.numerator / self.denominator
        weight = _Z * _Z / count
        middle = (share + weight / 2) / (1 + weight)
        reach = _Z * sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
        return Interval(_percent_shown(max(middle - reach, 0.0)), _percent_shown(min(middle + reach, 1.0)))


def shown(figure: Fraction) -> Decimal:
    """A figure as it is shown: to two decimals, halves away from zero. Never used to judge."""
    exact = Decimal(figure.numerator) / Decimal(figure.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _percent_shown(share: float) -> Decimal:
    return Decimal(100 * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
