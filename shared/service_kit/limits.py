"""Keeping a busy service quick: requests beyond what it can serve are refused at once, not queued."""

from starlette.types import ASGIApp, Receive, Scope, Send

from service_kit.errors import Overloaded
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
        if scope["type"] != "http" or scope["path"] in UNCOUNTED_PATHS:
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
