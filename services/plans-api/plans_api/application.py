"""plans-api put together from its features."""

from pathlib import Path

from fastapi import FastAPI

from plans_api.access import routes as access
from plans_api.access.store import read_grants
from plans_api.alliances import routes as alliances
from plans_api.bookings import routes as bookings
from plans_api.calendar_feeds import routes as calendar_feeds
from plans_api.corrections import routes as corrections
from plans_api.errors import CONSTRAINTS
from plans_api.exports import routes as exports
from plans_api.findings import routes as findings
from plans_api.imports import routes as imports
from plans_api.milestone_dates import routes as milestone_dates
from plans_api.monitoring import routes as monitoring
from plans_api.permissions import MATRIX
from plans_api.plans import routes as plans
from plans_api.programmes import routes as programmes
from plans_api.register_imports import routes as register_imports
from plans_api.schools import routes as schools
from plans_api.settings import PlansSettings
from plans_api.success_measures import routes as success_measures
from service_kit.application import Service, create_app
from service_kit.database import Database, make_engine
from service_kit.token_signing import TokenSigner
from service_kit.tokens import KnownKeys, TokenVerifier

SERVICE = Service(
    name="plans-api",
    title="Plans API",
    description="Who we are and what we said we would do: schools, alliances, who may do what, and action plans.",
    routers=(
        schools.router,
        register_imports.router,
        alliances.router,
        access.router,
        plans.router,
        milestone_dates.router,
        imports.router,
        findings.router,
        corrections.router,
        exports.router,
        calendar_feeds.router,
        monitoring.router,
        programmes.router,
        bookings.router,
        success_measures.router,
    ),
    matrix=MATRIX,
    constraints=CONSTRAINTS,
    read_grants=read_grants,
    alembic_ini=str(Path(__file__).parents[1] / "alembic.ini"),
)


def application(settings: PlansSettings) -> FastAPI:
    """The application, which verifies access tokens with the same key it signs them with."""
    signer = TokenSigner.from_file(settings.token_issuer, settings.signing_key_file)
    verifier = TokenVerifier(settings.token_issuer, SERVICE.name, KnownKeys(signer.public_keys))
    app = create_app(SERVICE, settings, Database(make_engine(settings)), verifier)
    app.state.token_signer = signer
    return app
