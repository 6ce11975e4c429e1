"""The deployment clock: a specialist leader is to be on site within three calendar months of designation."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sle_broker.designations.designation import Designation, LeaderKind

MONTHS_ALLOWED = 3


class ClockState(StrEnum):
    """Where a designation stands on the day that is asked about.

    `within` counts in numerator and denominator; `late` and `overdue` (the months are over, and the leader has not been
    deployed) in the denominator; `pending` and `excluded` in neither, and both are listed.
    """

    WITHIN = "within"
    LATE = "late"
    PENDING = "pending"
    OVERDUE = "overdue"
    EXCLUDED = "excluded"


class ClockExclusion(StrEnum):
    """Why a designation has no clock to meet."""

    NOT_A_SPECIALIST_LEADER = "not_a_specialist_leader"
    RENEWAL = "renewal"
    NOT_YET_DESIGNATED = "not_yet_designated"
    WITHDRAWN_BEFORE_THE_CLOCK_ENDED = "withdrawn_before_the_clock_ended"


class ClockReading(NamedTuple):
    """One designation's clock, read on a day.

    `last_day` is the last day that still counts as within. `days_left` are calendar days from the day of reading, or
    from the first day on site once there is one, to `last_day`: 0 on the last day itself, negative by as many days as
    the clock was missed, None where the designation is excluded.
    """

    designation_id: UUID
    state: ClockState
    last_day: date
    first_day_on_site: date | None = None
    days_left: int | None = None
    excluded_because: ClockExclusion | None = None


@lru_cache(maxsize=1_024)
def last_day_within(designated_on: date) -> date:
    """The same day three calendar months on, or that month's last day where it is shorter; that day still counts.

    30 November gives 28 or 29 February, 31 January gives 30 April. Source: KPI B8b.
    """
    years, month = divmod(designated_on.month - 1 + MONTHS_ALLOWED, 12)
    year = designated_on.year + years
    return date(year, month + 1, min(designated_on.day, monthrange(year, month + 1)[1]))


def read_clock(designation: Designation, first_days_on_site: Iterable[date], as_of: date) -> ClockReading:
    """What was true of one designation's clock at the end of `as_of`. Source: KPI B8b.

    - `first_days_on_site` has the first day on site of each of the leader's commissions. An extension or a follow-on is
      not a commission; an agreed date is not a day on site.
    - The clock stops on the first of those days on which the designation was in force, so that a leader designated
      afresh, years after a withdrawal, is not deployed by what they did before.
    - On the last day itself a leader who has not been deployed is still pending: the day is not over.
    - Withdrawn on or before the last day and never deployed is excluded. A renewal does not start a clock.
    - What happened after `as_of` is not looked at, so asking again for a past day gives the same answer.
    """
    last_day = last_day_within(designation.designated_on)
    on_site = min((day for day in first_days_on_site if day <= as_of and designation.is_in_force(day)), default=None)
    exclusion = _exclusion(designation, last_day, on_site, as_of)
    if exclusion is not None:
        return ClockReading(designation.id, ClockState.EXCLUDED, last_day, excluded_because=exclusion)
    if on_site is not None:
        state = ClockState.WITHIN if on_site <= last_day else ClockState.LATE
    else:
        state = ClockState.PENDING if as_of <= last_day else ClockState.OVERDUE
    return ClockReading(designation.id, state, last_day, on_site, (last_day - (on_site or as_of)).days)


def _exclusion(designation: Designation, last_day: date, on_site: date | None, as_of: date) -> ClockExclusion | None:
    if designation.kind != LeaderKind.SLE:
        return ClockExclusion.NOT_A_SPECIALIST_LEADER
    if designation.renews_designation_id is not None:
        return ClockExclusion.RENEWAL
    if as_of < designation.designated_on:
        return ClockExclusion.NOT_YET_DESIGNATED
    withdrawn_on = designation.withdrawn_on
    if on_site is None and withdrawn_on is not None and withdrawn_on <= min(as_of, last_day):
        return ClockExclusion.WITHDRAWN_BEFORE_THE_CLOCK_ENDED
    return None
