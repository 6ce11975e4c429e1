"""Who may not do a thing is told so, for every operation of every service: asked over HTTP, with real tokens."""

import re
from uuid import uuid4

import httpx
import pytest

from service_kit.access import PUBLIC
from service_kit.openapi import operations
from tests.contracts.applications import SERVICES, applications
from tests.people import People, SignedIn
from tests.running import House

GUARDED = [
    pytest.param(service, method, path, operation["operationId"], id=f"{service}-{operation['operationId']}")
    for service, app in applications().items()
    for method, path, operation in operations(app.openapi())
    if SERVICES[service].matrix[operation["operationId"]] is not PUBLIC
]


def filled(path: str) -> str:
    """`path` with ids that no thing has."""
    return re.sub(r"{urn}", "999999", re.sub(r"{\w+_id}", lambda _: str(uuid4()), path))


def address(house: House, service: str) -> str:
    """The address of `service`, running."""
    return {"plans-api": house.plans, "sle-broker": house.broker, "kpi-service": house.kpis}[service]


@pytest.fixture(scope="module")
def nobodies(people: People) -> dict[str, SignedIn]:
    """At each service, a client with every scope and no role."""
    plans = people.nobody("plans-api")
    return {"plans-api": plans} | {service: people.at(plans, service) for service in ("sle-broker", "kpi-service")}


@pytest.mark.parametrize(("service", "method", "path", "operation"), GUARDED)
def test_without_a_token_an_operation_is_401(
    house: House, service: str, method: str, path: str, operation: str
) -> None:
    answer = httpx.request(method, address(house, service) + filled(path))
    assert answer.status_code == httpx.codes.UNAUTHORIZED, answer.text
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("service", "method", "path", "operation"), GUARDED)
def test_without_a_role_an_operation_is_403(
    nobodies: dict[str, SignedIn], service: str, method: str, path: str, operation: str
) -> None:
    answer = nobodies[service].request(method, filled(path))
    assert answer.status_code == httpx.codes.FORBIDDEN, answer.text
    assert answer.json()["code"] == "forbidden"
