from datetime import date
from decimal import Decimal

import pytest

from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.days import DaysNotInHalves, in_figures, refuse_unless_in_halves


@pytest.mark.parametrize("days", ["0.5", "1", "2.50", "15", "1E+1"])
def test_days_are_lent_whole_or_by_the_half(days: str) -> None:
    refuse_unless_in_halves(Decimal(days))


@pytest.mark.parametrize("days", ["0", "-0.5", "-1", "0.25", "1.1", "NaN", "Infinity", "-Infinity"])
def test_nothing_less_than_half_a_day_and_nothing_between_is_lent(days: str) -> None:
    with pytest.raises(DaysNotInHalves):
        refuse_unless_in_halves(Decimal(days))


@pytest.mark.parametrize(
    ("days", "figures"), [("9", "9"), ("10.0", "10"), ("2.50", "2.5"), ("0.0", "0"), ("-0.0", "0"), ("-1.5", "-1.5")]
)
def test_days_are_written_without_needless_noughts(days: str, figures: str) -> None:
    in_figures.cache_clear()
    assert in_figures(Decimal(days)) == figures


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2014, 8, 31), "2013/14"),
        (date(2014, 9, 1), "2014/15"),
        (date(2014, 12, 31), "2014/15"),
        (date(2015, 1, 1), "2014/15"),
        (date(2015, 8, 31), "2014/15"),
        (date(2015, 9, 1), "2015/16"),
        (date(1999, 10, 1), "1999/00"),
    ],
)
def test_the_academic_year_runs_from_september_to_august(day: date, year: str) -> None:
    academic_year = academic_year_of(day)
    assert str(academic_year) == year
    assert academic_year.first_day <= day <= academic_year.last_day


def test_the_academic_year_begins_and_ends_on_its_days() -> None:
    assert (AcademicYear(2014).first_day, AcademicYear(2014).last_day) == (date(2014, 9, 1), date(2015, 8, 31))
