"""Who did or read what, for whom, and when: one append-only row in the same transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service_kit.access import Caller
from service_kit.tables import audit_log
from service_kit.telemetry import current_request_id


def note(session: Session, caller: Caller, *, action: str, subject: str, tenant: UUID | None, at: datetime) -> None:
    """Writes the row: `action` is the event's name for a change, `…-read` for reading personal data or a judgement."""
    session.execute(
        insert(audit_log).values(
            at=at,
            issuer=caller.issuer,
            who=caller.subject,
            action=action,
            subject=subject,
            tenant_id=tenant,
            request_id=current_request_id(),
        )
    )
