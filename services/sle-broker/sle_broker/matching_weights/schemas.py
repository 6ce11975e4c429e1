"""The JSON of weights."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from service_kit.schemas import RequestBody, ResponseBody, example
from sle_broker.matching_weights.weights import MOST, Weights, WeightsVersion
from sle_broker.specialisms.schemas import ALLIANCE_EXAMPLE

WEIGHTS_EXAMPLE = {
    "specialism": 300,
    "phase": 100,
    "distance": 150,
    "days": 100,
    "load": 100,
    "clock": 150,
    "experience": 50,
    "evaluations": 50,
    "claimed_percent": 50,
    "far_km": 80,
    "heavy_load": 4,
    "well_practised": 5,
}

Points = Annotated[int, Field(ge=0, le=MOST, description="The most this criterion can give.")]
Scale = Annotated[int, Field(ge=1, le=MOST)]


class WeightsIn(RequestBody):
    """What each criterion can count, in points, and where the scales end: the whole set, as it is from now on."""

    model_config = RequestBody.model_config | example(**WEIGHTS_EXAMPLE)

    specialism: Points
    phase: Points
    distance: Points
    days: Points
    load: Points
    clock: Points
    experience: Points
    evaluations: Points
    claimed_percent: Annotated[int, Field(ge=0, le=100, description="What a claim counts for of a validation.")]
    far_km: Annotated[Scale, Field(description="From here on distance counts nothing.")]
    heavy_load: Annotated[Scale, Field(description="From so many open deployments on load counts nothing.")]
    well_practised: Annotated[Scale, Field(description="From so many schools on experience counts in full.")]

    def to_rule(self) -> Weights:
        """The weights. Errors: `WeightsOutOfRange`."""
        return Weights(**self.model_dump())


class WeightsOut(ResponseBody):
    """What each criterion can count, in points, and where the scales end."""

    model_config = ResponseBody.model_config | example(**WEIGHTS_EXAMPLE)

    specialism: int
    phase: int
    distance: int
    days: int
    load: int
    clock: int
    experience: int
    evaluations: int
    claimed_percent: int
    far_km: int
    heavy_load: int
    well_practised: int


class WeightsVersionOut(ResponseBody):
    """One version of an alliance's weights. Version 1 is the defaults, which nobody recorded."""

    model_config = ResponseBody.model_config | example(
        alliance_id=ALLIANCE_EXAMPLE,
        version=2,
        weights=WEIGHTS_EXAMPLE,
        recorded_at="2014-09-01T09:00:00Z",
        recorded_by="broker-client",
    )

    alliance_id: UUID
    version: int
    weights: WeightsOut
    recorded_at: datetime | None
    recorded_by: str | None

    @classmethod
    def of(cls, alliance_id: UUID, version: WeightsVersion) -> Self:
        """A version of an alliance's weights."""
        return cls(
            alliance_id=alliance_id,
            version=version.version,
            weights=WeightsOut.model_validate(version.weights),
            recorded_at=version.recorded_at,
            recorded_by=version.recorded_by,
        )
