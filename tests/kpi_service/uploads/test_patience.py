"""The rows of a workbook come slowly: nothing ends the transaction that waits for them."""

import threading

from sqlalchemy import create_engine

from kpi_service.uploads.use_cases import JOB, read_upload
from service_kit.database import EVERY_TENANT, Database
from service_kit.jobs import JobRunner, JobState, read_job
from tests.bench.official_tables import performance_workbook
from tests.databases import ServiceDatabase
from tests.kpi_service.uploads.worker_process import hand_in_directly

ROWS = 500
"""They take a second or more, and no fact is copied before the last."""


def test_a_workbook_is_read_for_longer_than_a_transaction_may_stand_idle(kpis_database: ServiceDatabase) -> None:
    upload_id = hand_in_directly(kpis_database, performance_workbook(ROWS), "2016-2017.xlsx")
    idle = {"options": "-c idle_in_transaction_session_timeout=500"}
    database = Database(create_engine(kpis_database.app_url, connect_args=idle))
    assert JobRunner(database, JOB, read_upload).step(threading.Event())
    with database.transaction(EVERY_TENANT) as session:
        assert read_job(session, upload_id).state is JobState.DONE
    database.engine.dispose()
