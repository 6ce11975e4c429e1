"""Events leave with the change they tell of: written in the effect's transaction, then numbered into the feed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service_kit.bulk import insert_rows
from service_kit.tables import outbox_pending
from service_kit.telemetry import current_trace_parent

_MOVE = text("""
    WITH batch AS (
        DELETE FROM outbox_pending WHERE id IN (SELECT id FROM outbox_pending ORDER BY id LIMIT :limit) RETURNING *
    ), head AS (
        UPDATE feed_head SET position = position + (SELECT count(*) FROM batch)
        WHERE EXISTS (SELECT FROM batch) RETURNING position
    )
    INSERT INTO feed (position, type, subject, tenant_id, occurred_at, trace_parent, data)
    SELECT head.position - count(*) OVER () + row_number() OVER (ORDER BY batch.id),
           batch.type, batch.subject, batch.tenant_id, batch.occurred_at, batch.trace_parent, batch.data
    FROM batch, head RETURNING position
""")
_TRY_SEQUENCER_LOCK = text("SELECT pg_try_advisory_xact_lock(7215001)")


def put_events(
    session: Session, *, event: str, tenant: UUID | None, at: datetime, happened: Mapping[str, Mapping[str, Any]]
) -> None:
    """Writes one event for each subject in `happened`, with its data, to the outbox. The changes so far are flushed
    first, so that the row locks that order the changes of one thing are held before its event takes its place."""
    session.flush()
    shared = {"type": event, "tenant_id": tenant, "occurred_at": at, "trace_parent": current_trace_parent()}
    insert_rows(
        session, outbox_pending, [{**shared, "subject": subject, "data": data} for subject, data in happened.items()]
    )


def move_to_feed(session: Session, limit: int = 1_000) -> int:
    """Numbers committed events into the feed without gaps, in one statement; answers how many were moved.

    Only committed rows are seen, so a later commit with a lower id is simply numbered later. One sequencer works at a
    time; another that tries meanwhile moves nothing.
    """
    if not session.scalar(_TRY_SEQUENCER_LOCK):
        return 0
    return len(session.execute(_MOVE, {"limit": limit}).all())
