"""The published contracts are up to date, complete, and give an example for everything."""

from typing import Any

import pytest

from service_kit.openapi import operations
from tests.contracts.applications import SERVICES, applications
from tests.contracts.write_openapi import contract_text, published

OPERATIONS = [
    pytest.param(service, operation, id=f"{service}-{operation['operationId']}")
    for service, app in applications().items()
    for _, _, operation in operations(app.openapi())
]


@pytest.mark.parametrize("service", SERVICES)
def test_the_published_contract_is_what_the_code_says(service: str) -> None:
    assert published(service).read_text() == contract_text(service), "run `make openapi` and commit the result"


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_an_operation_says_what_it_does(service: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"], "the endpoint's docstring is what a reader of the docs sees"
    assert operation["tags"]


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_an_operation_has_an_example_of_what_goes_in_and_what_comes_out(
    service: str, operation: dict[str, Any]
) -> None:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    assert answers
    for part in [*bodies, *answers]:
        for media_type, content in part["content"].items():
            assert "example" in content or "examples" in content, f"{media_type} has no example"


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_an_operation_declares_its_refusals_as_problems(service: str, operation: dict[str, Any]) -> None:
    refusals = {s: a for s, a in operation["responses"].items() if not s.startswith("2")}
    assert {"400", "503"} <= refusals.keys()
    for answer in refusals.values():
        assert set(answer["content"]) == {"application/problem+json"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_row_in_the_permission_matrix_and_every_row_an_operation(service: str) -> None:
    names = {operation["operationId"] for _, _, operation in operations(applications()[service].openapi())}
    assert names == SERVICES[service].matrix.keys()
