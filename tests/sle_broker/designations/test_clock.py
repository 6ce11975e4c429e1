"""KPI B8b: half of the specialist leaders are deployed within three calendar months of designation."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sle_broker.designations.clock import ClockExclusion, ClockReading, ClockState, last_day_within, read_clock
from sle_broker.designations.designation import LeaderKind
from tests.sle_broker.builders import a_designation, an_id

DESIGNATED_ON = date(2014, 11, 30)
LAST_DAY = date(2015, 2, 28)


@pytest.mark.parametrize(
    ("designated_on", "last_day"),
    [
        (date(2014, 11, 30), date(2015, 2, 28)),
        (date(2015, 11, 30), date(2016, 2, 29)),
        (date(2015, 11, 29), date(2016, 2, 29)),
        (date(2014, 11, 29), date(2015, 2, 28)),
        (date(2014, 11, 28), date(2015, 2, 28)),
        (date(1999, 11, 30), date(2000, 2, 29)),
        (date(2099, 11, 30), date(2100, 2, 28)),
        (date(2015, 1, 31), date(2015, 4, 30)),
        (date(2015, 5, 31), date(2015, 8, 31)),
        (date(2015, 8, 31), date(2015, 11, 30)),
        (date(2016, 2, 29), date(2016, 5, 29)),
        (date(2014, 9, 1), date(2014, 12, 1)),
        (date(2014, 12, 31), date(2015, 3, 31)),
        (date(2014, 10, 15), date(2015, 1, 15)),
    ],
)
def test_the_clock_ends_three_calendar_months_on_clipped_to_the_end_of_the_month(
    designated_on: date, last_day: date
) -> None:
    assert last_day_within(designated_on) == last_day


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_the_last_day_is_in_the_third_month_on_and_on_the_same_day_wherever_that_month_has_it(day: date) -> None:
    last_day = last_day_within(day)
    assert (last_day.year * 12 + last_day.month) - (day.year * 12 + day.month) == 3
    assert last_day.day == min(day.day, monthrange(last_day.year, last_day.month)[1])


@pytest.mark.parametrize(
    ("as_of", "on_site", "state", "days_left"),
    [
        (DESIGNATED_ON, None, ClockState.PENDING, 90),
        (date(2015, 2, 27), None, ClockState.PENDING, 1),
        (LAST_DAY, None, ClockState.PENDING, 0),
        (date(2015, 3, 1), None, ClockState.OVERDUE, -1),
        (date(2015, 8, 31), None, ClockState.OVERDUE, -184),
        (date(2015, 8, 31), DESIGNATED_ON, ClockState.WITHIN, 90),
        (date(2015, 8, 31), date(2015, 2, 27), ClockState.WITHIN, 1),
        (LAST_DAY, LAST_DAY, ClockState.WITHIN, 0),
        (date(2015, 8, 31), LAST_DAY, ClockState.WITHIN, 0),
        (date(2015, 3, 1), date(2015, 3, 1), ClockState.LATE, -1),
        (date(2015, 8, 31), date(2015, 4, 1), ClockState.LATE, -32),
    ],
)
def test_a_designation_is_within_late_pending_or_overdue(
    as_of: date, on_site: date | None, state: ClockState, days_left: int
) -> None:
    reading = read_clock(a_designation(DESIGNATED_ON), [] if on_site is None else [on_site], as_of)
    assert reading == ClockReading(an_id(1), state, LAST_DAY, on_site, days_left)


def test_a_day_on_site_still_to_come_on_the_day_asked_about_has_not_happened() -> None:
    assert read_clock(a_designation(DESIGNATED_ON), [LAST_DAY], date(2015, 2, 27)).state is ClockState.PENDING
    assert read_clock(a_designation(DESIGNATED_ON), [date(2015, 4, 1)], date(2015, 3, 31)).state is ClockState.OVERDUE


def test_the_first_of_several_deployments_stops_the_clock() -> None:
    later, first = date(2015, 3, 20), date(2015, 1, 12)
    assert read_clock(a_designation(DESIGNATED_ON), [later, first], date(2015, 8, 31)).first_day_on_site == first


def test_a_deployment_of_an_earlier_designation_does_not_stop_the_clock_of_a_new_one() -> None:
    before = DESIGNATED_ON - timedelta(days=1)
    assert read_clock(a_designation(DESIGNATED_ON), [before], LAST_DAY).state is ClockState.PENDING


@pytest.mark.parametrize("withdrawn_on", [DESIGNATED_ON, date(2015, 1, 12), LAST_DAY])
def test_withdrawn_before_the_months_ended_and_never_deployed_is_excluded(withdrawn_on: date) -> None:
    reading = read_clock(a_designation(DESIGNATED_ON, withdrawn_on=withdrawn_on), [], date(2015, 8, 31))
    assert (reading.state, reading.days_left) == (ClockState.EXCLUDED, None)
    assert reading.excluded_because is ClockExclusion.WITHDRAWN_BEFORE_THE_CLOCK_ENDED


def test_withdrawn_after_the_months_ended_and_never_deployed_still_counts_against() -> None:
    withdrawn = a_designation(DESIGNATED_ON, withdrawn_on=LAST_DAY + timedelta(days=1))
    assert read_clock(withdrawn, [], date(2015, 8, 31)).state is ClockState.OVERDUE


def test_withdrawn_after_a_deployment_counts_as_deployed() -> None:
    withdrawn = a_designation(DESIGNATED_ON, withdrawn_on=date(2015, 2, 1))
    assert read_clock(withdrawn, [date(2015, 1, 12)], date(2015, 8, 31)).state is ClockState.WITHIN


def test_asked_about_a_day_before_the_withdrawal_it_is_still_pending() -> None:
    withdrawn = a_designation(DESIGNATED_ON, withdrawn_on=date(2015, 2, 1))
    assert read_clock(withdrawn, [], date(2015, 1, 31)).state is ClockState.PENDING
    assert read_clock(withdrawn, [], date(2015, 2, 1)).state is ClockState.EXCLUDED


@pytest.mark.parametrize("on_site", [[], [date(2014, 12, 1)]])
def test_a_renewal_does_not_start_a_clock(on_site: list[date]) -> None:
    reading = read_clock(a_designation(DESIGNATED_ON, renews_designation_id=an_id(7)), on_site, date(2015, 8, 31))
    assert (reading.state, reading.excluded_because) == (ClockState.EXCLUDED, ClockExclusion.RENEWAL)


@pytest.mark.parametrize("kind", [LeaderKind.NLE, LeaderKind.LLE, "ple"])
def test_the_clock_is_for_specialist_leaders_only(kind: str) -> None:
    reading = read_clock(a_designation(DESIGNATED_ON, kind=kind), [], LAST_DAY)
    assert reading.excluded_because is ClockExclusion.NOT_A_SPECIALIST_LEADER


def test_before_the_designation_there_is_no_clock() -> None:
    reading = read_clock(a_designation(DESIGNATED_ON), [], DESIGNATED_ON - timedelta(days=1))
    assert reading.excluded_because is ClockExclusion.NOT_YET_DESIGNATED
