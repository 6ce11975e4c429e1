"""How far a leader would travel."""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple, Self

EARTH_RADIUS_KM = 6371.0088
KM_A_DEGREE = 111.19
"""Of latitude, and no more than there are."""


class Location(NamedTuple):
    """Where a school stands, in degrees north and east."""

    latitude: float
    longitude: float

    @classmethod
    def of(cls, latitude: float | None, longitude: float | None) -> Self | None:
        """The place, where both of it are recorded."""
        return None if latitude is None or longitude is None else cls(latitude, longitude)


@lru_cache
def whole_km_between(one: Location, other: Location) -> int:
    """Kilometres over the ground in a straight line (great circle, mean earth radius), to the nearest whole one.

    The rounded figure is the one that is shown, scored and held against a travel limit, so that nobody is turned away
    at 18 km by a limit of 18 km.
    """
    north, other_north = radians(one.latitude), radians(other.latitude)
    half_chord = (
        sin((other_north - north) / 2) ** 2
        + cos(north) * cos(other_north) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    )
    # Rounding can take opposite points of the globe a hair past 1, where asin ends.
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(min(half_chord, 1.0))))
