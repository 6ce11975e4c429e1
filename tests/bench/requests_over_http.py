"""Requests per second and CPU per request, against a bare endpoint doing the same SQL."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from tests.bench.load import Cost, Request, measure
from tests.databases import Databases
from tests.people import People, SignedIn
from tests.postgres import any_postgres
from tests.running import House
from tsa_local.ports import free_port

SCHOOLS = 1_000
ROUNDS = 3
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))


def run() -> None:
    """Three operations of plans-api against the same SQL behind bare FastAPI and psycopg, turn and turn about."""
    with tempfile.TemporaryDirectory(prefix="tsa-bench-") as folder, any_postgres(Path(folder, "postgres")) as url:
        databases = Databases(url)
        house = House(databases, Path(folder))
        people = People(house)
        try:
            _compare(house, people)
        finally:
            people.close()
            house.stop()
            databases.remove_all()


def _compare(house: House, people: People) -> None:
    alliance, urns, operator, port = people.alliance(), people.schools(SCHOOLS), people.operator(), free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.bench.bare:app", "--port", str(port), "--no-access-log"]
    environment = os.environ | {"DATABASE_URL": house.stores["plans-api"].app_url}
    table = Table("operation", "", "requests/s", "median ms", "p99 ms", "CPU ms/request", title="plans-api v bare")
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as bare:
        try:
            _wait_for(port)
            for name, request in _requests(operator, alliance, urns[0]).items():
                ours, theirs = [], []
                for _ in range(ROUNDS):
                    ours.append(_cost(house.ports["plans-api"], house.running["plans-api"].group, request))
                    theirs.append(_cost(port, bare.pid, request))
                _add_rows(table, name, _median(ours), _median(theirs))
        finally:
            bare.terminate()
    Console(width=110).print(table)


def _requests(operator: SignedIn, alliance: str, urn: str) -> dict[str, Request]:
    signed = operator.authorization

    def read_headers() -> dict[str, str]:
        return {"Authorization": signed}

    def write_headers() -> dict[str, str]:
        return {"Authorization": signed, "Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}

    def person() -> bytes:
        body = {"alliance_id": alliance, "issuer": "https://bench", "subject": str(uuid4()), "name": "Somebody"}
        return json.dumps(body).encode()

    return {
        "a page of fifty": Request("GET", "/v1/schools?limit=50", read_headers),
        "one object": Request("GET", f"/v1/schools/{urn}", read_headers),
        "a keyed write": Request("POST", "/v1/people", write_headers, person),
    }


def _cost(port: int, pid: int, request: Request) -> Cost:
    measure(port, pid, request, seconds=0.5)
    return measure(port, pid, request, seconds=SECONDS)


def _median(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, field.name) for cost in costs) for field in fields(Cost)))


def _add_rows(table: Table, name: str, ours: Cost, theirs: Cost) -> None:
    for label, cost in ((name, ours), ("", theirs)):
        who = "ours" if cost is ours else "bare"
        figures = (f"{cost.per_second:.0f}", f"{cost.median_ms:.2f}", f"{cost.p99_ms:.2f}", f"{cost.cpu_ms:.2f}")
        table.add_row(label, who, *figures)
    ratios = [f"{getattr(ours, field.name) / getattr(theirs, field.name):.2f} x" for field in fields(Cost)]
    table.add_row("", "ratio", *ratios, end_section=True)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"the baseline does not listen on port {port}")
