"""A service's database lets its owner change the schema, its app change rows, and nobody else in."""

import os
import subprocess
import sys

import psycopg
import pytest

from service_kit.provision import provision
from tsa_local.embedded_postgres import EmbeddedPostgres

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module", autouse=True)
def provisioned(postgres: EmbeddedPostgres) -> None:
    for _ in range(2):
        for name in ("first", "second"):
            provision(
                postgres.admin_url,
                database=name,
                owner=f"{name}_owner",
                owner_password="owner's secret",
                app=f"{name}_app",
                app_password="app's secret",
            )
    with as_owner(postgres) as owner:
        owner.execute("CREATE TABLE thing (id bigint GENERATED ALWAYS AS IDENTITY, name text)")


def as_owner(postgres: EmbeddedPostgres) -> Connection:
    return connect(postgres, "first", "first_owner", "owner's secret")


def as_app(postgres: EmbeddedPostgres) -> Connection:
    return connect(postgres, "first", "first_app", "app's secret")


def connect(postgres: EmbeddedPostgres, database: str, user: str, password: str) -> Connection:
    return psycopg.connect(host="127.0.0.1", port=postgres.port, dbname=database, user=user, password=password)


def test_texts_stand_in_the_order_of_their_code_points_whatever_the_server_speaks(postgres: EmbeddedPostgres) -> None:
    asked = "SELECT datname, datlocprovider, datcollate FROM pg_database WHERE datname IN ('first', 'postgres')"
    with as_owner(postgres) as owner:
        assert sorted(owner.execute(asked)) == [("first", "c", "C"), ("postgres", "c", "C.UTF-8")]


def test_neither_role_has_powers_over_the_cluster(postgres: EmbeddedPostgres) -> None:
    with as_owner(postgres) as owner:
        powers = owner.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'first%' AND (rolsuper OR rolcreatedb OR rolcreaterole"
            " OR rolreplication OR rolbypassrls)"
        ).fetchall()
    assert powers == []


def test_the_app_reads_and_writes_the_rows_of_tables_made_later(postgres: EmbeddedPostgres) -> None:
    with as_app(postgres) as app:
        app.execute("INSERT INTO thing (name) VALUES ('a')")
        app.execute("UPDATE thing SET name = 'b'")
        assert app.execute("SELECT name FROM thing").fetchall() == [("b",)]
        app.execute("DELETE FROM thing")


def test_the_app_may_have_a_table_until_its_transaction_ends(postgres: EmbeddedPostgres) -> None:
    with as_app(postgres) as app:
        app.execute("CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT * FROM thing LIMIT 0")
        app.execute("INSERT INTO staged (name) VALUES ('a')")
        assert app.execute("SELECT name FROM staged").fetchall() == [("a",)]


@pytest.mark.parametrize("statement", ["CREATE TABLE other (id int)", "DROP TABLE thing", "TRUNCATE thing"])
def test_the_app_cannot_change_the_schema(postgres: EmbeddedPostgres, statement: str) -> None:
    with as_app(postgres) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_one_service_cannot_enter_the_database_of_another(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(postgres, "second", "first_app", "app's secret")


def test_the_owner_may_add_a_trusted_extension(postgres: EmbeddedPostgres) -> None:
    with as_owner(postgres) as owner:
        owner.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")


def test_what_a_migration_revoked_stays_revoked(postgres: EmbeddedPostgres) -> None:
    with as_owner(postgres) as owner:
        owner.execute("CREATE TABLE log (line text)")
        owner.execute("REVOKE UPDATE, DELETE ON log FROM first_app")
    provision(
        postgres.admin_url,
        database="first",
        owner="first_owner",
        owner_password="owner's secret",
        app="first_app",
        app_password="app's secret",
    )
    with as_app(postgres) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("DELETE FROM log")


def test_names_are_quoted(postgres: EmbeddedPostgres) -> None:
    name = 'odd"; DROP DATABASE first; --'
    provision(postgres.admin_url, database=name, owner=f"{name}o", owner_password="o", app=f"{name}a", app_password="a")
    with connect(postgres, name, f"{name}a", "a") as odd, as_app(postgres) as first:
        assert (odd.info.dbname, first.info.dbname) == (name, "first")


def test_the_command_takes_everything_from_the_environment(postgres: EmbeddedPostgres) -> None:
    environment = {
        "PROVISION_ADMIN_URL": postgres.admin_url.replace("postgresql://", "postgresql+psycopg://"),
        "PROVISION_DATABASE": "third",
        "PROVISION_OWNER": "third_owner",
        "PROVISION_OWNER_PASSWORD": "o",
        "PROVISION_APP": "third_app",
        "PROVISION_APP_PASSWORD": "a",
    }
    command = [sys.executable, "-m", "service_kit.provision"]
    assert subprocess.run(command, env={**os.environ, **environment}).returncode == 0
    with connect(postgres, "third", "third_app", "a"):
        pass


def test_the_command_names_what_is_missing() -> None:
    command = [sys.executable, "-m", "service_kit.provision"]
    outcome = subprocess.run(command, env={"PROVISION_APP": "a"}, capture_output=True, text=True)
    assert outcome.returncode == 2
    assert "PROVISION_ADMIN_URL, PROVISION_DATABASE" in outcome.stderr
    assert "PROVISION_APP," not in outcome.stderr
