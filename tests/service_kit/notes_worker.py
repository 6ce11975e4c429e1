"""The notes service's worker; told `NOTES_URL` it follows that notes service and keeps totals for each tenant."""

from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.orm import Session

from service_kit.database import Database, make_engine
from service_kit.follower import Event, FeedClient, Follower
from service_kit.settings import FollowerSettings, read_settings
from service_kit.telemetry import configure_logs
from service_kit.tokens import OUTGOING_TIMEOUT, ClientCredentials
from service_kit.worker import run_worker

# Adding, on purpose: an event that is applied twice or not at all shows in the totals for ever.
_ADD = text("""
    INSERT INTO tenant_totals VALUES (:tenant, :notes, :changes, :letters)
    ON CONFLICT (tenant_id) DO UPDATE SET notes = tenant_totals.notes + excluded.notes,
        changes = tenant_totals.changes + excluded.changes, letters = tenant_totals.letters + excluded.letters
""")


# Read once, so that a process forked from this one begins at once.
_TRUSTED = httpx.create_ssl_context()


class WorkerSettings(FollowerSettings):
    notes_url: str | None = None
    batch: int = 500


def apply(session: Session, event: Event) -> None:
    written, changed = event.name == "note-written", event.name == "note-changed"
    added = {"tenant": UUID(event.data["tenant_id"]), "notes": int(written), "changes": int(changed)}
    session.execute(_ADD, added | {"letters": event.data["letters_more"]})


def reset(session: Session) -> None:
    session.execute(text("DELETE FROM tenant_totals"))


def follower(settings: WorkerSettings, notes_url: str) -> Follower:
    token_http = httpx.Client(timeout=OUTGOING_TIMEOUT, verify=_TRUSTED)
    auth = ClientCredentials(settings.token_url, settings.client_id, settings.client_secret, token_http)
    client = FeedClient(httpx.Client(base_url=notes_url, auth=auth, timeout=OUTGOING_TIMEOUT, verify=_TRUSTED))
    return Follower("notes", Database(make_engine(settings)), client, apply, reset, limit=settings.batch, wait=1)


def work(settings: WorkerSettings) -> None:
    configure_logs("notes-worker", settings.log_level)
    followers = [follower(settings, settings.notes_url)] if settings.notes_url else []
    run_worker(Database(make_engine(settings)), followers)


if __name__ == "__main__":
    work(read_settings(WorkerSettings))
