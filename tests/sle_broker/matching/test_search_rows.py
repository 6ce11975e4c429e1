"""The rows in which a search looks first follow every change, in its own transaction, whoever makes it."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.databases import ServiceDatabase
from tests.sle_broker.matching.pools import Lot

KEPT = "SELECT * FROM leader_search_rows ORDER BY leader_specialism_id"
MEANT = """
    SELECT held.id, held.alliance_id, held.leader_id, specialism.code, held.claimed_on, held.validated_on,
           leader.home_school_urn, school.latitude, school.longitude, leader.travel_limit_km
    FROM leader_specialisms held JOIN specialisms specialism ON specialism.id = held.specialism_id
    JOIN leaders leader ON leader.id = held.leader_id LEFT JOIN schools school ON school.urn = leader.home_school_urn
    ORDER BY held.id
"""
CHANGES = {
    "a leader moves to another school": "UPDATE leaders SET home_school_urn = (SELECT max(urn) FROM schools)",
    "a leader travels any distance": "UPDATE leaders SET travel_limit_km = NULL",
    "a leader works in a school that has not arrived": "UPDATE leaders SET home_school_urn = '199999'",
    "a school is moved on the map": "UPDATE schools SET latitude = 51.5, longitude = -0.1",
    "a school loses its place": "UPDATE schools SET latitude = NULL, longitude = NULL",
    "the register is read anew": "DELETE FROM schools",
    "a school arrives": "INSERT INTO schools SELECT '199999', phase, type, 53.0, -1.0 FROM schools LIMIT 1",
    "a specialism is validated": (
        "UPDATE leader_specialisms SET validated_on = claimed_on, validated_by = 'head', evidence = '-'"
    ),
    "a claim is removed": "DELETE FROM leader_specialisms",
}


@pytest.fixture
def lot(broker_database: ServiceDatabase) -> Iterator[Lot]:
    """An alliance with a few leaders."""
    drawn = Lot(77, broker_database.admin_url)
    yield drawn
    drawn.admin.close()


@pytest.fixture(scope="module")
def app(broker_database: ServiceDatabase) -> Iterator["psycopg.Connection[Any]"]:
    """A connection as the service's own role, which sees every alliance; nothing it does is kept."""
    first = Lot(78, broker_database.admin_url)
    first.leaders(12)
    first.admin.close()
    with psycopg.connect(broker_database.app_url.replace("+psycopg", "")) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("change", CHANGES)
def test_after_every_change_the_rows_are_as_they_would_be_made_anew(
    app: "psycopg.Connection[Any]", change: str
) -> None:
    app.rollback()
    app.execute("SELECT set_config('app.tenants', '*', true)")
    before = app.execute(KEPT).fetchall()
    assert before == app.execute(MEANT).fetchall() != []
    if change == "a school arrives":
        app.execute("UPDATE leaders SET home_school_urn = '199999'")
        before = app.execute(KEPT).fetchall()
    app.execute(CHANGES[change])
    assert app.execute(KEPT).fetchall() == app.execute(MEANT).fetchall() != before
    app.rollback()


def test_a_claim_made_while_its_leader_moves_has_the_new_place(broker_database: ServiceDatabase, lot: Lot) -> None:
    lot.leaders(1)
    url = broker_database.app_url.replace("+psycopg", "")
    found = lot.admin.execute("SELECT id FROM leaders WHERE alliance_id = %s", [lot.alliance]).fetchone()
    assert found is not None
    lot.admin.execute("INSERT INTO schools VALUES ('177777', 'primary', 'community', 54.5, -3.5)")
    claim = [uuid4(), lot.alliance, found[0], lot.specialisms[0]]
    lot.admin.execute("DELETE FROM leader_specialisms WHERE leader_id = %s", [found[0]])
    with psycopg.connect(url) as mover, psycopg.connect(url) as claimer:
        for connection in (mover, claimer):
            connection.execute("SELECT set_config('app.tenants', %s, true)", [str(lot.alliance)])
        mover.execute("UPDATE leaders SET home_school_urn = '177777' WHERE id = %s", [found[0]])
        waiting = threading.Thread(
            target=claimer.execute,
            args=(
                "INSERT INTO leader_specialisms (id, alliance_id, leader_id, specialism_id, claimed_on, version) "
                "VALUES (%s, %s, %s, %s, '2014-09-01', 1)",
                claim,
            ),
        )
        waiting.start()
        _until_it_waits(lot.admin, claimer.info.backend_pid)
        mover.commit()
        waiting.join()
        claimer.commit()
    kept = lot.admin.execute("SELECT latitude FROM leader_search_rows WHERE leader_specialism_id = %s", [claim[0]])
    assert kept.fetchone() == (54.5,)


def _until_it_waits(admin: "psycopg.Connection[Any]", pid: int) -> None:
    blocked = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
    for _ in range(10_000):
        if admin.execute(blocked, [pid]).fetchone() == (True,):
            return
    raise AssertionError("the claim does not wait for the change of its leader")


def test_an_alliance_sees_its_own_rows_alone(app: "psycopg.Connection[Any]") -> None:
    app.rollback()
    app.execute("SELECT set_config('app.tenants', %s, true)", [str(UUID(int=1))])
    assert app.execute("SELECT count(*) FROM leader_search_rows").fetchone() == (0,)
