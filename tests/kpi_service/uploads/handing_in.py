"""Files handed in over HTTP, and read as the worker reads them."""

import threading
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from kpi_service.uploads.use_cases import JOB, read_upload
from service_kit.database import EVERY_TENANT, Database
from service_kit.jobs import JobRunner
from tests.kpi_service.serving import Somebody

UPLOADS = "/v1/uploads"


def hand_in(somebody: Somebody, content: bytes, name: str = "ofsted.csv", **asked: str) -> Any:
    """The answer to handing a file in."""
    media_type = "application/gzip" if content.startswith(b"\x1f\x8b") else "text/csv"
    headers = {"Content-Type": media_type, "Idempotency-Key": str(uuid4())}
    return somebody.post(UPLOADS, params={"file_name": name} | asked, content=content, headers=headers)


def work(database: Database) -> None:
    """The worker does what there is to do."""
    while JobRunner(database, JOB, read_upload).step(threading.Event()):
        pass


def uploaded(somebody: Somebody, database: Database, content: bytes, name: str = "ofsted.csv", **asked: str) -> Any:
    """A file handed in and read: the upload as it then is."""
    answer = hand_in(somebody, content, name, **asked)
    assert answer.is_success, answer.text
    work(database)
    return somebody.get(answer.headers["Location"]).json()


def rows(database: Database, statement: str, **values: object) -> list[tuple[Any, ...]]:
    """Rows of the database."""
    with database.transaction(EVERY_TENANT) as session:
        return [tuple(row) for row in session.execute(text(statement), values)]


def urns(count: int) -> list[str]:
    """URNs that no other test has."""
    first = 200_000 + uuid4().int % 600_000
    return [str(first + number) for number in range(count)]
