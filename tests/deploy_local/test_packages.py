"""What the packages say they need is what the locks install, and nothing more."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("shared", "services/plans-api", "services/sle-broker", "services/kpi-service")


def named_in(package: str) -> set[str]:
    text = (ROOT / package / "pyproject.toml").read_text()
    return set(tomllib.loads(text)["project"]["dependencies"]) - {"service-kit"}


def asked_of_the_lock(source: str) -> set[str]:
    lines = (ROOT / "requirements" / source).read_text().splitlines()
    return {line for line in lines if re.match("[a-z]", line)}


def test_what_is_shipped_needs_exactly_the_runtime_lock() -> None:
    assert set().union(*map(named_in, SHIPPED)) == asked_of_the_lock("runtime.in")


def test_the_local_runner_needs_no_more_than_the_development_lock() -> None:
    assert named_in("deploy/local") <= asked_of_the_lock("runtime.in") | asked_of_the_lock("dev.in")
