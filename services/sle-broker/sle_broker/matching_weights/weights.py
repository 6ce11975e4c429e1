"""The weights of a shortlist's criteria, and the versions of them that an alliance records."""

from dataclasses import dataclass, fields
from datetime import datetime

from service_kit.errors import RuleBroken

MOST = 10_000
"""No weight and no scale is larger."""


class WeightsOutOfRange(RuleBroken):
    """Weights are recorded data; a set that could score below nothing or divide by nothing is never recorded."""


@dataclass(frozen=True)
class Weights:
    """How much each criterion can count, in points, and where its scale ends. An alliance may record its own.

    A claimed specialism counts for `claimed_percent` of a validated one. Distance counts nothing from `far_km` on, load
    nothing from `heavy_load` open deployments on, and experience counts in full from `well_practised` schools on.

    Raises `WeightsOutOfRange`.
    """

    specialism: int = 300
    phase: int = 100
    distance: int = 150
    days: int = 100
    load: int = 100
    clock: int = 150
    experience: int = 50
    evaluations: int = 50
    claimed_percent: int = 50
    far_km: int = 80
    heavy_load: int = 4
    well_practised: int = 5

    def __post_init__(self) -> None:
        if not all(0 <= getattr(self, field.name) <= MOST for field in fields(self)) or self.claimed_percent > 100:
            raise WeightsOutOfRange(
                f"A weight lies between 0 and {MOST}, and a claim counts for no more than a validation."
            )
        if not (self.far_km and self.heavy_load and self.well_practised):
            raise WeightsOutOfRange("The scales of distance, load and experience end above nothing.")


DEFAULT_WEIGHTS = Weights()

FIRST_VERSION = 1
"""The version of the defaults, which every alliance has until it records its own."""


@dataclass(frozen=True)
class WeightsVersion:
    """One version of an alliance's weights: who recorded it and when. Version 1 is the defaults, recorded by nobody."""

    version: int
    weights: Weights
    recorded_at: datetime | None = None
    recorded_by: str | None = None


DEFAULT_VERSION = WeightsVersion(FIRST_VERSION, DEFAULT_WEIGHTS)
