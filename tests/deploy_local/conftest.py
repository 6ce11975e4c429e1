"""A Postgres for the tests of the runner itself, the data of one that was stopped, and a server for its clients."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy_local.answering import Server, answering
from tsa_local.embedded_postgres import EmbeddedPostgres


def _reachable_folder() -> Path:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The folder of a Postgres that ran once and was stopped."""
    folder = _reachable_folder()
    with EmbeddedPostgres(folder, durable=False):
        pass
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(cluster: Path) -> Iterator[EmbeddedPostgres]:
    """A running Postgres."""
    folder = _reachable_folder()
    copy_cluster(cluster, folder)
    with EmbeddedPostgres(folder, durable=False) as running:
        yield running
    shutil.rmtree(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that any user of the machine can reach, unlike pytest's own."""
    folder = _reachable_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server() -> Iterator[Server]:
    """An HTTP server that answers as the test says."""
    with answering() as kept:
        yield kept


def copy_cluster(cluster: Path, folder: Path) -> None:
    """Puts the data of a stopped Postgres into `folder`, each file its owner's."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{cluster}/.", str(folder)], check=True)
