"""The command `tsa` explains itself, and tells what stands in its way in one line, without touching a product."""

import errno
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tsa_local.cli import app
from tsa_local.documents import MOST_BYTES
from tsa_local.ports import free_port
from tsa_local.product import ADDRESS_VARIABLES

COMMANDS = (
    *("up", "demo", "import-plan", "export-plan", "import-register"),
    *("results", "scorecard", "upload", "claims", "token"),
)


def elsewhere(**changes: str) -> dict[str, str]:
    """An environment that names a product on which nobody listens; `changes` overrides its parts by field."""
    nobody = f"http://127.0.0.1:{free_port()}"
    named = dict.fromkeys(ADDRESS_VARIABLES, nobody) | {"client_id": "tsa", "client_secret": "s" * 32} | changes
    return {ADDRESS_VARIABLES[field]: value for field, value in named.items()}


def refusal(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """What a command that cannot go on says on standard error."""
    ended = CliRunner().invoke(app, list(arguments), env=environment or elsewhere())
    assert ended.exit_code == 1, ended.output
    assert ended.stdout == ""
    assert ended.stderr.startswith("tsa: ")
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_without_a_command_tsa_lists_them_all() -> None:
    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    assert all(command in listed.stdout for command in COMMANDS)
    assert "TSA_PLANS_URL" in listed.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    explained = CliRunner().invoke(app, [command, "--help"])
    assert explained.exit_code == 0
    assert f"Usage: tsa {command}" in explained.stdout.replace("Usage: root", "Usage: tsa")
    assert len(explained.stdout.splitlines()) > 5


@pytest.mark.parametrize(
    "arguments",
    [
        ("import-plan", "{file}"),
        ("import-plan", "{file}", "--dry-run", "--json"),
        ("import-register", "{file}"),
        ("demo", "--plan", "{file}"),
        ("demo", "--register", "{file}", "--json"),
    ],
)
def test_a_file_that_is_not_there_is_told_by_name(arguments: tuple[str, ...], tmp_path: Path) -> None:
    missing = tmp_path / "no-such-plan.md"
    assert f"There is no file {missing}." in refusal(*(part.format(file=missing) for part in arguments))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert "cannot be read: Is a directory" in refusal("import-plan", str(tmp_path))


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "plan.docx"
    empty.touch()
    assert f"{empty} is empty" in refusal("import-plan", str(empty))


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    large = tmp_path / "register.csv"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert "at most 20,971,520 are taken" in refusal("import-register", str(large))


def test_a_product_that_does_not_answer_is_told_with_its_address() -> None:
    environment = elsewhere()
    told = refusal("token", environment=environment)
    assert f"{environment['TSA_PLANS_URL']}/oauth/token does not answer" in told
    assert "tsa up" in told


def test_a_product_named_in_part_is_refused_with_what_is_missing() -> None:
    told = refusal("results", environment=elsewhere(kpi_service="", client_secret=""))
    assert "TSA_KPI_URL, TSA_CLIENT_SECRET" in told
    assert "TSA_PLANS_URL" not in told


def test_a_data_folder_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    taken = tmp_path / "home"
    taken.touch()
    nowhere = dict.fromkeys(ADDRESS_VARIABLES.values(), "")
    told = refusal("token", environment=nowhere | {"TSA_HOME": str(taken)})
    assert str(taken) in told
    assert "TSA_HOME=FOLDER" in told


@pytest.mark.parametrize(
    ("refused", "advice"), [(errno.ENOSPC, "free some room"), (errno.EROFS, "TSA_HOME="), (errno.EACCES, "TSA_HOME=")]
)
def test_what_the_disk_refuses_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, refused: int, advice: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(refused, os.strerror(refused))

    monkeypatch.setattr(Path, "mkdir", refuse)
    nowhere = dict.fromkeys(ADDRESS_VARIABLES.values(), "")
    told = refusal("token", environment=nowhere | {"TSA_HOME": str(tmp_path / "home")})
    assert os.strerror(refused) in told
    assert advice in told


def test_ctrl_c_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tsa_local.product.running_address", interrupt)
    nowhere = dict.fromkeys(ADDRESS_VARIABLES.values(), "")
    ended = CliRunner().invoke(app, ["token"], env=nowhere | {"TSA_HOME": str(tmp_path)})
    assert ended.exit_code == 130
    assert ended.stderr == "tsa: interrupted. The same command goes on from where this one was.\n"


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(ADDRESS_VARIABLES.values(), "")
    environment = nowhere | {"TSA_HOME": str(tmp_path), "TSA_BROKER_PORT": "eighty"}
    assert "TSA_BROKER_PORT is 'eighty'" in refusal("token", environment=environment)


@pytest.mark.parametrize(
    "arguments", [("results", "--as-of", "13/03/2015"), ("results", "Fellbridge"), ("import-plan",), ("report",)]
)
def test_what_is_not_a_command_line_ends_with_2_and_says_why(arguments: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(app, list(arguments), env=elsewhere())
    assert ended.exit_code == 2
    assert "Usage:" in ended.stderr
