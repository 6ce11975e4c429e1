"""Two minutes of generated requests against each running service: no 5xx, nothing the contract does not declare."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.people import People
from tests.running import House

SECONDS = int(os.environ.get("FUZZ_SECONDS", "120"))
CONFIG = Path(__file__).with_name("schemathesis.toml")


@dataclass(frozen=True)
class Run:
    """One service being asked everything."""

    process: "subprocess.Popen[bytes]"
    output: Path


@pytest.fixture(scope="module")
def runs(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    """A house of their own, fuzzed side by side by the operator: whoever may do everything may also break the most."""
    folder = tmp_path_factory.mktemp("fuzz")
    house = House(databases, folder)
    people, started = People(house), {}
    people.grant(people.operator(), people.alliance(), "broker")
    for service, address in (("plans-api", house.plans), ("sle-broker", house.broker), ("kpi-service", house.kpis)):
        output = folder / f"{service}.txt"
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", str(CONFIG)),
            *("run", f"{address}/openapi.json", "--header", f"Authorization: {people.operator(service).authorization}"),
            *("--max-time", str(SECONDS), "--request-timeout", "20"),
        ]
        environment = os.environ | {"PYTHONPATH": str(CONFIG.parent)}
        with output.open("wb") as file:
            process = subprocess.Popen(command, stdout=file, stderr=file, cwd=folder, env=environment)
        started[service] = Run(process, output)
    yield started
    for run in started.values():
        run.process.kill()
        run.process.wait()
    people.close()
    house.stop()


@pytest.mark.parametrize("service", ["plans-api", "sle-broker", "kpi-service"])
def test_no_generated_request_breaks_a_service_or_its_contract(service: str, runs: dict[str, Run]) -> None:
    run = runs[service]
    outcome = run.process.wait(timeout=SECONDS * 3 + 120)
    assert outcome == 0, run.output.read_text()[-8000:]
