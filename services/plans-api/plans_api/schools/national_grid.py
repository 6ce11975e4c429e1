"""Places of the national grid as latitude and longitude: the register's extract gives eastings and northings."""

from math import atan2, cos, degrees, hypot, radians, sin, sqrt, tan

_AIRY = (6_377_563.396, 6_356_256.909)
_WGS84 = (6_378_137.0, 6_356_752.314245)
_SCALE, _ORIGIN_LATITUDE, _ORIGIN_LONGITUDE = 0.9996012717, radians(49), radians(-2)
_ORIGIN_EASTING, _ORIGIN_NORTHING = 400_000.0, -100_000.0
_SHIFT = (446.448, -125.157, 542.060)
_TURN = tuple(radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_STRETCH = 1 - 20.4894e-6
_A_HUNDREDTH_OF_A_MILLIMETRE = 0.000_01


def _meridian_terms() -> tuple[float, float, float, float]:
    a, b = _AIRY
    n = (a - b) / (a + b)
    terms = (
        1 + n + 1.25 * n**2 + 1.25 * n**3,
        3 * n + 3 * n**2 + 2.625 * n**3,
        1.875 * n**2 + 1.875 * n**3,
        35 / 24 * n**3,
    )
    first, second, third, fourth = (b * _SCALE * term for term in terms)
    return first, second, third, fourth


_MERIDIAN = _meridian_terms()


def place_of(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in degrees (WGS 84), to within about five metres.

    Source: Ordnance Survey, “A guide to coordinate systems in Great Britain”: the inverse projection of annexe C and
    the seven parameters of its Helmert transformation from OSGB36.
    """
    return _on_wgs84(*_on_airy(easting, northing))


def _on_airy(easting: float, northing: float) -> tuple[float, float]:
    a, b = _AIRY
    squared = 1 - (b / a) ** 2
    latitude = _ORIGIN_LATITUDE
    short = northing - _ORIGIN_NORTHING
    while abs(short) >= _A_HUNDREDTH_OF_A_MILLIMETRE:
        latitude += short / (a * _SCALE)
        short = northing - _ORIGIN_NORTHING - _meridian(latitude)
    nu = a * _SCALE / sqrt(1 - squared * sin(latitude) ** 2)
    rho = a * _SCALE * (1 - squared) / (1 - squared * sin(latitude) ** 2) ** 1.5
    eta = nu / rho - 1
    t, x = tan(latitude), easting - _ORIGIN_EASTING
    north = latitude - t / (2 * rho * nu) * x**2
    north += t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta - 9 * t**2 * eta) * x**4
    north -= t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4) * x**6
    east = x / (nu * cos(latitude)) - (nu / rho + 2 * t**2) / (6 * nu**3 * cos(latitude)) * x**3
    east += (5 + 28 * t**2 + 24 * t**4) / (120 * nu**5 * cos(latitude)) * x**5
    return north, _ORIGIN_LONGITUDE + east


def _meridian(latitude: float) -> float:
    first, second, third, fourth = _MERIDIAN
    less, more = latitude - _ORIGIN_LATITUDE, latitude + _ORIGIN_LATITUDE
    arc = first * less - second * sin(less) * cos(more)
    return arc + third * sin(2 * less) * cos(2 * more) - fourth * sin(3 * less) * cos(3 * more)


def _on_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    a, b = _AIRY
    squared = 1 - (b / a) ** 2
    nu = a / sqrt(1 - squared * sin(latitude) ** 2)
    x, y, z = (
        nu * cos(latitude) * cos(longitude),
        nu * cos(latitude) * sin(longitude),
        nu * (1 - squared) * sin(latitude),
    )
    turn_x, turn_y, turn_z = _TURN
    there = (
        _SHIFT[0] + _STRETCH * x - turn_z * y + turn_y * z,
        _SHIFT[1] + turn_z * x + _STRETCH * y - turn_x * z,
        _SHIFT[2] - turn_y * x + turn_x * y + _STRETCH * z,
    )
    a, b = _WGS84
    squared, flat = 1 - (b / a) ** 2, hypot(there[0], there[1])
    found = atan2(there[2], flat * (1 - squared))
    for _ in range(5):
        found = atan2(there[2] + squared * a / sqrt(1 - squared * sin(found) ** 2) * sin(found), flat)
    return degrees(found), degrees(atan2(there[1], there[0]))
