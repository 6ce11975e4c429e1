"""Compose is told secrets that are made once, differ from clone to clone, and stay where their owner can read them."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tsa_local.compose_secrets import prepare

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "compose.env.example", tmp_path / "deploy")
    return tmp_path


def values(clone: Path) -> dict[str, str]:
    lines = (clone / ".env").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def test_every_name_that_compose_asks_for_has_a_value(clone: Path) -> None:
    prepare(clone)
    asked_for = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert asked_for == values(clone).keys()
    assert all(values(clone).values())


def test_no_secret_serves_two_purposes_or_is_short_and_each_can_stand_in_a_url(clone: Path) -> None:
    prepare(clone)
    secrets = [value for name, value in values(clone).items() if name.endswith(("PASSWORD", "SECRET"))]
    assert len(secrets) == len(set(secrets)) == 10
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32,}", secret) for secret in secrets)


def test_a_second_time_changes_nothing(clone: Path) -> None:
    prepare(clone)
    environment, key = clone / ".env", clone / "deploy" / "secrets" / "signing-key.json"
    before = environment.read_text(), key.read_text()
    prepare(clone)
    assert (environment.read_text(), key.read_text()) == before


def test_a_name_that_a_later_release_needs_is_added_and_the_rest_kept(clone: Path) -> None:
    prepare(clone)
    before = values(clone)
    example = clone / "deploy" / "compose.env.example"
    example.write_text(example.read_text() + "\n# New.\nNEW_SECRET=\n")
    prepare(clone)
    after = values(clone)
    assert len(after.pop("NEW_SECRET")) >= 32
    assert after == before


def test_only_the_owner_can_reach_them_and_the_container_can_read_its_key(clone: Path) -> None:
    prepare(clone)
    key = clone / "deploy" / "secrets" / "signing-key.json"
    assert (clone / ".env").stat().st_mode & 0o077 == 0
    assert key.parent.stat().st_mode & 0o077 == 0
    assert key.stat().st_mode & 0o777 == 0o644
    assert json.loads(key.read_text())["crv"] == "P-256"


def test_compose_names_no_password_itself() -> None:
    for line in (ROOT / "docker-compose.yml").read_text().splitlines():
        if re.search(r"PASSWORD|SECRET\b|://\w+:", line):
            assert re.search(r"\$\{\w+:\?", line), line
