"""What a leader offers of one academic year: their allowance, and by half-term where they have said so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sle_broker.designations.days import refuse_unless_in_halves
from sle_broker.designations.half_term import HalfTerm


@dataclass(frozen=True)
class Availability:
    """`allowance_days` may be booked of the leader in the year, and in a half-term that `said` names no more than that.

    In a half-term of which nothing is said only the allowance binds. 0 days: they cannot be lent then at all.

    Raises `DaysNotInHalves`.
    """

    allowance_days: Decimal
    said: Mapping[HalfTerm, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for days in (self.allowance_days, *self.said.values()):
            if days != 0:
                refuse_unless_in_halves(days)
