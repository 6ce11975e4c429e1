"""What a round looks at: every leader who could be lent, and every line of a request that still wants somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Self
from uuid import UUID

from sle_broker.availability.availability import Availability
from sle_broker.deployments.booking import days_left
from sle_broker.deployments.free_days import HeldDays, free_days
from sle_broker.designations.academic_year import academic_year_of
from sle_broker.designations.designation import Designation
from sle_broker.designations.half_term import HalfTerm
from sle_broker.designations.leader import Leader
from sle_broker.lending.agreement import LendingAgreement
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.distance import Location
from sle_broker.matching_weights.weights import Weights
from sle_broker.specialisms.specialism import LeaderSpecialism
from sle_broker.support_requests.support_request import Window

SchoolKind = tuple[str, str]
"""A school's phase and type: schools of one kind are alike."""


@dataclass(frozen=True)
class LeaderOnOffer:
    """One leader as they stood at the end of the day of the round, whatever they might be asked for.

    `taken` is what deployments hold of them, by the calendar year in which the academic year starts, and `allowances`
    are those agreed for one year alone. `said` are the days that they have said of half-terms. `schools_helped` counts
    the schools of each kind that they have helped. The rest is as `Candidate` has it.
    """

    leader: Leader
    alliance_id: UUID
    home_location: Location | None
    designations: tuple[Designation, ...]
    specialisms: tuple[LeaderSpecialism, ...]
    taken: Mapping[int, Sequence[HeldDays]] = field(default_factory=dict)
    allowances: Mapping[int, Decimal] = field(default_factory=dict)
    said: Mapping[HalfTerm, Decimal] = field(default_factory=dict)
    first_days_on_site: tuple[date, ...] = ()
    open_deployments: int = 0
    schools_helped: Mapping[SchoolKind, int] = field(default_factory=dict)
    objectives_met: int = 0
    objectives_judged: int = 0

    def allowance_days(self, year: int) -> Decimal:
        """What may be booked of them in the academic year that starts in a calendar year."""
        return self.allowances.get(year, self.leader.allowance_days)

    def days_left(self, year: int) -> Decimal:
        """What is left of it; below zero where it was lowered after days had been booked."""
        held = sum((one.days for one in self.taken.get(year, ())), Decimal(0))
        return days_left(self.allowance_days(year), held)

    def free_days(self, window: Window) -> Decimal:
        """How many days can still be booked to be used within a window."""
        year = academic_year_of(window.earliest_start_on).starting
        return free_days(window, Availability(self.allowance_days(year), self.said), self.taken.get(year, ()))

    def candidate(self, line: "OpenLine", search: Search) -> Candidate:
        """The leader as matching looks at them for one search."""
        year = academic_year_of(search.first_day).starting
        window, rest = search.window, search.rest_of_window
        return Candidate(
            leader_id=self.leader.id,
            home_school_urn=self.leader.home_school_urn,
            home_location=self.home_location,
            travel_limit_km=self.leader.travel_limit_km,
            designations=self.designations,
            specialisms=self.specialisms,
            phases=self.leader.phases,
            allowance_days=self.allowance_days(year),
            days_left=self.days_left(year),
            free_days=Decimal(0) if rest is None else self.free_days(rest),
            is_released=self.leader.is_released(window.earliest_start_on, window.latest_finish_on),
            conflicts=self.leader.conflicts,
            first_days_on_site=self.first_days_on_site,
            open_deployments=self.open_deployments,
            like_schools_helped=0 if line.host_kind is None else self.schools_helped.get(line.host_kind, 0),
            objectives_met=self.objectives_met,
            objectives_judged=self.objectives_judged,
        )


@dataclass(frozen=True)
class OpenLine:
    """One line of an open request that still wants somebody, as the search for leaders in the request's whole window,
    with what is known of its host school.

    `places` are the leaders still wanted: those asked for, less those of `sent`, who are proposed or deployed already
    and are not proposed for the request again. `submitted_on` is the day on which it was asked.
    """

    search: Search
    alliance_id: UUID
    is_urgent: bool
    submitted_on: date
    host_kind: SchoolKind | None
    places: int
    sent: frozenset[UUID]
    weights: Weights

    @property
    def key(self) -> tuple[UUID, int]:
        """The request, and the number of the line in it."""
        return self.search.request_id, self.search.line_number

    def search_within(self, days: HalfTerm) -> Search | None:
        """The search for leaders whose days would all come from these days: the request with its window narrowed to
        them; None where nothing of the window is left."""
        first = max(days.first_day, self.search.first_day)
        last = min(days.last_day, self.search.window.latest_finish_on)
        if last < first:
            return None
        return self.search_in(Window(first, last))

    def search_in(self, window: Window) -> Search:
        """The search for leaders as if this were the whole window of the request."""
        return replace(self.search, window=window)


@dataclass(frozen=True)
class OpenBrokerage:
    """All that one round looks at, as it stood at the end of `as_of`.

    `half_terms` are those of whole academic years, in their order. Leaders and lines are in the order of their ids,
    lines of one request together, so that the order in which they came changes nothing. `lending` are the agreements by
    which some of these alliances lend to others of them.
    """

    leaders: Sequence[LeaderOnOffer]
    lines: Sequence[OpenLine]
    half_terms: Sequence[HalfTerm]
    as_of: date
    lending: Sequence[LendingAgreement] = ()

    @classmethod
    def of(
        cls,
        leaders: Iterable[LeaderOnOffer],
        lines: Iterable[OpenLine],
        half_terms: Sequence[HalfTerm],
        as_of: date,
        lending: Iterable[LendingAgreement] = (),
    ) -> Self:
        """Leaders and lines in whatever order, brought into theirs."""
        return cls(
            sorted(leaders, key=lambda one: one.leader.id),
            sorted(lines, key=lambda line: line.key),
            half_terms,
            as_of,
            tuple(one for one in lending if one.is_in_force(as_of)),
        )

    def agreement_to_lend(self, leader: LeaderOnOffer, line: OpenLine, on: date) -> LendingAgreement | None:
        """The agreement by which a leader of another alliance could be lent for help that begins on a day."""
        sides = leader.alliance_id, line.alliance_id
        return next(
            (
                one
                for one in self.lending
                if (one.lender_alliance_id, one.borrower_alliance_id) == sides and one.is_in_force(on)
            ),
            None,
        )

    @cached_property
    def leader_by_id(self) -> Mapping[UUID, LeaderOnOffer]:
        """The leaders by their ids."""
        return {one.leader.id: one for one in self.leaders}

    @cached_property
    def line_by_key(self) -> Mapping[tuple[UUID, int], OpenLine]:
        """The lines by their keys."""
        return {line.key: line for line in self.lines}

    @cached_property
    def requests(self) -> Sequence[UUID]:
        """The requests that have lines here, in the order of the lines."""
        return list(dict.fromkeys(line.search.request_id for line in self.lines))

    @cached_property
    def request_of_line(self) -> Sequence[int]:
        """The place of each line's request."""
        places = {id: place for place, id in enumerate(self.requests)}
        return [places[line.search.request_id] for line in self.lines]

    @cached_property
    def urgent_requests(self) -> Sequence[bool]:
        """Whether each request is urgent."""
        urgent = {line.search.request_id for line in self.lines if line.is_urgent}
        return [id in urgent for id in self.requests]
