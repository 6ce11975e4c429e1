"""What is recorded of a leader's time on site: visits, half-term reviews, and corrections of the first day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

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


class FirstDayCorrectionReason(StrEnum):
    """Why the first day on site is another than was recorded."""

    MISTYPED = "mistyped"
    VISIT_DID_NOT_TAKE_PLACE = "visit_did_not_take_place"
    EARLIER_VISIT_FOUND = "earlier_visit_found"


@dataclass(frozen=True)
class FirstDayCorrection:
    """The first day as it was recorded before, the day on which it was corrected, and why."""

    was_on: date
    on: date
    reason: FirstDayCorrectionReason
    note: str
