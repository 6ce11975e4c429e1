"""The JSON of leaders' days."""

from datetime import date
from typing import Self
from uuid import UUID

from service_kit.schemas import ResponseBody, example
from sle_broker.designations.half_term import HalfTermName
from sle_broker.designations.schemas import LEADER_EXAMPLE
from sle_broker.leader_days.leader_days import HalfTermDays, LeaderDays

_HALF_TERM = {
    "half_term": "autumn_2",
    "first_day": "2014-11-03",
    "last_day": "2015-01-04",
    "available": 3,
    "held": 1.5,
    "used": 1,
    "free": 1.5,
}


class HalfTermDaysOut(ResponseBody):
    """The days of one half-term. `available` is what the leader has said, null where they have said nothing; `held` are
    the days that can be used in no other half-term; `free` can still be booked to be used within it."""

    model_config = ResponseBody.model_config | example(**_HALF_TERM)

    half_term: HalfTermName
    first_day: date
    last_day: date
    available: float | None
    held: float
    used: float
    free: float

    @classmethod
    def of(cls, days: HalfTermDays) -> Self:
        """A half-term of a leader's year."""
        return cls(
            half_term=days.half_term.name,
            first_day=days.half_term.first_day,
            last_day=days.half_term.last_day,
            available=None if days.said is None else float(days.said),
            held=float(days.held),
            used=float(days.used),
            free=float(days.free),
        )


class LeaderDaysOut(ResponseBody):
    """The days of an academic year, all and by half-term. Days that may be used in several half-terms are held in the
    year and in none of its half-terms. `version` is the leader's."""

    model_config = ResponseBody.model_config | example(
        leader_id=LEADER_EXAMPLE,
        academic_year="2014/15",
        allowance=15,
        held=4.5,
        used=1,
        free=10.5,
        half_terms=[_HALF_TERM],
        version=2,
    )

    leader_id: UUID
    academic_year: str
    allowance: float
    held: float
    used: float
    free: float
    half_terms: list[HalfTermDaysOut]
    version: int

    @classmethod
    def of(cls, leader_id: UUID, academic_year: str, days: LeaderDays, version: int) -> Self:
        """A leader's year."""
        return cls(
            leader_id=leader_id,
            academic_year=academic_year,
            allowance=float(days.allowance),
            held=float(days.held),
            used=float(days.used),
            free=float(days.free),
            half_terms=[HalfTermDaysOut.of(one) for one in days.half_terms],
            version=version,
        )
