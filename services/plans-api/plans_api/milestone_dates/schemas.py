"""The JSON of dates that change, of their history, and of term calendars."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from plans_api.milestone_dates.date_change import ChangeReason
from plans_api.plans.milestone_date import DateKind
from plans_api.plans.schemas import MilestoneDateOut
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, Text, example

_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_PLAN = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6074"
_ACTION_POINT = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6076"
_DATE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6078"
_SPRING = {"text": "Spring term", "kind": "term", "earliest": "2015-01-05", "latest": "2015-03-27", "inferred": True}
_EASTER = {"text": "Easter 2015", "kind": "festival", "earliest": "2015-04-03", "latest": "2015-04-06"}
_WAITS = {"waits_for": None}
_HALF_TERMS = [
    {"from_on": "2014-09-03", "to_on": "2014-10-24"},
    {"from_on": "2014-11-03", "to_on": "2014-12-19"},
    {"from_on": "2015-01-05", "to_on": "2015-02-13"},
    {"from_on": "2015-02-23", "to_on": "2015-03-27"},
    {"from_on": "2015-04-13", "to_on": "2015-05-22"},
    {"from_on": "2015-06-01", "to_on": "2015-07-22"},
]

# The house records the other reasons itself.
PeoplesReason = Literal[
    ChangeReason.SLIPPED,
    ChangeReason.BROUGHT_FORWARD,
    ChangeReason.CONFIRMED,
    ChangeReason.REPLANNED,
    ChangeReason.WRITTEN_WRONGLY,
]
WrittenYear = Annotated[str, Field(pattern=r"^(19|20)\d\d/\d\d$", description="An academic year, written `2014/15`.")]


class DateChangeIn(RequestBody):
    """A milestone's date says something else from now on."""

    model_config = RequestBody.model_config | example(
        text="Easter 2015", reason="slipped", note="The venue is not free before the holiday."
    )

    text: Annotated[ShortText, Field(description="The date in words, as a plan writes it.")]
    reason: PeoplesReason
    note: Text | None = None


class DateValueOut(MilestoneDateOut):
    """A date of an action point."""

    model_config = ResponseBody.model_config | example(
        id=_DATE,
        action_point_id=_ACTION_POINT,
        alliance_id=_ALLIANCE,
        position=1,
        outside_year=False,
        version=1,
        **_SPRING,
        **_WAITS,
    )

    action_point_id: UUID
    alliance_id: UUID


class KeptDateOut(ResponseBody):
    """A date as it was or as it became: its words, and the first and last day they could mean then."""

    text: str
    kind: DateKind
    earliest: date | None
    latest: date | None
    inferred: bool
    waits_for: str | None


class DateChangeOut(ResponseBody):
    """One change of one date. `before` is null where the date is new, `after` where it is gone."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6079",
        alliance_id=_ALLIANCE,
        plan_id=_PLAN,
        action_point_id=_ACTION_POINT,
        date_value_id=_DATE,
        milestone_id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6077",
        position=1,
        before=_SPRING | _WAITS,
        after=_EASTER | {"inferred": False} | _WAITS,
        reason="slipped",
        note="The venue is not free before the holiday.",
        changed_at="2015-02-03T10:15:00Z",
        changed_by="harbour-lights-lead",
    )

    id: UUID
    alliance_id: UUID
    plan_id: UUID
    action_point_id: UUID
    date_value_id: UUID
    milestone_id: Annotated[UUID | None, Field(description="The milestone whose own date it was, where certain.")]
    position: int
    before: KeptDateOut | None
    after: KeptDateOut | None
    reason: ChangeReason
    note: str | None
    changed_at: datetime
    changed_by: str


class HalfTermIn(RequestBody):
    """The first and the last school day of a half-term."""

    from_on: Day
    to_on: Day


class HalfTermOut(ResponseBody):
    """The first and the last school day of a half-term."""

    from_on: date
    to_on: date


def _in_pairs(days: Sequence[date]) -> list[HalfTermOut]:
    return [HalfTermOut(from_on=first, to_on=last) for first, last in zip(days[::2], days[1::2], strict=True)]


HalfTerms = Annotated[list[HalfTermOut], Field(validation_alias="days"), BeforeValidator(_in_pairs)]


class TermCalendarChangeIn(RequestBody):
    """When the six half-terms of the year begin and end, autumn 1 to summer 2."""

    model_config = RequestBody.model_config | example(half_terms=_HALF_TERMS)

    half_terms: Annotated[list[HalfTermIn], Field(min_length=6, max_length=6)]

    @property
    def days(self) -> tuple[date, ...]:
        """The first and the last day of each half-term, in order."""
        return tuple(chain.from_iterable((half.from_on, half.to_on) for half in self.half_terms))


class TermCalendarIn(TermCalendarChangeIn):
    """An alliance's term dates of an academic year."""

    model_config = RequestBody.model_config | example(
        alliance_id=_ALLIANCE, academic_year="2014/15", half_terms=_HALF_TERMS
    )

    alliance_id: UUID
    academic_year: WrittenYear


class TermDatesOut(ResponseBody):
    """The term dates that hold in an alliance in a year; `are_given` is false where they are the usual English ones."""

    model_config = ResponseBody.model_config | example(
        alliance_id=_ALLIANCE, academic_year="2014/15", are_given=True, half_terms=_HALF_TERMS
    )

    alliance_id: UUID
    academic_year: str
    are_given: bool
    half_terms: HalfTerms


class TermCalendarOut(ResponseBody):
    """The term dates that an alliance has given for a year."""

    model_config = ResponseBody.model_config | example(
        id="0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f607a",
        alliance_id=_ALLIANCE,
        academic_year="2014/15",
        half_terms=_HALF_TERMS,
        version=1,
    )

    id: UUID
    alliance_id: UUID
    academic_year: str
    half_terms: HalfTerms
    version: int
