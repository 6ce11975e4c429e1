"""Calls to the public APIs: signed in as one client, each write under a key, each refusal told in one line."""

import base64
import contextlib
import json
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import httpx

from tsa_local.documents import Document
from tsa_local.trouble import Trouble

JsonObject = dict[str, Any]

# A national register takes the longest: tens of thousands of schools in one request.
TIMEOUT = httpx.Timeout(180.0, connect=5.0)
PATIENCE_SECONDS = 30.0
PAGE = 200


class ApiProblem(Trouble):
    """A service refused a request. `code` is the problem's stable code, `status` its HTTP status."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass
class AccessToken(httpx.Auth):
    """Signs requests in as one client of the product; its token is fetched when first needed, and before it ends."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    _token: str = field(default="", repr=False)
    _renew_at: float = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The hook of httpx."""
        request.headers["Authorization"] = f"Bearer {self.current()}"
        yield request

    def current(self) -> str:
        """A token with at least a minute to live. Raises `Trouble`."""
        if time.monotonic() >= self._renew_at:
            credentials = (self.client_id, self.client_secret)
            form = {"grant_type": "client_credentials"}
            with _told(self.token_url):
                answer = httpx.post(self.token_url, data=form, auth=credentials, timeout=TIMEOUT)
            if not answer.is_success:
                raise problem_of(answer, f"sign in as {self.client_id}")
            given = _object(answer)
            self._token = given["access_token"]
            self._renew_at = time.monotonic() + float(given["expires_in"]) - 60
        return self._token

    @property
    def issuer(self) -> str:
        """Who gives these tokens, as they say themselves: what a role is granted under beside the client's id."""
        _, payload, _ = self.current().split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["iss"])


class ApiClient:
    """One service's API at `base_url`, used as the client that `token` signs in. A context manager.

    Each write is sent under a key of its own, the same however often the service asks to come back with it.
    """

    def __init__(self, base_url: str, token: AccessToken) -> None:
        self.base_url = base_url
        self._http = httpx.Client(base_url=base_url, auth=token, timeout=TIMEOUT)

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    def get(self, path: str, **parameters: Any) -> JsonObject:
        """One thing, or one answer. Raises `ApiProblem`."""
        return self._send("GET", path, parameters=parameters)

    def download(self, path: str, **parameters: Any) -> bytes:
        """A file. Raises `ApiProblem`."""
        return self._answered("GET", path, parameters=parameters).content

    def each(self, path: str, **parameters: Any) -> Iterator[JsonObject]:
        """Every item of a paged list, page by page as far as it is read. Raises `ApiProblem`."""
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, limit=PAGE, **parameters, **cursor)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}

    def create(self, path: str, body: JsonObject) -> JsonObject:
        """A new thing. Raises `ApiProblem`."""
        return self._send("POST", path, content=_json(body), media_type="application/json")

    def hand_in(self, path: str, document: Document, **parameters: Any) -> JsonObject:
        """A file for import. Raises `ApiProblem`."""
        return self._send("POST", path, parameters=parameters, content=document.content, media_type=document.media_type)

    def transition(self, path: str, version: int, **body: Any) -> JsonObject:
        """A thing one step on from the `version` that was read; `path` is the thing's own. Raises `ApiProblem`."""
        return self.add_to(path, "transitions", version, **body)

    def add_to(self, path: str, what: str, version: int, **body: Any) -> JsonObject:
        """Something recorded of a thing as it stood in the `version` that was read. Raises `ApiProblem`."""
        return self._send("POST", f"{path}/{what}", content=_json(body), media_type="application/json", version=version)

    def _send(self, method: str, path: str, **request: Any) -> JsonObject:
        return _object(self._answered(method, path, **request))

    def _answered(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        media_type: str | None = None,
        version: int | None = None,
    ) -> httpx.Response:
        given = {name: value for name, value in (parameters or {}).items() if value is not None}
        request = self._http.build_request(method, path, params=given, content=content)
        if media_type is not None:
            request.headers["Content-Type"] = media_type
        if version is not None:
            request.headers["If-Match"] = f'"{version}"'
        if method == "POST":
            request.headers["Idempotency-Key"] = str(uuid4())
        answer = self._answer(request)
        if not answer.is_success:
            raise problem_of(answer, f"{method} {path}")
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        """The answer; a service that asks to come back later is asked again for half a minute."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with _told(self.base_url):
                answer = self._http.send(request)
            pause = _pause_asked_for(answer)
            if answer.is_success or pause is None or time.monotonic() + pause > deadline:
                return answer
            time.sleep(pause)

    def __enter__(self) -> "ApiClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pause_asked_for(answer: httpx.Response) -> float | None:
    """After how many seconds to come back: `Retry-After` has them, or an instant; None where it has neither."""
    written = answer.headers.get("Retry-After", "")
    if written.isdecimal():
        return float(written)
    with contextlib.suppress(ValueError, TypeError):
        return max((parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds(), 0.0)
    return None


def problem_of(answer: httpx.Response, doing: str) -> ApiProblem:
    """A refusal as one line: what was wanted, the service's own words, and the id under which its log has it."""
    try:
        problem = answer.json()
    except ValueError:
        return ApiProblem(f"{doing}: {answer.status_code} {answer.reason_phrase}.", status=answer.status_code, code="")
    fields = "".join(f" {error['pointer']}: {error['detail']}" for error in problem.get("errors", []))
    told = f"{problem.get('detail', problem.get('title', ''))}{fields}"
    message = f"{told} ({doing}: {answer.status_code} {problem.get('code')}, request {problem.get('request_id')})"
    return ApiProblem(message, status=answer.status_code, code=str(problem.get("code")))


@contextlib.contextmanager
def _told(url: str) -> Iterator[None]:
    """Turns a refused or lost connection into `Trouble` that names the address."""
    try:
        yield
    except httpx.TransportError as error:
        raise Trouble(
            f"{url} does not answer ({type(error).__name__}). Is the product running there? Start it: tsa up"
        ) from error


def _object(answer: httpx.Response) -> JsonObject:
    try:
        found: JsonObject = answer.json()
    except ValueError:
        raise Trouble(f"{answer.url} did not answer with JSON. Is it the address of the product?") from None
    return found


def _json(body: JsonObject) -> bytes:
    return json.dumps(body).encode()
