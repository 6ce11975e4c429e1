"""The whole product on this machine: Postgres, three services, their workers; started in order, stopped together."""

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import httpx

from service_kit.provision import provision
from tsa_local.credentials import Credentials, make_signing_key, write_privately
from tsa_local.embedded_postgres import EmbeddedPostgres
from tsa_local.ports import LOOPBACK, VARIABLES, Ports, is_free, require_free
from tsa_local.processes import Command, Processes
from tsa_local.trouble import Trouble
from tsa_local.watchdog import GRACE

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".local"
OPERATOR = "tsa"


@dataclass(frozen=True)
class Service:
    """One service: the name it is known by, its Python package, and the field of `Ports` that is its own."""

    name: str
    package: str
    port_field: str

    @property
    def owner(self) -> str:
        """The database role that migrates. The database is called after the package."""
        return f"{self.package}_owner"

    @property
    def app(self) -> str:
        """The database role that serves."""
        return f"{self.package}_app"


PLANS = Service("plans-api", "plans_api", "plans")
BROKER = Service("sle-broker", "sle_broker", "broker")
KPIS = Service("kpi-service", "kpi_service", "kpis")
SERVICES = (PLANS, BROKER, KPIS)


@dataclass(frozen=True)
class Address:
    """Where a running product is reached, and as which client its operator signs in."""

    plans_api: str
    sle_broker: str
    kpi_service: str
    client_id: str
    client_secret: str


