"""The tables every service has beside its own: outbox, feed, cursors, idempotency keys, audit log, jobs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

kit_metadata = MetaData(naming_convention=NAMING_CONVENTION)


def _event_columns() -> list[Column[object]]:
    return [
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("tenant_id", Uuid, nullable=True),
        Column("occurred_at", DateTime(timezone=True), nullable=False),
        Column("trace_parent", Text, nullable=True),
        Column("data", JSONB, nullable=False),
    ]


outbox_pending = Table(
    "outbox_pending",
    kit_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    *_event_columns(),
)

feed = Table(
    "feed",
    kit_metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    *_event_columns(),
)

feed_head = Table(
    "feed_head",
    kit_metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, server_default=text("1")),
    Column("epoch", Integer, nullable=False, server_default=text("1")),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
)

feed_cursors = Table(
    "feed_cursors",
    kit_metadata,
    Column("feed", Text, primary_key=True),
    Column("epoch", Integer, nullable=False, server_default=text("0")),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
)

idempotency_keys = Table(
    "idempotency_keys",
    kit_metadata,
    Column("client", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("client", "route", "key"),
    Index(None, "stored_at"),
)

audit_log = Table(
    "audit_log",
    kit_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("tenant_id", Uuid, nullable=True),
    Column("request_id", Text, nullable=False),
    Index(None, "tenant_id", "id"),
)

jobs = Table(
    "jobs",
    kit_metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("tenant_id", Uuid, nullable=True),
    Column("state", Text, nullable=False),
    Column("progress", JSONB, nullable=False, server_default=text("'{}'")),
    Column("failure", Text, nullable=True),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("cancel_asked", Boolean, nullable=False, server_default=text("false")),
    Column("enqueued_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=True),
    Column("beat_at", DateTime(timezone=True), nullable=True),
    Column("ended_at", DateTime(timezone=True), nullable=True),
    Index(None, "kind", "enqueued_at", postgresql_where=text("state IN ('waiting', 'running')")),
)
