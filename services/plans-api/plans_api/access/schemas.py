"""The JSON of clients, people, role grants and tokens."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints, computed_field

from plans_api.access.roles import Role
from plans_api.access.scopes import Scope
from service_kit.schemas import Day, RequestBody, ResponseBody, ShortText, example

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$")]
"""The name a client asks for tokens under: 3 to 100 letters, digits, dots, dashes and underscores."""

ClientSecret = Annotated[SecretStr, Field(min_length=32, max_length=200)]

_ALLIANCE = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
_THING = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6073"


class ClientIn(RequestBody):
    """A system that is to ask for tokens, with a secret of its own choosing."""

    model_config = RequestBody.model_config | example(
        client_id="harbour-lights-website",
        client_secret="a-secret-of-at-least-32-characters",  # noqa: S106 -- an example, not a secret
        name="The alliance's website",
        scopes=["plans-api:read"],
        alliance_id=_ALLIANCE,
    )

    client_id: ClientId
    client_secret: Annotated[ClientSecret, Field(description="At least 32 characters; make it at random.")]
    name: ShortText
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20)]
    alliance_id: Annotated[UUID | None, Field(description="Null for the platform's own: for its operator only.")]


class ClientOut(ResponseBody):
    """A client. Its secret is never shown."""

    model_config = ResponseBody.model_config | example(
        client_id="harbour-lights-website",
        name="The alliance's website",
        scopes=["plans-api:read"],
        alliance_id=_ALLIANCE,
        state="active",
        version=1,
    )

    client_id: str
    name: str
    scopes: list[str]
    alliance_id: UUID | None
    state: Literal["active", "disabled"]
    version: int


class ClientTransitionIn(RequestBody):
    """A client is to be given no more tokens."""

    model_config = RequestBody.model_config | example(to="disabled")

    to: Literal["disabled"]


class PersonIn(RequestBody):
    """Somebody who signs in at `issuer`, known there as `subject`."""

    model_config = RequestBody.model_config | example(
        alliance_id=_ALLIANCE, issuer="https://sign-in.example.org", subject="f3b1c9", name="Robin Example"
    )

    alliance_id: UUID
    issuer: ShortText
    subject: ShortText
    name: ShortText


class PersonOut(ResponseBody):
    """A person known in an alliance."""

    model_config = ResponseBody.model_config | example(
        id=_THING,
        alliance_id=_ALLIANCE,
        issuer="https://sign-in.example.org",
        subject="f3b1c9",
        name="Robin Example",
        version=1,
    )

    id: UUID
    alliance_id: UUID
    issuer: str
    subject: str
    name: str
    version: int


class RoleGrantIn(RequestBody):
    """A role for whoever is known as `subject` at `issuer`; a client's subject is its client id, at our own issuer."""

    model_config = RequestBody.model_config | example(
        issuer="https://sign-in.example.org", subject="f3b1c9", role="broker", alliance_id=_ALLIANCE, party=None
    )

    issuer: ShortText
    subject: ShortText
    role: Role
    alliance_id: UUID | None
    party: Annotated[
        ShortText | None, Field(description="For a leader its id, for a school its URN, for a partner its client id.")
    ] = None


class RoleGrantTransitionIn(RequestBody):
    """A role is to be held no more, at once; `on` is the day recorded."""

    model_config = RequestBody.model_config | example(to="revoked", on="2015-02-02")

    to: Literal["revoked"]
    on: Day


class RoleGrantOut(ResponseBody):
    """A role somebody holds, or held until it was revoked."""

    model_config = ResponseBody.model_config | example(
        id=_THING,
        issuer="https://sign-in.example.org",
        subject="f3b1c9",
        role="broker",
        alliance_id=_ALLIANCE,
        party=None,
        granted_on="2014-09-01",
        revoked_on=None,
        state="held",
        version=1,
    )

    id: UUID
    issuer: str
    subject: str
    role: Role
    alliance_id: UUID | None
    party: str | None
    granted_on: date
    revoked_on: date | None
    version: int

    @computed_field
    def state(self) -> Literal["held", "revoked"]:
        """Whether the role is held."""
        return "held" if self.revoked_on is None else "revoked"


class TokenOut(ResponseBody):
    """An access token, as RFC 6749 says."""

    model_config = ResponseBody.model_config | example(
        access_token="eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…",  # noqa: S106 -- an example
        token_type="Bearer",  # noqa: S106 -- not a secret
        expires_in=600,
        scope="plans-api:read",
    )

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds.")]
    scope: str


class KeySetOut(ResponseBody):
    """The public keys that access tokens are verified with (RFC 7517)."""

    model_config = ResponseBody.model_config | example(
        keys=[{"kty": "EC", "crv": "P-256", "x": "…", "y": "…", "kid": "…", "use": "sig", "alg": "ES256"}]
    )

    keys: list[dict[str, Any]]
