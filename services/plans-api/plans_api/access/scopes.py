"""The scopes of access tokens: which service, and what kind of call."""

from collections.abc import Iterable
from enum import StrEnum

from service_kit.errors import BadRequest


class Scope(StrEnum):
    """Everything a token can be for. `feed` is for services that follow another."""

    PLANS_READ = "plans-api:read"
    PLANS_WRITE = "plans-api:write"
    PLANS_FEED = "plans-api:feed"
    BROKER_READ = "sle-broker:read"
    BROKER_WRITE = "sle-broker:write"
    BROKER_FEED = "sle-broker:feed"
    KPIS_READ = "kpi-service:read"
    KPIS_WRITE = "kpi-service:write"
    KPIS_FEED = "kpi-service:feed"


FEEDS = tuple(scope for scope in Scope if scope.endswith(":feed"))
READS_AND_WRITES = tuple(scope for scope in Scope if scope not in FEEDS)


class InvalidScope(BadRequest):
    """A scope was asked for that the client does not have."""


def scopes_for_token(held: Iterable[str], asked: str | None) -> list[str]:
    """The scopes of a new token: those asked for, separated by blanks, or all the client holds.

    Errors: `InvalidScope`.
    """
    own = sorted(held)
    wanted = own if asked is None else sorted(set(asked.split()))
    if not wanted or not set(wanted) <= set(own):
        error = {"error": "invalid_scope"}
        raise InvalidScope(f"This client has the scopes {' '.join(own)}; ask for one or more of them.", members=error)
    return wanted


def audiences_of(scopes: Iterable[str]) -> list[str]:
    """The services a token with these scopes is for."""
    return sorted({scope.partition(":")[0] for scope in scopes})
