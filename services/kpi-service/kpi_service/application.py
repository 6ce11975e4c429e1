"""kpi-service put together from its features."""

from pathlib import Path

import httpx
from fastapi import FastAPI

from kpi_service.access.store import read_grants
from kpi_service.claims import routes as claims
from kpi_service.comparator_versions import routes as comparator_versions
from kpi_service.comparators import routes as comparators
from kpi_service.definitions import routes as definitions
from kpi_service.errors import CONSTRAINTS
from kpi_service.exports import routes as exports
from kpi_service.improvements import routes as improvements
from kpi_service.national_results import routes as national_results
from kpi_service.permissions import MATRIX
from kpi_service.result_series import routes as result_series
from kpi_service.results import routes as results
from kpi_service.scorecards import routes as scorecards
from kpi_service.settings import KpiSettings
from kpi_service.traces import routes as traces
from kpi_service.uploads import routes as uploads
from service_kit.application import Service, create_app
from service_kit.database import Database, make_engine
from service_kit.tokens import OUTGOING_TIMEOUT, PublishedKeys, TokenVerifier

SERVICE = Service(
    name="kpi-service",
    title="KPI service",
    description="Did it work? Key performance indicators over the facts that the other services tell of, with a trace.",
    routers=(
        *(uploads.router, definitions.router, results.router, improvements.router, comparators.router),
        *(national_results.router, result_series.router, traces.router, comparator_versions.router),
        *(exports.router, scorecards.router, claims.router),
    ),
    matrix=MATRIX,
    constraints=CONSTRAINTS,
    read_grants=read_grants,
    alembic_ini=str(Path(__file__).parents[1] / "alembic.ini"),
)


def application(settings: KpiSettings) -> FastAPI:
    """The application, which verifies access tokens with the keys their issuer publishes."""
    keys = PublishedKeys(settings.jwks_url, httpx.Client(timeout=OUTGOING_TIMEOUT))
    verifier = TokenVerifier(settings.token_issuer, SERVICE.name, keys)
    app = create_app(SERVICE, settings, Database(make_engine(settings)), verifier)
    app.state.minimum_count = settings.minimum_count
    return app
