"""Every answer that is not a success, the framework's own included, as a problem document. Statuses stand here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg.errors
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit import errors
from service_kit.errors import FieldError, Refusal
from service_kit.telemetry import current_request_id, log

STATUSES: Mapping[type[Refusal], int] = {
    errors.BadRequest: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedType: 415,
    errors.RuleBroken: 422,
    errors.PreconditionRequired: 428,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
}

_OUT_OF_TIME = psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected

ConstraintRefusals = Mapping[str, Callable[[], Refusal]]
"""For a database constraint by name: the rule it guards, as the refusal a caller is shown."""


def status_of(refusal: Refusal) -> int:
    """The HTTP status of the family that `refusal` belongs to."""
    return next(status for family, status in STATUSES.items() if isinstance(refusal, family))


def problem_response(refusal: Refusal) -> Response:
    """`refusal` as a problem document. `Retry-After` is always there on 429 and 503, `WWW-Authenticate` on 401."""
    status = status_of(refusal)
    headers = {}
    if status in (429, 503) or refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after or 1)
    if isinstance(refusal, errors.Unauthenticated):
        headers["WWW-Authenticate"] = refusal.challenge
    return _document(status, refusal.title, refusal.detail, refusal.code, refusal.errors, refusal.members, headers)


def _document(
    status: int,
    title: str,
    detail: str,
    code: str,
    field_errors: Sequence[FieldError] = (),
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    content = {
        "type": f"urn:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_request_id(),
        "errors": [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in field_errors],
        **(members or {}),
    }
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def install_problem_handlers(app: FastAPI, constraints: ConstraintRefusals) -> None:
    """Makes `app` answer every foreseen error as a problem; a broken constraint in `constraints` as its rule."""

    async def answer(request: Request, error: Exception) -> Response:
        match error:
            case Refusal():
                return problem_response(error)
            case RequestValidationError():
                return problem_response(refusal_of_validation(error))
            case HTTPException():
                return _framework_problem(request, error)
            case ClientDisconnect():
                return problem_response(errors.MalformedRequest("The body ended before it was whole."))
            case DBAPIError() | PoolTimeout() | StaleDataError():
                return problem_response(refusal_of_database_error(error, constraints))
        raise error

    database_errors = (DBAPIError, PoolTimeout, StaleDataError)
    for kind in (Refusal, RequestValidationError, HTTPException, ClientDisconnect, *database_errors):
        app.add_exception_handler(kind, answer)


class DefectsAsProblems:
    """ASGI middleware: an error nobody foresaw is logged, and answered 500 without a word of what it says.

    It stands inside the middleware that gives the request its id; the framework's own place for this does not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""
        started = False

        async def send_and_remember(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_remember)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            log.error("defect", exc_info=error)
            detail = "A defect of the service, not of your request. It is logged under this request id."
            await _document(500, "Internal error", detail, "internal-error")(scope, receive, send)


def refusal_of_validation(error: RequestValidationError) -> Refusal:
    """Which refusal the framework's complaint is: unreadable JSON 400, a path no object can have 404, the rest 422."""
    complaints = error.errors()
    if any(complaint["type"] == "json_invalid" for complaint in complaints):
        return errors.MalformedRequest("The body is not valid JSON.")
    if any(complaint["loc"][0] == "path" for complaint in complaints):
        return errors.NotFound("There is no such thing here.")
    fields = [FieldError(_pointer(c["loc"]), c["type"].replace("_", "-"), c["msg"]) for c in complaints]
    count = "1 field is" if len(fields) == 1 else f"{len(fields)} fields are"
    return errors.ValidationFailed(f"{count} not as it should be; `errors` says which and why.", errors=fields)


def _pointer(location: Sequence[int | str]) -> str:
    where, *rest = location
    if where != "body":
        return ".".join(map(str, rest))
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in rest)


_FRAMEWORK_CODES = {404: "not-found", 405: "method-not-allowed", 400: "malformed-request", 413: "payload-too-large"}


def _framework_problem(request: Request, error: HTTPException) -> Response:
    code = _FRAMEWORK_CODES.get(error.status_code, "request-refused")
    title = code.replace("-", " ").capitalize()
    # The framework names the methods of the first route it finds, and each method of ours is a route.
    headers = {"Allow": _allowed_methods(request)} if error.status_code == 405 else error.headers
    return _document(error.status_code, title, error.detail, code, headers=headers)


def _allowed_methods(request: Request) -> str:
    routes = iter_route_contexts(request.app.routes)
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted({method for route in here for method in route.methods or ()}))


def refusal_of_database_error(error: Exception, constraints: ConstraintRefusals) -> Refusal:
    """What a caller is told when the database refuses. An outcome that is not known is never reported as a refusal of
    the input: the caller may send the same key again."""
    if isinstance(error, StaleDataError):
        return errors.VersionMismatch("It has changed since you read it; read it again and decide anew.")
    if isinstance(error, PoolTimeout):
        return errors.Overloaded("All database connections are in use; ask again shortly.")
    cause = getattr(error, "orig", None)
    if isinstance(cause, psycopg.Error):
        rule = constraints.get(cause.diag.constraint_name or "")
        if rule is not None:
            return rule()
    if isinstance(cause, psycopg.errors.DiskFull):
        return errors.StorageFull("The database's disk is full; nothing was written.", retry_after=60)
    if isinstance(cause, _OUT_OF_TIME):
        return errors.Overloaded("The database did not answer in time; nothing was written.")
    if isinstance(error, IntegrityError) and isinstance(cause, psycopg.errors.UniqueViolation):
        return errors.Duplicate("The same thing is already recorded.")
    if isinstance(error, DataError | IntegrityError):
        return errors.ValidationFailed("A value is outside what can be stored.")
    if isinstance(error, DBAPIError) and _is_lost_connection(error):
        return errors.DependencyUnavailable("The connection to the database was lost; send the same request again.")
    raise error


def _is_lost_connection(error: DBAPIError) -> bool:
    cause = error.orig
    return error.connection_invalidated or isinstance(
        cause, psycopg.errors.OperationalError | psycopg.errors.InterfaceError
    )
