"""Whatever goes wrong, the caller reads one kind of document that says which rule stands in the way."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import key, note
from tests.service_kit.notes_service import SECRET_OF_THE_DEFECT


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document in `answer`, whole and of this status and code."""
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert document.keys() >= {"type", "title", "status", "detail", "code", "request_id", "errors"}
    assert document["type"] == f"urn:problem:{code}"
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


def test_an_unknown_address_is_not_found(writer: httpx.Client) -> None:
    problem(writer.get("/v1/nowhere"), 404, "not-found")
    problem(writer.get("/v1/notes/"), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/notes", {"GET", "POST"}),
        ("PUT", f"/v1/notes/{UUID(int=7)}", {"GET", "PATCH"}),
        ("POST", "/livez", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_refused_and_every_allowed_one_is_named(
    writer: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    answer = writer.request(method, path)
    problem(answer, 405, "method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5_000, b'{"a": 1e999999', b""])
def test_a_body_that_is_not_json_is_malformed(writer: httpx.Client, body: bytes) -> None:
    answer = writer.post("/v1/notes", content=body, headers=key() | {"Content-Type": "application/json"})
    if body:
        problem(answer, 400, "malformed-request")
    else:
        assert problem(answer, 422, "validation-failed")["errors"][0]["pointer"] == ""


def test_a_body_of_another_type_is_refused(writer: httpx.Client, tenant: UUID) -> None:
    for media_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded", ""):
        sent = json.dumps(note(tenant)).encode()
        answer = writer.post("/v1/notes", content=sent, headers=key() | {"Content-Type": media_type})
        problem(answer, 415, "unsupported-media-type")
    problem(
        writer.post("/v1/letters", content=b"<a/>", headers={"Content-Type": "text/xml"}), 415, "unsupported-media-type"
    )


def test_a_body_over_the_limit_is_refused(writer: httpx.Client, tenant: UUID) -> None:
    limit = 1_048_576
    problem(writer.post("/v1/notes", json=note(tenant, text="x" * limit), headers=key()), 413, "payload-too-large")
    streamed = (b"x" * 65_536 for _ in range(limit // 65_536 + 1))
    plain = {"Content-Type": "text/plain"}
    problem(writer.post("/v1/letters", content=streamed, headers=plain), 413, "payload-too-large")
    assert writer.post("/v1/letters", content=b"x" * limit, headers=plain).json() == {"seconds": limit}


def test_every_wrong_field_is_pointed_at(writer: httpx.Client) -> None:
    answer = writer.post("/v1/notes", json={"tenant_id": "x", "text": "", "a/b~c": 1}, headers=key())
    found = {error["pointer"]: error["code"] for error in problem(answer, 422, "validation-failed")["errors"]}
    assert found == {
        "/tenant_id": "uuid-parsing",
        "/title": "missing",
        "/text": "string-too-short",
        "/a~1b~0c": "extra-forbidden",
    }


def test_a_wrong_parameter_is_named(writer: httpx.Client) -> None:
    for value in ("nan", "inf", "-1", "61", "x"):
        errors = problem(writer.get("/v1/naps", params={"seconds": value}), 422, "validation-failed")["errors"]
        assert [error["pointer"] for error in errors] == ["seconds"]


def test_a_parameter_the_operation_does_not_have_is_refused(writer: httpx.Client) -> None:
    detail = problem(writer.get("/v1/notes", params={"autor": "x"}), 400, "unknown-parameter")["detail"]
    assert "autor" in detail
    assert "author, cursor, limit" in detail
    problem(writer.get(f"/v1/notes/{uuid4()}?x="), 400, "unknown-parameter")


def test_a_nul_is_refused_wherever_it_stands(writer: httpx.Client, tenant: UUID) -> None:
    problem(writer.get("/v1/notes/%00"), 400, "malformed-request")
    problem(writer.get(f"/v1/notes/{uuid4()}%00"), 400, "malformed-request")
    problem(writer.get("/v1/notes?author=%00"), 400, "malformed-request")
    problem(writer.get("/v1/notes?%00=1"), 400, "malformed-request")
    answer = writer.post("/v1/notes", json=note(tenant, text="a\0b"), headers=key())
    assert problem(answer, 422, "validation-failed")["errors"][0]["pointer"] == "/text"


@pytest.mark.parametrize(
    "content", [rb'{"title": "\ud800"}', rb'{"\ud800": 1}', rb'{"text": NaN}', b'"x"', b"null", b"[]"]
)
def test_what_json_allows_and_we_do_not_is_a_wrong_field(writer: httpx.Client, content: bytes) -> None:
    answer = writer.post("/v1/notes", content=content, headers=key() | {"Content-Type": "application/json"})
    problem(answer, 422, "validation-failed")


def test_a_path_that_can_name_nothing_is_not_found(writer: httpx.Client) -> None:
    problem(writer.get("/v1/notes/not-an-id"), 404, "not-found")


def test_a_constraint_is_shown_as_the_rule_it_guards(writer: httpx.Client, tenant: UUID) -> None:
    body = note(tenant)
    assert writer.post("/v1/notes", json=body, headers=key()).status_code == 201
    problem(writer.post("/v1/notes", json=body, headers=key()), 409, "title-taken")


@pytest.mark.parametrize("path", ["/v1/defects", "/v1/bad-statements"])
def test_a_defect_tells_the_caller_nothing_of_the_inside(notes: Notes, writer: httpx.Client, path: str) -> None:
    answer = writer.get(path)
    problem(answer, 500, "internal-error")
    for inside in (SECRET_OF_THE_DEFECT, "RuntimeError", "Traceback", "SELECT", "writer-", ".py"):
        assert inside not in answer.text
    asked = answer.request.headers["authorization"].removeprefix("Bearer ")
    mine = notes.first.logged(answer)
    logged = notes.first.process.log.read_text()
    assert SECRET_OF_THE_DEFECT not in logged
    assert asked not in logged
    assert [line["event"] for line in mine] == ["defect", "request"]
    assert mine[0]["exception"]
