"""A success measure: one condition or several, all of which must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from service_kit.errors import RuleBroken


class Direction(StrEnum):
    """Which side of its target a condition holds on."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    EXACTLY = "exactly"


class Verdict(StrEnum):
    """Whether a measure is met. Before the day it is due, what is not met yet is not due yet."""

    MET = "met"
    NOT_MET = "not_met"
    NO_DATA = "no_data"
    NOT_YET_DUE = "not_yet_due"


class ActualSaidTwoWays(RuleBroken):
    """What was reached is a value, or how many of how many, or a figure of a programme's run."""


class MoreThanAll(RuleBroken):
    """Of so many, at most all."""


@dataclass(frozen=True)
class Condition:
    """One condition: 95 per cent at least. `position` counts from 1."""

    position: int
    direction: Direction
    target: Decimal

    def holds(self, actual: Decimal) -> bool:
        """Whether `actual`, in the condition's own unit, is on the right side of the target."""
        match self.direction:
            case Direction.AT_LEAST:
                return actual >= self.target
            case Direction.AT_MOST:
                return actual <= self.target
            case Direction.MORE_THAN:
                return actual > self.target
            case Direction.LESS_THAN:
                return actual < self.target
            case Direction.EXACTLY:
                return actual == self.target


@dataclass(frozen=True)
class Actual:
    """What was reached: a value, or how many of how many, which is compared as an exact percentage."""

    value: Decimal | None
    numerator: int | None
    denominator: int | None
    as_of: date

    @property
    def exact(self) -> Decimal | None:
        """The value to compare, never rounded; none of nobody is no value."""
        if self.numerator is None or self.denominator is None:
            return self.value
        return Decimal(100 * self.numerator) / Decimal(self.denominator) if self.denominator else None


def require_one_way(*, value: bool, counts: tuple[int | None, int | None], figure: bool) -> None:
    """Refuses an actual said in no way, or in two. Errors: `ActualSaidTwoWays`, `MoreThanAll`."""
    whole = None not in counts
    if [value, whole, figure].count(True) != 1 or (not whole and counts != (None, None)):
        raise ActualSaidTwoWays("Give a value, or numerator and denominator, or a run and its figure.")
    if whole and (counts[0] or 0) > (counts[1] or 0):
        raise MoreThanAll(f"{counts[0]} of {counts[1]} cannot be.")


def newest(actuals: Sequence[tuple[int, Actual]], day: date) -> dict[int, Actual]:
    """The actual of each condition (by position) that counts on that day: of the latest day not after it, the one
    recorded last. `actuals` are in the order in which they were recorded."""
    found: dict[int, Actual] = {}
    for position, actual in actuals:
        known = found.get(position)
        if actual.as_of <= day and (known is None or actual.as_of >= known.as_of):
            found[position] = actual
    return found


def verdict_of(
    conditions: Sequence[Condition], actuals: Mapping[int, Actual], due_on: date | None, day: date
) -> Verdict:
    """Whether the measure is met on that day: only where every one of its conditions holds. One that fails is enough
    for not met; without that, one of which nothing is known leaves it open."""
    reached = {one.position: actuals[one.position].exact if one.position in actuals else None for one in conditions}
    holding = [None if (actual := reached[one.position]) is None else one.holds(actual) for one in conditions]
    if all(holding):
        return Verdict.MET
    if due_on is not None and day < due_on:
        return Verdict.NOT_YET_DUE
    return Verdict.NOT_MET if False in holding else Verdict.NO_DATA
