"""No table of tenants' rows is without its policy, and the application's role cannot step around it."""

import psycopg
import pytest

from tests.contracts.applications import SERVICES
from tests.databases import Databases, ServiceDatabase

UNPROTECTED = """
    SELECT DISTINCT c.relname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname ~ '^(.+_)?(alliance|tenant)_id$' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'v', 'm')
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity
               AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polwithcheck IS NOT NULL))
"""


@pytest.fixture(params=SERVICES)
def database(request: pytest.FixtureRequest, databases: Databases) -> ServiceDatabase:
    """A fresh database of each service in turn."""
    return databases.clone(request.param)


def unprotected_tables(database: ServiceDatabase) -> set[str]:
    """The tables and views that name a tenant and have no forced policy."""
    with psycopg.connect(database.admin_url) as admin:
        return {name for (name,) in admin.execute(UNPROTECTED)}


def test_every_table_with_a_tenant_column_forces_row_level_security(database: ServiceDatabase) -> None:
    assert unprotected_tables(database) == set()


def test_a_new_tenant_table_without_a_policy_is_found(database: ServiceDatabase) -> None:
    with psycopg.connect(database.owner_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("CREATE TABLE forgotten (id int, alliance_id uuid)")
        owner.execute("CREATE TABLE forgotten_between_two (id int, lender_alliance_id uuid)")
        owner.execute("CREATE VIEW forgotten_view AS SELECT * FROM forgotten")
    assert unprotected_tables(database) == {"forgotten", "forgotten_between_two", "forgotten_view"}


def test_the_application_role_owns_nothing_and_has_no_power_over_policies(database: ServiceDatabase) -> None:
    with psycopg.connect(database.app_url.replace("+psycopg", "")) as app:
        role = app.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = app.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user").fetchone()
    assert role == (False, False, False, False)
    assert owned == (0,)


def test_without_a_tenant_set_the_application_sees_no_row_of_any_tenant_table(database: ServiceDatabase) -> None:
    with psycopg.connect(database.app_url.replace("+psycopg", "")) as app:
        tables = app.execute("SELECT c.relname FROM pg_class c WHERE c.relrowsecurity").fetchall()
        assert tables
        for (table,) in tables:
            assert app.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
