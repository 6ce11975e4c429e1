"""A service's second process: numbers its outbox into the feed, forgets old keys, follows the feeds it needs, does its
jobs, and does what falls due."""

import gc
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service_kit.database import EVERY_TENANT, Database
from service_kit.follower import Follower
from service_kit.idempotency import forget_old_keys
from service_kit.jobs import JobRunner
from service_kit.outbox import move_to_feed
from service_kit.telemetry import log

_BATCH = 1_000
_QUICKEST, _SLOWEST = 0.01, 0.2


@dataclass(frozen=True)
class Chore:
    """Work that falls due by the clock alone. `do` does one piece of it in a transaction of its own and answers whether
    there was one; after the last, and where it failed, it is asked again in `pause` seconds."""

    name: str
    do: Callable[[], bool]
    pause: float = 1.0

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set."""
        while not stop.is_set():
            try:
                was_due = self.do()
            except Exception as error:  # noqa: BLE001 -- what is due stays due; the next turn tries again
                log.warning("chore-failed", chore=self.name, error=repr(error))
                was_due = False
            if not was_due:
                stop.wait(self.pause)


def run_worker(
    database: Database,
    followers: Sequence[Follower],
    runners: Sequence[JobRunner] = (),
    chores: Sequence[Chore] = (),
) -> None:
    """Runs until SIGTERM or SIGINT; each kind of work in its own thread."""
    # All that has been loaded so far stays: the collector of cycles need not go through it again and again.
    gc.freeze()
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    work: list[Callable[[threading.Event], None]] = [follower.run for follower in followers]
    work += [runner.run for runner in runners]
    work += [chore.run for chore in (*chores, keys_to_forget(database))]
    work.append(lambda until: sequence(database, until))
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


def keys_to_forget(database: Database) -> Chore:
    """Idempotency keys past their time are removed; new ones are looked for once an hour."""

    def forget_some() -> bool:
        with database.transaction(EVERY_TENANT) as session:
            return forget_old_keys(session, _BATCH) == _BATCH

    return Chore("keys-to-forget", forget_some, pause=3_600)
