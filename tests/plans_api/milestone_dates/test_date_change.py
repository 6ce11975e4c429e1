import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.milestone_dates.date_change import (
    ChangeReason,
    DateNotRead,
    DateUnchanged,
    ReasonDoesNotFit,
    changed_date,
    changes_between,
)
from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.milestone_date import MilestoneDate, read_milestone_date
from plans_api.plans.term_calendar import ENGLISH_TERMS
from service_kit.errors import RuleBroken

PLAN_YEAR = AcademicYear(2014)


def dated(text: str) -> MilestoneDate:
    return read_milestone_date(text, PLAN_YEAR, ENGLISH_TERMS)


def change(before: str, after: str, reason: ChangeReason) -> MilestoneDate:
    return changed_date(dated(before), after, reason, PLAN_YEAR, ENGLISH_TERMS)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("October 2014", "Easter 2015", ChangeReason.SLIPPED),
        ("May/June 2015", "May 2015", ChangeReason.BROUGHT_FORWARD),
        ("TBC", "14 October 2014", ChangeReason.CONFIRMED),
        ("On-going", "July 2015", ChangeReason.REPLANNED),
        ("November 2015", "November 2014", ChangeReason.WRITTEN_WRONGLY),
    ],
)
def test_a_date_changes_for_a_reason_that_fits(before: str, after: str, reason: ChangeReason) -> None:
    assert change(before, after, reason) == dated(after)


@pytest.mark.parametrize(
    ("before", "after", "reason", "refusal"),
    [
        ("Easter 2015", "October 2014", ChangeReason.SLIPPED, ReasonDoesNotFit),
        ("October 2014", "Easter 2015", ChangeReason.BROUGHT_FORWARD, ReasonDoesNotFit),
        ("October 2014", "Easter 2015", ChangeReason.CONFIRMED, ReasonDoesNotFit),
        ("October 2014", "October 2014", ChangeReason.REPLANNED, DateUnchanged),
        ("October 2014", "by October", ChangeReason.REPLANNED, DateNotRead),
        ("October 2014", "May 2015 June 2015", ChangeReason.REPLANNED, DateNotRead),
        ("October 2014", "31 February 2015", ChangeReason.SLIPPED, DateNotRead),
        ("October 2014", "TBC (awaiting a\x01hall)", ChangeReason.REPLANNED, DateNotRead),
    ],
)
def test_a_change_that_says_too_little_is_refused(
    before: str, after: str, reason: ChangeReason, refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        change(before, after, reason)


_dates = st.lists(st.sampled_from(["October 2014", "Easter 2015", "On-going", "TBC"]).map(dated), max_size=4)


@given(before=_dates, after=_dates)
def test_changes_say_position_by_position_what_was_and_what_is(
    before: list[MilestoneDate], after: list[MilestoneDate]
) -> None:
    dates = dict(enumerate(before, start=1))
    for each in changes_between(before, after):
        assert dates.pop(each.position, None) == each.before
        if each.after is not None:
            dates[each.position] = each.after
    assert [dates[position] for position in sorted(dates)] == after
