"""The services as they run in earnest: real processes on free ports, started when a test first asks for them."""

import json
import os
import secrets
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from joserfc.jwk import ECKey

from tests.databases import Databases, ServiceDatabase
from tsa_local.ports import free_port
from tsa_local.processes import Command, Processes, RunningProcess

OPERATOR = "operator"
QUIET = ("--no-access-log", "--timeout-graceful-shutdown", "1")
PACKAGES = {"plans-api": "plans_api", "sle-broker": "sle_broker", "kpi-service": "kpi_service"}


@dataclass
class House:
    """All three services with their workers, each on its own fresh database, on `databases`' server."""

    databases: Databases
    folder: Path
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    ports: dict[str, int] = field(default_factory=lambda: {service: free_port() for service in PACKAGES})
    stores: dict[str, ServiceDatabase] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.processes = Processes(self.folder / "logs")
        self.running: dict[str, RunningProcess] = {}

    @property
    def plans(self) -> str:
        """The address of plans-api, running."""
        return self._running("plans-api")

    @property
    def broker(self) -> str:
        """The address of sle-broker, running, with plans-api behind it."""
        self._running("plans-api")
        return self._running("sle-broker")

    @property
    def kpis(self) -> str:
        """The address of kpi-service, running, with the two services it follows."""
        self._running("plans-api")
        self._running("sle-broker")
        return self._running("kpi-service")

    def url(self, service: str) -> str:
        """The address `service` has or will have."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def start(self, process: str) -> None:
        """Starts (again) one process: a service's name, or `<service>-worker`."""
        service = process.removesuffix("-worker")
        package = PACKAGES[service]
        arguments = (
            ["-m", f"{package}.worker"]
            if process.endswith("-worker")
            else ["-m", "uvicorn", f"{package}.main:app", "--port", str(self.ports[service]), *QUIET]
        )
        self.running[process] = self.processes.start(
            Command(process, [sys.executable, *arguments], self.environment(service))
        )

    def kill(self, process: str) -> None:
        """Ends one process as a power cut would."""
        self.running[process].kill()

    def wait_until_ready(self, service: str, seconds: float = 60.0) -> None:
        """Returns once `service` answers that it is ready."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = httpx.get(f"{self.url(service)}/readyz", timeout=2)
                if answer.status_code == httpx.codes.OK:
                    return
                said = answer.text
            except httpx.TransportError as error:
                said = repr(error)
            if time.monotonic() > deadline:
                log = (self.folder / "logs" / f"{service}.log").read_text()[-3000:]
                raise AssertionError(f"{service} is not ready after {seconds} s: {said}\n{log}")
            self.processes.check()
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends everything."""
        self.processes.stop()

    def environment(self, service: str) -> dict[str, str]:
        """The whole environment of a service's processes."""
        issuer = self.url("plans-api")
        store = self.stores[service]
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": store.app_url,
            "DATABASE_OWNER_URL": store.owner_url,
            "TOKEN_ISSUER": issuer,
            "TOKEN_URL": f"{issuer}/oauth/token",
            "JWKS_URL": f"{issuer}/.well-known/jwks.json",
            "SIGNING_KEY_FILE": str(self._signing_key()),
            "PLANS_API_URL": issuer,
            "SLE_BROKER_URL": self.url("sle-broker"),
            # Patient: what is slow on a busy machine is no fault of the service.
            "STATEMENT_TIMEOUT_MS": "25000",
            "LOCK_TIMEOUT_MS": "20000",
            "CLIENT_ID": service,
            "CLIENT_SECRET": self.secret,
            "BOOTSTRAP_CLIENTS": json.dumps(
                [
                    {"client_id": OPERATOR, "client_secret": self.secret, "role": "operator"},
                    {"client_id": "sle-broker", "client_secret": self.secret, "role": "service"},
                    {"client_id": "kpi-service", "client_secret": self.secret, "role": "service"},
                ]
            ),
        }

    def _running(self, service: str) -> str:
        if service not in self.stores:
            self.stores[service] = self.databases.clone(service)
            if service == "plans-api":
                bootstrap = [sys.executable, "-m", "plans_api.bootstrap"]
                self.processes.run_to_the_end([Command("bootstrap", bootstrap, self.environment(service))], 60)
            self.start(service)
            self.start(f"{service}-worker")
            self.wait_until_ready(service)
        return self.url(service)

    def _signing_key(self) -> Path:
        file = self.folder / "signing-key.json"
        if not file.exists():
            key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
            file.write_text(json.dumps(key.as_dict(private=True)))
        return file
