"""What matching looks at: what is searched for, and one leader as they stand on the day of the search."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, Self
from uuid import UUID

from service_kit.errors import RuleBroken
from sle_broker.deployments.free_days import places_of
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.days import refuse_unless_in_halves
from sle_broker.designations.designation import Designation
from sle_broker.matching.distance import Location, whole_km_between
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism
from sle_broker.support_requests.line import LinePeople
from sle_broker.support_requests.support_request import SupportRequest, Window


class LineNotForLeaders(RuleBroken):
    """A shortlist is for a line of the request in which leaders are wanted."""


class Candidate(NamedTuple):
    """One leader, with every fact that can block them or count for them, as known at the end of the day of the search.

    `days_left` of `allowance_days` are those of the academic year of the search's first day; `free_days` of them can be
    used within the window, by what the leader has said of its half-terms. `is_released` is False
    where the home school has said that it cannot spare them on any day of the window. `conflicts` are the URNs of
    schools with which a conflict of interest is declared. `first_days_on_site` has one date for each commission
    that has begun, `open_deployments` counts those proposed and not yet ended. `like_schools_helped` counts the schools
    of the host's phase and kind that they have helped before; `objectives_met` of `objectives_judged` are those of
    evaluated deployments.
    """

    leader_id: UUID
    home_school_urn: str
    home_location: Location | None
    travel_limit_km: int | None
    designations: tuple[Designation, ...]
    specialisms: tuple[LeaderSpecialism, ...]
    phases: frozenset[Phase]
    allowance_days: Decimal
    days_left: Decimal
    free_days: Decimal
    is_released: bool = True
    conflicts: frozenset[str] = frozenset()
    first_days_on_site: tuple[date, ...] = ()
    open_deployments: int = 0
    like_schools_helped: int = 0
    objectives_met: int = 0
    objectives_judged: int = 0


@dataclass(frozen=True)
class Search:
    """What is searched for on `as_of`: what one line of a request asks of each leader.

    `host_location` is None where it is not recorded, `leader_kind` where any kind of leader will do. `travel_km_more`
    is how much further than they have said leaders would travel, where a broker wonders about that.
    """

    request_id: UUID
    line_number: int
    host_school_urn: str
    host_location: Location | None
    leader_kind: str | None
    areas: tuple[Specialism, ...]
    phase: Phase
    days_wanted: Decimal
    window: Window
    as_of: date
    travel_km_more: int = 0

    @classmethod
    def of(cls, request: SupportRequest, host_location: Location | None, as_of: date, line_number: int = 1) -> Self:
        """The search for one line of a request as it stands. Raises `LineNotForLeaders`."""
        line = next((line for line in request.lines if line.number == line_number), None)
        if line is None or line.people is not LinePeople.LEADERS:
            for_leaders = ", ".join(str(line.number) for line in request.lines if line.people is LinePeople.LEADERS)
            raise LineNotForLeaders(f"Leaders are wanted in these lines of the request: {for_leaders}.")
        return cls(
            request_id=request.id,
            line_number=line_number,
            host_school_urn=request.host_school_urn,
            host_location=host_location,
            leader_kind=line.leader_kind,
            areas=line.areas,
            phase=request.phase,
            days_wanted=line.days_wanted,
            window=request.window,
            as_of=as_of,
        )

    @cached_property
    def first_day(self) -> date:
        """The first day on which help could begin: the earliest start, or today where that has passed."""
        return max(self.window.earliest_start_on, self.as_of)

    @cached_property
    def rest_of_window(self) -> Window | None:
        """The days of the window that have not passed; None where all have."""
        if self.window.latest_finish_on < self.first_day:
            return None
        return Window(self.first_day, self.window.latest_finish_on)

    @cached_property
    def year(self) -> AcademicYear:
        """The academic year of the first day."""
        return academic_year_of(self.first_day)

    @cached_property
    def half_terms(self) -> range:
        """At which places of the year the half-terms stand that have days of the rest of the window, up to its end."""
        return range(0) if self.rest_of_window is None else places_of(self.rest_of_window)

    @cached_property
    def areas_by_code(self) -> Mapping[str, Specialism]:
        """The specialisms asked for."""
        return {area.code: area for area in self.areas}

    def whole_km_to(self, candidate: Candidate) -> int | None:
        """From home school to host school; None where either location is not recorded."""
        if self.host_location is None or candidate.home_location is None:
            return None
        return whole_km_between(candidate.home_location, self.host_location)

    def held_by(self, candidate: Candidate) -> dict[str, LeaderSpecialism]:
        """The specialisms asked for that the leader holds, by code; where one is held twice, as validated first."""
        held: dict[str, LeaderSpecialism] = {}
        for specialism in sorted(candidate.specialisms, key=_validated_first):
            if specialism.specialism.code in self.areas_by_code:
                held.setdefault(specialism.specialism.code, specialism)
        return held


def _validated_first(specialism: LeaderSpecialism) -> tuple[bool, date]:
    return specialism.validated_on is None, specialism.validated_on or specialism.claimed_on


@dataclass(frozen=True)
class WhatIf:
    """What a broker wonders about: the same request with another window, other days, or leaders who travel further.
    None: as the request has it."""

    earliest_start_on: date | None = None
    latest_finish_on: date | None = None
    days_wanted: Decimal | None = None
    travel_km_more: int = 0

    def of(self, search: Search) -> Search:
        """The search as it would be. Raises `DatesOutOfOrder`, `DaysNotInHalves`."""
        days_wanted = search.days_wanted if self.days_wanted is None else self.days_wanted
        refuse_unless_in_halves(days_wanted)
        window = Window(
            self.earliest_start_on or search.window.earliest_start_on,
            self.latest_finish_on or search.window.latest_finish_on,
        )
        return replace(search, window=window, days_wanted=days_wanted, travel_km_more=self.travel_km_more)
