import pytest
from hypothesis import given
from hypothesis import strategies as st

from sle_broker.matching.distance import EARTH_RADIUS_KM, Location, whole_km_between

LOCATIONS = st.builds(Location, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (Location(53.96, -1.0873), Location(53.96, -1.0873), 0),
        (Location(0, 0), Location(0, 1), 111),
        (Location(0, 0), Location(1, 0), 111),
        (Location(60, 0), Location(60, 1), 56),
        (Location(0, 179.5), Location(0, -179.5), 111),
        (Location(90, 0), Location(-90, 0), 20015),
        (Location(51.5074, -0.1278), Location(53.96, -1.0873), 280),
    ],
)
def test_distances_are_great_circles_to_the_nearest_kilometre(one: Location, other: Location, km: int) -> None:
    assert whole_km_between(one, other) == km


@given(LOCATIONS, LOCATIONS)
def test_there_and_back_are_as_far_and_no_further_than_half_round_the_earth(one: Location, other: Location) -> None:
    km = whole_km_between(one, other)
    assert km == whole_km_between(other, one)
    assert 0 <= km <= EARTH_RADIUS_KM * 3.1416
