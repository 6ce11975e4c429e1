"""What we start we also end: children's children, the stubborn, and everything when we are killed ourselves."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy_local.waiting import wait_until
from tsa_local.processes import Command, Processes
from tsa_local.trouble import Trouble

STUBBORN = "trap '' TERM; (while true; do sleep 0.1; done) & echo up; wait"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    processes = Processes(tmp_path / "logs")
    yield processes
    processes.stop(grace=0.2)


def shell(name: str, script: str) -> Command:
    return Command(name, ["/bin/sh", "-c", script], {"PATH": os.defpath})


def group_is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_output_goes_to_the_log_of_its_name(processes: Processes, tmp_path: Path) -> None:
    processes.run_to_the_end([shell("one", "echo first; echo second >&2"), shell("two", "echo third")], timeout=60)
    assert (tmp_path / "logs" / "one.log").read_text() == "first\nsecond\n"
    assert (tmp_path / "logs" / "two.log").read_text() == "third\n"


def test_a_command_that_fails_is_told_with_the_end_of_its_log(processes: Processes) -> None:
    with pytest.raises(Trouble, match=r"(?s)migration ended with code 3\..*no such table"):
        processes.run_to_the_end([shell("migration", "echo no such table; exit 3")], timeout=60)


def test_a_full_disk_is_told_as_such(processes: Processes) -> None:
    with pytest.raises(Trouble, match="The disk is full"):
        processes.run_to_the_end([shell("one", "echo 'No space left on device'; exit 1")], timeout=60)


def test_a_command_that_never_ends_is_ended(processes: Processes) -> None:
    with pytest.raises(Trouble, match="slow was not done after 0 s"):
        processes.run_to_the_end([shell("slow", STUBBORN)], timeout=0.1)


def test_a_process_that_dies_is_noticed(processes: Processes) -> None:
    running = processes.start(shell("server", "sleep 60"))
    processes.check()
    running.kill()
    with pytest.raises(Trouble, match="server ended with code -9"):
        processes.check()


def test_a_process_is_started_again_under_its_name(processes: Processes) -> None:
    once = processes.start(shell("server", "echo once; sleep 60"))
    wait_until(lambda: "once" in once.last_words())
    once.kill()
    again = processes.start(shell("server", "echo again; sleep 60"))
    wait_until(lambda: "again" in again.last_words())
    assert "once" in again.last_words()
    processes.check()


def test_stopping_ends_children_of_children_and_the_stubborn(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    family = processes.start(shell("family", "sleep 60 & sleep 60 & echo up; wait"))
    stubborn = processes.start(shell("stubborn", STUBBORN))
    wait_until(lambda: "up" in family.last_words() and "up" in stubborn.last_words())
    processes.stop(grace=0.5)
    wait_until(lambda: group_is_gone(family.group) and group_is_gone(stubborn.group))


def test_everything_ends_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tsa_local.processes import Command, Processes\n"
        "family = Processes(Path(sys.argv[1])).start(Command('family', ['/bin/sh', '-c', 'sleep 60 & sleep 60'], {}))\n"
        "print(family.group, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout is not None
        group = int(parent.stdout.readline())
        assert not group_is_gone(group)
        parent.kill()
    wait_until(lambda: group_is_gone(group))
