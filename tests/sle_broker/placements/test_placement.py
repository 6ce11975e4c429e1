"""Who may be placed with whom, for how long, and how often in a year."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_kit.dates_in_order import DatesOutOfOrder
from sle_broker.deployments.deployment import SentToOwnSchool
from sle_broker.placements.placement import ApplicationWithdrawn, HostTakesNobodyThen, KindsDiffer
from sle_broker.placements.placement_kind import (
    TERMS,
    DaysOutsideLimits,
    HostHasNoPlaceLeft,
    MorePlacesThanAllowed,
    PlacementKind,
    refuse_days_outside_limits,
    refuse_more_places,
    refuse_without_place,
)
from sle_broker.placements.record import read, written
from tests.sle_broker.builders import HOME_URN, a_booking
from tests.sle_broker.placements.placement_builders import a_host, a_placement, an_application, an_engine

KINDS = st.sampled_from(PlacementKind)


def test_a_host_of_residencies_takes_two_a_year_of_two_to_five_days() -> None:
    terms = TERMS[PlacementKind.RESIDENCY]
    assert (terms.places_a_year, terms.fewest_days, terms.most_days) == (2, Decimal(2), Decimal(5))


@given(KINDS, st.integers(1, 60).map(lambda halves: Decimal(halves) / 2))
def test_days_within_the_limits_pass_and_all_others_are_refused(kind: PlacementKind, days: Decimal) -> None:
    terms = TERMS[kind]
    if terms.fewest_days <= days <= terms.most_days:
        refuse_days_outside_limits(kind, days)
    else:
        with pytest.raises(DaysOutsideLimits):
            refuse_days_outside_limits(kind, days)


@given(KINDS, st.integers(-3, 20))
def test_a_host_takes_at_least_one_and_no_more_than_the_kind_allows(kind: PlacementKind, places: int) -> None:
    if 1 <= places <= TERMS[kind].places_a_year:
        refuse_more_places(kind, places)
    else:
        with pytest.raises(MorePlacesThanAllowed):
            refuse_more_places(kind, places)


@given(st.integers(1, 6), st.lists(st.booleans(), max_size=12))
def test_however_often_it_is_asked_a_host_never_takes_more_than_its_places(places: int, asked: list[bool]) -> None:
    taken = 0
    for is_freed in asked:
        try:
            refuse_without_place(places, taken)
            taken += 1
        except HostHasNoPlaceLeft:
            assert taken == places
        if is_freed and taken:
            taken -= 1
        assert 0 <= taken <= places


def test_a_placement_is_of_one_kind_within_the_hosts_days_and_never_at_home() -> None:
    with pytest.raises(KindsDiffer):
        a_placement(host=a_host(PlacementKind.COACHING))
    with pytest.raises(HostTakesNobodyThen):
        a_placement(host=a_host(to_on=date(2015, 7, 16)))
    with pytest.raises(SentToOwnSchool):
        a_placement(host=a_host(school_urn=HOME_URN))
    with pytest.raises(DaysOutsideLimits):
        a_placement(booking=a_booking(days=Decimal("5.5")))
    with pytest.raises(HostHasNoPlaceLeft):
        a_placement(places_taken=2)
    with pytest.raises(ApplicationWithdrawn):
        a_placement(application=an_application(withdrawn_on=date(2014, 12, 1)))


def test_a_host_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DatesOutOfOrder):
        a_host(to_on=date(2014, 8, 31))


def test_an_application_asks_for_days_within_the_limits() -> None:
    with pytest.raises(DaysOutsideLimits):
        an_application(days_wanted=Decimal("1.5"))


def test_what_is_kept_of_a_placement_is_read_back_as_it_was() -> None:
    engine = an_engine()
    kept = read(written(engine))
    assert kept["steps"] == engine.steps
    assert kept["objectives"] == engine.objectives
