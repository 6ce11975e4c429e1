"""What is late, what is due soon and what is due for review, on any day: read off a date's own words."""

from datetime import date, timedelta
from enum import StrEnum

from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.milestone_date import DateKind, MilestoneDate
from plans_api.plans.term_calendar import Span, TermCalendar


class Due(StrEnum):
    """Why a date asks for attention on a day."""

    OVERDUE = "overdue"
    DUE_WITHIN = "due_within"
    FOR_REVIEW = "for_review"


def is_overdue(value: MilestoneDate, today: date) -> bool:
    """Whether the last day the words can mean has passed. `ongoing`, `tbc` and `unread` have no days and are never
    overdue."""
    return value.latest is not None and value.latest < today


def is_due_within(value: MilestoneDate, days: int, today: date) -> bool:
    """Whether the last day the words can mean is today or one of the next `days` days. What is overdue is not due."""
    return value.latest is not None and timedelta(0) <= value.latest - today <= timedelta(days=days)


def is_due_for_review(value: MilestoneDate, reviewed_on: date | None, today: date, calendar: TermCalendar) -> bool:
    """Whether something `ongoing` has not been looked at since the present half-term began.

    A holiday belongs to the half-term before it. `reviewed_on` is the day of the last review, None where there was
    none. Dates of every other kind have a day of their own, or wait for one, and are never due for review.
    """
    if value.kind is not DateKind.ONGOING:
        return False
    return reviewed_on is None or reviewed_on < present_half_term(today, calendar).earliest


def present_half_term(today: date, calendar: TermCalendar) -> Span:
    """The half-term that `today` falls in; in a holiday, the one that has just ended."""
    year = AcademicYear.having(today.month, today.year)
    spans = (*calendar.of(AcademicYear(year.first_year - 1)).half_terms, *calendar.of(year).half_terms)
    return next(span for span in reversed(spans) if span.earliest <= today)
