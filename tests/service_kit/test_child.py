import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service_kit.child import in_child


def count(to: Any, _seconds_left: Callable[[], float], say: Callable[[Any], None]) -> None:
    for number in range(to):
        say(number)


def never_end(_argument: Any, _seconds_left: Callable[[], float], say: Callable[[Any], None]) -> None:
    say("begun")
    while True:
        pass


class Stop(Exception):
    """Whoever listens has heard enough."""


def test_what_a_child_says_is_heard_in_order_and_its_end_is_known() -> None:
    heard: list[Any] = []
    assert in_child(count, 5, seconds=30, grace=5, heard=heard.append)
    assert [one for one in heard if one is not None] == [0, 1, 2, 3, 4]


def test_a_child_that_overruns_its_time_is_killed() -> None:
    heard: list[Any] = []
    began = time.monotonic()
    assert not in_child(never_end, None, seconds=0.5, grace=5.0, heard=heard.append)
    assert "begun" in heard
    assert time.monotonic() - began < 15
    assert multiprocessing.active_children() == []


def test_whoever_listens_can_end_the_child_at_any_moment() -> None:
    def stop(said: Any) -> None:
        if said == "begun":
            raise Stop

    with pytest.raises(Stop):
        in_child(never_end, None, seconds=60, grace=5.0, heard=stop)
    assert multiprocessing.active_children() == []


def test_a_child_that_breaks_has_not_come_to_its_end() -> None:
    assert not in_child(count, "not a number", seconds=30, grace=5.0, heard=lambda said: None)


def test_a_child_that_ends_in_the_middle_of_what_it_says_has_not_come_to_its_end() -> None:
    assert not in_child(say_half, None, seconds=30, grace=5.0, heard=lambda said: None)


def say_half(_argument: Any, _seconds_left: Callable[[], float], say: Any) -> None:
    os.write(say.__self__.fileno(), (100).to_bytes(4, "big") + b"half of it")
    os._exit(1)


def test_what_a_child_prints_stays_out_of_its_parents_output() -> None:
    begin = (
        "from service_kit.child import in_child; from tests.service_kit.test_child import write_and_tell; "
        "in_child(write_and_tell, None, seconds=60, grace=5, heard=lambda said: said and print(said, flush=True))"
    )
    began = subprocess.run([sys.executable, "-c", begin], capture_output=True, text=True, check=True, timeout=60)
    assert began.stdout == "told\n"


def write_and_tell(_argument: Any, _seconds_left: Callable[[], float], say: Callable[[Any], None]) -> None:
    os.write(1, b"written\n")
    say("told")


def test_a_child_ends_with_whoever_began_it_however_that_ends() -> None:
    begin = (
        "from service_kit.child import in_child; from tests.service_kit.test_child import tell_who; "
        "in_child(tell_who, None, seconds=60, grace=5, heard=lambda said: said and print(said, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", begin], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child, server = map(int, parent.stdout.readline().split())
        parent.kill()
    deadline = time.monotonic() + 60
    while is_alive(child) or is_alive(server):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def tell_who(_argument: Any, _seconds_left: Callable[[], float], say: Callable[[Any], None]) -> None:
    say(f"{os.getpid()} {os.getppid()}")
    while True:
        pass


def is_alive(process: int) -> bool:
    """Whether it runs: one that has ended stays in the list until somebody asks about it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
