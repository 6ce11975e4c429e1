"""Who did or read what, for whom, and when: one append-only row in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.tables import audit_log
from service_kit.telemetry import current_request_id


def note(
    session: Session, caller: Caller, *, action: str, subjects: Iterable[str], tenant: UUID | None, at: datetime
) -> None:
    """Writes a row for each of `subjects`, of which there is at least one: `action` is the event's name for a change,
    `…-read` for reading personal data or a judgement."""
    shared = {
        "at": at,
        "issuer": caller.issuer,
        "who": caller.subject,
        "action": action,
        "tenant_id": tenant,
        "request_id": current_request_id(),
    }
    session.execute(insert(audit_log), [{**shared, "subject": subject} for subject in subjects])
