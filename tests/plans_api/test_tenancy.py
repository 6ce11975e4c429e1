"""The second net under the handlers: what the application's own role can see and write in SQL."""

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.databases import ServiceDatabase

OURS, THEIRS = uuid4(), uuid4()
TENANT_TABLES = (
    "alliances",
    "memberships",
    "clients",
    "people",
    "role_grants",
    "plans",
    "plan_sections",
    "action_points",
    "milestones",
    "gone_milestones",
    "date_values",
    "action_point_leads",
    "action_point_kpi_links",
    "plan_cells",
    "plan_documents",
    "findings",
    "programmes",
    "programme_runs",
    "run_places",
    "nominations",
    "attendance_registers",
    "outcomes",
    "evaluations",
    "invoices",
    "plan_parties",
    "plan_changes",
    "milestone_statuses",
    "rag_overrides",
    "plan_reviews",
    "lead_people",
    "success_measures",
    "measure_conditions",
    "measure_actuals",
    "term_calendars",
    "date_changes",
    "finding_decisions",
    "plan_corrections",
    "plan_differences",
    "calendar_feeds",
)


@pytest.fixture(scope="module")
def peopled(plans_database: ServiceDatabase) -> ServiceDatabase:
    """A database with a row of ours and a row of theirs in every table of tenants."""
    with psycopg.connect(plans_database.admin_url) as admin:
        admin.execute(
            "INSERT INTO schools (urn, name, phase, type, local_authority_code, status, version) "
            "VALUES ('100000', 'A', 'primary', 'x', '201', 'open', 1)"
        )
        for alliance in (OURS, THEIRS):
            fill(admin, alliance)
    return plans_database


def fill(admin: "psycopg.Connection[tuple[object, ...]]", alliance: UUID) -> None:
    """One row of `alliance` in every table of tenants."""
    fill_tables(admin, alliance, TENANT_TABLES)


def fill_tables(admin: "psycopg.Connection[tuple[object, ...]]", alliance: UUID, tables: Sequence[str]) -> None:
    """One row of `alliance` in each of these tables, with only what the table insists on."""
    plan, section, point, finding, correction = (uuid4() for _ in range(5))
    programme, run = uuid4(), uuid4()
    known = {
        "alliance_id": alliance,
        "plan_id": plan,
        "section_id": section,
        "action_point_id": point,
        "finding_id": finding,
        "plan_correction_id": correction,
        "programme_id": programme,
        "run_id": run,
        "nomination_id": run,
        "measure_id": run,
    }
    own = {
        "alliances": alliance,
        "plans": plan,
        "plan_sections": section,
        "action_points": point,
        "findings": finding,
        "plan_corrections": correction,
        "programmes": programme,
        "programme_runs": run,
        "nominations": run,
        "success_measures": run,
    }
    for table in tables:
        columns = admin.execute(
            "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = %s AND is_nullable = 'NO'",
            [table],
        ).fetchall()
        values = {
            str(name): own.get(table, uuid4()) if name == "id" else known.get(str(name), sample(str(name), str(kind)))
            for name, kind in columns
        }
        if table == "calendar_feeds":
            values |= {"token_digest": alliance.bytes * 2, "state": "open"}
        if table == "findings":
            values |= {"state": "open"}
        if table == "plan_differences":
            values |= {"kind": "added", "cells": "[]"}
        if table == "clients":
            values |= {"alliance_id": alliance, "client_id": str(alliance)}
        if table == "plan_parties":
            values |= {"party_id": alliance}
        if table == "measure_actuals":
            values |= {"value": 1}
        if table == "role_grants":
            values |= {"alliance_id": alliance}
        names = ", ".join(f'"{name}"' for name in values)
        slots = ", ".join(["%s"] * len(values))
        admin.execute(f"INSERT INTO {table} ({names}) VALUES ({slots})", list(values.values()))


def sample(column: str, kind: str) -> object:
    """A value that column would take."""
    known: dict[str, object] = {
        "lead_school_urn": "100000",
        "urn": "100000",
        "date_value_id": uuid4(),
        "milestone_id": uuid4(),
        "state": "active",
        "severity": "info",
        "sha256": bytes(32),
        "kind": "scitt",
    }
    by_kind: dict[str, object] = {
        "text": "x",
        "int4": 1,
        "bool": False,
        "date": "2014-09-01",
        "timestamptz": "2014-09-01T00:00Z",
        "bytea": b"x",
        "_text": ["x"],
        "_int4": [1],
        "_uuid": [],
        "numeric": 1,
        "jsonb": "[]",
        "_date": ["2014-09-01"] * 12,
    }
    return known.get(column, by_kind.get(kind))


@pytest.fixture
def app(peopled: ServiceDatabase) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection as the application's role, whose transaction ends with the test."""
    with psycopg.connect(peopled.app_url.replace("+psycopg", "")) as connection:
        yield connection
        connection.rollback()


def act_for(app: "psycopg.Connection[tuple[object, ...]]", *tenants: UUID) -> None:
    app.execute("SELECT set_config('app.tenants', %s, true)", [",".join(map(str, tenants))])


def tenant_column(table: str) -> str:
    return "id" if table == "alliances" else "alliance_id"


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_with_no_tenants_set_there_are_no_rows(app: "psycopg.Connection[tuple[object, ...]]", table: str) -> None:
    assert app.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_transaction_sees_its_own_tenants_rows_only(
    app: "psycopg.Connection[tuple[object, ...]]", table: str
) -> None:
    act_for(app, OURS)
    seen = app.execute(f"SELECT DISTINCT {tenant_column(table)} FROM {table}").fetchall()
    assert seen == [(OURS,)]


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_transaction_changes_and_removes_no_row_of_another_tenant(
    app: "psycopg.Connection[tuple[object, ...]]", table: str
) -> None:
    act_for(app, OURS)
    column = tenant_column(table)
    changed = app.execute(f"UPDATE {table} SET {column} = {column} WHERE {column} = %s", [THEIRS])
    assert changed.rowcount == 0
    assert app.execute(f"DELETE FROM {table} WHERE {column} = %s", [THEIRS]).rowcount == 0


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_transaction_writes_no_row_for_another_tenant(
    app: "psycopg.Connection[tuple[object, ...]]", table: str
) -> None:
    act_for(app, OURS)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute(f"UPDATE {table} SET {tenant_column(table)} = %s", [THEIRS])


def test_a_transaction_adds_no_row_for_another_tenant(app: "psycopg.Connection[tuple[object, ...]]") -> None:
    act_for(app, OURS)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute(
            "INSERT INTO memberships (id, alliance_id, urn, from_on, version) "
            "VALUES (%s, %s, '100000', '2030-01-01', 1)",
            [uuid4(), THEIRS],
        )


def test_what_belongs_to_the_platform_is_not_seen_from_an_alliance(
    app: "psycopg.Connection[tuple[object, ...]]", peopled: ServiceDatabase
) -> None:
    with psycopg.connect(peopled.admin_url) as admin:
        admin.execute(
            "INSERT INTO role_grants (id, issuer, subject, role, granted_on, version) "
            "VALUES (%s, 'x', 'operator', 'operator', '2014-09-01', 1)",
            [uuid4()],
        )
    act_for(app, OURS)
    assert app.execute("SELECT count(*) FROM role_grants WHERE subject = 'operator'").fetchone() == (0,)
