"""sle-broker put together from its features."""

from pathlib import Path

import httpx
from fastapi import FastAPI

from service_kit.application import Service, create_app
from service_kit.database import Database, make_engine
from service_kit.tokens import OUTGOING_TIMEOUT, PublishedKeys, TokenVerifier
from sle_broker.access.store import read_grants
from sle_broker.audits import routes as audits
from sle_broker.availability import routes as availability
from sle_broker.brokerage_rounds import routes as brokerage_rounds
from sle_broker.deployment_clock import routes as deployment_clock
from sle_broker.deployments import routes as deployments
from sle_broker.designation_applications import routes as designation_applications
from sle_broker.designation_rounds import routes as designation_rounds
from sle_broker.designation_rules import routes as designation_rules
from sle_broker.designations import routes as designations
from sle_broker.due_reviews import routes as due_reviews
from sle_broker.errors import CONSTRAINTS
from sle_broker.evaluations import routes as evaluations
from sle_broker.leader_days import routes as leader_days
from sle_broker.lending import routes as lending
from sle_broker.lending_offers import routes as lending_offers
from sle_broker.matching import routes as matching
from sle_broker.matching_weights import routes as matching_weights
from sle_broker.need_summaries import routes as need_summaries
from sle_broker.needs import routes as needs
from sle_broker.outcomes import routes as outcomes
from sle_broker.permissions import MATRIX
from sle_broker.placement_matches import routes as placement_matches
from sle_broker.placements import routes as placements
from sle_broker.settings import BrokerSettings
from sle_broker.sharing_protocols import routes as sharing_protocols
from sle_broker.specialisms import routes as specialisms
from sle_broker.support_requests import routes as support_requests
from sle_broker.teachers import routes as teachers

SERVICE = Service(
    name="sle-broker",
    title="SLE broker",
    description="Who can help, who needs help, and who is helping whom: system leaders, support requests, shortlists "
    "with reasons, and deployments.",
    routers=(
        specialisms.router,
        teachers.router,
        sharing_protocols.router,
        needs.router,
        audits.router,
        designation_rules.router,
        designations.router,
        need_summaries.router,
        designation_rounds.router,
        designation_applications.router,
        availability.router,
        support_requests.router,
        deployments.router,
        due_reviews.router,
        leader_days.router,
        evaluations.router,
        outcomes.router,
        lending.router,
        matching_weights.router,
        matching.router,
        deployment_clock.router,
        lending_offers.router,
        brokerage_rounds.router,
        placements.router,
        placement_matches.router,
    ),
    matrix=MATRIX,
    constraints=CONSTRAINTS,
    read_grants=read_grants,
    alembic_ini=str(Path(__file__).parents[1] / "alembic.ini"),
)


def application(settings: BrokerSettings) -> FastAPI:
    """The application, which verifies access tokens with the keys their issuer publishes."""
    keys = PublishedKeys(settings.jwks_url, httpx.Client(timeout=OUTGOING_TIMEOUT))
    verifier = TokenVerifier(settings.token_issuer, SERVICE.name, keys)
    return create_app(SERVICE, settings, Database(make_engine(settings)), verifier)
