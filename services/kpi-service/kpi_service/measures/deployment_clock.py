"""The deployment clock: an SLE is to be on site within three calendar months of designation."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from service_kit.errors import RuleBroken

MONTHS_ALLOWED = 3


class CountedAs(StrEnum):
    """Where a designation stands on the day that is asked about.

    `within` counts in numerator and denominator; `late` (first on site after the last day) and `not_deployed` (the last
    day is over and there was no deployment) in the denominator; `pending` (it is not over) and `excluded` (withdrawn on
    or before it and never deployed) in neither, and both are listed. Source: KPI B8b.
    """

    WITHIN = "within"
    LATE = "late"
    NOT_DEPLOYED = "not_deployed"
    PENDING = "pending"
    EXCLUDED = "excluded"


class PeriodEndsBeforeItBegins(RuleBroken):
    """A period has at least one day."""


@dataclass(frozen=True)
class DesignatedIn:
    """Which designations are asked about: those of a round, those from `designated_from` on and before `designated_to`.
    None asks about all. Raises `PeriodEndsBeforeItBegins`."""

    round: str | None = None
    designated_from: date | None = None
    designated_to: date | None = None

    def __post_init__(self) -> None:
        if self.has_period and (self.designated_from or date.min) >= (self.designated_to or date.max):
            raise PeriodEndsBeforeItBegins("`designated_to` is the first day after the period: later than its first.")

    @property
    def has_period(self) -> bool:
        """Whether only designations of a period are asked about."""
        return self.designated_from is not None or self.designated_to is not None


@dataclass(frozen=True)
class ClockReading:
    """One designation's clock as it stood at the end of `read_on`. `last_day_on` is the last that counts as within.

    The deployment is the first that began while the designation was in force; the day it was agreed is reported and
    does not count.
    """

    designation_id: UUID
    leader_id: UUID
    designated_on: date
    last_day_on: date
    withdrawn_on: date | None
    deployment_id: UUID | None
    first_day_on: date | None
    agreed_on: date | None
    counted_as: CountedAs
    read_on: date

    @property
    def days_left(self) -> int:
        """Days from the day of reading to the last that counts as within: 0 on that day itself."""
        return (self.last_day_on - self.read_on).days


def last_day_within(designated_on: date) -> date:
    """The same day three calendar months on, or that month's last day where it is shorter; that day still counts.

    30 November gives 28 or 29 February, 31 January gives 30 April. Source: KPI B8b.
    """
    years, month = divmod(designated_on.month - 1 + MONTHS_ALLOWED, 12)
    year = designated_on.year + years
    return date(year, month + 1, min(designated_on.day, monthrange(year, month + 1)[1]))
