"""`/livez` touches nothing; `/readyz` asks the pool and the schema; neither ever asks another service."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service_kit.database import EVERY_TENANT, Database
from service_kit.errors import DependencyUnavailable
from service_kit.telemetry import metrics


def add_health_routes(app: FastAPI, database: Database, alembic_ini: str) -> None:
    """Adds `/livez`, `/readyz` and `/metrics`. `alembic_ini` is the path of the service's migration settings."""
    expected = ScriptDirectory.from_config(Config(alembic_ini)).get_current_head()
    # A thread of its own: the requests' threads may all be busy, which is no reason to be found dead.
    own_thread = CapacityLimiter(1)

    async def livez(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_request: Request) -> Response:
        found = await to_thread.run_sync(_schema_head, database, limiter=own_thread)
        if found != expected:
            raise DependencyUnavailable(f"The database schema is at {found}; this release needs {expected}: migrate.")
        return JSONResponse({"status": "ready", "schema": found})

    app.add_route("/livez", livez)
    app.add_route("/readyz", readyz)
    app.add_route("/metrics", metrics)


def _schema_head(database: Database) -> str | None:
    try:
        with database.transaction(EVERY_TENANT) as session:
            found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
            return found
    except SQLAlchemyError as error:
        raise DependencyUnavailable("The database cannot be asked just now.", retry_after=2) from error
