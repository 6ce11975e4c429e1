"""Hosts, who apply to them, and the placement of one with the other: the engine's deployment in other words."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count
from uuid import UUID

from service_kit.dates_in_order import refuse_out_of_order
from service_kit.errors import Conflict, RuleBroken
from sle_broker.deployments.agreement import Objective
from sle_broker.deployments.booking import Booking
from sle_broker.deployments.deployment import Deployment, proposed
from sle_broker.deployments.deployment import change_terms as change_engine_terms
from sle_broker.placements.placement_kind import (
    ARRANGEMENT,
    PlacementKind,
    refuse_days_outside_limits,
    refuse_more_places,
    refuse_without_place,
)
from sle_broker.specialisms.specialism import Phase, Specialism
from sle_broker.support_requests.support_request import Window


class KindsDiffer(RuleBroken):
    """Who applies for a residency is placed with a host of residencies, and so for every kind."""


class ApplicationWithdrawn(Conflict):
    """Nobody is placed who no longer applies."""


class HostTakesNobodyThen(Conflict):
    """A placement lies within the days in which the host takes applicants."""


@dataclass(frozen=True)
class Host:
    """A school that takes applicants of one kind from `from_on` to `to_on`, at most `places_a_year` of them.

    `areas` are what can be learned there, `phases` those from which it takes applicants. Raises `DatesOutOfOrder`,
    `MorePlacesThanAllowed`.
    """

    id: UUID
    kind: PlacementKind
    school_urn: str
    areas: tuple[Specialism, ...]
    phases: frozenset[Phase]
    places_a_year: int
    from_on: date
    to_on: date

    def __post_init__(self) -> None:
        refuse_more_places(self.kind, self.places_a_year)
        refuse_out_of_order(
            earlier="the first day for applicants", earlier_on=self.from_on, later="the last", later_on=self.to_on
        )

    def takes(self, first: date, last: date) -> bool:
        """Whether it takes applicants on every day from one to the other."""
        return self.from_on <= first and last <= self.to_on

    def is_open_in(self, window: Window) -> bool:
        """Whether it takes applicants on at least one day of a window."""
        return self.from_on <= window.latest_finish_on and window.earliest_start_on <= self.to_on


@dataclass(frozen=True)
class Application:
    """An aspiring leader applies for a placement, with the areas in which they want to develop.

    `note` is what talent records, reviews by colleagues or a coach say: it stays within the alliance, with those who
    match. `submitted_by` is the subject under which whoever sent it signs in. Raises `DaysOutsideLimits`.
    """

    id: UUID
    kind: PlacementKind
    name: str
    home_school_urn: str
    areas: tuple[Specialism, ...]
    phase: Phase
    days_wanted: Decimal
    window: Window
    travel_limit_km: int | None
    note: str
    submitted_by: str
    applied_on: date
    withdrawn_on: date | None = None

    def __post_init__(self) -> None:
        refuse_days_outside_limits(self.kind, self.days_wanted)


@dataclass(frozen=True)
class Placement:
    """One applicant placed with one host. `engine` is the deployment that it is to the rules: the applicant goes where
    a leader would, from the home school to the host school."""

    kind: PlacementKind
    host_id: UUID
    engine: Deployment

    @property
    def parties(self) -> tuple[str, ...]:
        """Whom it concerns, as roles name them: the applicant, the school that sends and the one that receives."""
        return (str(self.engine.leader_id), self.engine.home_school_urn, self.engine.host_school_urn)


def propose(
    application: Application,
    host: Host,
    *,
    placement_id: UUID,
    booking: Booking,
    aims: tuple[Objective, ...],
    places_taken: int,
    on: date,
    today: date,
) -> Placement:
    """An applicant proposed to a host, which has `places_taken` in the academic year of the booking.

    Raises `KindsDiffer`, `ApplicationWithdrawn`, `DaysOutsideLimits`, `HostTakesNobodyThen`, `HostHasNoPlaceLeft`,
    `SentToOwnSchool`, `DateNotYetCome`.
    """
    if application.kind is not host.kind:
        raise KindsDiffer(f"The application is for {application.kind}, the host is one of {host.kind}.")
    if application.withdrawn_on is not None:
        raise ApplicationWithdrawn(f"The application was withdrawn on {application.withdrawn_on}.")
    _refuse_booking(host, booking, places_taken)
    engine = Deployment(
        id=placement_id,
        support_request_id=application.id,
        leader_id=application.id,
        home_school_urn=application.home_school_urn,
        host_school_urn=host.school_urn,
        submitted_by=application.submitted_by,
        booking=booking,
        steps=(proposed(on, today=today),),
        objectives=aims,
        arrangement=ARRANGEMENT,
    )
    return Placement(host.kind, host.id, engine)


def change_terms(
    placement: Placement, host: Host, *, booking: Booking, aims: tuple[Objective, ...] | None, places_taken: int
) -> Placement:
    """Other days, dates or aims, up to the agreement; every yes given before is asked for again. `places_taken` are
    those of others, in the academic year of the booking.

    Raises `StateConflict`, `DaysOutsideLimits`, `HostTakesNobodyThen`, `HostHasNoPlaceLeft`.
    """
    engine = change_engine_terms(placement.engine, booking=booking, objectives=aims)
    _refuse_booking(host, booking, places_taken)
    return replace(placement, engine=engine)


def first_free(places_taken: Collection[int]) -> int:
    """The lowest number of a place that nobody has; places are counted from 1."""
    return next(place for place in count(1) if place not in places_taken)


def _refuse_booking(host: Host, booking: Booking, places_taken: int) -> None:
    refuse_days_outside_limits(host.kind, booking.days)
    if not host.takes(booking.starts_on, booking.ends_on):
        raise HostTakesNobodyThen(f"The host takes applicants from {host.from_on} to {host.to_on}.")
    refuse_without_place(host.places_a_year, places_taken)
