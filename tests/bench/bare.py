"""The baseline: FastAPI and psycopg doing the same SQL as three operations of plans-api, and nothing else.

No token, no permission, no request id, no problem documents, no metrics: what is left is what a request costs anyone.
"""

import json
import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Annotated, Any
from uuid import UUID

import psycopg
from fastapi import FastAPI, Header
from psycopg.rows import dict_row
from pydantic import BaseModel
from uuid_utils.compat import uuid7

CONNECTIONS = 8
_free: "SimpleQueue[psycopg.Connection[dict[str, Any]]]" = SimpleQueue()


@asynccontextmanager
async def lifespan(_app: FastAPI) -> Any:
    """Opens as many connections as plans-api has."""
    url = os.environ["DATABASE_URL"].replace("+psycopg", "")
    opened = [psycopg.connect(url, row_factory=dict_row) for _ in range(CONNECTIONS)]
    for connection in opened:
        _free.put(connection)
    yield
    for connection in opened:
        connection.close()


app = FastAPI(lifespan=lifespan)


class School(BaseModel):
    """The columns plans-api answers with."""

    urn: str
    name: str
    phase: str
    type: str
    local_authority_code: str
    local_authority: str
    latitude: float | None
    longitude: float | None
    status: str
    version: int


class Schools(BaseModel):
    """A page of them."""

    items: list[School]
    next_cursor: str | None


class NewPerson(BaseModel):
    """The body of the keyed write."""

    alliance_id: UUID
    issuer: str
    subject: str
    name: str


class Person(NewPerson):
    """What the keyed write answers."""

    id: UUID
    version: int


@app.get("/v1/schools", response_model=Schools)
def list_schools(limit: int = 50) -> Any:
    """A page of fifty in one statement."""
    connection = _free.get()
    try:
        with connection.transaction():
            rows = connection.execute("SELECT * FROM schools ORDER BY urn LIMIT %s", [limit + 1]).fetchall()
    finally:
        _free.put(connection)
    return {"items": rows[:limit], "next_cursor": rows[limit - 1]["urn"]}


@app.get("/v1/schools/{urn}", response_model=School)
def get_school(urn: str) -> Any:
    """One row by its key."""
    connection = _free.get()
    try:
        with connection.transaction():
            return connection.execute("SELECT * FROM schools WHERE urn = %s", [urn]).fetchone()
    finally:
        _free.put(connection)


@app.post("/v1/people", response_model=Person, status_code=201)
def record_person(body: NewPerson, idempotency_key: Annotated[str, Header()]) -> Any:
    """One row with its event, its audit row and its idempotency key, in one transaction."""
    connection, person, now = _free.get(), {**body.model_dump(), "id": uuid7(), "version": 1}, datetime.now(UTC)
    data = json.dumps({"person_id": str(person["id"]), "alliance_id": str(body.alliance_id)})
    answer = Person.model_validate(person).model_dump_json().encode()
    try:
        with connection.transaction():
            connection.execute("SELECT set_config('app.tenants', %s, true)", [str(body.alliance_id)])
            connection.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [idempotency_key])
            connection.execute(
                "SELECT * FROM idempotency_keys WHERE client = %s AND route = %s AND key = %s",
                ["bench", "record_person", idempotency_key],
            ).fetchone()
            connection.execute(
                "INSERT INTO people (id, alliance_id, issuer, subject, name, version)"
                " VALUES (%(id)s, %(alliance_id)s, %(issuer)s, %(subject)s, %(name)s, %(version)s)",
                person,
            )
            connection.execute(
                "INSERT INTO outbox_pending (type, subject, tenant_id, occurred_at, data) VALUES (%s, %s, %s, %s, %s)",
                ["person-recorded", str(person["id"]), body.alliance_id, now, data],
            )
            connection.execute(
                "INSERT INTO audit_log (at, issuer, who, action, subject, tenant_id, request_id)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [now, "bench", "bench", "person-recorded", str(person["id"]), body.alliance_id, "-"],
            )
            connection.execute(
                "INSERT INTO idempotency_keys (client, route, key, fingerprint, status, headers, body)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                ["bench", "record_person", idempotency_key, b"bench", 201, "{}", answer],
            )
    finally:
        _free.put(connection)
    return person
