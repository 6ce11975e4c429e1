"""Who did or read what, for whom, and when: one append-only row in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.bulk import insert_rows
from service_kit.tables import audit_log
from service_kit.telemetry import current_request_id


def note(session: Session, caller: Caller, *, action: str, subjects: Mapping[str, UUID | None], at: datetime) -> None:
    """Writes a row for each of `subjects`, given with its tenant, at once; none for none. `action` is the event's name
    for a change, `…-read` for reading personal data or a judgement."""
    shared = {
        "at": at,
        "issuer": caller.issuer,
        "who": caller.subject,
        "action": action,
        "request_id": current_request_id(),
    }
    rows = [{**shared, "subject": subject, "tenant_id": tenant} for subject, tenant in subjects.items()]
    insert_rows(session, audit_log, rows)
