"""Access tokens: verified locally against the issuer's published keys, and fetched for this service's own calls."""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Protocol

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, KeySet, KeySetSerialization

from service_kit.errors import DependencyUnavailable, Unauthenticated

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 -- a media type, not a secret
LONGEST_LIFE_SECONDS = 600
LEEWAY_SECONDS = 30
OUTGOING_TIMEOUT = httpx.Timeout(5.0, connect=2.0)


@dataclass(frozen=True)
class TokenClaims:
    """What a verified token says: who, in whose name, and within which scopes."""

    issuer: str
    subject: str
    scopes: frozenset[str]


class PublicKeys(Protocol):
    """Where the issuer's public keys come from."""

    def for_key_id(self, key_id: str) -> KeySet:
        """The keys to try for a token that names `key_id`."""


@dataclass(frozen=True)
class KnownKeys:
    """Keys held in this process: the issuer verifying its own tokens."""

    keys: KeySet

    def for_key_id(self, key_id: str) -> KeySet:
        """Always the same keys."""
        return self.keys


@dataclass
class PublishedKeys:
    """Keys fetched from a JWKS address and kept; an unknown key id fetches again, at most every ten seconds, and every
    five while the address does not answer. Whoever holds a known key never waits for that."""

    url: str
    http: httpx.Client
    clock: Callable[[], float] = time.monotonic
    _keys: KeySet = field(default_factory=lambda: KeySet([]))
    _fetch_at: float = 0.0
    _is_answering: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def for_key_id(self, key_id: str) -> KeySet:
        """The cached keys, refreshed where they do not hold `key_id`. Errors: `DependencyUnavailable`."""
        if not self._holds(key_id):
            with self._lock:
                if not self._holds(key_id):
                    self._refresh()
        return self._keys

    def _holds(self, key_id: str) -> bool:
        return any(key.kid == key_id for key in self._keys.keys)

    def _refresh(self) -> None:
        problem = DependencyUnavailable("The token issuer's keys cannot be read just now.", retry_after=5)
        if self.clock() >= self._fetch_at:
            try:
                published: KeySetSerialization = self.http.get(self.url).raise_for_status().json()
                self._keys = KeySet.import_key_set(published)
            except (httpx.HTTPError, ValueError, JoseError) as error:
                self._is_answering, self._fetch_at = False, self.clock() + 5
                raise problem from error
            self._is_answering, self._fetch_at = True, self.clock() + 10
        elif not self._is_answering:
            raise problem


@dataclass(frozen=True)
class TokenVerifier:
    """Accepts a bearer token only with our algorithm and type, the exact issuer, this service among its audiences, and
    a life of at most ten minutes. Key locations inside the token (`jku`, `jwk`, `x5u`) are never looked at."""

    issuer: str
    audience: str
    keys: PublicKeys
    clock: Callable[[], float] = time.time

    def verify(self, authorization: str | None) -> TokenClaims:
        """The claims of an `Authorization: Bearer …` header. Errors: `Unauthenticated`, `DependencyUnavailable`."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not encoded:
            raise Unauthenticated("Send `Authorization: Bearer <access token>`; tokens are given at POST /oauth/token.")
        try:
            token = jwt.decode(encoded, self._keys_for, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError) as error:
            # The library's words repeat those of a token that anybody may have written, and are not passed on.
            raise Unauthenticated("The access token is not accepted: its form, key or signature is wrong.") from error
        try:
            self._required_claims().validate(token.claims)
        except JoseError as error:
            raise Unauthenticated(f"The access token is not accepted: {error}") from error
        if token.header.get("typ") != TOKEN_TYPE:
            raise Unauthenticated(f"The access token is not accepted: its type is not {TOKEN_TYPE}.")
        if token.claims["exp"] - token.claims["iat"] > LONGEST_LIFE_SECONDS:
            raise Unauthenticated("The access token is not accepted: it is valid for more than ten minutes.")
        scopes = frozenset(str(token.claims.get("scope", "")).split())
        return TokenClaims(self.issuer, str(token.claims["sub"]), scopes)

    def _keys_for(self, token: GuestProtocol) -> KeySet:
        return self.keys.for_key_id(str(token.headers().get("kid", "")))

    def _required_claims(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self.clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            sub={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
        )


@dataclass
class ClientCredentials(httpx.Auth):
    """Puts this service's own access token on its calls; fetched anew a minute before it ends."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    http: httpx.Client
    clock: Callable[[], float] = time.monotonic
    _token: str = field(default="", repr=False)
    _renew_at: float = 0.0

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """httpx' hook: adds the header, and tries once more with a new token where the first is refused."""
        if self.clock() >= self._renew_at:
            self._renew()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._renew()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renew(self) -> None:
        form = {"grant_type": "client_credentials"}
        answer = self.http.post(self.token_url, data=form, auth=(self.client_id, self.client_secret))
        token = answer.raise_for_status().json()
        self._token = token["access_token"]
        self._renew_at = self.clock() + float(token["expires_in"]) - 60
