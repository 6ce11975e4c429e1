"""Following another service's feed: the cursor moves in the same transaction as what was made of the events."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit.database import EVERY_TENANT, Database
from service_kit.errors import FeedReset
from service_kit.feed import Batch, CloudEvent, Cursor
from service_kit.tables import feed_cursors
from service_kit.telemetry import log
from service_kit.tokens import OUTGOING_TIMEOUT


class FeedGap(Exception):
    """Events are missing between the cursor and what the feed gave: nothing is applied."""


@dataclass(frozen=True)
class Event:
    """One event as a projection sees it: `name` is the type without its prefix and version, `order-placed`."""

    name: str
    subject: str
    at: datetime
    data: dict[str, Any]


Apply = Callable[[Session, Event], None]
Reset = Callable[[Session], None]


@dataclass(frozen=True)
class FeedClient:
    """Reads one service's feed over HTTP. `http` carries the base address and this service's token."""

    http: httpx.Client

    def read(self, after: Cursor, limit: int, wait: float) -> Sequence[CloudEvent]:
        """Events after `after`. Errors: `FeedReset` as told by the feed, `httpx.HTTPError`."""
        query: dict[str, str | float] = {"limit": limit, "wait": wait}
        if after.position > 0:
            query["after"] = str(after)
        patience = httpx.Timeout(wait + 10, connect=OUTGOING_TIMEOUT.connect)
        answer = self.http.get("/v1/events", params=query, timeout=patience)
        if answer.status_code == httpx.codes.CONFLICT:
            raise FeedReset(answer.json()["detail"])
        return Batch.validate_json(answer.raise_for_status().content)


@dataclass(frozen=True)
class Follower:
    """Keeps projections of one feed. `apply` makes of one event what it should; `reset` removes all that was made."""

    feed: str
    database: Database
    client: FeedClient
    apply: Apply
    reset: Reset
    limit: int = 500
    wait: float = 5.0

    def step(self) -> int:
        """Reads one batch and applies it with its cursor in one transaction; answers how many events.

        Errors: `FeedGap`; `httpx.HTTPError`; whatever `apply` raises. Nothing is kept then.
        """
        with self.database.transaction(EVERY_TENANT) as session:
            before = self._cursor(session, lock=False)
        try:
            events = self.client.read(before, self.limit, self.wait)
        except FeedReset:
            self._start_again()
            return 0
        if not events:
            return 0
        with self.database.transaction(EVERY_TENANT) as session:
            if self._cursor(session, lock=True) != before:
                return 0
            after = before
            for event in events:
                after = _next(after, Cursor.parse(event.id))
                self.apply(session, _event(event))
            session.execute(
                update(feed_cursors)
                .where(feed_cursors.c.feed == self.feed)
                .values(epoch=after.epoch, position=after.position)
            )
        return len(events)

    def run(self, stop: threading.Event) -> None:
        """Steps until `stop` is set; a step that fails is logged and tried again after a pause of up to ten seconds."""
        pause = 0.1
        while not stop.is_set():
            try:
                self.step()
                pause = 0.1
            except Exception as error:  # noqa: BLE001 -- whatever is wrong, the follower stays where it was and says so
                log.warning("follower-step-failed", feed=self.feed, error=repr(error), pause=pause)
                stop.wait(pause)
                pause = min(pause * 2, 10.0)

    def _cursor(self, session: Session, *, lock: bool) -> Cursor:
        session.execute(insert(feed_cursors).values(feed=self.feed).on_conflict_do_nothing())
        chosen = select(feed_cursors.c.epoch, feed_cursors.c.position).where(feed_cursors.c.feed == self.feed)
        row = session.execute(chosen.with_for_update(key_share=True) if lock else chosen).one()
        return Cursor(row.epoch, row.position)

    def _start_again(self) -> None:
        log.warning("follower-rebuilds", feed=self.feed)
        with self.database.transaction(EVERY_TENANT) as session:
            self._cursor(session, lock=True)
            self.reset(session)
            session.execute(update(feed_cursors).where(feed_cursors.c.feed == self.feed).values(epoch=0, position=0))


def _next(after: Cursor, found: Cursor) -> Cursor:
    if found.position != after.position + 1 or (after.position > 0 and found.epoch != after.epoch):
        raise FeedGap(f"after {after} came {found}")
    return found


def _event(event: CloudEvent) -> Event:
    name = event.type.rsplit(".", 2)[-2]
    return Event(name, event.subject, event.time, event.data)
