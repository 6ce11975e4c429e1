"""A leader as the statements of matching bring them, and the candidate that the rules make of it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sle_broker.deployments.booking import days_left
from sle_broker.deployments.free_days import Span, free_of_year, place_of
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.designation import Designation
from sle_broker.designations.half_term import HalfTermName
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import Location
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase

_NOTHING_SAID: tuple[float | None, ...] = (None,) * len(HalfTermName)


class HeldSpecialism(NamedTuple):
    """A specialism of a leader, known by its code whichever version of it they claimed."""

    id: UUID
    code: str
    claimed_on: date
    validated_on: date | None


class Used(NamedTuple):
    """Days that a visit used, on its day."""

    on: date
    days: float


class Taken(NamedTuple):
    """What a deployment takes of the year of a search, and the visits that have used some of it."""

    starts_on: date
    ends_on: date
    days: float
    visits: tuple[Used, ...] | None

    def spans(self, year: AcademicYear) -> Iterator[Span]:
        """What is used, and what is left to be used, of the year."""
        left = _number(self.days)
        for on, days in self.visits or ():
            used, place = _number(days), place_of(year, on)
            left -= used
            yield Span(place, place, used)
        if left > 0:
            yield Span(place_of(year, self.starts_on), place_of(year, self.ends_on), left)


class Told(NamedTuple):
    """What is known of a leader whatever is searched for. By academic year, `said` has the days offered in each of its
    half-terms, where something is said of one."""

    id: UUID
    name: str
    home_school_urn: str
    travel_limit_km: int | None
    designations: tuple[Designation, ...]
    specialisms: tuple[HeldSpecialism, ...]
    phases: frozenset[Phase]
    conflicts: frozenset[str]
    first_days: tuple[date, ...]
    open_deployments: int
    met: int
    judged: int
    said: dict[int, tuple[float | None, ...]]


class Brought(NamedTuple):
    """What is known of a leader on the day of a search, in one array of JSON: read at once, and by place.

    Days are those of the academic year of the search, of which `taken` has what takes some.
    """

    told: Told
    latitude: float | None
    longitude: float | None
    allowance_days: float
    days_held: float
    taken: tuple[Taken, ...] | None
    is_kept_back: bool
    like_schools: int

    def candidate(self, search: Search) -> Candidate:
        """The leader as the rules look at them."""
        told, allowance_days = self.told, _number(self.allowance_days)
        return Candidate(
            leader_id=told.id,
            home_school_urn=told.home_school_urn,
            home_location=Location.of(self.latitude, self.longitude),
            travel_limit_km=told.travel_limit_km,
            designations=tuple([made.as_of(search.as_of) for made in told.designations]),
            specialisms=tuple(_specialisms(told, search)),
            phases=told.phases,
            allowance_days=allowance_days,
            days_left=days_left(allowance_days, _number(self.days_held)),
            free_days=self._free_days(allowance_days, search),
            is_released=not self.is_kept_back,
            conflicts=told.conflicts,
            first_days_on_site=told.first_days,
            open_deployments=told.open_deployments,
            like_schools_helped=self.like_schools,
            objectives_met=told.met,
            objectives_judged=told.judged,
        )

    def _free_days(self, allowance_days: Decimal, search: Search) -> Decimal:
        if not search.half_terms:
            return Decimal(0)
        days_said = self.told.said.get(search.year.starting, _NOTHING_SAID)
        said = [None if days is None else _number(days) for days in days_said]
        taken = [span for taken in self.taken or () for span in taken.spans(search.year)]
        return free_of_year(allowance_days, said, taken, search.half_terms)


def _specialisms(told: Told, search: Search) -> Iterator[LeaderSpecialism]:
    """Those asked for, each as the search has it."""
    for id, code, claimed_on, validated_on in told.specialisms:
        area = search.areas_by_code.get(code)
        then = area and LeaderSpecialism(id, told.id, area, claimed_on, validated_on).as_of(search.as_of)
        if then:
            yield then


@lru_cache
def _number(written: float) -> Decimal:
    """Days as they were written: a few numbers of whole and half ones, over and over."""
    return Decimal(str(written))
