"""What is read is one picture, and what is decided on is always the newest."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from service_kit.access import Caller, Grant, Permission
from service_kit.application import Reading
from service_kit.clock import now
from service_kit.database import EVERY_TENANT, Database
from tests.service_kit.conftest import Notes

EVERYBODY = Caller("", "", frozenset(), (Grant("operator", None),), Permission("", frozenset({"operator"})))
COUNT = text("SELECT count(*) FROM notes")


@pytest.fixture
def database(notes: Notes) -> Iterator[Database]:
    """Of a single connection, so that what one transaction leaves behind is met by the next."""
    engine = create_engine(notes.house.store.app_url, pool_size=1, max_overflow=0)
    yield Database(engine)
    engine.dispose()


def counted_around_a_write(session: Session, notes: Notes) -> tuple[int, int]:
    """How many notes there are before and after somebody else has stored another."""
    before = session.scalars(COUNT).one()
    with psycopg.connect(notes.house.store.admin_url) as somebody_else:
        somebody_else.execute("INSERT INTO notes VALUES (%s, %s, 'a', %s, '', 1)", [uuid4(), uuid4(), str(uuid4())])
    return before, session.scalars(COUNT).one()


def test_a_read_of_several_statements_sees_one_picture(notes: Notes, database: Database) -> None:
    with Reading(database, EVERYBODY, now()).transaction() as session:
        before, after = counted_around_a_write(session, notes)
        assert after == before
    with Reading(database, EVERYBODY, now()).transaction() as session:
        assert session.scalars(COUNT).one() == before + 1


def test_a_write_that_follows_on_the_same_connection_sees_what_is_newest(notes: Notes, database: Database) -> None:
    with database.one_picture(EVERY_TENANT) as session:
        session.execute(COUNT)
    with database.transaction(EVERY_TENANT) as session:
        before, after = counted_around_a_write(session, notes)
    assert after == before + 1


def test_what_is_noted_of_a_read_is_kept_though_the_thing_has_changed_meanwhile(
    notes: Notes, database: Database
) -> None:
    reading, note_id = Reading(database, EVERYBODY, now()), uuid4()
    with psycopg.connect(notes.house.store.admin_url, autocommit=True) as somebody_else:
        somebody_else.execute("INSERT INTO notes VALUES (%s, %s, 'a', %s, '', 1)", [note_id, uuid4(), str(note_id)])
        with reading.transaction() as session:
            session.execute(COUNT)
            somebody_else.execute("UPDATE notes SET version = 2 WHERE id = %s", [note_id])
            reading.note(session, "note-read", subject=note_id, tenant=None)
        noted = somebody_else.execute("SELECT action FROM audit_log WHERE subject = %s", [str(note_id)]).fetchall()
    assert noted == [("note-read",)]
