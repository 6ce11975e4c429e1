"""A service's second process: numbers its outbox into the feed, forgets old keys, follows the feeds it needs, and does
its jobs."""

import signal
import threading
from collections.abc import Callable, Sequence

from service_kit.database import EVERY_TENANT, Database
from service_kit.follower import Follower
from service_kit.idempotency import forget_old_keys
from service_kit.jobs import JobRunner
from service_kit.outbox import move_to_feed
from service_kit.telemetry import log

_BATCH = 1_000
_QUICKEST, _SLOWEST = 0.01, 0.2


def run_worker(database: Database, followers: Sequence[Follower], runners: Sequence[JobRunner] = ()) -> None:
    """Runs until SIGTERM or SIGINT; each kind of work in its own thread."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    work: list[Callable[[threading.Event], None]] = [follower.run for follower in followers]
    work += [runner.run for runner in runners]
    work += [lambda until: sequence(database, until), lambda until: forget_keys(database, until)]
    threads = [threading.Thread(target=part, args=(stop,)) for part in work]
    for thread in threads:
        thread.start()
    log.info("worker-started", feeds=[follower.feed for follower in followers], jobs=[r.kind for r in runners])
    for thread in threads:
        thread.join()


def sequence(database: Database, stop: threading.Event) -> None:
    """Moves committed events into the feed until `stop` is set, with a short pause when there are no more."""
    pause = _QUICKEST
    while not stop.is_set():
        try:
            with database.transaction(EVERY_TENANT) as session:
                moved = move_to_feed(session, _BATCH)
        except Exception as error:  # noqa: BLE001 -- the outbox keeps what is not moved; the next turn tries again
            log.warning("sequencer-failed", error=repr(error))
            moved = 0
        pause = _QUICKEST if moved else min(pause * 2, _SLOWEST)
        if moved < _BATCH:
            stop.wait(pause)


def forget_keys(database: Database, stop: threading.Event) -> None:
    """Removes idempotency keys past their time until `stop` is set, and looks for more once an hour."""
    while not stop.is_set():
        try:
            with database.transaction(EVERY_TENANT) as session:
                forgotten = forget_old_keys(session, _BATCH)
        except Exception as error:  # noqa: BLE001 -- a key kept an hour longer does no harm
            log.warning("forgetting-keys-failed", error=repr(error))
            forgotten = 0
        if forgotten < _BATCH:
            stop.wait(3_600)
