"""What tests of kpi-service may ask for beside what every test may."""

from collections.abc import Iterator

import pytest

from service_kit.database import Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import ServiceDatabase
from tests.kpi_service.serving import ISSUER, Serving, serving


@pytest.fixture(scope="module")
def kpis_settings(kpis_database: ServiceDatabase) -> ServiceSettings:
    """Settings for the module's database, patient as on a busy machine they have to be."""
    return ServiceSettings(
        database_url=kpis_database.app_url, token_issuer=ISSUER, statement_timeout_ms=25_000, lock_timeout_ms=20_000
    )


@pytest.fixture(scope="module")
def kpis(kpis_settings: ServiceSettings) -> Iterator[Database]:
    """The module's database, connected to as the service is."""
    engine = make_engine(kpis_settings)
    yield Database(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def kpi_http(kpis: Database, kpis_settings: ServiceSettings) -> Iterator[Serving]:
    """The service over HTTP, on the module's database."""
    with serving(kpis, kpis_settings) as running:
        yield running
