"""The published contract: what the framework knows, completed with refusals, examples and the way to sign in."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service_kit.access import PUBLIC, Matrix
from service_kit.schemas import Problem

Json = dict[str, Any]

_REFUSALS = {
    400: "The request cannot be read, or has a parameter this operation does not have.",
    401: "No access token, or one that is not accepted.",
    403: "The token's scope or your role does not allow this.",
    404: "There is no such thing here.",
    409: "The state of things is against it; `code` says how, `current` and `allowed` what can be done.",
    412: "It has changed since you read it.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "A field is not as it should be, or a rule about the input is broken.",
    428: "`If-Match` is missing.",
    503: "Busy, or something needed does not answer; `Retry-After` says when to ask again.",
}


def complete(app: FastAPI, matrix: Matrix) -> None:
    """Makes `app.openapi()` answer the completed contract; operation ids are the names in `matrix`."""

    def contract() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app, matrix)
        return app.openapi_schema

    app.openapi = contract  # type: ignore[method-assign]  # FastAPI's documented way to extend the contract


def refusal(description: str) -> Json:
    """A refusal in an operation's `responses`, where `complete` cannot know of it: a problem that means this."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def operations(contract: Mapping[str, Any]) -> Iterator[tuple[str, str, Json]]:
    """Method, path and operation of everything in a contract."""
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _completed(app: FastAPI, matrix: Matrix) -> Json:
    contract = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    schemas: Json = contract.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    contract["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "See POST /oauth/token."}
    }
    for method, path, operation in operations(contract):
        public = matrix[operation["operationId"]] is PUBLIC
        operation["security"] = [] if public else [{"bearer": []}]
        _declare_refusals(method, path, operation, public=public)
        for content in _contents(operation):
            example = _example(content.get("schema", {}), schemas)
            if "example" not in content and "examples" not in content and example is not None:
                content["example"] = example
    return contract


def _declare_refusals(method: str, path: str, operation: Json, *, public: bool) -> None:
    headers = {p["name"].lower() for p in operation.get("parameters", []) if p["in"] == "header"}
    has_body = "requestBody" in operation
    statuses = {400, 503}
    statuses |= set() if public else {401, 403}
    statuses |= {404} if "{" in path or has_body else set()
    statuses |= {413, 415} if has_body else set()
    statuses |= {422} if has_body or operation.get("parameters") else set()
    statuses |= {409} if method != "get" or operation["operationId"] == "read_events" else set()
    statuses |= {412, 428} if "if-match" in headers else set()
    responses = operation["responses"]
    responses.pop("422", None)
    for status in sorted(statuses):
        responses.setdefault(str(status), refusal(_REFUSALS[status]))


def _contents(operation: Json) -> Iterator[Json]:
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for response in operation["responses"].values():
        yield from response.get("content", {}).values()


def _example(schema: Json, schemas: Json) -> Any:
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") == "array":
        item = _example(schema["items"], schemas)
        return None if item is None else [item]
    if schema.get("type") == "object":
        return _object_example(schema, schemas)
    return None


def _object_example(schema: Json, schemas: Json) -> Json | None:
    parts = {name: _example(part, schemas) for name, part in schema.get("properties", {}).items()}
    known = {name: part for name, part in parts.items() if part is not None}
    nullable = {
        name
        for name, part in schema.get("properties", {}).items()
        if {"type": "null"} in part.get("anyOf", []) and name not in known
    }
    if not known or set(schema.get("required", [])) - known.keys() - nullable:
        return None
    return known | dict.fromkeys(nullable)