class Stack:
    """One running product. A context manager: inside it everything is up and answers, after it everything is stopped.

    `home` keeps data, logs and secrets from run to run. `say` is told each step as it begins. `root` is the clone whose
    services are run. Entering raises `Trouble`, and leaves nothing running then.
    """

    def __init__(
        self,
        home: Path = HOME,
        *,
        ports: Ports | None = None,
        say: Callable[[str], None] = lambda step: None,
        root: Path = ROOT,
    ) -> None:
        self._home = home
        self._ports = ports or Ports()
        self._say = say
        self._root = root
        self._credentials = Credentials(home / "secrets.json")
        self._signing_key = home / "keys" / "signing-key.json"
        self._postgres = EmbeddedPostgres(home / "postgres")
        self._undo = contextlib.ExitStack()
        self._processes: Processes | None = None

    @property
    def address(self) -> Address:
        """Where to reach this product."""
        urls = {service.package: self._url(service) for service in SERVICES}
        return Address(**urls, client_id=OPERATOR, client_secret=self._credentials.secret(OPERATOR))

    def __enter__(self) -> "Stack":
        with contextlib.ExitStack() as undo:
            if undo.enter_context(_only_one(self._home)):
                self._let_the_earlier_run_end()
            self._start(undo)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._say("stopping")
        self._undo.close()

    def wait(self) -> None:
        """Stay until interrupted. Raises `Trouble` when one of the processes ends by itself."""
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        """Raise `Trouble` when one of the processes has ended by itself."""
        if self._processes is not None:
            self._processes.check()

    def _start(self, undo: contextlib.ExitStack) -> None:
        for service in SERVICES:
            require_free(self._port(service), wanted_by=service.name, variable=VARIABLES[service.port_field])
        self._say("starting Postgres")
        undo.callback(self._postgres.stop)
        self._postgres.start()
        self._say("preparing the databases")
        make_signing_key(self._signing_key)
        for service in SERVICES:
            self._provision(service)
        processes = Processes(_empty_folder(self._home / "logs"))
        undo.callback(processes.stop)
        self._processes = processes
        processes.run_to_the_end([self._migration(service) for service in SERVICES], timeout=300)
        processes.run_to_the_end([self._registration_of_clients()], timeout=60)
        self._say("starting the services")
        for service in SERVICES:
            processes.start(self._server(service))
            processes.start(self._worker(service))
        self._await_ready(timeout=90)
        address_file = self._home / "address.json"
        write_privately(address_file, json.dumps(asdict(self.address)))
        undo.callback(address_file.unlink, missing_ok=True)

    def _let_the_earlier_run_end(self) -> None:
        self._say("clearing up after a run that was cut off")
        deadline = time.monotonic() + GRACE + 5
        while time.monotonic() < deadline and not all(is_free(self._port(service)) for service in SERVICES):
            time.sleep(0.1)

    def _provision(self, service: Service) -> None:
        provision(
            self._postgres.admin_url,
            database=service.package,
            owner=service.owner,
            owner_password=self._credentials.secret(service.owner),
            app=service.app,
            app_password=self._credentials.secret(service.app),
        )

    # The commands

    def _migration(self, service: Service) -> Command:
        configuration = self._root / "services" / service.name / "alembic.ini"
        owner_url = self._database_url(service, service.owner)
        return self._python(
            f"{service.name}-migration",
            ["alembic", "-c", str(configuration), "upgrade", "head"],
            {"DATABASE_OWNER_URL": owner_url},
        )

    def _registration_of_clients(self) -> Command:
        roles = {OPERATOR: "operator", BROKER.name: "service", KPIS.name: "service"}
        clients = [
            {"client_id": client, "client_secret": self._credentials.secret(client), "role": role}
            for client, role in roles.items()
        ]
        environment = {**self._settings(PLANS), "BOOTSTRAP_CLIENTS": json.dumps(clients)}
        return self._python(f"{PLANS.name}-clients", [f"{PLANS.package}.bootstrap"], environment)

    def _server(self, service: Service) -> Command:
        arguments = ["uvicorn", f"{service.package}.main:app", "--host", LOOPBACK, "--port", str(self._port(service))]
        # A reader of the feed may be waiting for the next event; it comes back after a restart.
        arguments += ["--no-access-log", "--no-server-header", "--timeout-graceful-shutdown", "2"]
        return self._python(service.name, arguments, self._settings(service))

    def _worker(self, service: Service) -> Command:
        return self._python(f"{service.name}-worker", [f"{service.package}.worker"], self._settings(service))

    def _settings(self, service: Service) -> Mapping[str, str]:
        settings = {
            "DATABASE_URL": self._database_url(service, service.app),
            "TOKEN_ISSUER": self._url(PLANS),
        }
        if service is PLANS:
            return {**settings, "SIGNING_KEY_FILE": str(self._signing_key)}
        settings |= {
            "JWKS_URL": f"{self._url(PLANS)}/.well-known/jwks.json",
            "TOKEN_URL": f"{self._url(PLANS)}/oauth/token",
            "PLANS_API_URL": self._url(PLANS),
            "CLIENT_ID": service.name,
            "CLIENT_SECRET": self._credentials.secret(service.name),
        }
        return {**settings, "SLE_BROKER_URL": self._url(BROKER)} if service is KPIS else settings

    def _python(self, name: str, arguments: list[str], settings: Mapping[str, str]) -> Command:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **settings}
        return Command(name, [sys.executable, "-m", *arguments], environment)

    # The facts they are made of

    def _port(self, service: Service) -> int:
        port: int = getattr(self._ports, service.port_field)
        return port

    def _url(self, service: Service) -> str:
        return f"http://{LOOPBACK}:{self._port(service)}"

    def _database_url(self, service: Service, role: str) -> str:
        return self._postgres.url(service.package, user=role, password=self._credentials.secret(role))

    def _await_ready(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        waiting = list(SERVICES)
        while waiting:
            self.check()
            if time.monotonic() > deadline:
                names = ", ".join(service.name for service in waiting)
                raise Trouble(f"{names}: not ready after {timeout:.0f} s. The logs are in {self._home / 'logs'}.")
            waiting = [service for service in waiting if not _is_ready(self._url(service))]
            time.sleep(0.1)


def running_address(home: Path = HOME) -> Address | None:
    """Where the product that runs from this folder is reached; nothing where none runs, or it is not up yet."""
    try:
        written = (home / "address.json").read_text()
    except FileNotFoundError:
        return None
    with (home / "lock").open("a+") as lock:
        try:
            _lock(lock, home)
        except Trouble:
            return Address(**json.loads(written))
    return None


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[bool]:
    """Hold the folder, and say whether the run before was cut off (its watchdog may still be ending its processes).

    The kernel lets go of the folder when we end, however we end, so no stale lock can be left behind.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as file:
        _lock(file, home)
        file.seek(0)
        was_cut_off = file.read() != ""
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield was_cut_off
        finally:
            file.truncate(0)


def _lock(file: IO[str], home: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise Trouble(
            f"The product already runs from {home} (process {file.read()}). "
            "Use that one, or stop it with Ctrl-C where it was started."
        ) from None


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2.0).is_success
    except httpx.TransportError:
        return False


def _empty_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    return folder
