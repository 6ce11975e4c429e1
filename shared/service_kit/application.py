"""A service's application, with all a service of the house has; a route without a matrix row stops its start."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Body, Query
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy.orm import Session
from starlette.middleware import Middleware

from service_kit import audit, clock, openapi
from service_kit.access import PUBLIC, Caller, Grant, Matrix
from service_kit.commands import Command
from service_kit.database import EVERY_TENANT, Database
from service_kit.errors import MalformedRequest, Unauthenticated, UnknownParameter, UnsupportedMediaType
from service_kit.feed import feed_routes
from service_kit.health import add_health_routes
from service_kit.idempotency import IdempotencyKey, idempotency_header
from service_kit.limits import BodyLimit, InFlightCap
from service_kit.problems import ConstraintRefusals, DefectsAsProblems, install_problem_handlers
from service_kit.settings import ServiceSettings
from service_kit.telemetry import RequestIdentity, configure_logs
from service_kit.tokens import TokenVerifier

ReadGrants = Callable[[Session, str, str], Sequence[Grant]]
"""The roles somebody holds by our own records: session, issuer and subject in, grants out."""


@dataclass(frozen=True)
class Service:
    """What makes one service differ from another."""

    name: str
    title: str
    description: str
    routers: Sequence[APIRouter]
    matrix: Matrix
    constraints: ConstraintRefusals
    read_grants: ReadGrants
    alembic_ini: str


def create_app(service: Service, settings: ServiceSettings, database: Database, verifier: TokenVerifier) -> FastAPI:
    """The application of `service`. Errors: `ValueError` naming every route without a row in the permission matrix."""
    configure_logs(service.name, settings.log_level)
    app = FastAPI(
        title=service.title,
        description=service.description,
        version="1.0.0",
        dependencies=[Depends(authorise), Depends(examine_request)],
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        redoc_url=None,
        lifespan=_limit_threads(settings.pool_size),
        middleware=[
            Middleware(RequestIdentity),
            Middleware(DefectsAsProblems),
            Middleware(InFlightCap, cap=4 * settings.pool_size),
            Middleware(BodyLimit, limit=settings.max_body_bytes),
        ],
    )
    app.state.service = service
    app.state.database = database
    app.state.verifier = verifier
    app.state.query_parameters = {}
    install_problem_handlers(app, service.constraints)
    add_health_routes(app, database, service.alembic_ini)
    for router in (*service.routers, feed_routes(service.name)):
        app.include_router(router)
    unlisted = [name for name in operation_names(app) if name not in service.matrix]
    if unlisted:
        raise ValueError(f"No row in the permission matrix of {service.name} for: {', '.join(unlisted)}")
    openapi.complete(app, service.matrix)
    return app


def operation_names(app: FastAPI) -> list[str]:
    """The names of all operations of `app`: their ids in the contract and in the permission matrix."""
    routes = iter_route_contexts(app.routes)
    return [str(route.name) for route in routes if isinstance(route.original_route, APIRoute)]


def _limit_threads(pool_size: int) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """As many threads as connections: a request that has a thread never waits for a connection."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = pool_size
        yield
        app.state.database.engine.dispose()

    return lifespan


async def examine_request(request: Request) -> None:
    """Refuses what no operation may be sent: a NUL, a parameter the operation does not have, a body of another type."""
    if b"%00" in request.scope["raw_path"] + request.scope["query_string"] or "\x00" in request.url.path:
        raise MalformedRequest("A NUL character is not allowed anywhere.")
    route: APIRoute = request.scope["route"]
    known = _query_parameters(request.app, route)
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        takes = f"it takes {', '.join(sorted(known))}" if known else "it takes none"
        raise UnknownParameter(f"This operation has no query parameter {', '.join(unknown)}; {takes}.")
    if route.body_field is not None and isinstance(route.body_field.field_info, Body):
        expected = route.body_field.field_info.media_type
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != expected:
            raise UnsupportedMediaType(f"Send the body as {expected}.")


def _query_parameters(app: FastAPI, route: APIRoute) -> frozenset[str]:
    known: dict[str, frozenset[str]] = app.state.query_parameters
    if route.name not in known:
        parameters = get_flat_params(route.dependant)
        known[route.name] = frozenset(p.alias for p in parameters if isinstance(p.field_info, Query))
    return known[route.name]


def authorise(
    request: Request, authorization: Annotated[str | None, Header(include_in_schema=False)] = None
) -> Caller | None:
    """The caller of this operation, let in by its row in the permission matrix; None where the operation is public."""
    service: Service = request.app.state.service
    permission = service.matrix[request.scope["route"].name]
    if permission is PUBLIC:
        return None
    verifier: TokenVerifier = request.app.state.verifier
    claims = verifier.verify(authorization)
    database: Database = request.app.state.database
    with database.transaction(EVERY_TENANT) as session:
        grants = tuple(service.read_grants(session, claims.issuer, claims.subject))
    caller = Caller(claims.issuer, claims.subject, claims.scopes, grants, permission)
    caller.require_scope_and_role()
    return caller


async def known_caller(caller: Annotated[Caller | None, Depends(authorise)]) -> Caller:
    """The caller, in an operation that is not public."""
    if caller is None:
        raise Unauthenticated("This operation needs a caller.")
    return caller


CallerOf = Annotated[Caller, Depends(known_caller)]


async def instant() -> datetime:
    """The instant this request counts as."""
    return clock.now()


Now = Annotated[datetime, Depends(instant)]


async def database_of(request: Request) -> Database:
    """The service's database."""
    database: Database = request.app.state.database
    return database


DatabaseOf = Annotated[Database, Depends(database_of)]


async def keyed_command(
    request: Request,
    caller: CallerOf,
    database: DatabaseOf,
    now: Now,
    key: Annotated[tuple[str, bytes], Depends(idempotency_header)],
) -> Command:
    """The write of a POST, which carries an idempotency key."""
    route: APIRoute = request.scope["route"]
    client = f"{caller.issuer} {caller.subject}"
    return Command(database, caller, now, IdempotencyKey(client, route.name, *key))


async def unkeyed_command(caller: CallerOf, database: DatabaseOf, now: Now) -> Command:
    """The write of a PUT, PATCH or DELETE, which `If-Match` makes safe to repeat."""
    return Command(database, caller, now, None)


KeyedCommand = Annotated[Command, Depends(keyed_command)]
UnkeyedCommand = Annotated[Command, Depends(unkeyed_command)]


@dataclass(frozen=True)
class Reading:
    """One read a caller asks for."""

    database: Database
    caller: Caller
    now: datetime

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction that sees what the caller may see, as it stood when it began."""
        with self.database.one_picture(self.caller.visible) as session:
            yield session

    def note(self, session: Session, action: str, *, subject: UUID | str, tenant: UUID | None) -> None:
        """Writes the audit row of a reading of personal data or of a judgement of a person."""
        self.note_each(session, action, read={subject: tenant})

    def note_each(self, session: Session, action: str, *, read: Mapping[UUID | str, UUID | None]) -> None:
        """Writes the audit rows of many things read at once: `read` has each one's tenant by its subject."""
        subjects = {str(subject): tenant for subject, tenant in read.items()}
        audit.note(session, self.caller, action=action, subjects=subjects, at=self.now)


async def reading(caller: CallerOf, database: DatabaseOf, now: Now) -> Reading:
    """The read of a GET, or of a search that is a POST."""
    return Reading(database, caller, now)


ReadingOf = Annotated[Reading, Depends(reading)]
