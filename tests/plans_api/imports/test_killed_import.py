"""An import that is cut off in the middle has written nothing, and the same request may be sent again."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.people import SignedIn
from tests.plans_api.counting import count_rows
from tests.plans_api.importing import A_PLAN, MARKDOWN
from tests.running import House

WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE 'INSERT INTO plan_documents%'"
)
# All other rows of the import are written when it comes to keep the document.
HELD = "LOCK TABLE plan_documents IN SHARE MODE"


def test_a_killed_import_writes_nothing_and_can_be_sent_again(admin: SignedIn, alliance: str, house: House) -> None:
    admin.get("/v1/plans")
    before = count_rows(house)
    headers = {"Content-Type": MARKDOWN, "Idempotency-Key": str(uuid4())}

    def send_it() -> httpx.Response:
        return admin.post("/v1/plan-imports", content=A_PLAN, params={"alliance_id": alliance}, headers=headers)

    url = house.stores["plans-api"].admin_url
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as watch:
        holder.execute(HELD)
        cut_off = pool.submit(send_it)
        deadline = time.monotonic() + 60
        while watch.execute(WAITING).fetchone() == (0,):
            assert not cut_off.done(), cut_off.result().text
            assert time.monotonic() < deadline, "the import never came to keep its document"
            time.sleep(0.01)
        house.kill("plans-api")
        holder.rollback()
        with pytest.raises(httpx.TransportError):
            cut_off.result()
    house.start("plans-api")
    house.wait_until_ready("plans-api")
    assert count_rows(house) == before
    assert send_it().status_code == 201
