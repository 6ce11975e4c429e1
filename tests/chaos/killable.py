"""Processes begun in hundredths of a second, each a fork of one that has read all code: to be killed, or to work."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "__main__",
        "sqlalchemy.dialects.postgresql.psycopg",
        "psycopg",
        "tests.chaos.event_writers",
        "tests.service_kit.notes_worker",
    ]
)


def share_out(task: Callable[..., None], *told: Sequence[Any]) -> None:
    """Does `task` in as many processes as it is told things, each told its own; raises what any of them raises.

    Unlike the exit of a process that was begun, which whoever begins another may be told of instead, no answer is lost.
    """
    with ProcessPoolExecutor(len(told[0]), mp_context=_CONTEXT) as processes:
        list(processes.map(task, *told))


def begin(task: Callable[..., None], *told: Any) -> BaseProcess:
    """A process that does `task`."""
    process = _CONTEXT.Process(target=task, args=told)
    process.start()
    return process
