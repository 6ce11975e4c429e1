"""Processes to be killed: real ones, begun in hundredths of a second by forking one that has read all the code."""

import multiprocessing
from collections.abc import Callable
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


def begin(task: Callable[..., None], *told: Any) -> BaseProcess:
    """A process that does `task`."""
    process = _CONTEXT.Process(target=task, args=told)
    process.start()
    return process
