"""Work in a process of its own that can be ended at any moment: for code that does not come back when it should.

Children are forked from a process that has no threads and has imported what they need, so that one begins at once.
"""

import multiprocessing
import multiprocessing.forkserver
import os
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

_FORKED = multiprocessing.get_context("forkserver")
_LOOK_UP = 0.2

Say = Callable[[Any], None]
Work = Callable[[Any, Callable[[], float], Say], None]
"""What the child does: its argument, the seconds left, and how to say something to whoever began it."""


def keep_ready(*modules: str) -> None:
    """Begins the process that children are forked from, and has it import these modules; it ends with this one."""
    _FORKED.set_forkserver_preload(list(modules))
    multiprocessing.forkserver.ensure_running()


def in_child(work: Work, argument: Any, *, seconds: float, grace: float, heard: Callable[[Any], None]) -> bool:
    """Does `work` in a child process and hands on what it says, in order; answers whether it came to its end.

    The child is told that it has `seconds`; `grace` seconds after them it is killed. Whatever `heard` raises ends the
    child as well and is raised on. `heard` is also called with None, several times a second, when nothing was said.
    The child ends itself when this process is gone.
    """
    ours, theirs = _FORKED.Pipe()
    child = _FORKED.Process(target=_begin, args=(theirs, work, argument, seconds), daemon=True)
    child.start()
    theirs.close()
    deadline = time.monotonic() + seconds + grace
    try:
        while time.monotonic() < deadline:
            if not ours.poll(_LOOK_UP):
                heard(None)
                continue
            try:
                said = ours.recv()
            except (EOFError, OSError):
                child.join(grace)
                return child.exitcode == 0
            heard(said)
        return False
    finally:
        child.kill()
        child.join()
        ours.close()


def _begin(theirs: Connection, work: Work, argument: Any, seconds: float) -> None:
    threading.Thread(target=_end_with_parent, args=(theirs,), daemon=True).start()
    # Standard output is its parent's: what a library prints there, as HiGHS does its licence, is for nobody.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    until = time.monotonic() + seconds
    work(argument, lambda: until - time.monotonic(), theirs.send)
    theirs.close()


def _end_with_parent(theirs: Connection) -> None:
    """Nothing is ever sent to the child: what comes is the end of whoever began it."""
    try:
        theirs.recv()
    except (EOFError, OSError):
        os._exit(1)
