"""The client of the public APIs: a key for each write, patience when asked for it, refusals in one line."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tsa_local.api_client import AccessToken, ApiClient, ApiProblem, JsonObject
from tsa_local.documents import GZIP, Document
from tsa_local.trouble import Trouble


@dataclass(frozen=True)
class Heard:
    """A request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Answers with what it was told to, in turn, and keeps what it heard. A token is given to whoever asks."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], JsonObject | str]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    lives_seconds: int = 600

    def will_answer(self, body: JsonObject | str, status: int = 200, **headers: str) -> None:
        """The next answer."""
        self.answers.append((status, headers, body))


@pytest.fixture
def server() -> Iterator[Server]:
    kept = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers: dict[str, str] = {}
            told: JsonObject | str
            if self.path == "/oauth/token":
                claims = base64.urlsafe_b64encode(json.dumps({"iss": "http://issuer"}).encode()).decode().rstrip("=")
                status, told = 200, {"access_token": f"h.{claims}.s", "expires_in": kept.lives_seconds}
            else:
                status, headers, told = kept.answers.pop(0)
            heard = {name.lower(): value for name, value in self.headers.items()}
            kept.heard.append(Heard(f"{self.command} {self.path}", heard, body))
            content = (told if isinstance(told, str) else json.dumps(told)).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815 -- the names the standard library calls

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield kept
    listening.shutdown()
    listening.server_close()
    thread.join()


def client_of(server: Server) -> ApiClient:
    """A client as a new run makes it."""
    return ApiClient(server.url, AccessToken(f"{server.url}/oauth/token", "tsa", "secret"))


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


def test_a_service_that_asks_to_come_back_is_asked_again_under_the_same_key(server: Server) -> None:
    server.will_answer({"code": "overloaded"}, 503, Retry_After="0")
    server.will_answer({"id": "1"}, 201)
    with client_of(server) as api:
        assert api.create("/v1/leaders", {}) == {"id": "1"}
    first, second = keys_of(server)
    assert first == second


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
