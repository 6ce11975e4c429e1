"""What kpi-service must be told before it starts."""

from typing import Annotated

from pydantic import Field

from kpi_service.verdicts.suppression import DEFAULT_MINIMUM_COUNT, LEAST_MINIMUM_COUNT
from service_kit.settings import FollowerSettings


class KpiSettings(FollowerSettings):
    """The settings of the service that follows the other two."""

    plans_api_url: Annotated[str, Field(description="Where plans-api publishes its feed.")]
    sle_broker_url: Annotated[str, Field(description="Where sle-broker publishes its feed.")]
    minimum_count: Annotated[
        int,
        Field(ge=LEAST_MINIMUM_COUNT, le=100, description="How many stand behind a figure shown outside its alliance."),
    ] = DEFAULT_MINIMUM_COUNT
    max_body_bytes: Annotated[int, Field(ge=1, description="Official files have up to 64 MB.")] = 64_000_000
