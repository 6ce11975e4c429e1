"""A figure beside that of the year before: by how much it changed, in its own unit and in per cent."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi_service.measures.interval import Estimate
from kpi_service.measures.target import ResultState, Target, is_supported, judge


@dataclass(frozen=True)
class YearOnYear:
    """A figure and that of the year before; None where a year has none. `estimates` are the same two where they are
    shares of people, or of schools, and so have an interval."""

    value: Fraction | None
    previous_value: Fraction | None
    estimates: tuple[Estimate, Estimate] | None = None

    @property
    def change(self) -> Fraction | None:
        """By how much it rose, or fell where negative, in its own unit: percentage points where it is a percentage."""
        if self.value is None or self.previous_value is None:
            return None
        return self.value - self.previous_value

    @property
    def change_percent(self) -> Fraction | None:
        """The change as a percentage of the year before; None where that was nothing, or a gap the other way round."""
        now, before = self.value, self.previous_value
        if now is None or before is None or before <= 0:
            return None
        return 100 * (now / before - 1)

    @property
    def change_estimate(self) -> Estimate | None:
        """The change with its interval, in percentage points."""
        return None if self.estimates is None else self.estimates[0] - self.estimates[1]

    @property
    def change_percent_estimate(self) -> Estimate | None:
        """The change as a percentage of the year before, with its interval; None where the year before may have been
        nothing, or a gap the other way round."""
        return None if self.estimates is None else self.estimates[0].change_percent(self.estimates[1])

    @property
    def is_undefined(self) -> bool:
        """Whether both years are known and yet there is nothing to be a percentage of."""
        return self.change is not None and self.change_percent is None


@dataclass(frozen=True)
class JudgedYears:
    """A figure of two years, and what is said of the two."""

    years: YearOnYear
    state: ResultState


def judge_change(
    target: Target, own: YearOnYear, against: YearOnYear | Fraction | None, *, as_of: date, today: date
) -> ResultState:
    """A change in per cent set against another change, or against one that is known in per cent only. Where either has
    nothing to be a percentage of, such as a gap that was none, the target has no meaning."""
    theirs = against.change_percent if isinstance(against, YearOnYear) else against
    state = judge(target, own.change_percent, theirs, as_of=as_of, today=today)
    is_undefined = own.is_undefined or (isinstance(against, YearOnYear) and against.is_undefined)
    return ResultState.UNDEFINED if state is ResultState.NO_DATA and is_undefined else state


def change_is_supported(
    target: Target, state: ResultState, own: YearOnYear, against: YearOnYear | Fraction | None
) -> bool | None:
    """Whether the verdict holds throughout the interval of the change in per cent. It does not where that has no
    bounds; None where there is no verdict, or no interval, as of points, whose spread is not published."""
    theirs = against.change_percent if isinstance(against, YearOnYear) else against
    if own.estimates is None or state not in (ResultState.MET, ResultState.NOT_MET):
        return None
    change = own.change_percent_estimate
    return change is not None and is_supported(target, state, (Fraction(change.low), Fraction(change.high)), theirs)
