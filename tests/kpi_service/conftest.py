"""What tests of kpi-service may ask for beside what every test may."""

from collections.abc import Iterator

import pytest

from service_kit.database import Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import ServiceDatabase


@pytest.fixture(scope="module")
def kpis(kpis_database: ServiceDatabase) -> Iterator[Database]:
    """The module's database, connected to as the service is."""
    engine = make_engine(ServiceSettings(database_url=kpis_database.app_url, token_issuer="nobody"))
    yield Database(engine)
    engine.dispose()
