"""The second net: what the database itself shows and lets happen, whatever the code above it does."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RaiseException
from sqlalchemy import create_engine, text

from service_kit.access import Reach
from service_kit.database import Database
from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import key, note

TENANT_TABLES = ("notes", "outbox_pending", "feed", "audit_log")


def libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)


@pytest.fixture
def app(notes: Notes) -> Iterator[psycopg.Connection]:
    """A connection of the service's own role, with no tenants set."""
    with psycopg.connect(libpq(notes.house.store.app_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def written(writer: httpx.Client, tenant: UUID) -> str:
    """A note in the test's tenant."""
    return str(writer.post("/v1/notes", json=note(tenant), headers=key()).json()["id"])


def count(connection: psycopg.Connection, table: str) -> int:
    found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert found is not None
    return int(found[0])


def seen(connection: psycopg.Connection, tenants: str | None) -> dict[str, int]:
    """How many rows of each tenant table are seen with these tenants set, in a transaction as the service opens it."""
    with connection.transaction():
        if tenants is not None:
            connection.execute("SELECT set_config('app.tenants', %s, true)", [tenants])
        counts = {}
        for table in TENANT_TABLES:
            counts[table] = count(connection, table)
        return counts


@pytest.mark.usefixtures("written")
def test_without_tenants_or_with_others_there_are_no_rows(notes: Notes, app: psycopg.Connection, tenant: UUID) -> None:
    other = uuid4()
    with notes.house.client(notes.first.url, "writer", other) as elsewhere:
        assert elsewhere.post("/v1/notes", json=note(other), headers=key()).status_code == 201
    nothing = dict.fromkeys(TENANT_TABLES, 0)
    for tenants in (None, "", str(uuid4()), f"{uuid4()},{uuid4()}"):
        assert seen(app, tenants) == nothing
    mine = seen(app, f"{uuid4()},{tenant}")
    assert mine["notes"] == mine["audit_log"] == mine["outbox_pending"] + mine["feed"] == 1
    assert seen(app, "*")["audit_log"] > 1


def test_rows_of_another_tenant_cannot_be_written_changed_or_given_away(
    app: psycopg.Connection, tenant: UUID, written: str
) -> None:
    def touched(as_tenant: UUID, statement: str, *values: object) -> int:
        with app.transaction():
            app.execute("SELECT set_config('app.tenants', %s, true)", [str(as_tenant)])
            return app.execute(statement.encode(), values).rowcount

    insert = "INSERT INTO notes VALUES (%s, %s, 'eve', 'T', 'X', 1)"
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        touched(uuid4(), insert, uuid4(), tenant)
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        app.execute(insert, [uuid4(), tenant])
    assert touched(uuid4(), "UPDATE notes SET text = 'X' WHERE id = %s", written) == 0
    assert touched(uuid4(), "DELETE FROM notes WHERE id = %s", written) == 0
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        touched(tenant, "UPDATE notes SET tenant_id = %s WHERE id = %s", uuid4(), written)
    assert touched(tenant, "UPDATE notes SET text = 'X' WHERE id = %s", written) == 1


@pytest.mark.usefixtures("written")
def test_the_owner_is_bound_as_well(notes: Notes) -> None:
    with psycopg.connect(libpq(notes.house.store.owner_url)) as owner:
        assert seen(owner, None) == dict.fromkeys(TENANT_TABLES, 0)


def test_the_services_role_is_no_owner_and_has_no_powers(notes: Notes, app: psycopg.Connection) -> None:
    (powers,) = app.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = user"
    ).fetchall()
    assert powers == (False,) * 5
    owned = "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = user)"
    assert app.execute(owned).fetchall() == [(0,)]
    assert app.execute("SELECT pg_has_role(user, %s, 'MEMBER')", [owner_of(notes)]).fetchall() == [(False,)]
    for forbidden in (
        "CREATE TABLE mine (id int)",
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_rows ON notes",
        "ALTER TABLE audit_log DISABLE TRIGGER append_only",
        "TRUNCATE notes",
        "SET session_replication_role = replica",
        "CREATE SCHEMA mine",
    ):
        with pytest.raises(InsufficientPrivilege):
            app.execute(forbidden.encode())


def owner_of(notes: Notes) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(libpq(notes.house.store.owner_url))["user"])


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("table", ["audit_log", "feed"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET subject = 'X'", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_happened_is_never_changed_or_removed_by_anybody(notes: Notes, table: str, statement: str) -> None:
    store = notes.house.store
    for url in (store.app_url, store.owner_url, store.admin_url):
        with psycopg.connect(libpq(url), autocommit=True) as connection, connection.transaction():
            connection.execute("SELECT set_config('app.tenants', '*', true)")
            before = count(connection, table)
            with pytest.raises((RaiseException, InsufficientPrivilege)), connection.transaction():
                connection.execute(statement.format(table).encode())
            assert count(connection, table) >= before > 0


@pytest.mark.usefixtures("written")
def test_tenants_end_with_their_transaction_on_a_pooled_connection(notes: Notes, tenant: UUID) -> None:
    engine = create_engine(notes.house.store.app_url, pool_size=1, max_overflow=0)
    database = Database(engine)
    mine = Reach(everywhere=False, tenants=frozenset({tenant}), parties={})
    backend = text("SELECT pg_backend_pid(), (SELECT count(*) FROM notes)")

    def fail() -> None:
        with database.transaction(mine) as session:
            session.execute(text("SELECT 1 / 0"))

    with database.transaction(mine) as session:
        process, count = session.execute(backend).one()
    assert count == 1
    for _ in range(2):
        with engine.begin() as bare:
            assert bare.execute(backend).one() == (process, 0)
            assert bare.scalar(text("SELECT current_setting('app.tenants', true)")) == ""
        with pytest.raises(Exception, match="division by zero"):
            fail()
    engine.dispose()
