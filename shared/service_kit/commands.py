"""The one door for writes: tenants, idempotency, effect, event, audit and answer are one commit, before the reply."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from service_kit import audit, outbox
from service_kit.access import Caller
from service_kit.clock import day_of
from service_kit.database import Database
from service_kit.etags import etag
from service_kit.idempotency import IdempotencyKey, StoredReply, find_reply, keep_reply

Result = TypeVar("Result")


@dataclass(frozen=True)
class UnitOfWork:
    """What a use case is given: an open transaction, who asks, and the instant. A use case never commits."""

    session: Session
    caller: Caller
    now: datetime

    @property
    def today(self) -> date:
        """The calendar day in England of `now`."""
        return day_of(self.now)

    def all_or_nothing(self) -> AbstractContextManager[object]:
        """One item of many: where something within is refused, nothing of it is kept, and what came before is."""
        return self.session.begin_nested()

    def record(self, event: str, *, subject: UUID | str, tenant: UUID | None, data: Mapping[str, Any]) -> None:
        """Records one change: its event for the feed and its audit row. `event` is past tense, `order-placed`;
        `data` is thin: ids, codes and dates, no names, e-mails, free text or judgements of a person."""
        self.record_each(event, tenant=tenant, happened={str(subject): data})

    def record_each(self, event: str, *, tenant: UUID | None, happened: Mapping[str, Mapping[str, Any]]) -> None:
        """Records the same change of many things at once: `happened` has each one's data by its subject."""
        if not happened:
            return
        outbox.put_events(self.session, event=event, tenant=tenant, at=self.now, happened=happened)
        audit.note(self.session, self.caller, action=event, subjects=dict.fromkeys(happened, tenant), at=self.now)


@dataclass(frozen=True)
class Reply:
    """What the caller is told: `version` becomes the ETag, `location` the path of a thing just created."""

    body: BaseModel
    status: int = 200
    version: int | None = None
    location: str | None = None

    def stored(self) -> StoredReply:
        """The reply as bytes and headers."""
        headers = {}
        if self.version is not None:
            headers["ETag"] = etag(self.version)
        if self.location is not None:
            headers["Location"] = self.location
        return StoredReply(self.status, headers, self.body.model_dump_json().encode())


@dataclass(frozen=True)
class Command:
    """One write a caller asks for. `key` is None for methods that are idempotent by themselves (PUT, PATCH, DELETE)."""

    database: Database
    caller: Caller
    now: datetime
    key: IdempotencyKey | None

    def execute(self, use_case: Callable[[UnitOfWork], Result], reply: Callable[[Result], Reply]) -> Response:
        """Runs `use_case` and shapes its result in one transaction that is committed before the answer goes out.

        A key seen before is answered with the stored reply and nothing is done again. Any error rolls everything back,
        the key included, so that the same request may be sent again.
        """
        with self.database.transaction(self.caller.visible) as session:
            if self.key is not None:
                stored = find_reply(session, self.key)
                if stored is not None:
                    return stored.response(replayed=True)
            result = use_case(UnitOfWork(session, self.caller, self.now))
            session.flush()
            outgoing = reply(result).stored()
            if self.key is not None:
                keep_reply(session, self.key, outgoing)
        return outgoing.response()

    def rehearse(self, use_case: Callable[[UnitOfWork], Result], reply: Callable[[Result], Reply]) -> Response:
        """A dry run: does all that `execute` does and takes it back; the key is not used up. Nothing is kept."""
        with self.database.transaction(self.caller.visible) as session:
            result = use_case(UnitOfWork(session, self.caller, self.now))
            session.flush()
            outgoing = reply(result).stored()
            session.rollback()
        return outgoing.response()
