"""Eight clients write while services and workers are killed: nothing acknowledged is lost, nothing is done twice.

`CHAOS_WRITES` sets how many writes are made; the short form of the test makes 400.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.databases import Databases, ServiceDatabase
from tests.people import People, SignedIn
from tests.running import PACKAGES, House

WRITES = int(os.environ.get("CHAOS_WRITES", "400"))
CLIENTS = 8
PATIENCE = 120.0
"""Seconds a client goes on trying one write, and the followers have to catch up at the end."""

PROCESSES = [process for service in PACKAGES for process in (service, f"{service}-worker")]


@dataclass(frozen=True)
class Acknowledged:
    """A write that was answered with a success: what was made, where."""

    table: str
    id: str


@pytest.fixture(scope="module")
def own_house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of this module's own, to be killed piece by piece."""
    house = House(databases, tmp_path_factory.mktemp("killed"))
    yield house
    house.stop()


def written(client: SignedIn, path: str, body: dict[str, Any]) -> str:
    """The id of what one keyed write made, sent again under its key until it is acknowledged."""
    headers, deadline = {"Idempotency-Key": str(uuid4())}, time.monotonic() + PATIENCE
    while True:
        try:
            answer = client.post(path, json=body, headers=headers)
        except httpx.TransportError as error:
            said = repr(error)
        else:
            if answer.status_code == httpx.codes.CREATED:
                return str(answer.json()["id"])
            said = answer.text
            assert answer.status_code in (404, 409, 503), said
        assert time.monotonic() < deadline, f"{path} was not acknowledged in {PATIENCE} s: {said}"
        time.sleep(0.02)


def write_some(people: People, alliance: str, urn: str, count: int) -> list[Acknowledged]:
    """One client's share of the writes: people in plans-api; leaders and their designations in sle-broker."""
    plans = people.client(alliance, "alliance_admin")
    people.grant(plans, alliance, "broker")
    broker, made = people.at(plans, "sle-broker"), list[Acknowledged]()
    while len(made) < count:
        person = {"alliance_id": alliance, "issuer": "https://id.example", "subject": str(uuid4()), "name": "A Person"}
        leader = {
            "alliance_id": alliance,
            "kind": "sle",
            "name": "A Leader",
            "home_school_urn": urn,
            "phases": ["primary"],
        }
        made.append(Acknowledged("people", written(plans, "/v1/people", person)))
        leader_id = written(broker, "/v1/leaders", leader)
        made.append(Acknowledged("leaders", leader_id))
        designation = {"leader_id": leader_id, "designated_on": "2014-11-03", "round": "2014-autumn"}
        made.append(Acknowledged("designations", written(broker, "/v1/designations", designation)))
    return made


def kill_at_random(house: House, stop: threading.Event, killed: list[str]) -> None:
    """Kills one process after another, each once before any a second time, until `stop` is set and all have had it."""
    chance = random.Random(7)
    while not stop.is_set() or not set(PROCESSES) <= set(killed):
        for process in chance.sample(PROCESSES, len(PROCESSES)):
            stop.wait(chance.uniform(0.1, 0.6))
            house.kill(process)
            house.start(process)
            killed.append(process)
            if process in PACKAGES:
                house.wait_until_ready(process)


def count(database: ServiceDatabase, query: str) -> int:
    """The one number `query` answers, asked past every policy."""
    with psycopg.connect(database.admin_url) as admin:
        row = admin.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_nothing_acknowledged_is_lost_or_done_twice(own_house: House) -> None:
    people = People(own_house)
    alliance, urn = people.alliance(), people.school()
    assert own_house.kpis
    stop, killed = threading.Event(), list[str]()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        shares = [pool.submit(write_some, people, alliance, urn, WRITES // CLIENTS) for _ in range(CLIENTS)]
        killing = pool.submit(kill_at_random, own_house, stop, killed)
        wait(shares)
        stop.set()
        killing.result()
        acknowledged = [made for share in shares for made in share.result()]
    for service in PACKAGES:
        own_house.wait_until_ready(service)
    for service, table, event in (
        ("plans-api", "people", "person-recorded"),
        ("sle-broker", "leaders", "leader-registered"),
        ("sle-broker", "designations", "designation-made"),
    ):
        store = own_house.stores[service]
        ids = {made.id for made in acknowledged if made.table == table}
        with psycopg.connect(store.admin_url) as admin:
            rows = {str(row_id) for (row_id,) in admin.execute(f"SELECT id FROM {table}")}
        assert rows == ids, f"{table}: lost {len(ids - rows)}, not acknowledged {len(rows - ids)}"
        events = sum(
            count(store, f"SELECT count(*) FROM {queue} WHERE type = '{event}'") for queue in ("outbox_pending", "feed")
        )
        audited = count(store, f"SELECT count(*) FROM audit_log WHERE action = '{event}'")
        assert len(rows) == events == audited
    wait_for_facts(own_house, len([made for made in acknowledged if made.table == "designations"]))
    people.close()


def wait_for_facts(house: House, designations: int) -> None:
    """Returns once kpi-service has made a fact of every designation, and of none twice."""
    deadline = time.monotonic() + PATIENCE
    while (facts := count(house.stores["kpi-service"], "SELECT count(*) FROM designations")) != designations:
        assert facts < designations, "a designation became two facts"
        assert time.monotonic() < deadline, f"{facts} of {designations} designations have arrived"
        time.sleep(0.1)
