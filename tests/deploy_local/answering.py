"""A small HTTP server that answers with what it is told to, for the tests of the clients."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tsa_local.api_client import AccessToken, ApiClient, JsonObject


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


@contextmanager
def answering() -> Iterator[Server]:
    """Such a server, until the end of the block."""
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
    try:
        yield kept
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def client_of(server: Server) -> ApiClient:
    """A client as a new run makes it."""
    return ApiClient(server.url, AccessToken(f"{server.url}/oauth/token", "tsa", "secret"))
