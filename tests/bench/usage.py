"""What a process has used of a machine."""

import resource
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session


def backend_clock(session: Session) -> Callable[[], float] | None:
    """Tells the seconds that the session's own process in the database has had of a core so far; None where Postgres
    runs elsewhere. To ask it takes the database nothing."""
    pid, database = session.execute(text("SELECT pg_backend_pid(), current_database()")).one()
    there = Path("/proc", str(pid))
    if not there.is_dir() or database not in (there / "cmdline").read_text():
        return None
    return lambda: int((there / "schedstat").read_text().split()[0]) / 1e9


def peak_megabytes() -> float:
    """The most memory this process has had so far, in MB of a million bytes."""
    # Linux counts it in units of 1024 bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
