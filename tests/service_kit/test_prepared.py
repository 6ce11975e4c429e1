"""A statement with numbered parameters: it answers, sees and refuses as the same one asked through the session does."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service_kit.database import EVERY_TENANT, Database, Prepared
from tests.service_kit.conftest import Notes


@pytest.fixture
def session(notes: Notes) -> Iterator[Session]:
    engine = create_engine(notes.house.store.app_url)
    with Database(engine).transaction(EVERY_TENANT) as session:
        yield session
    engine.dispose()


def test_a_parameter_has_one_number_wherever_it_stands_and_a_cast_is_none(session: Session) -> None:
    asked = "SELECT CAST(:days AS int) + :more, '9'::int * :days, :name::text"
    prepared = Prepared.of(asked)
    assert prepared == Prepared("SELECT CAST($1 AS int) + $2, '9'::int * $1, $3::text", ("days", "more", "name"))
    values = {"more": 3, "days": 2, "name": "100 %s :days", "never_asked": 1}
    assert prepared.rows(session, values) == [(5, 18, "100 %s :days")]


def test_a_number_known_beforehand_stands_in_the_statement(session: Session) -> None:
    prepared = Prepared.of("SELECT :days + :days_left + CAST(:more AS int)", {"days": 2, "more": -1})
    assert prepared == Prepared("SELECT 2 + $1 + CAST(-1 AS int)", ("days_left",))
    assert prepared.rows(session, {"days_left": 7}) == [(8,)]


def test_it_sees_what_the_session_has_set_in_the_transaction(session: Session) -> None:
    session.execute(text("SET LOCAL app.tenants = 'a'"))
    assert Prepared.of("SELECT current_setting('app.tenants')").rows(session, {}) == [("a",)]


def ask(database: Database, setting: str, asked: str) -> None:
    with database.transaction(EVERY_TENANT) as session:
        session.execute(text(f"SET LOCAL {setting}"))
        Prepared.of(asked).rows(session, {"seconds": 5})


@pytest.mark.parametrize(
    ("setting", "asked", "kind"),
    [
        ("statement_timeout = '50ms'", "SELECT pg_sleep(:seconds)", psycopg.errors.QueryCanceled),
        ("work_mem = '1MB'", "SELECT 1 / (CAST(:seconds AS int) - 5)", psycopg.errors.DivisionByZero),
        ("work_mem = '1MB'", "SELECT pg_terminate_backend(pg_backend_pid(), :seconds)", psycopg.OperationalError),
    ],
)
def test_what_the_database_refuses_is_raised_as_of_any_statement(
    notes: Notes, setting: str, asked: str, kind: type[psycopg.Error]
) -> None:
    engine = create_engine(notes.house.store.app_url)
    with pytest.raises(DBAPIError) as raised:
        ask(Database(engine), setting, asked)
    assert isinstance(raised.value.orig, kind)
    with Database(engine).transaction(EVERY_TENANT) as session:
        assert session.scalar(text("SELECT 1")) == 1
        assert Prepared.of("SELECT 1").rows(session, {}) == [(1,)]
    engine.dispose()
