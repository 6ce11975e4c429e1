"""What every test may ask for: a Postgres, a database of a service, and the house of all three services running."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.databases import Databases, ServiceDatabase
from tests.people import People
from tests.postgres import any_postgres
from tests.running import House

# How long one example takes is the machine's affair, and two share it. What is merged is judged by the same examples
# each time; others are looked for with EXPLORE=1.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("EXPLORE") else "house")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's libpq URL of a running Postgres."""
    with any_postgres(tmp_path_factory.mktemp("postgres")) as admin_url:
        yield admin_url


@pytest.fixture(scope="session")
def databases(postgres: str) -> Iterator[Databases]:
    """Makes databases of the services; removes them at the end of the session."""
    made = Databases(postgres)
    yield made
    made.remove_all()


@pytest.fixture(scope="module")
def plans_database(databases: Databases) -> ServiceDatabase:
    """A fresh database of plans-api for one module."""
    return databases.clone("plans-api")


@pytest.fixture(scope="module")
def broker_database(databases: Databases) -> ServiceDatabase:
    """A fresh database of sle-broker for one module."""
    return databases.clone("sle-broker")


@pytest.fixture(scope="module")
def kpis_database(databases: Databases) -> ServiceDatabase:
    """A fresh database of kpi-service for one module."""
    return databases.clone("kpi-service")


@pytest.fixture(scope="session")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The services, each started when its address is first asked for. Tests keep apart by their alliance."""
    running = House(databases, tmp_path_factory.mktemp("house"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def people(house: House) -> Iterator[People]:
    """Makes alliances, clients with roles, and signed-in HTTP clients for them."""
    known = People(house)
    yield known
    known.close()
