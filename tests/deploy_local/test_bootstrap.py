"""The environment is made once from the lock, and what stands in the way is said in words."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = ROOT / "deploy" / "local" / "bootstrap.py"


def clone_in(folder: Path) -> bootstrap.Environment:
    """The environment of a clone in a folder with a blank in its name, whose lock asks for nothing."""
    root = folder / "a clone"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "dev.txt").write_text("")
    return bootstrap.Environment(root)


@pytest.fixture
def environment(tmp_path: Path) -> bootstrap.Environment:
    """That of an empty clone."""
    return clone_in(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bootstrap.Environment:
    """One that was made over what an interrupted run had left: it takes seconds, so tests share it."""
    environment = clone_in(tmp_path_factory.mktemp("made"))
    left_over = environment.folder / "bin" / "left-over"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("")
    assert not environment.is_ready()
    environment.make()
    return environment


def test_an_old_python_can_still_read_what_it_lacks() -> None:
    ast.parse(BOOTSTRAP.read_text(), feature_version=(3, 7))


def test_an_old_python_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert bootstrap.main() == 1
    assert "Python 3.11 or newer is needed" in capsys.readouterr().err


def test_another_lock_is_installed_into_what_is_there(made: bootstrap.Environment) -> None:
    assert made.is_ready()
    made_at = made.python.lstat().st_mtime_ns
    made.lock.write_text("# another lock\n")
    assert not made.is_ready()
    made.make()
    assert made.is_ready()
    assert made.python.lstat().st_mtime_ns == made_at


def test_our_packages_and_the_command_are_found(made: bootstrap.Environment) -> None:
    package = made.root / "deploy" / "local" / "tsa_local"
    package.mkdir(parents=True)
    (package / "cli.py").write_text("import sys\ndef app(prog_name): print(prog_name, sys.argv[1:])\n")
    launcher = made.folder / "bin" / "tsa"
    outcome = subprocess.run([str(launcher), "up", "two words"], capture_output=True, text=True)
    assert outcome.stdout == "tsa ['up', 'two words']\n"


def test_an_environment_left_half_made_is_made_anew(made: bootstrap.Environment) -> None:
    assert made.is_ready()
    assert not (made.folder / "bin" / "left-over").exists()


def test_too_little_room_is_said_before_anything_is_written(
    environment: bootstrap.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ROOM_NEEDED", 2**60)
    with pytest.raises(bootstrap.CannotSetUp, match="MB are free"):
        environment.make()
    assert not environment.folder.exists()


def test_a_package_that_is_not_to_be_had_leaves_no_stamp(
    made: bootstrap.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, stamped = made.lock.read_text(), made.stamp.read_text()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made.root))
    made.lock.write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(bootstrap.CannotSetUp, match=r"(?s)package index.*no-such-package"):
        made.make()
    made.lock.write_text(lock)
    assert not made.is_ready()
    made.stamp.write_text(stamped)


def test_ctrl_c_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_environment: bootstrap.Environment) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap.Environment, "is_ready", lambda _environment: False)
    monkeypatch.setattr(bootstrap.Environment, "make", interrupted)
    assert bootstrap.main() == 130
    assert "makes the environment anew" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "do not trust this index"),
        ("ERROR: No matching distribution found for alembic==1.20.1", "was not reached"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError'", "cannot be reached"),
        ("ERROR: something new", "could not be installed"),
    ],
)
def test_the_words_of_pip_are_explained_and_kept(output: str, advice: str) -> None:
    explanation = bootstrap.explain(output)
    assert advice in explanation
    assert output in explanation


@pytest.mark.parametrize("lock", ["dev.txt", "runtime.txt"])
def test_locks_are_hashed_and_name_no_host(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)


def test_what_is_developed_with_is_what_is_shipped() -> None:
    def pins(lock: str) -> set[str]:
        text = (ROOT / "requirements" / lock).read_text()
        return {line.split(" ")[0] for line in text.splitlines() if "==" in line}

    assert pins("runtime.txt") <= pins("dev.txt")
