"""What a service must be told before it starts: read from the environment once, into a value that never changes."""

import sys
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """The settings every service has. A service adds its own fields in its `settings.py`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_parse_none_str="")

    database_url: Annotated[
        str, Field(description="SQLAlchemy URL of the application's own role, postgresql+psycopg://…")
    ]
    token_issuer: Annotated[str, Field(description="The exact `iss` of the access tokens that are accepted.")]
    pool_size: Annotated[
        int, Field(ge=1, le=200, description="Database connections, and so requests served at once.")
    ] = 8
    statement_timeout_ms: Annotated[int, Field(ge=1)] = 5_000
    lock_timeout_ms: Annotated[int, Field(ge=1)] = 2_000
    idle_in_transaction_timeout_ms: Annotated[int, Field(ge=1)] = 10_000
    prepare_threshold: Annotated[
        int | None, Field(description="Uses of a statement before it is prepared; empty behind a transaction pooler.")
    ] = 5
    max_body_bytes: Annotated[int, Field(ge=1)] = 1_048_576
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class FollowerSettings(ServiceSettings):
    """The settings of a service that verifies tokens issued elsewhere and follows other services' feeds."""

    jwks_url: Annotated[str, Field(description="Where the token issuer publishes its public keys.")]
    token_url: Annotated[str, Field(description="Where this service asks for its own access token.")]
    client_id: Annotated[str, Field(description="The name under which this service asks for its token.")]
    client_secret: Annotated[str, Field(repr=False)]


Settings = TypeVar("Settings", bound=ServiceSettings)


def read_settings(kind: type[Settings]) -> Settings:
    """The settings of kind `kind` from the environment; ends the process with the list of what is missing or wrong."""
    try:
        return kind()
    except ValidationError as invalid:
        lines = [f"  {'.'.join(map(str, error['loc'])).upper()}: {error['msg']}" for error in invalid.errors()]
        sys.exit("Cannot start: set these environment variables and start again.\n" + "\n".join(lines))
