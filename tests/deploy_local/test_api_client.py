"""The client of the public APIs: a key for each write, patience when asked for it, refusals in one line."""

import json

import pytest

from tests.deploy_local.answering import Server, client_of
from tsa_local.api_client import AccessToken, ApiProblem
from tsa_local.documents import GZIP, Document
from tsa_local.trouble import Trouble


def keys_of(server: Server) -> list[str]:
    """The idempotency keys that were heard, in their order."""
    return [heard.headers["idempotency-key"] for heard in server.heard if "idempotency-key" in heard.headers]


def test_what_is_asked_twice_is_answered_anew_and_not_with_what_was_done_the_first_time(server: Server) -> None:
    with client_of(server) as api:
        for _ in range(2):
            server.will_answer({"changed": True})
            api.hand_in("/v1/register-imports", Document(b"\x1f\x8b", GZIP))
    first, second = keys_of(server)
    assert first != second
    assert server.heard[-1].headers["content-type"] == "application/gzip"


def test_a_transition_names_the_version_it_was_asked_of(server: Server) -> None:
    with client_of(server) as api:
        server.will_answer({})
        api.transition("/v1/deployments/1", 7, to="released", on="2015-01-16")
    assert server.heard[-1].line == "POST /v1/deployments/1/transitions"
    assert server.heard[-1].headers["if-match"] == '"7"'
    assert json.loads(server.heard[-1].body) == {"to": "released", "on": "2015-01-16"}


def test_a_list_is_read_page_by_page(server: Server) -> None:
    server.will_answer({"items": [{"urn": "1"}, {"urn": "2"}], "next_cursor": "a b"})
    server.will_answer({"items": [{"urn": "3"}], "next_cursor": None})
    with client_of(server) as api:
        assert [item["urn"] for item in api.each("/v1/schools", status="open", local_authority=None)] == ["1", "2", "3"]
    _, first, second = server.heard
    assert first.line == "GET /v1/schools?limit=200&status=open"
    assert second.line == "GET /v1/schools?limit=200&status=open&cursor=a+b"


@pytest.mark.parametrize("back_at", ["0", "Thu, 26 Nov 2015 09:00:00 GMT"])
def test_a_service_that_asks_to_come_back_is_asked_again_under_the_same_key(server: Server, back_at: str) -> None:
    server.will_answer({"code": "overloaded"}, 503, Retry_After=back_at)
    server.will_answer({"id": "1"}, 201)
    with client_of(server) as api:
        assert api.create("/v1/leaders", {}) == {"id": "1"}
    first, second = keys_of(server)
    assert first == second


def test_a_service_that_does_not_say_when_to_come_back_is_not_asked_again(server: Server) -> None:
    server.will_answer({"detail": "Later.", "code": "overloaded"}, 503, Retry_After="soon")
    with client_of(server) as api, pytest.raises(ApiProblem, match="overloaded"):
        api.create("/v1/leaders", {})


def test_a_refusal_is_one_line_with_the_reason_the_field_and_the_request_id(server: Server) -> None:
    problem = {
        "detail": "The request is not valid.",
        "code": "validation-failed",
        "request_id": "r-1",
        "errors": [{"pointer": "/cohort", "code": "int", "detail": "a whole number is wanted"}],
    }
    server.will_answer(problem, 422)
    with client_of(server) as api, pytest.raises(ApiProblem) as refused:
        api.create("/v1/alliances", {"cohort": "two"})
    assert (refused.value.status, refused.value.code) == (422, "validation-failed")
    assert str(refused.value) == (
        "The request is not valid. /cohort: a whole number is wanted "
        "(POST /v1/alliances: 422 validation-failed, request r-1)"
    )


def test_an_address_that_answers_with_a_page_is_told(server: Server) -> None:
    server.will_answer("<html>Welcome</html>")
    with client_of(server) as api, pytest.raises(Trouble, match=r"/v1/alliances did not answer with JSON"):
        api.get("/v1/alliances")


def test_a_token_is_fetched_once_and_anew_before_it_ends(server: Server) -> None:
    with client_of(server) as api:
        for _ in range(2):
            server.will_answer({})
            api.get("/v1/alliances")
        assert [heard.line for heard in server.heard].count("POST /oauth/token") == 1
    server.lives_seconds = 60
    with client_of(server) as api:
        for _ in range(2):
            server.will_answer({})
            api.get("/v1/alliances")
        assert [heard.line for heard in server.heard].count("POST /oauth/token") == 3


def test_the_issuer_is_read_from_the_token_itself(server: Server) -> None:
    assert AccessToken(f"{server.url}/oauth/token", "tsa", "secret").issuer == "http://issuer"
