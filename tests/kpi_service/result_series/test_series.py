"""Which days a series is of, and what is asked for on them."""

from datetime import date
from fractions import Fraction

import pytest

from kpi_service.measures.target import Comparator, TargetRule
from kpi_service.result_series.series import Judged, SeriesEndsBeforeItBegins, SeriesTooLong, days_of

TODAY = date(2015, 3, 20)


def ends(*years: int) -> list[date]:
    return [date(year, 8, 31) for year in years]


def test_without_a_beginning_the_last_five_academic_years_and_today() -> None:
    assert days_of(as_of_from=None, as_of_to=None, today=TODAY) == [*ends(2010, 2011, 2012, 2013, 2014), TODAY]


def test_a_day_that_ends_an_academic_year_is_one_of_them_once() -> None:
    assert days_of(as_of_from=date(2014, 8, 31), as_of_to=None, today=date(2015, 8, 31)) == ends(2014, 2015)


def test_the_beginning_is_in_it_and_the_end_is_not() -> None:
    first, after = date(2012, 8, 31), date(2014, 8, 31)
    assert days_of(as_of_from=first, as_of_to=after, today=TODAY) == ends(2012, 2013)
    assert days_of(as_of_from=date(2012, 9, 1), as_of_to=date(2014, 9, 1), today=TODAY) == ends(2013, 2014)
    assert days_of(as_of_from=None, as_of_to=after, today=TODAY) == ends(2009, 2010, 2011, 2012, 2013)


def test_nothing_is_later_than_today() -> None:
    assert days_of(as_of_from=date(2014, 8, 31), as_of_to=date(2030, 1, 1), today=TODAY) == [*ends(2014), TODAY]
    assert days_of(as_of_from=date(2020, 1, 1), as_of_to=date(2030, 1, 1), today=TODAY) == []


def test_a_series_ends_after_it_begins_and_is_not_endless() -> None:
    with pytest.raises(SeriesEndsBeforeItBegins, match="as_of_to"):
        days_of(as_of_from=TODAY, as_of_to=TODAY, today=TODAY)
    assert len(days_of(as_of_from=date(1995, 8, 31), as_of_to=None, today=TODAY)) == 21
    with pytest.raises(SeriesTooLong, match="20 academic years"):
        days_of(as_of_from=date(1994, 8, 31), as_of_to=None, today=TODAY)


def test_double_asks_for_twice_the_comparators_figure() -> None:
    judged = Judged(Fraction(15), None, Comparator.GROUP, Fraction(39))
    assert judged.asked_for(TargetRule.DOUBLE) == 78
    assert judged.asked_for(TargetRule.GREATER_THAN) == 39
    assert Judged(Fraction(15), None, Comparator.GROUP, None).asked_for(TargetRule.DOUBLE) is None
