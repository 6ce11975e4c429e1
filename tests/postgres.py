"""The Postgres the tests run on: the one they are told of, a container where an engine answers, or the embedded one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testcontainers.community.postgres import PostgresContainer

from tsa_local.embedded_postgres import EmbeddedPostgres

IMAGE = "postgres:18-alpine"


@contextmanager
def any_postgres(folder: Path) -> Iterator[str]:
    """The superuser's libpq URL of a running Postgres. `TEST_DATABASE_URL` overrides every other choice."""
    told = os.environ.get("TEST_DATABASE_URL")
    if told:
        yield told.replace("postgresql+psycopg://", "postgresql://", 1)
    elif docker_engine_answers():
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        container = PostgresContainer(IMAGE, username="postgres", password="postgres", driver=None)
        with container.with_command("postgres -c max_connections=300 -c fsync=off") as postgres:
            yield postgres.get_connection_url()
    else:
        with EmbeddedPostgres(folder, durable=False) as embedded:
            yield embedded.admin_url


def docker_engine_answers() -> bool:
    """Whether a Docker engine is there to run a container."""
    client = shutil.which("docker")
    return client is not None and subprocess.run([client, "info"], capture_output=True, timeout=20).returncode == 0
