"""The deployment clock of an alliance: how its designations count, and who is going to miss it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from sle_broker.designations.clock import ClockExclusion, ClockReading, ClockState

LEAST_RATE = Fraction(1, 2)
RULE = (
    "KPI B8b: at least half of specialist leaders are on site within three calendar months of designation, "
    "the last day included."
)


@dataclass(frozen=True)
class ClockReport:
    """How many designations are in each state, and how many are excluded for which reason."""

    states: Mapping[ClockState, int]
    exclusions: Mapping[ClockExclusion, int]

    @classmethod
    def of(cls, readings: Iterable[ClockReading]) -> Self:
        """The report of these readings, one for each designation."""
        readings = tuple(readings)
        excluded = (reading.excluded_because for reading in readings)
        return cls(
            Counter(reading.state for reading in readings),
            Counter(reason for reason in excluded if reason is not None),
        )

    @property
    def numerator(self) -> int:
        """Deployed within the three months."""
        return self.states.get(ClockState.WITHIN, 0)

    @property
    def denominator(self) -> int:
        """All whose three months have ended or who have been deployed: pending and excluded ones are outside."""
        return self.numerator + self.states.get(ClockState.LATE, 0) + self.states.get(ClockState.OVERDUE, 0)

    @property
    def rate(self) -> Fraction | None:
        """The share deployed within the three months; None where nobody counts yet."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def is_met(self) -> bool | None:
        """Whether the KPI is met: half is enough. None where nobody counts yet."""
        return None if self.rate is None else self.rate >= LEAST_RATE


def will_miss(reading: ClockReading, planned_start_on: date | None, as_of: date) -> bool:
    """Whether a pending leader misses the clock unless something else begins on or before its last day.

    `planned_start_on` is the first day of the earliest deployment that is proposed or agreed and has not begun; None
    where there is none. One that should have begun already can still begin today.
    """
    return planned_start_on is None or max(planned_start_on, as_of) > reading.last_day
