"""Two minutes of generated requests against each running service: no 5xx, nothing the contract does not declare."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

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
def runs(house: House, people: People, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    """All three services, fuzzed side by side, each by a client that may do everything in one alliance."""
    folder = tmp_path_factory.mktemp("fuzz")
    alliance = people.alliance()
    started = {}
    for service, address in (("plans-api", house.plans), ("sle-broker", house.broker), ("kpi-service", house.kpis)):
        someone = people.operator(service)
        token = next(someone.credentials.auth_flow(httpx.Request("GET", address))).headers["Authorization"]
        output = folder / f"{service}.txt"
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", f"{address}/openapi.json"),
            *("--checks", "all", "--max-time", str(SECONDS), "--header", f"Authorization: {token}", "--no-color"),
            *("--request-timeout", "20", "--suppress-health-check", "all"),
        ]
        with output.open("wb") as file:
            started[service] = Run(subprocess.Popen(command, stdout=file, stderr=file, cwd=folder), output)
    assert alliance
    yield started
    for run in started.values():
        run.process.kill()
        run.process.wait()


@pytest.mark.parametrize("service", ["plans-api", "sle-broker", "kpi-service"])
def test_no_generated_request_breaks_a_service_or_its_contract(service: str, runs: dict[str, Run]) -> None:
    run = runs[service]
    outcome = run.process.wait(timeout=SECONDS * 3 + 120)
    assert outcome == 0, run.output.read_text()[-8000:]
