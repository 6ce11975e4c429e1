"""A write that is sent twice happens once: the key and the answer are stored in the effect's own transaction."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Header, Request, Response
from sqlalchemy import delete, func, insert, select, text, tuple_
from sqlalchemy.orm import Session

from service_kit.errors import IdempotencyInProgress, IdempotencyKeyMissing, IdempotencyKeyReused
from service_kit.tables import idempotency_keys

KEPT_FOR = timedelta(days=7)

_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


@dataclass(frozen=True)
class IdempotencyKey:
    """A caller's key for one route, with the digest of the request it was first sent with."""

    client: str
    route: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True)
class StoredReply:
    """An answer as it went out, so that it can go out again."""

    status: int
    headers: dict[str, str]
    body: bytes

    def response(self, *, replayed: bool = False) -> Response:
        """The answer, marked `Idempotent-Replayed: true` where it is not the first."""
        marked = self.headers | ({"Idempotent-Replayed": "true"} if replayed else {})
        return Response(self.body, self.status, marked, media_type="application/json" if self.body else None)


async def idempotency_header(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=200,
            description="A key of your choosing, such as a UUID, under which this request may be sent again.",
            examples=["0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"],
        ),
    ] = None,
) -> tuple[str, bytes]:
    """The key and the digest of path, query and body. Errors: `IdempotencyKeyMissing`."""
    if not idempotency_key:
        raise IdempotencyKeyMissing("Send `Idempotency-Key` with a new value, such as a UUID, for each new request.")
    digest = hashlib.sha256()
    for part in (request.url.path.encode(), request.url.query.encode(), await request.body()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return idempotency_key, digest.digest()


def find_reply(session: Session, key: IdempotencyKey) -> StoredReply | None:
    """The stored answer to `key`, or None when this transaction is the first and now holds the key until it ends.

    Errors: `IdempotencyInProgress` while another transaction holds it, `IdempotencyKeyReused` for another request.
    """
    name = f"{key.client}\n{key.route}\n{key.key}"
    if not session.scalar(_TRY_LOCK, {"name": name}):
        raise IdempotencyInProgress("The first request with this key is still under way; ask again.", retry_after=1)
    stored = session.execute(
        select(idempotency_keys).where(
            idempotency_keys.c.client == key.client,
            idempotency_keys.c.route == key.route,
            idempotency_keys.c.key == key.key,
        )
    ).one_or_none()
    if stored is None:
        return None
    if stored.fingerprint != key.fingerprint:
        raise IdempotencyKeyReused("This key was used for another request; use a new key for a new request.")
    return StoredReply(stored.status, stored.headers, stored.body)


def keep_reply(session: Session, key: IdempotencyKey, reply: StoredReply) -> None:
    """Stores the answer beside the effect it tells of."""
    session.execute(
        insert(idempotency_keys).values(
            client=key.client,
            route=key.route,
            key=key.key,
            fingerprint=key.fingerprint,
            status=reply.status,
            headers=reply.headers,
            body=reply.body,
        )
    )


def forget_old_keys(session: Session, limit: int = 1_000) -> int:
    """Removes at most `limit` keys older than seven days; answers how many."""
    is_old = idempotency_keys.c.stored_at < func.now() - KEPT_FOR
    name = idempotency_keys.primary_key.columns
    oldest = select(*name).where(is_old).order_by(idempotency_keys.c.stored_at).limit(limit)
    forgotten = delete(idempotency_keys).where(tuple_(*name).in_(oldest)).returning(idempotency_keys.c.key)
    return len(session.scalars(forgotten).all())
