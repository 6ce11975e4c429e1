"""sle-broker served by two processes over the same database."""

import sys
from collections.abc import Iterator

import httpx

from tests.running import House
from tests.sle_broker.brokerage import eventually
from tsa_local.ports import free_port
from tsa_local.processes import Command

# A connection that has been idle for as long as the server keeps one, five seconds, may be closed as it is used again.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2)


def two_doors(house: House, headers: dict[str, str] | None = None) -> Iterator[list[httpx.Client]]:
    """A client of each of the two processes; the second process ends with the house."""
    port = free_port()
    arguments = ["-m", "uvicorn", "sle_broker.main:app", "--port", str(port), "--no-access-log"]
    house.processes.start(Command(f"sle-broker-{port}", [sys.executable, *arguments], house.environment("sle-broker")))
    addresses = (house.broker, f"http://127.0.0.1:{port}")
    clients = [httpx.Client(base_url=address, headers=headers, timeout=60, limits=_LIMITS) for address in addresses]
    eventually(lambda: _is_ready(clients[1]), bool, seconds=60)
    yield clients
    for client in clients:
        client.close()


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
