"""A rate: how many of how many. Both are kept, a percentage is only shown."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from kpi_service.measures.interval import Estimate, wilson


@dataclass(frozen=True)
class Interval:
    """Between which values the underlying figure lies, with 95 per cent confidence: in per cent, or percentage points,
    to two decimals."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, estimate: Estimate) -> "Interval":
        """The ends of an estimate's interval as they are shown."""
        return cls(shown(Fraction(estimate.low)), shown(Fraction(estimate.high)))


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
    def estimate(self) -> Estimate | None:
        """The percentage with its Wilson interval at 95 per cent."""
        return wilson(Fraction(self.numerator, self.denominator), self.denominator) if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """The Wilson interval as it is shown."""
        return None if self.estimate is None else Interval.of(self.estimate)


def shown(figure: Fraction) -> Decimal:
    """A figure as it is shown: to two decimals, halves away from zero. Never used to judge."""
    exact = Decimal(figure.numerator) / Decimal(figure.denominator)
    # To add nought makes nought of what rounds to minus nought.
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP) + 0
