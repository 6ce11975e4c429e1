"""The worker of kpi-service as a process of its own, with no feed to follow, and how much memory it has taken."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import create_engine

from kpi_service.uploads import store
from kpi_service.uploads.upload import HandedIn
from kpi_service.uploads.use_cases import JOB
from service_kit import jobs
from service_kit.database import EVERY_TENANT, Database
from service_kit.ids import new_id
from tests.databases import ServiceDatabase

_NOBODY = "http://127.0.0.1:1"
_FEEDS = 2
_MEGABYTE = 1024


@dataclass(frozen=True)
class WorkerProcess:
    """A running worker on a database."""

    process: "subprocess.Popen[bytes]"
    store: ServiceDatabase
    log: Path

    def settle(self, patience: float = 60.0) -> None:
        """Waits until it looks for its feeds, which are not there, no more than every three seconds, and has just done
        so: as little as it does beside a quiet feed."""
        deadline = time.monotonic() + patience
        while self.log.read_text().count('"pause": 3.2') < _FEEDS:
            if time.monotonic() > deadline:
                raise AssertionError(f"the worker has not settled: {self.log.read_text()[-1000:]}")
            time.sleep(0.01)

    def peak_memory(self) -> float:
        """The most memory it has had so far, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / _MEGABYTE

    def read(self, content: bytes, file_name: str, patience: float = 300.0) -> float:
        """Hands a file in and waits until it has been read: the seconds that the reading took."""
        upload_id = hand_in_directly(self.store, content, file_name)
        deadline = time.monotonic() + patience
        with psycopg.connect(self.store.admin_url, autocommit=True) as admin:
            while True:
                row = admin.execute(
                    "SELECT state, failure, extract(epoch FROM clock_timestamp() - started_at)::float "
                    "FROM jobs WHERE id = %s",
                    [upload_id],
                ).fetchone()
                state, failure, seconds = row or ("gone", None, None)
                if state == jobs.JobState.DONE:
                    return float(seconds)
                alive = self.process.poll() is None
                if not alive or state not in ("waiting", "running") or time.monotonic() > deadline:
                    raise AssertionError(f"{file_name} is {state}: {failure}; the worker lives: {alive}")
                time.sleep(0.01)


def hand_in_directly(kept: ServiceDatabase, content: bytes, file_name: str) -> UUID:
    """A file handed in by the operator, without HTTP."""
    at = datetime.now(UTC)
    handed_in = HandedIn(new_id(), None, file_name, len(content), sha256(content).digest(), None, None, at)
    database = Database(create_engine(kept.app_url))
    with database.transaction(EVERY_TENANT) as session:
        store.add_upload(session, handed_in, content)
        jobs.enqueue(session, JOB, handed_in.id, tenant=None, at=at)
    database.engine.dispose()
    return handed_in.id


@contextmanager
def worker_process(kept: ServiceDatabase, log: Path) -> Iterator[WorkerProcess]:
    """Runs a worker until the block ends."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": kept.app_url,
        "TOKEN_ISSUER": _NOBODY,
        "TOKEN_URL": _NOBODY,
        "JWKS_URL": _NOBODY,
        "PLANS_API_URL": _NOBODY,
        "SLE_BROKER_URL": _NOBODY,
        "CLIENT_ID": "kpi-service",
        "CLIENT_SECRET": "none",
    }
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "kpi_service.worker"], env=environment, stdout=told, stderr=told
        )
        try:
            yield WorkerProcess(process, kept, log)
        finally:
            process.kill()
            process.wait(30)
