"""Makes the environment everything else runs in: `.venv`, as the hashed lock says, with our own packages and `tsa`.

Runs on a bare Python, standard library only, and in a syntax that an older Python can still read, so that it can say
what is missing. A second call finds its stamp and does nothing.
"""

import errno
import hashlib
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

OLDEST_PYTHON = (3, 11)
OUR_PACKAGES = ("shared", "services/plans-api", "services/sle-broker", "services/kpi-service", "deploy/local")
ROOM_NEEDED = 1024**3

REASONS = (
    ("No space left on device", "The disk is full. Free about 1 GB and run the same command again."),
    (
        "DO NOT MATCH THE HASHES",
        "The package index served a file that differs from the one in the lock. Nothing of it was installed. "
        "If the lock is out of date, run `make lock`; otherwise do not trust this index.",
    ),
    (
        "No matching distribution found",
        "The package index was not reached, or does not have the file. Check the network and pip's own settings "
        "(`pip config list`), then run the same command again.",
    ),
    (
        "Connection",
        "The package index cannot be reached. Check the network and pip's own settings (`pip config list`), "
        "then run the same command again.",
    ),
)


class CannotSetUp(Exception):
    """The environment cannot be made; the message says what stands in the way and what to do about it."""


class Environment:
    """The virtual environment of one clone. `root` is the top folder of the clone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.lock = root / "requirements" / "dev.txt"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "set-up"

    def is_ready(self) -> bool:
        """Whether this lock, on this Python, in this folder, was installed to the end."""
        return self.stamp.is_file() and self.stamp.read_text() == self._fingerprint()

    def make(self) -> None:
        """Install the lock and our own packages. What was left half-made, or made by another Python, is made anew."""
        made_to_the_end = self.stamp.is_file()
        if made_to_the_end and self.stamp.read_text().splitlines()[0] == self._python_line():
            self.stamp.unlink()
        else:
            self._create()
        self._install()
        self._write_path_file()
        self._write_launcher()
        self.stamp.write_text(self._fingerprint())

    def _create(self) -> None:
        room = shutil.disk_usage(str(self.root)).free
        if room < ROOM_NEEDED:
            raise CannotSetUp(
                f"Only {room // 1024**2} MB are free where this clone lives; the environment needs about 1 GB. "
                "Free some room and run the same command again."
            )
        try:
            venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(str(self.folder))
        except subprocess.CalledProcessError as error:
            raise CannotSetUp(
                "This Python cannot make a virtual environment with pip in it. "
                "On Debian and Ubuntu: apt-get install python3-venv."
            ) from error

    def _install(self) -> None:
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        # Wheels only: building from source would run code that no hash vouches for.
        command += ["--require-hashes", "--only-binary=:all:", "--no-compile", "-r", str(self.lock)]
        outcome = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if outcome.returncode != 0:
            raise CannotSetUp(explain(outcome.stdout))

    def _write_path_file(self) -> None:
        # pip refuses editable installs under --require-hashes; a path file does the same and is instant.
        places = {"base": str(self.folder), "platbase": str(self.folder)}
        site_packages = Path(sysconfig.get_path("purelib", "venv", places))
        (site_packages / "tsa.pth").write_text("".join(f"{self.root / name}\n" for name in OUR_PACKAGES))

    def _write_launcher(self) -> None:
        launcher = self.folder / "bin" / "tsa"
        # A shell line, not a #! with the path of Python: the path may hold blanks or exceed the kernel's limit.
        launcher.write_text(
            f"#!/bin/sh\nexec {shlex.quote(str(self.python))} "
            '-c \'from tsa_local.cli import app; app(prog_name="tsa")\' "$@"\n'
        )
        launcher.chmod(0o755)

    def _python_line(self) -> str:
        return f"{sys.version.split()[0]} at {self.folder}"

    def _fingerprint(self) -> str:
        what_decides = self.lock.read_bytes() + Path(__file__).read_bytes()
        return f"{self._python_line()}\n{hashlib.sha256(what_decides).hexdigest()}\n"


def explain(output: str) -> str:
    """What pip's last words mean for the person at the keyboard, followed by those words."""
    advice = [text for sign, text in REASONS if sign in output]
    last_words = "\n".join("    " + line for line in output.strip().splitlines()[-8:])
    return f"{advice[0] if advice else 'The packages could not be installed.'}\npip said:\n{last_words}"


def main() -> int:
    """Make the environment where it is not ready. 0 when it is there at the end, 1 with a message when it is not."""
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(
            f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed; this is {sys.version.split()[0]}. "
            "Name a newer one: make PYTHON=python3.12 …\n"
        )
        return 1
    environment = Environment(Path(__file__).resolve().parent.parent.parent)
    if environment.is_ready():
        return 0
    sys.stderr.write("Making the environment in .venv (about half a minute) …\n")
    try:
        environment.make()
    except CannotSetUp as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. The same command makes the environment anew.\n")
        return 130
    except OSError as error:
        advice = "Free about 1 GB and run" if error.errno == errno.ENOSPC else "Put that right and run"
        sys.stderr.write(f"The environment could not be made: {error}. {advice} the same command again.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
