"""Red, amber and green: what the rule says, in its own words."""

from datetime import date
from uuid import uuid4

import pytest

from plans_api.monitoring.coverage import CoveredAction, coverage_of
from plans_api.monitoring.rag import (
    DatedAs,
    Judged,
    MilestoneProgress,
    MilestoneStatus,
    Rag,
    judge,
    worst,
)
from plans_api.plans.milestone_date import DateKind

OCTOBER = DatedAs(DateKind.MONTH, date(2014, 10, 1), date(2014, 10, 31))
SPRING = DatedAs(DateKind.TERM, date(2015, 1, 1), date(2015, 4, 2))
ONGOING, TBC = DatedAs(DateKind.ONGOING, None, None), DatedAs(DateKind.TBC, None, None)
NOT_STARTED, UNDER_WAY = MilestoneStatus.NOT_STARTED, MilestoneStatus.UNDER_WAY


def said(today: date, status: MilestoneStatus, *dates: DatedAs) -> Rag:
    return judge(MilestoneProgress(uuid4(), 1, "Hold an open day", status, None, dates), today).rag


@pytest.mark.parametrize("status", [NOT_STARTED, UNDER_WAY])
def test_a_milestone_is_late_the_day_after_the_last_day_its_date_can_mean(status: MilestoneStatus) -> None:
    assert said(date(2014, 11, 1), status, OCTOBER) is Rag.RED
    assert said(date(2014, 10, 31), status, OCTOBER) is not Rag.RED


def test_what_is_done_or_dropped_is_never_late_and_what_is_missed_always_is() -> None:
    after = date(2015, 6, 1)
    assert said(after, MilestoneStatus.DONE, OCTOBER) is Rag.GREEN
    assert said(after, MilestoneStatus.DROPPED, OCTOBER) is Rag.GREEN
    assert said(date(2014, 9, 1), MilestoneStatus.MISSED, OCTOBER) is Rag.RED


def test_what_is_not_started_is_amber_once_its_date_has_begun_or_ends_within_28_days() -> None:
    assert said(date(2014, 9, 2), NOT_STARTED, OCTOBER) is Rag.GREEN
    assert said(date(2014, 10, 3), NOT_STARTED, OCTOBER) is Rag.AMBER
    assert said(date(2015, 1, 1), NOT_STARTED, SPRING) is Rag.AMBER
    day = DatedAs(DateKind.DAY, date(2014, 10, 31), date(2014, 10, 31))
    assert [said(on, NOT_STARTED, day) for on in (date(2014, 10, 2), date(2014, 10, 3))] == [Rag.GREEN, Rag.AMBER]


def test_what_is_ongoing_is_never_late_and_amber_until_it_is_begun() -> None:
    assert said(date(2016, 1, 1), NOT_STARTED, ONGOING) is Rag.AMBER
    assert said(date(2016, 1, 1), UNDER_WAY, ONGOING) is Rag.GREEN


def test_what_has_no_date_to_hold_it_to_is_amber_and_never_red() -> None:
    for dates in ((), (TBC,), (OCTOBER, TBC)):
        assert said(date(2016, 1, 1), NOT_STARTED, *dates) is Rag.AMBER


def test_a_milestone_held_to_several_dates_is_late_only_after_the_last_of_them() -> None:
    assert said(date(2015, 2, 1), UNDER_WAY, OCTOBER, SPRING) is Rag.GREEN
    assert said(date(2015, 4, 3), UNDER_WAY, OCTOBER, SPRING) is Rag.RED


def test_an_action_point_is_as_its_worst_milestone() -> None:
    def judged(rag: Rag) -> Judged:
        return Judged(uuid4(), 1, "", NOT_STARTED, None, rag, "")

    assert worst([judged(Rag.GREEN), judged(Rag.RED), judged(Rag.AMBER)]) is Rag.RED
    assert worst([judged(Rag.GREEN), judged(Rag.AMBER)]) is Rag.AMBER
    assert worst([]) is Rag.GREEN


def test_coverage_lists_what_is_missing() -> None:
    full, empty = uuid4(), uuid4()
    one = CoveredAction(uuid4(), "One", ("3", "3", "9"), False, ("R Example", "R Example"))
    two, three = (CoveredAction(uuid4(), "Two", (), says, ("R Example",)) for says in (False, True))
    found = coverage_of([one, two, three], {full: 3, empty: 0}, "A", fewest_actions=1, most_actions=2)
    assert found.thin_kpis == {"1": 0, "2": 0, "4": 0, "5": 0, "6": 0}
    assert found.unknown_kpis == ("9",)
    assert (found.actions_without_kpi, found.actions_that_say_none) == ((two.id,), (three.id,))
    assert found.overloaded_leads == {"R Example": 3}
    assert found.empty_sections == (empty,)


def test_of_a_set_that_is_not_known_only_the_named_kpis_are() -> None:
    one = CoveredAction(uuid4(), "One", ("x1",), False, ())
    found = coverage_of([one], {}, "C", fewest_actions=2, most_actions=5)
    assert (found.thin_kpis, found.unknown_kpis) == ({"x1": 1}, ())
