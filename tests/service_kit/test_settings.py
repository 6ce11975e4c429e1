"""A service that is not told what it needs does not start, and says what is missing."""

import os
import subprocess
import sys

import pytest

from service_kit.settings import FollowerSettings, ServiceSettings, read_settings
from tests.service_kit.notes_house import ROOT


def start(**told: str) -> "subprocess.CompletedProcess[str]":
    """The notes service started with nothing but these settings."""
    return subprocess.run(
        [sys.executable, "-c", "import tests.service_kit.notes_main"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | told,
        capture_output=True,
        text=True,
    )


def test_what_is_missing_is_named_all_at_once() -> None:
    ended = start(DATABASE_URL="postgresql+psycopg://a:b@127.0.0.1:1/c", POOL_SIZE="0")
    assert ended.returncode == 1
    for name in ("TOKEN_ISSUER", "JWKS_URL", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET", "POOL_SIZE"):
        assert f"  {name}: " in ended.stderr
    assert "DATABASE_URL" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_word_that_is_no_level_of_logs_is_named() -> None:
    ended = start(LOG_LEVEL="loud")
    assert "  LOG_LEVEL: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_statements_are_never_prepared_where_the_threshold_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, told in (("DATABASE_URL", "postgresql+psycopg://a:b@127.0.0.1:1/c"), ("TOKEN_ISSUER", "i")):
        monkeypatch.setenv(name, told)
    assert read_settings(ServiceSettings).prepare_threshold == 5
    monkeypatch.setenv("PREPARE_THRESHOLD", "")
    assert read_settings(ServiceSettings).prepare_threshold is None


def test_settings_never_change_and_never_show_a_secret() -> None:
    settings = FollowerSettings(
        database_url="postgresql+psycopg://a:b@127.0.0.1:1/c",
        token_issuer="i",
        jwks_url="j",
        token_url="t",
        client_id="c",
        client_secret="hush-hush",
    )
    assert "hush-hush" not in repr(settings)
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "pool_size", 9)  # noqa: B010 -- what the type checker forbids as well
