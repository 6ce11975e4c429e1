"""A Postgres for the tests of the runner itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tsa_local.embedded_postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    folder: Path = tmp_path_factory.mktemp("postgres")
    with EmbeddedPostgres(folder, durable=False) as running:
        yield running
