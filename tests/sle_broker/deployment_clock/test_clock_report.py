"""How an alliance's designations count together, and who is going to miss the clock. Source: KPI B8b."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from sle_broker.deployment_clock.clock_report import ClockReport, will_miss
from sle_broker.deployment_clock.fit import Fit, best_first, fit
from sle_broker.designations.clock import ClockExclusion, ClockReading, ClockState, read_clock
from sle_broker.matching_weights.weights import DEFAULT_WEIGHTS
from tests.sle_broker.builders import MATHEMATICS, PHONICS, a_candidate, a_designation, a_search, an_id


def reading(designated_on: date, as_of: date, *on_site: date, **changes: Any) -> ClockReading:
    return read_clock(a_designation(designated_on, **changes).as_of(as_of), on_site, as_of)


@pytest.mark.parametrize(
    ("designated_on", "last_day"),
    [
        (date(2014, 11, 30), date(2015, 2, 28)),
        (date(2015, 11, 30), date(2016, 2, 29)),
        (date(2015, 11, 29), date(2016, 2, 29)),
        (date(2016, 2, 29), date(2016, 5, 29)),
        (date(2015, 1, 31), date(2015, 4, 30)),
        (date(2015, 5, 31), date(2015, 8, 31)),
    ],
)
def test_up_to_and_on_the_last_day_a_leader_counts_as_within_and_a_day_later_as_late(
    designated_on: date, last_day: date
) -> None:
    later = last_day + timedelta(days=1)
    cases = {
        (last_day, last_day): ClockState.WITHIN,
        (later, later): ClockState.LATE,
        (last_day, None): ClockState.PENDING,
        (later, None): ClockState.OVERDUE,
    }
    for (as_of, on_site), state in cases.items():
        report = ClockReport.of([reading(designated_on, as_of, *([on_site] if on_site else []))])
        assert report.states == {state: 1}
        counts = state in (ClockState.WITHIN, ClockState.LATE, ClockState.OVERDUE)
        assert (report.numerator, report.denominator) == (int(state is ClockState.WITHIN), int(counts))


def test_withdrawn_on_the_last_day_is_excluded_and_a_day_later_counts_against() -> None:
    on, as_of = date(2014, 11, 30), date(2015, 8, 31)
    last_day = date(2015, 2, 28)
    withdrawn = [reading(on, as_of, withdrawn_on=last_day), reading(on, as_of, withdrawn_on=last_day + timedelta(1))]
    report = ClockReport.of(withdrawn)
    assert report.exclusions == {ClockExclusion.WITHDRAWN_BEFORE_THE_CLOCK_ENDED: 1}
    assert (report.numerator, report.denominator, report.is_met) == (0, 1, False)


def test_a_renewal_and_what_is_pending_stand_outside_the_rate() -> None:
    as_of = date(2015, 1, 31)
    report = ClockReport.of(
        [
            reading(date(2014, 9, 1), as_of, date(2014, 10, 1)),
            reading(date(2014, 9, 1), as_of),
            reading(date(2015, 1, 1), as_of),
            reading(date(2014, 9, 1), as_of, renews_designation_id=an_id(8)),
        ]
    )
    assert report.states == {state: 1 for state in ClockState if state is not ClockState.LATE}
    assert (report.rate, report.is_met) == (Fraction(1, 2), True)


def test_where_nobody_counts_yet_there_is_no_rate() -> None:
    report = ClockReport.of([reading(date(2015, 1, 1), date(2015, 1, 1))])
    assert (report.rate, report.is_met) == (None, None)


@pytest.mark.parametrize(
    ("planned", "as_of", "misses"),
    [
        (None, date(2015, 1, 12), True),
        (date(2015, 2, 3), date(2015, 1, 12), False),
        (date(2015, 2, 4), date(2015, 1, 12), True),
        (date(2015, 1, 5), date(2015, 2, 3), False),
    ],
)
def test_who_has_nothing_that_begins_by_the_last_day_will_miss_it(
    planned: date | None, as_of: date, misses: bool
) -> None:
    assert will_miss(reading(date(2014, 11, 3), as_of), planned, as_of) is misses


def test_a_line_fits_where_the_rules_allow_it_and_it_begins_in_time() -> None:
    search, last_day = a_search(date(2015, 1, 12)), date(2015, 2, 3)
    found = fit(a_candidate(), search, last_day, DEFAULT_WEIGHTS)
    assert found is not None
    assert found.total == sum(part.points for part in found.parts)
    assert fit(a_candidate(), search, date(2015, 1, 12), DEFAULT_WEIGHTS) is not None
    assert fit(a_candidate(), search, date(2015, 1, 11), DEFAULT_WEIGHTS) is None
    assert fit(a_candidate(), a_search(areas=(MATHEMATICS,)), last_day, DEFAULT_WEIGHTS) is None


def test_the_best_line_comes_first_and_equal_ones_go_by_request() -> None:
    def of(number: int, **asked: Any) -> Fit:
        found = fit(a_candidate(), a_search(id=an_id(number), **asked), date(2015, 2, 3), DEFAULT_WEIGHTS)
        assert found is not None
        return found

    half = of(1, areas=(PHONICS, MATHEMATICS))
    assert best_first([half, of(3), of(2)]) == [of(2), of(3), half]
