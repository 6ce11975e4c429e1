"""The notes service as it runs in earnest: its database, its processes, its people."""

import json
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from service_kit.database import Database, make_engine
from tests.databases import Databases, ServiceDatabase
from tests.service_kit.issuer import CLIENT_ID, CLIENT_SECRET, Issuer
from tests.service_kit.notes_service import ALEMBIC_INI
from tests.service_kit.notes_worker import WorkerSettings
from tsa_local.ports import free_port
from tsa_local.processes import Command, Processes, RunningProcess

ROOT = Path(__file__).parents[2]


def migrate_notes(owner_url: str) -> None:
    """The notes service's one migration, run as the owner."""
    script = ScriptDirectory.from_config(Config(ALEMBIC_INI))
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            revision = script.get_revision("head")
            assert revision is not None
            revision.module.upgrade()
        context.stamp(script, "head")
    engine.dispose()


def until(seconds: float, what: str) -> Iterator[None]:
    """Turns of a loop that waits for `what`, until the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s: {what}")


def lines_of(log: Path) -> list[dict[str, Any]]:
    """The lines of a log, JSON objects all; one that is just being written is left for the next time."""
    return [json.loads(line) for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


@dataclass(frozen=True)
class NotesProcess:
    """One running process of the notes service."""

    url: str
    process: RunningProcess

    def log(self) -> list[dict[str, Any]]:
        """What it has logged; every line must be a JSON object."""
        return lines_of(self.process.log)

    def logged(self, answer: httpx.Response) -> list[dict[str, Any]]:
        """The lines about one request. Its last line, `request`, is written after the caller has the answer."""
        for _ in until(60, "the end of the request is logged"):
            lines = [line for line in self.log() if line.get("request_id") == answer.headers["x-request-id"]]
            if any(line["event"] == "request" for line in lines):
                break
        return lines


@dataclass
class NotesHouse:
    """One database of notes, and the processes that work on it."""

    store: ServiceDatabase
    issuer: Issuer
    processes: Processes
    _ports: dict[str, int] = field(default_factory=dict)

    def settings(self, **changed: Any) -> WorkerSettings:
        """What every process of this house is told."""
        usual: dict[str, Any] = {
            "database_url": self.store.app_url,
            "token_issuer": self.issuer.url,
            "jwks_url": f"{self.issuer.url}/jwks.json",
            "token_url": f"{self.issuer.url}/oauth/token",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "pool_size": 4,
        }
        return WorkerSettings(**(usual | changed))

    @cached_property
    def database(self) -> Database:
        """The database as the service's own role sees it, for calling the kit without HTTP."""
        return Database(make_engine(self.settings()))

    def start(self, name: str, **changed: Any) -> NotesProcess:
        """Starts (again) an API process; returns when it is ready."""
        port = self._ports.setdefault(name, free_port())
        arguments = ["-m", "uvicorn", "tests.service_kit.notes_main:app", "--port", str(port)]
        started = NotesProcess(f"http://127.0.0.1:{port}", self._run(name, arguments, changed))
        for _ in until(60, f"{name} is ready"):
            self.processes.check()
            try:
                if httpx.get(f"{started.url}/readyz").status_code == httpx.codes.OK:
                    break
            except httpx.TransportError:
                continue
        return started

    def start_worker(self, name: str, **changed: Any) -> RunningProcess:
        """Starts a worker: a sequencer, and a follower where `notes_url` is given."""
        return self._run(name, ["-m", "tests.service_kit.notes_worker"], changed)

    def grant(self, subject: str, role: str, tenant: UUID | None = None, party: str | None = None) -> str:
        """Records a role; answers the subject."""
        self.rows(
            "INSERT INTO role_grants (issuer, subject, role, tenant_id, party) VALUES (%s, %s, %s, %s, %s) RETURNING 1",
            [self.issuer.url, subject, role, tenant, party],
        )
        return subject

    def client(self, url: str, role: str, tenant: UUID | None, party: str | None = None) -> httpx.Client:
        """An HTTP client of somebody new who holds `role`."""
        subject = self.grant(f"{role}-{secrets.token_hex(4)}", role, tenant, party)
        return self.signed_in(url, subject)

    def signed_in(self, url: str, subject: str, scope: str = "notes:read notes:write notes:feed") -> httpx.Client:
        """An HTTP client of `subject`."""
        bearer = {"Authorization": f"Bearer {self.issuer.token(subject, scope)}"}
        return httpx.Client(base_url=url, headers=bearer, timeout=30)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Rows by the superuser, whom row-level security does not bind."""
        return self._admin.execute(statement.encode(), values).fetchall()

    def stop(self) -> None:
        """Ends everything."""
        self.processes.stop()
        self.database.engine.dispose()
        self._admin.close()

    @cached_property
    def _admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.store.admin_url, autocommit=True)

    def _run(self, name: str, arguments: Sequence[str], changed: dict[str, Any]) -> RunningProcess:
        told = self.settings(**changed).model_dump(exclude_none=True)
        environment = {key.upper(): str(value) for key, value in told.items()} | {"PYTHONPATH": str(ROOT)}
        return self.processes.start(Command(name, [sys.executable, *arguments], environment))


@contextmanager
def open_notes_house(databases: Databases, issuer: Issuer, folder: Path) -> Iterator[NotesHouse]:
    """A house on a fresh database; whatever it started is ended with it."""
    store = databases.empty("notes")
    migrate_notes(store.owner_url)
    house = NotesHouse(store, issuer, Processes(folder))
    try:
        yield house
    finally:
        house.stop()


def note(tenant: UUID, **other: str) -> dict[str, str]:
    """The body of a new note."""
    return {"tenant_id": str(tenant), "title": f"Title {uuid4()}", "text": "Words."} | other


def key(value: str | None = None) -> dict[str, str]:
    """The header of a write: a new idempotency key, or this one."""
    return {"Idempotency-Key": value or str(uuid4())}
