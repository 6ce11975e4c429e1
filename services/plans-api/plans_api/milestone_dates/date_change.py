"""A milestone's date gives way to another: what it was, what it is, and why are kept for good."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plans_api.plans.academic_year import AcademicYear
from plans_api.plans.milestone_date import DateKind, MilestoneDate, read_milestone_dates
from plans_api.plans.milestone_identity import in_same_words
from plans_api.plans.term_calendar import TermCalendar
from service_kit.errors import RuleBroken


class DateNotRead(RuleBroken):
    """A new date is written so that it can be read; the words of an old one may be anything."""


class DateUnchanged(RuleBroken):
    """A change of a date says another date."""


class ReasonDoesNotFit(RuleBroken):
    """What slipped is later than before, what was brought forward is earlier, what is confirmed was to be confirmed."""


class ChangeReason(StrEnum):
    """Why a date changed.

    The last three are for the house itself to record: a finding about the date was settled, a corrected document came
    in, or the alliance gave other days for its terms.
    """

    SLIPPED = "slipped"
    BROUGHT_FORWARD = "brought_forward"
    CONFIRMED = "confirmed"
    REPLANNED = "replanned"
    WRITTEN_WRONGLY = "written_wrongly"
    FINDING_SETTLED = "finding_settled"
    DOCUMENT_CORRECTED = "document_corrected"
    TERM_DATES_CHANGED = "term_dates_changed"


@dataclass(frozen=True)
class DateChange:
    """One date of an action point (`position` from 1) before and after; None where there was or is no such date."""

    position: int
    before: MilestoneDate | None
    after: MilestoneDate | None


def changed_date(
    before: MilestoneDate, text: str, reason: ChangeReason, year: AcademicYear, calendar: TermCalendar
) -> MilestoneDate:
    """The date that `text` says instead of `before`, in a plan for `year`.

    Raises `DateNotRead`, `DateUnchanged`, `ReasonDoesNotFit`. Where a date has no days, only `confirmed` is held
    against it.
    """
    after = read_new_date(text, year, calendar)
    if after == before:
        raise DateUnchanged(f"The date says “{before.text}” already.")
    if reason is ChangeReason.CONFIRMED and before.kind is not DateKind.TBC:
        raise ReasonDoesNotFit(f"“{before.text}” was not to be confirmed: give another reason.")
    if before.latest and after.latest:
        if reason is ChangeReason.SLIPPED and after.latest <= before.latest:
            raise ReasonDoesNotFit(f"“{after.text}” is not later than “{before.text}”: it has not slipped.")
        if reason is ChangeReason.BROUGHT_FORWARD and after.latest >= before.latest:
            raise ReasonDoesNotFit(f"“{after.text}” is not earlier than “{before.text}”: it is not brought forward.")
    return after


def read_new_date(text: str, year: AcademicYear, calendar: TermCalendar) -> MilestoneDate:
    """The one date that `text` writes. Raises `DateNotRead`, which says how dates are written."""
    values = read_new_dates(text, year, calendar)
    if len(values) != 1:
        raise DateNotRead(f"“{text}” is {len(values)} dates. Give one.")
    return values[0]


def read_new_dates(text: str, year: AcademicYear, calendar: TermCalendar) -> tuple[MilestoneDate, ...]:
    """The dates that `text` writes, one or more. Raises `DateNotRead`, which says how dates are written."""
    values = read_milestone_dates(text, year, calendar)
    if not all(character.isprintable() or character == "\n" for character in text):
        raise DateNotRead("The date holds a character that no text has: take it out.")
    if not values or any(value.kind is DateKind.UNREAD for value in values):
        raise DateNotRead(
            f"“{text}” is not read as a date. Write it as 14 October 2014, October 2014, May/June 2015, Spring term, "
            "Spring 2, Easter 2015, 2014/15, On-going, or TBC (awaiting …)."
        )
    return values


def earlier_dates(
    before: Sequence[MilestoneDate], after: Sequence[MilestoneDate], once_said: Sequence[Collection[str]] = ()
) -> list[int | None]:
    """For each date of an action point that is written anew, which of the earlier ones, counted from 0, it is: the one
    with the same words, else the one that `once_said` them before it was changed, else the one that stood at its place
    and stands nowhere else; none where it is new."""
    same_as = in_same_words([value.text for value in before], [value.text for value in after])
    for position, value in enumerate(after):
        said_it = (was for was, words in enumerate(once_said) if value.text in words and was not in same_as.values())
        if position not in same_as and (was := next(said_it, None)) is not None:
            same_as[position] = was
    kept = set(same_as.values())
    return [
        same_as.get(position, position if position < len(before) and position not in kept else None)
        for position in range(len(after))
    ]
