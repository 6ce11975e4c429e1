from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans_api.milestone_dates.date_change import (
    ChangeReason,
    DateNotRead,
    DateUnchanged,
    ReasonDoesNotFit,
    changed_date,
    earlier_dates,
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
def test_a_date_that_is_written_anew_is_the_one_with_its_words_wherever_it_stands(
    before: list[MilestoneDate], after: list[MilestoneDate]
) -> None:
    told = earlier_dates(before, after)
    known = [was for was in told if was is not None]
    assert len(set(known)) == len(known)
    in_same_words = sum(was is not None and before[was] == value for value, was in zip(after, told, strict=True))
    assert in_same_words == (Counter(before) & Counter(after)).total()


def test_a_date_in_other_words_is_the_one_at_its_place() -> None:
    before = [dated("October 2014"), dated("Easter 2015"), dated("TBC")]
    assert earlier_dates(before, [dated("Easter 2015"), dated("July 2015"), dated("TBC")]) == [1, None, 2]
    assert earlier_dates(before, [dated("October 2014"), dated("July 2015"), dated("TBC")]) == [0, 1, 2]
    assert earlier_dates(before, [dated("TBC")]) == [2]
