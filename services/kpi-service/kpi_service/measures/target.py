"""Targets: what a figure is set against, on which side of it is good, and what is said of it."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from service_kit.errors import RuleBroken


class TargetRule(StrEnum):
    """How the figure is to stand to the comparator: at least as good, better, at least twice as good, or in line with
    it, which is no further from it on either side than its tolerance."""

    AT_LEAST = "at_least"
    GREATER_THAN = "greater_than"
    DOUBLE = "double"
    IN_LINE_WITH = "in_line_with"


class Comparator(StrEnum):
    """What the figure is set against: a value that stands in the target; the same figure on the same day of the year
    before; that of the country, as published or else as counted here; that of all schools in no alliance; that of those
    of them that are most like the alliance's own; or what an alliance agreed to reach in the academic year."""

    FIXED = "fixed"
    PREVIOUS_YEAR = "previous_year"
    NATIONAL = "national"
    GROUP = "group"
    MATCHED = "matched"
    AGREED_TARGET = "agreed_target"


class Direction(StrEnum):
    """Which way is good. Where it is down, `at_least` asks for no more than the comparator, `greater_than` for less,
    and `double` for a fall twice as steep."""

    UP = "up"
    DOWN = "down"


class ResultState(StrEnum):
    """What is said of a result.

    `no_data`: there is nothing to judge, or nothing to judge it against. `not_yet_due`: the day asked about has not
    come. `undefined`: the target has no meaning against this comparator. `suppressed`: the figure is of too few to be
    shown.
    """

    MET = "met"
    NOT_MET = "not_met"
    NO_DATA = "no_data"
    NOT_YET_DUE = "not_yet_due"
    UNDEFINED = "undefined"
    SUPPRESSED = "suppressed"


class TargetValueMisplaced(RuleBroken):
    """A fixed comparator is a value; any other comparator brings its own."""


@dataclass(frozen=True)
class Target:
    """What is to be reached. `value` is in the unit of the measure. Raises `TargetValueMisplaced`."""

    rule: TargetRule
    comparator: Comparator
    direction: Direction
    value: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.comparator is Comparator.FIXED) != (self.value is not None):
            raise TargetValueMisplaced("Give a value with the comparator `fixed`, and with no other.")

    def and_beside(self, others: Sequence[Comparator]) -> Sequence[Comparator]:
        """The comparator it names, then the others."""
        return [self.comparator, *(one for one in others if one is not self.comparator)]


def judge(
    target: Target,
    figure: Fraction | None,
    against: Fraction | None,
    *,
    as_of: date,
    today: date,
    tolerance: Fraction = Fraction(0),
) -> ResultState:
    """Whether `figure`, on the day `as_of`, is what `target` asks for, set `against` the comparator's figure.

    Exact figures are judged, not rounded ones: 49.996 per cent is not half.
    """
    if as_of > today:
        return ResultState.NOT_YET_DUE
    if figure is None or against is None:
        return ResultState.NO_DATA
    if target.rule is TargetRule.IN_LINE_WITH:
        return ResultState.MET if abs(figure - against) <= tolerance else ResultState.NOT_MET
    if target.direction is Direction.DOWN:
        figure, against = -figure, -against
    if target.rule is TargetRule.DOUBLE:
        # Twice nothing is nothing, and twice a decline a steeper one: neither is what was asked for.
        if against <= 0:
            return ResultState.UNDEFINED
        return ResultState.MET if figure >= 2 * against else ResultState.NOT_MET
    reached = figure >= against if target.rule is TargetRule.AT_LEAST else figure > against
    return ResultState.MET if reached else ResultState.NOT_MET


def is_supported(
    target: Target, state: ResultState, between: tuple[Fraction, Fraction], against: Fraction | None
) -> bool | None:
    """Whether what is said of a figure would be said of it wherever in its interval it lay; None where neither met nor
    not met is said. The comparator's figure is taken as it is."""
    if against is None or state not in (ResultState.MET, ResultState.NOT_MET):
        return None
    low, high = between
    # Every rule but one asks for more, or for less: then the ends say it all. In line with is asked of a middle too.
    points = (low, high, min(max(against, low), high))
    day = date.min
    return all(judge(target, point, against, as_of=day, today=day) is state for point in points)


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    last = monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))
