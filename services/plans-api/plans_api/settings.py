"""What plans-api must be told before it starts."""

from typing import Annotated

from pydantic import Field, FilePath

from service_kit.settings import ServiceSettings


class PlansSettings(ServiceSettings):
    """The settings of the service that also issues the house's access tokens."""

    signing_key_file: Annotated[
        FilePath, Field(description="A private JWK (EC P-256 with a `kid`) that access tokens are signed with.")
    ]
    max_body_bytes: Annotated[int, Field(ge=1, description="Action plans are up to 20 MB.")] = 21_000_000
