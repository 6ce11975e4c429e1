"""The rows of a workbook come slowly: no transaction that may not stand idle so long is open meanwhile."""

from collections.abc import Iterator

import pytest

from service_kit.database import Database, make_engine
from service_kit.settings import ServiceSettings
from tests.bench.official_tables import performance_workbook
from tests.databases import ServiceDatabase
from tests.kpi_service.serving import ISSUER, Serving, serving
from tests.kpi_service.uploads.handing_in import UPLOADS, work
from tests.kpi_service.uploads.worker_process import hand_in_directly

ROWS = 400
"""They take a second or more, and no fact is copied before the last."""
IDLE_MS = 800


@pytest.fixture
def hurried(kpis_database: ServiceDatabase) -> Iterator[Serving]:
    """The service, of which no transaction may stand idle for long."""
    settings = ServiceSettings(
        database_url=kpis_database.app_url, token_issuer=ISSUER, idle_in_transaction_timeout_ms=IDLE_MS
    )
    engine = make_engine(settings)
    with serving(Database(engine), settings) as running:
        yield running
    engine.dispose()


def test_a_workbook_is_read_and_given_back_for_longer_than_a_transaction_may_stand_idle(
    hurried: Serving, kpis_database: ServiceDatabase
) -> None:
    upload_id = hand_in_directly(kpis_database, performance_workbook(ROWS), "2016-2017.xlsx")
    work(hurried.database)
    operator = hurried.somebody("operator")
    read = operator.get(f"{UPLOADS}/{upload_id}").json()
    assert (read["state"], read["rows_read"]) == ("done", ROWS)
    annotated = operator.get(f"{UPLOADS}/{upload_id}/annotated-file").text
    assert len(annotated.splitlines()) == 1 + ROWS
