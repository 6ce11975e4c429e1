"""The feed: what happened here, in one dense order, for the services and systems that follow."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from service_kit.database import EVERY_TENANT, Database
from service_kit.errors import FeedReset
from service_kit.tables import feed, feed_head

BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"
_EVENT_ID = re.compile(r"([0-9]{1,9})-([0-9]{20})")
_POLL_SECONDS = 0.1


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in a feed. `epoch` rises whenever the feed's history was replaced, as by a restore."""

    epoch: int
    position: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.position:020d}"

    @classmethod
    def parse(cls, event_id: str) -> "Cursor":
        """The place after the event with this id. Errors: `FeedReset` where no event of ours has such an id."""
        found = _EVENT_ID.fullmatch(event_id)
        if found is None or int(found[2]) >= 2**63:
            raise FeedReset("`after` is not the id of an event of this feed; rebuild from the beginning without it.")
        return cls(int(found[1]), int(found[2]))


class CloudEvent(BaseModel):
    """One event in CloudEvents 1.0 JSON. `id` is `<epoch>-<20-digit position>`, positions are dense."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    traceparent: str | None = None
    data: Annotated[dict[str, Any], Field(description="Ids, codes and dates; never names, e-mails or free text.")]


Batch = TypeAdapter(list[CloudEvent])


def read_head(session: Session) -> Cursor:
    """The place of the newest event."""
    head = session.execute(select(feed_head.c.epoch, feed_head.c.position)).one()
    return Cursor(head.epoch, head.position)


def events_after(session: Session, service: str, after: Cursor | None, limit: int) -> Sequence[CloudEvent]:
    """At most `limit` events after `after`, oldest first.

    Errors: `FeedReset` for a cursor of another epoch or beyond the newest event.
    """
    head = read_head(session)
    if after is not None and (after.epoch != head.epoch or after.position > head.position):
        raise FeedReset("The feed has been reset since; rebuild from the beginning without `after`.")
    position = 0 if after is None else after.position
    rows = session.execute(select(feed).where(feed.c.position > position).order_by(feed.c.position).limit(limit))
    return [
        CloudEvent(
            id=str(Cursor(head.epoch, row.position)),
            source=f"/{service}",
            type=f"uk.tsa.{service}.{row.type}.v1",
            subject=row.subject,
            time=row.occurred_at,
            traceparent=row.trace_parent,
            data=row.data,
        )
        for row in rows
    ]


def feed_routes(service: str) -> APIRouter:
    """`GET /v1/events` of `service`."""
    router = APIRouter(tags=["feed"])

    @router.get(
        "/v1/events",
        summary="What happened, oldest first",
        response_model=list[CloudEvent],
        response_class=Response,
        responses={200: {"content": {BATCH_MEDIA_TYPE: {"example": [_example(service)]}}}},
    )
    async def read_events(
        request: Request,
        after: Annotated[str | None, Query(max_length=40, description="`id` of the last event you have.")] = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
        wait: Annotated[float, Query(ge=0, le=20, description="Seconds to wait for an event where there is none.")] = 0,
    ) -> Response:
        """A batch of events after `after`, or from the beginning. An empty batch means: nothing yet, ask again.
        409 `feed-reset` means: your copy does not belong to this feed any more, rebuild it from the beginning."""
        database: Database = request.app.state.database
        cursor = None if after is None else Cursor.parse(after)
        deadline = time.monotonic() + wait
        while True:
            events = await run_in_threadpool(_batch, database, service, cursor, limit)
            if events or time.monotonic() >= deadline or await request.is_disconnected():
                return Response(Batch.dump_json(list(events), exclude_none=True), media_type=BATCH_MEDIA_TYPE)
            await asyncio.sleep(_POLL_SECONDS)

    return router


def _batch(database: Database, service: str, after: Cursor | None, limit: int) -> Sequence[CloudEvent]:
    with database.transaction(EVERY_TENANT) as session:
        return events_after(session, service, after, limit)


def _example(service: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(Cursor(1, 7)),
        "source": f"/{service}",
        "type": f"uk.tsa.{service}.something-happened.v1",
        "subject": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071",
        "time": "2014-11-03T09:30:00Z",
        "data": {"id": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071", "on": "2014-11-03"},
    }
