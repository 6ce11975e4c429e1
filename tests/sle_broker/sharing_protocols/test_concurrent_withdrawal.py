"""A withdrawal is obeyed by every process of the service from the moment it is answered."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from tests.people import SignedIn
from tests.running import QUIET, House
from tests.sle_broker.audits.auditing import AuditedSchool, form
from tests.sle_broker.brokerage import Brokerage, eventually
from tsa_local.ports import free_port
from tsa_local.processes import Command


@dataclass
class Watch:
    """Somebody who reads the same things over and over, and when each reading began and what it answered."""

    client: SignedIn
    paths: list[str]
    seen: list[tuple[float, str, int, bool]] = field(default_factory=list)

    def read_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            for path in self.paths:
                began = time.monotonic()
                answer = self.client.get(path)
                has_data = answer.status_code == httpx.codes.OK and answer.json().get("items") != []
                self.seen.append((began, path, answer.status_code, has_data))

    def after(self, instant: float) -> list[tuple[float, str, int, bool]]:
        return [one for one in self.seen if one[0] > instant]


@pytest.fixture(scope="module")
def second_process(house: House, brokerage: Brokerage) -> Iterator[str]:
    """The address of another process of the broker on the same database."""
    port = free_port()
    arguments = ["-m", "uvicorn", "sle_broker.main:app", "--port", str(port), *QUIET]
    running = house.processes.start(
        Command("sle-broker-second", [sys.executable, *arguments], house.environment("sle-broker"))
    )
    address = f"http://127.0.0.1:{port}"
    eventually(lambda: _status(f"{address}/readyz"), lambda status: status == httpx.codes.OK, seconds=60)
    yield address
    running.kill()


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=2).status_code
    except httpx.TransportError:
        return None


def test_no_read_that_begins_after_a_withdrawal_was_answered_has_data(
    brokerage: Brokerage, house: House, second_process: str
) -> None:
    school = AuditedSchool.of(brokerage)
    audit = school.audit(form(brokerage), 4)
    [need] = school.needs()
    protocol = school.share()
    paths = [
        f"/v1/audit-submissions/{audit['id']}",
        f"/v1/audit-submissions?alliance_id={brokerage.alliance_id}",
        f"/v1/needs/{need['id']}",
        f"/v1/needs?source=audit&host_school_urn={school.urn}",
    ]
    broker, stop = brokerage.broker, threading.Event()
    watches = [
        Watch(SignedIn(broker.client_id, address, broker.credentials), paths)
        for address in (house.broker, second_process)
        for _ in range(2)
    ]
    threads = [threading.Thread(target=watch.read_until, args=[stop]) for watch in watches]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: min(len(watch.seen) for watch in watches), lambda reads: reads >= 8)
        school.withdraw(protocol)
        withdrawn = time.monotonic()
        eventually(lambda: min(len(watch.after(withdrawn)) for watch in watches), lambda reads: reads >= 12)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
        for watch in watches:
            watch.client.close()
    for watch in watches:
        assert {(path, has_data) for _, path, _, has_data in watch.seen[:4]} == {(path, True) for path in paths}
        assert {(status, has_data) for _, _, status, has_data in watch.after(withdrawn)} == {(403, False), (200, False)}
