"""What a figure is set against where that is one other figure."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi_service.measures.rate import Rate
from kpi_service.measures.target import Comparator, ResultState, Target, is_supported, judge, year_before
from kpi_service.official_files.file_year import FileYear


@dataclass(frozen=True)
class Comparison:
    """The figure a result is set against: fixed, or that of the day `as_of`, which is the day of publication where it
    was published, in `source`, and the day it was handed in where it was agreed, with the `tolerance` by which it may
    be missed."""

    comparator: Comparator
    as_of: date | None
    figure: Fraction | None
    source: str | None = None
    tolerance: Fraction | None = None


def compared(target: Target, figure_year_before: Fraction | None, as_of: date) -> Comparison:
    """What a target sets the figure of `as_of` against, given the figure of the year before."""
    if target.value is not None:
        return Comparison(target.comparator, None, Fraction(target.value))
    return Comparison(target.comparator, year_before(as_of), figure_year_before)


def rate_is_supported(target: Target, state: ResultState, rate: Rate, against: Fraction | None) -> bool | None:
    """Whether what is said of a rate holds throughout its 95 per cent interval: a small group's rate is uncertain.
    None where there is no verdict."""
    estimate = rate.estimate
    if estimate is None:
        return None
    return is_supported(target, state, (Fraction(estimate.low), Fraction(estimate.high)), against)


def judged_in_year(
    target: Target, figure: Fraction | None, against: Comparison, year: FileYear, *, as_of: date, today: date
) -> ResultState:
    """What is said of the figure of an academic year. What was agreed for the year is not due before its last day, and
    may be missed by its tolerance. Source: KPI B8a."""
    is_agreed = against.comparator is Comparator.AGREED_TARGET
    if is_agreed and against.figure is not None and as_of < year.last_day:
        return ResultState.NOT_YET_DUE
    tolerance = against.tolerance or Fraction(0)
    return judge(target, figure, against.figure, as_of=as_of, today=today, tolerance=tolerance)
