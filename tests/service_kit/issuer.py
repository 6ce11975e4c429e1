"""A token issuer for tests: real keys, a published key set, a token endpoint, and every forgery one may try."""

import json
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT_ID = "follower"
CLIENT_SECRET = "only-for-tests"


class Issuer:
    """Issues tokens of the audience `notes`, and remembers every path it is asked for."""

    def __init__(self) -> None:
        self.key = new_key("first")
        self.published = [self.key]
        self.paths: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def claims(self, subject: str, scope: str = "notes:read notes:write notes:feed", **other: Any) -> dict[str, Any]:
        """The claims of a token that is accepted, with `other` in the place of theirs."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": ["notes"], "sub": subject, "scope": scope, "iat": now, "exp": now + 600}
        return usual | other

    def token(self, subject: str, scope: str = "notes:read notes:write notes:feed") -> str:
        """A token that is accepted."""
        return self.sign(self.claims(subject, scope))

    def sign(self, claims: Mapping[str, Any], key: ECKey | None = None, **header: Any) -> str:
        """Any claims and header, signed by the issuer's key or by `key`."""
        head = {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid} | header
        return jwt.encode(head, dict(claims), key or self.key)

    def stop(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._server.server_close()


def new_key(key_id: str) -> ECKey:
    """A fresh signing key."""
    return ECKey.generate_key("P-256", {"kid": key_id, "use": "sig", "alg": "ES256"})


def _handler_of(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.paths.append(self.path)
            self._answer({"keys": [key.as_dict(private=False) for key in issuer.published]})

        def do_POST(self) -> None:
            issuer.paths.append(self.path)
            self._answer({"access_token": issuer.token(CLIENT_ID), "token_type": "Bearer", "expires_in": 600})

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

        def _answer(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
