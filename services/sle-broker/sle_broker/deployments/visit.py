"""What is recorded while a leader is on site: each visit with the time it took, and the half-term reviews."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from service_kit.errors import RuleBroken
from sle_broker.designations.days import in_figures, refuse_unless_in_halves


class VisitLongerThanADay(RuleBroken):
    """A visit takes a day or half a day; two days are two visits."""


@dataclass(frozen=True)
class Visit:
    """One visit to the host school and the time it took. Raises `DaysNotInHalves`, `VisitLongerThanADay`."""

    on: date
    days: Decimal

    def __post_init__(self) -> None:
        refuse_unless_in_halves(self.days)
        if self.days > 1:
            raise VisitLongerThanADay(f"A visit on one date takes at most one day, not {in_figures(self.days)}.")


@dataclass(frozen=True)
class Review:
    """A half-term review: when it was held, and what was found."""

    on: date
    finding: str
