"""kpi-service over HTTP, with an issuer of our own and roles told of as the feed tells of them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import uvicorn
from joserfc.jwk import ECKey

from kpi_service.application import SERVICE
from service_kit.application import create_app
from service_kit.database import Database
from service_kit.settings import ServiceSettings
from service_kit.token_signing import TokenSigner
from service_kit.tokens import KnownKeys, TokenVerifier
from tests.kpi_service.builders import tell
from tsa_local.ports import free_port

ISSUER = "http://issuer.example"
SCOPES = ("kpi-service:read", "kpi-service:write", "kpi-service:feed")


class Somebody(httpx.Client):
    """An HTTP client of one who holds the role in `grant`."""

    def __init__(self, address: str, token: str, grant: dict[str, Any]) -> None:
        super().__init__(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self.grant = grant


@dataclass
class Serving:
    """The service at `address`."""

    database: Database
    address: str
    signer: TokenSigner
    _open: list[httpx.Client] = field(default_factory=list)

    def somebody(
        self, role: str, alliance_id: UUID | None = None, party: str | None = None, scopes: tuple[str, ...] = SCOPES
    ) -> Somebody:
        """Somebody new who holds one role."""
        grant = {
            "role_grant_id": uuid4(),
            "issuer": ISSUER,
            "subject": f"{role}-{uuid4()}",
            "role": role,
            "alliance_id": alliance_id,
            "party": party,
        }
        tell(self.database, "role-granted", grant)
        token = self.signer.sign(str(grant["subject"]), list(scopes), [SERVICE.name], datetime.now(UTC))
        client = Somebody(self.address, token, grant)
        self._open.append(client)
        return client

    def also(self, somebody: Somebody, role: str, alliance_id: UUID) -> None:
        """Somebody is granted one more role."""
        more = {"role_grant_id": uuid4(), "role": role, "alliance_id": alliance_id}
        tell(self.database, "role-granted", somebody.grant | more)

    def revoke_role_of(self, somebody: Somebody) -> None:
        """Somebody's role is revoked."""
        tell(self.database, "role-revoked", somebody.grant)

    def close(self) -> None:
        """Closes every connection."""
        for client in self._open:
            client.close()


@contextmanager
def serving(database: Database, settings: ServiceSettings) -> Iterator[Serving]:
    """Runs the service on a free port until the block ends."""
    signer = TokenSigner(ISSUER, ECKey.generate_key("P-256", private=True, auto_kid=True))
    app = create_app(SERVICE, settings, database, TokenVerifier(ISSUER, SERVICE.name, KnownKeys(signer.public_keys)))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 60
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise AssertionError("kpi-service did not start")
            time.sleep(0.01)
        running = Serving(database, f"http://127.0.0.1:{port}", signer)
        yield running
        running.close()
    finally:
        server.should_exit = True
        thread.join()
