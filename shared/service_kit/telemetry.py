"""What the house tells about itself: the request's identity, structured logs, metrics. No personal data, no tokens."""

import logging
import re
import secrets
import sys
import time
from collections.abc import Callable

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor
from uuid_utils import uuid7

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
_TRACE_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")

_requests = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
_seconds = Histogram("http_request_seconds", "Time to the end of the answer.", ["method", "route"])

log = structlog.get_logger()


def configure_logs(service: str, level: str) -> None:
    """One JSON object a line on standard error, with the service's name and the request's ids on every line.

    The libraries' and the server's own lines are no exception. Tracebacks come without the values of variables, which
    may be a token or somebody's name.
    """

    def name_service(_logger: object, _method: str, event: EventDict) -> EventDict:
        return {"service": service, **event}

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        name_service,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    ]
    as_json = structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    drop_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[drop_meta, as_json])
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    for server in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(server).handlers.clear()
        # Our own line for each request says more, and never the query.
        logging.getLogger(server).propagate = server != "uvicorn.access"
    structlog.configure(
        processors=[*shared, as_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def current_request_id() -> str:
    """The id of the request under way, or `-` outside any request."""
    return str(structlog.contextvars.get_contextvars().get("request_id", "-"))


def current_trace_parent() -> str | None:
    """The W3C `traceparent` of the request under way, to be sent on and stored with events."""
    value = structlog.contextvars.get_contextvars().get("trace_parent")
    return None if value is None else str(value)


class RequestIdentity:
    """ASGI middleware: gives every request an id and a trace, logs its end and counts it.

    A caller's own `X-Request-Id` is used where it is 8 to 128 letters, digits, dots, dashes or underscores, and echoed.
    A caller's `traceparent` is continued with a span of our own.
    """

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.perf_counter) -> None:
        self.app = app
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        asked = request.headers.get("x-request-id", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid7().hex
        trace_parent = _continued(request.headers.get("traceparent", ""))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, trace_parent=trace_parent)
        began, status = self.clock(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers["traceparent"] = trace_parent
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            route = getattr(scope.get("route"), "path", "unrouted")
            took = self.clock() - began
            _requests.labels(request.method, route, status).inc()
            _seconds.labels(request.method, route).observe(took)
            log.info("request", method=request.method, route=route, status=status, ms=round(took * 1000, 1))


def _continued(trace_parent: str) -> str:
    found = _TRACE_PARENT.fullmatch(trace_parent)
    trace, flags = (found[1], found[3]) if found else (secrets.token_hex(16), "01")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


async def metrics(_request: Request) -> Response:
    """`/metrics`, in Prometheus' text format."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
