"""The three months of the deployment clock."""

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from kpi_service.measures.deployment_clock import DesignatedIn, PeriodEndsBeforeItBegins, last_day_within


@pytest.mark.parametrize(
    ("designated_on", "last_day_on"),
    [
        (date(2014, 9, 15), date(2014, 12, 15)),
        (date(2014, 10, 31), date(2015, 1, 31)),
        (date(2014, 11, 28), date(2015, 2, 28)),
        (date(2014, 11, 29), date(2015, 2, 28)),
        (date(2014, 11, 30), date(2015, 2, 28)),
        (date(2015, 11, 30), date(2016, 2, 29)),
        (date(2015, 11, 29), date(2016, 2, 29)),
        (date(2016, 2, 29), date(2016, 5, 29)),
        (date(2015, 1, 31), date(2015, 4, 30)),
        (date(2015, 5, 31), date(2015, 8, 31)),
        (date(1999, 11, 30), date(2000, 2, 29)),
        (date(2099, 11, 30), date(2100, 2, 28)),
    ],
)
def test_three_calendar_months_end_no_later_than_their_month(designated_on: date, last_day_on: date) -> None:
    assert last_day_within(designated_on) == last_day_on


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_three_calendar_months_are_what_an_independent_calendar_says(designated_on: date) -> None:
    assert last_day_within(designated_on) == designated_on + relativedelta(months=3)


@pytest.mark.parametrize("designated_to", [date(2014, 9, 1), date(2014, 8, 31)])
def test_a_period_has_at_least_one_day(designated_to: date) -> None:
    with pytest.raises(PeriodEndsBeforeItBegins):
        DesignatedIn(designated_from=date(2014, 9, 1), designated_to=designated_to)


def test_a_period_may_be_open_on_either_side() -> None:
    assert DesignatedIn(designated_from=date(2014, 9, 1)).has_period
    assert DesignatedIn(designated_to=date(2014, 9, 1)).has_period
    assert not DesignatedIn(round="2014 autumn").has_period
