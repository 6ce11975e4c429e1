"""Days that a leader lends: whole days and half days, as exact decimals."""

from decimal import Decimal
from functools import lru_cache

from service_kit.errors import RuleBroken

HALF_DAY = Decimal("0.5")

# What the national guidance asks of a home school; an alliance may agree another figure with one leader.
GUIDE_DAYS_A_YEAR = Decimal(15)


class DaysNotInHalves(RuleBroken):
    """Days are lent whole or by the half, and never fewer than half a day."""


def refuse_unless_in_halves(days: Decimal) -> None:
    """Half a day is the least that is lent, booked or used, and its multiples are all there is."""
    if not days.is_finite() or days < HALF_DAY or days % HALF_DAY:
        raise DaysNotInHalves(f"{days} is not a number of whole or half days.")


@lru_cache
def in_figures(days: Decimal) -> str:
    """`9`, `10`, `2.5`: without the noughts that storing may have added, and without the sign of a nought."""
    return f"{days.normalize() + 0:f}"
