"""A figure beside that of the year before: by how much it changed, in its own unit and in per cent."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi_service.measures.target import ResultState, Target, judge


@dataclass(frozen=True)
class YearOnYear:
    """A figure and that of the year before; None where a year has none."""

    value: Fraction | None
    previous_value: Fraction | None

    @property
    def change(self) -> Fraction | None:
        """By how much it rose, or fell where negative, in its own unit: percentage points where it is a percentage."""
        if self.value is None or self.previous_value is None:
            return None
        return self.value - self.previous_value

    @property
    def change_percent(self) -> Fraction | None:
        """The change as a percentage of the year before; None where that was nothing, or a gap the other way round."""
        if self.change is None or self.previous_value is None or self.previous_value <= 0:
            return None
        return 100 * self.change / self.previous_value

    @property
    def is_undefined(self) -> bool:
        """Whether both years are known and yet there is nothing to be a percentage of."""
        return self.change is not None and self.change_percent is None


def judge_change(
    target: Target, own: YearOnYear, against: YearOnYear | Fraction | None, *, as_of: date, today: date
) -> ResultState:
    """A change in per cent set against another change, or against one that is known in per cent only. Where either has
    nothing to be a percentage of, such as a gap that was none, the target has no meaning."""
    theirs = against.change_percent if isinstance(against, YearOnYear) else against
    state = judge(target, own.change_percent, theirs, as_of=as_of, today=today)
    is_undefined = own.is_undefined or (isinstance(against, YearOnYear) and against.is_undefined)
    return ResultState.UNDEFINED if state is ResultState.NO_DATA and is_undefined else state
