"""What sle-broker must be told before it starts."""

from typing import Annotated

from pydantic import Field

from service_kit.settings import FollowerSettings


class BrokerSettings(FollowerSettings):
    """The settings of the service that follows plans-api."""

    plans_api_url: Annotated[str, Field(description="Where plans-api publishes its feed.")]
