"""Keeping a busy service quick: what is more or larger than it can serve is refused at once, not queued or read."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.errors import Overloaded, PayloadTooLarge
from service_kit.problems import problem_response

UNCOUNTED_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/v1/events"})
"""Health must answer under load, and a reader that waits for events holds no connection."""


class InFlightCap:
    """ASGI middleware: at most `cap` requests under way; the next is answered 503 `overloaded` with `Retry-After`."""

    def __init__(self, app: ASGIApp, cap: int) -> None:
        self.app = app
        self.cap = cap
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection; anything but HTTP passes through."""
        # Behind a gateway the path begins with the prefix we are known by there.
        if scope["type"] != "http" or scope["path"].removeprefix(scope.get("root_path", "")) in UNCOUNTED_PATHS:
            await self.app(scope, receive, send)
            return
        if self.in_flight >= self.cap:
            refusal = Overloaded(f"{self.cap} requests are already under way; ask again shortly.", retry_after=1)
            await problem_response(refusal)(scope, receive, send)
            return
        self.in_flight += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.in_flight -= 1


class BodyLimit:
    """ASGI middleware: a body of more than `limit` bytes is answered 413, whether or not its length was announced."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        detail = f"The body is larger than {self.limit} bytes."
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > self.limit:
            await problem_response(PayloadTooLarge(detail))(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                # The framework lets only its own exceptions out of the reading of a body.
                raise HTTPException(413, detail)
            return message

        await self.app(scope, receive_within_limit, send)
