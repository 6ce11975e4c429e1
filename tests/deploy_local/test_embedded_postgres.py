"""The embedded Postgres starts from nothing, or from what a crash left, as root or not; or it says what is wrong."""

import os
import pwd
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.deploy_local.conftest import copy_cluster
from tests.deploy_local.waiting import wait_until
from tsa_local.embedded_postgres import EmbeddedPostgres, find_binaries
from tsa_local.ports import free_port
from tsa_local.trouble import Trouble


@pytest.fixture
def kept(folder: Path, cluster: Path) -> Path:
    """A folder with the data of an earlier run."""
    copy_cluster(cluster, folder)
    return folder


def answer(postgres: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(postgres.admin_url) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def server_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that nobody has waited for yet is dead all the same.
    return ") Z " not in Path(f"/proc/{pid}/stat").read_text()


def test_data_and_port_stay_from_run_to_run(folder: Path) -> None:
    with EmbeddedPostgres(folder) as first:
        port = first.port
        with psycopg.connect(first.admin_url) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('still here')")
    with EmbeddedPostgres(folder) as second:
        assert second.port == port
        assert answer(second, "SELECT word FROM kept") == "still here"
        assert answer(second, "SHOW fsync") == "on"
    assert not (folder / "data" / "postmaster.pid").exists()


def test_nobody_enters_without_the_password(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(host="127.0.0.1", port=postgres.port, user="postgres", dbname="postgres", passfile="/dev/null")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url("postgres", user="postgres", password="guess").replace("+psycopg", ""))


def test_the_password_is_for_its_owner_only(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    assert stat.S_IMODE((folder / "superuser-password").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["d" * 100, 'with blanks, a comma and "marks"'])
def test_a_folder_too_deep_or_oddly_named_for_a_socket_still_serves_tcp(folder: Path, cluster: Path, name: str) -> None:
    copy_cluster(cluster, folder / name)
    with EmbeddedPostgres(folder / name, durable=False) as postgres:
        assert answer(postgres, "SELECT 1") == 1


def test_a_server_left_by_an_earlier_run_makes_room(kept: Path) -> None:
    left_over = EmbeddedPostgres(kept, durable=False)
    left_over.start()
    with EmbeddedPostgres(kept) as postgres:
        assert answer(postgres, "SELECT 1") == 1
        assert answer(postgres, "SHOW fsync") == "on"
    assert not (kept / "data" / "postmaster.pid").exists()
    left_over.stop()


def test_data_of_a_server_that_was_killed_are_recovered(kept: Path) -> None:
    killed = EmbeddedPostgres(kept)
    killed.start()
    with psycopg.connect(killed.admin_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    pid = server_pid(kept)
    os.kill(pid, signal.SIGKILL)
    with EmbeddedPostgres(kept) as postgres:
        assert answer(postgres, "SELECT number FROM kept") == 7
    killed.stop()


def test_a_number_that_went_to_another_program_is_no_server(kept: Path) -> None:
    with EmbeddedPostgres(kept, durable=False):
        lines = (kept / "data" / "postmaster.pid").read_text().splitlines()
    (kept / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with EmbeddedPostgres(kept, durable=False) as postgres:
        assert answer(postgres, "SELECT 1") == 1


def test_an_unfinished_folder_is_made_anew(folder: Path) -> None:
    (folder / "data.unfinished").mkdir()
    (folder / "data.unfinished" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(folder, durable=False) as postgres:
        assert answer(postgres, "SELECT 1") == 1


def test_the_server_ends_with_a_starter_that_was_killed(kept: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tsa_local.embedded_postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(Path(sys.argv[1]), durable=False).start(); print('up', flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", program, str(kept)], stdout=subprocess.PIPE)
    with starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        pid = server_pid(kept)
        starter.kill()
    wait_until(lambda: not is_alive(pid))


def test_a_wanted_port_that_is_taken_is_named(kept: Path, postgres: EmbeddedPostgres) -> None:
    with pytest.raises(Trouble, match=f"no port to listen on .it tried {postgres.port}"):
        EmbeddedPostgres(kept, port=postgres.port, durable=False).start()


def test_a_port_taken_since_the_last_run_is_replaced(kept: Path, postgres: EmbeddedPostgres) -> None:
    (kept / "port").write_text(str(postgres.port))
    with EmbeddedPostgres(kept, durable=False) as other:
        assert other.port != postgres.port


def test_data_of_another_version_are_not_touched(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(Trouble, match=r"made by Postgres 9\.6.*PG_BIN"):
        EmbeddedPostgres(folder).start()


def test_a_full_disk_is_said_before_anything_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tsa_local.embedded_postgres.ROOM_NEEDED", 2**60)
    with pytest.raises(Trouble, match=r"MB are free .* Free some room"):
        EmbeddedPostgres(folder).start()
    assert list(folder.iterdir()) == []


def test_a_disk_that_fills_up_on_the_way_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binaries = folder / "bin"
    binaries.mkdir()
    for name in ("postgres", "initdb"):
        (binaries / name).write_text("#!/bin/sh\necho 'could not write: No space left on device'\nexit 1\n")
        (binaries / name).chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(binaries))
    with pytest.raises(Trouble, match="The disk is full"):
        EmbeddedPostgres(folder / "cluster", port=free_port()).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_becomes_nobody_where_there_are_no_namespaces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not all(above.stat().st_mode & stat.S_IXOTH for above in find_binaries({}).resolve().parents):
        pytest.skip("this copy lies in a private folder, where `nobody` cannot come at its Postgres")
    monkeypatch.setenv("PATH", str(folder))
    with EmbeddedPostgres(folder / "cluster", durable=False) as postgres:
        assert answer(postgres, "SELECT 1") == 1
        assert (folder / "cluster" / "data").stat().st_uid != 0


@pytest.mark.parametrize("uid", [0, 2**31 - 7])
def test_root_and_the_nameless_go_by_a_name_that_every_machine_has(
    folder: Path, monkeypatch: pytest.MonkeyPatch, uid: int
) -> None:
    unshare = folder / "unshare"
    unshare.write_text(f'#!/bin/sh\necho "$@" > {folder}/asked\n')
    unshare.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    EmbeddedPostgres(folder / "cluster")
    asked = re.search(r"--map-user=(\d+)", (folder / "asked").read_text())
    assert asked is not None
    assert pwd.getpwuid(int(asked[1])).pw_name == "nobody"


def test_binaries_come_from_the_environment_first(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="PG_BIN is"):
        find_binaries({"PG_BIN": str(tmp_path)})
    assert (find_binaries({}) / "initdb").exists()
