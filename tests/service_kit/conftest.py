"""One notes service for all tests of the kit: two processes and a worker on one database."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest

from tests.databases import Databases
from tests.service_kit.issuer import Issuer
from tests.service_kit.notes_house import NotesHouse, NotesProcess, open_notes_house


@dataclass(frozen=True)
class Notes:
    """The house with its two API processes."""

    house: NotesHouse
    first: NotesProcess
    second: NotesProcess


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """A token issuer."""
    issuer = Issuer()
    yield issuer
    issuer.stop()


@pytest.fixture(scope="session")
def notes(databases: Databases, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notes]:
    """The notes service. Tests keep apart by their tenant."""
    with open_notes_house(databases, issuer, tmp_path_factory.mktemp("notes")) as house:
        house.start_worker("worker")
        yield Notes(house, house.start("first"), house.start("second"))


@pytest.fixture
def tenant() -> UUID:
    """A tenant of this test's own."""
    return uuid4()


@pytest.fixture
def writer(notes: Notes, tenant: UUID) -> Iterator[httpx.Client]:
    """Somebody who may write in the test's tenant, at the first process."""
    with notes.house.client(notes.first.url, "writer", tenant) as client:
        yield client
