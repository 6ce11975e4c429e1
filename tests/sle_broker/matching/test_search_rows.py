"""The rows in which a search looks, and the profiles it scores, follow every change, in its own transaction, whoever
makes it."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from sle_broker.matching.tables import Judged
from tests.databases import ServiceDatabase
from tests.sle_broker.matching.pools import Lot

KEPT = """
    SELECT leader_id, code, alliance_id, claimed_on, validated_on, latitude, longitude, southernmost, northernmost
    FROM search_rows ORDER BY leader_id, code
"""
MEANT = """
    SELECT leader.id, code, leader.alliance_id, min(claimed_on), min(validated_on), latitude, longitude,
           CASE WHEN latitude + longitude + travel_limit_km IS NULL THEN CAST('-Infinity' AS float8)
               ELSE latitude - (travel_limit_km + 1) / CAST(111.19 AS float8) END,
           CASE WHEN latitude + longitude + travel_limit_km IS NULL THEN CAST('Infinity' AS float8)
               ELSE latitude + (travel_limit_km + 1) / CAST(111.19 AS float8) END
    FROM leader_specialisms held JOIN specialisms specialism ON specialism.id = held.specialism_id
    JOIN leaders leader ON leader.id = held.leader_id LEFT JOIN schools school ON school.urn = leader.home_school_urn
    GROUP BY leader.id, code, latitude, longitude ORDER BY leader.id, code
"""
JUDGED = list(Judged.__annotations__)
OTHERWISE = f"""
    SELECT count(*) FROM search_rows held JOIN search_profiles profile USING (leader_id)
    WHERE ({", ".join(f"held.{name}" for name in JUDGED)})
        IS DISTINCT FROM ({", ".join(f"profile.{name}" for name in JUDGED)})
"""
CHANGES = {
    "a leader moves to another school": "UPDATE leaders SET home_school_urn = (SELECT max(urn) FROM schools)",
    "a leader travels any distance": "UPDATE leaders SET travel_limit_km = NULL",
    "a leader works in a school that has not arrived": "UPDATE leaders SET home_school_urn = '199999'",
    "a school is moved on the map": "UPDATE schools SET latitude = 51.5, longitude = -0.1",
    "a school loses its place": "UPDATE schools SET latitude = NULL, longitude = NULL",
    "a school loses half its place": "UPDATE schools SET longitude = NULL",
    "the register is read anew": "DELETE FROM schools",
    "a school arrives": "INSERT INTO schools SELECT '199999', phase, type, 53.0, -1.0 FROM schools LIMIT 1",
    "a specialism is validated": (
        "UPDATE leader_specialisms SET validated_on = claimed_on, validated_by = 'head', evidence = '-'"
    ),
    "a specialism is claimed": (
        "INSERT INTO leader_specialisms (id, alliance_id, leader_id, specialism_id, claimed_on, version) "
        "SELECT gen_random_uuid(), leader.alliance_id, leader.id, known.id, '2014-09-01', 1 "
        "FROM leaders leader CROSS JOIN LATERAL (SELECT id FROM specialisms WHERE alliance_id IS NULL LIMIT 1) known"
    ),
    "a claim is removed": "DELETE FROM leader_specialisms",
}
PROFILES = f"""
    SELECT leader_id, alliance_id, {", ".join(JUDGED)}, taken, CAST(told AS text)
    FROM search_profiles ORDER BY leader_id
"""
MADE_ANEW = "SELECT keep_profiles(ARRAY(SELECT id FROM leaders))"
PROFILE_CHANGES = {
    **{change: CHANGES[change] for change in CHANGES if "specialism" in change or "claim" in change},
    "a school is of another phase": (
        "UPDATE schools SET phase = CASE phase WHEN 'primary' THEN 'secondary' ELSE 'primary' END"
    ),
    "the register is read anew": "DELETE FROM schools",
    "a school that was helped arrives": (
        "INSERT INTO schools SELECT DISTINCT host_school_urn, 'primary', 'community' FROM deployments"
    ),
    "a leader arrives": (
        "INSERT INTO leaders SELECT gen_random_uuid(), alliance_id, kind, name, home_school_urn, phases, "
        "allowance_days, travel_limit_km, conflicts, not_released_from_on, not_released_to_on, version FROM leaders"
    ),
    "a leader declares a conflict": "UPDATE leaders SET conflicts = '{199999}'",
    "a year's allowance is agreed": (
        "INSERT INTO leader_allowances SELECT id, 2016, alliance_id, 5 FROM leaders ON CONFLICT DO NOTHING"
    ),
    "another allowance is agreed": "UPDATE leader_allowances SET days = days + 1",
    "an allowance is taken back": "DELETE FROM leader_allowances",
    "a half-term is spoken of": (
        "INSERT INTO half_term_availability SELECT id, 2016, 'spring_1', alliance_id, 2 FROM leaders"
    ),
    "a half-term has other days": "UPDATE half_term_availability SET days = days + 1",
    "a half-term is spoken of no more": "DELETE FROM half_term_availability",
    "a leader is designated": (
        "INSERT INTO designations (id, alliance_id, leader_id, kind, designated_on, version) "
        "SELECT gen_random_uuid(), alliance_id, id, 'coach', '2015-01-01', 1 FROM leaders"
    ),
    "a designation is to lapse": "UPDATE designations SET due_to_lapse_on = '2016-01-01'",
    "a designation is removed": "DELETE FROM designations",
    "a deployment holds other days": "UPDATE deployments SET days = days + 1",
    "a leader works in a school for the first time": (
        "UPDATE deployments SET first_day_on = starts_on WHERE first_day_on IS NULL"
    ),
    "a deployment goes on": (
        'INSERT INTO deployment_steps (deployment_id, alliance_id, position, state, "on") '
        "SELECT id, alliance_id, 99, 'ended_early', '2015-07-01' FROM deployments"
    ),
    "a step has another day": "UPDATE deployment_steps SET \"on\" = '2016-01-01'",
    "the steps are removed": "DELETE FROM deployment_steps",
    "a visit takes place": (
        'INSERT INTO visits (deployment_id, alliance_id, "on", days) '
        "SELECT id, alliance_id, '2015-07-02', 1 FROM deployments"
    ),
    "a visit takes a day": "UPDATE visits SET days = 1",
    "a visit is removed": "DELETE FROM visits",
    "an objective is set": (
        "INSERT INTO objectives (deployment_id, alliance_id, id, position, text, measure, outcome) "
        "SELECT id, alliance_id, gen_random_uuid(), 9, '-', '-', 'met' FROM deployments WHERE state = 'closed'"
    ),
    "an objective is met": "UPDATE objectives SET outcome = CASE outcome WHEN 'met' THEN 'not_met' ELSE 'met' END",
    "an objective is removed": "DELETE FROM objectives",
}


@pytest.fixture(scope="module")
def lot(broker_database: ServiceDatabase) -> Iterator[Lot]:
    """An alliance with a few leaders."""
    drawn = Lot(77, broker_database.admin_url)
    yield drawn
    drawn.admin.close()


@pytest.fixture(scope="module")
def app(broker_database: ServiceDatabase) -> Iterator["psycopg.Connection[Any]"]:
    """A connection as the service's own role, which sees every alliance; nothing it does is kept."""
    first = Lot(78, broker_database.admin_url)
    first.leaders(30)
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
    assert app.execute(OTHERWISE).fetchone() == (0,)
    app.rollback()


@pytest.mark.parametrize("change", PROFILE_CHANGES)
def test_after_every_change_the_profiles_are_as_they_would_be_made_anew(
    app: "psycopg.Connection[Any]", change: str
) -> None:
    app.rollback()
    app.execute("SELECT set_config('app.tenants', '*', true)")
    if change == "a school that was helped arrives":
        app.execute("DELETE FROM schools")
    before = app.execute(PROFILES).fetchall()
    app.execute(PROFILE_CHANGES[change])
    kept = app.execute(PROFILES).fetchall()
    assert app.execute(OTHERWISE).fetchone() == (0,)
    app.execute(MADE_ANEW)
    assert kept == app.execute(PROFILES).fetchall() != before
    app.rollback()


def test_every_trigger_that_keeps_profiles_is_met_by_a_change(app: "psycopg.Connection[Any]") -> None:
    app.rollback()
    kept = app.execute(
        "SELECT event_object_table, event_manipulation FROM information_schema.triggers "
        "WHERE trigger_name LIKE 'searched_on_%'"
    ).fetchall()
    changed = {
        (words[2] if words[0] != "UPDATE" else words[1], words[0])
        for words in (change.split() for change in PROFILE_CHANGES.values())
    }
    assert set(kept) == changed


def test_what_a_borrower_does_to_a_lent_leader_is_in_the_profile_that_the_lender_reads(
    app: "psycopg.Connection[Any]",
) -> None:
    app.rollback()
    app.execute("SELECT set_config('app.tenants', '*', true)")
    lent = app.execute(
        "SELECT id, alliance_id, lender_alliance_id, leader_id FROM deployments WHERE state = 'proposed' "
        "AND lender_alliance_id IS NOT NULL LIMIT 1"
    ).fetchone()
    assert lent is not None
    deployment, borrower, lender, leader = lent
    profile = "SELECT open_deployments FROM search_profiles WHERE leader_id = %s"
    before = app.execute(profile, [leader]).fetchone()
    app.execute("SELECT set_config('app.tenants', %s, true)", [str(borrower)])
    app.execute(
        'INSERT INTO deployment_steps (deployment_id, alliance_id, position, state, "on") '
        "VALUES (%s, %s, 9, 'declined', '2015-07-01')",
        [deployment, borrower],
    )
    assert app.execute(profile, [leader]).fetchone() is None
    app.execute("SELECT set_config('app.tenants', %s, true)", [str(lender)])
    after = app.execute(profile, [leader]).fetchone()
    assert before is not None
    assert after == (before[0] - 1,)
    app.rollback()


def test_of_two_changes_of_one_leader_at_once_neither_is_lost(broker_database: ServiceDatabase, lot: Lot) -> None:
    lot.leaders(1)
    [leader] = lot.admin.execute("SELECT max(id::text)::uuid FROM leaders WHERE alliance_id = %s", [lot.alliance])
    lot.admin.execute("DELETE FROM leader_allowances WHERE leader_id = %s", leader)
    lot.admin.execute("DELETE FROM half_term_availability WHERE leader_id = %s", leader)
    agreed = "INSERT INTO leader_allowances VALUES (%s, 2014, %s, 5)"
    said = "INSERT INTO half_term_availability VALUES (%s, 2014, 'spring_1', %s, 2)"
    _one_waits_for_the_other(broker_database, lot, (agreed, [*leader, lot.alliance]), (said, [*leader, lot.alliance]))
    kept = lot.admin.execute("SELECT agreed_days, offered_days FROM search_profiles WHERE leader_id = %s", leader)
    assert kept.fetchone() == ([5], [[0, 1000, 2000, 2002, 3002, 4002, 5002]])


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE leaders SET home_school_urn = '177777' WHERE id = %(leader)s",
        "UPDATE schools SET latitude = 54.5 WHERE urn = (SELECT home_school_urn FROM leaders WHERE id = %(leader)s)",
    ],
    ids=["its leader moves", "their school is moved on the map"],
)
def test_a_claim_made_while(broker_database: ServiceDatabase, lot: Lot, move: str) -> None:
    lot.leaders(1)
    [leader] = lot.admin.execute("SELECT max(id::text)::uuid FROM leaders WHERE alliance_id = %s", [lot.alliance])
    lot.admin.execute(
        "INSERT INTO schools VALUES ('177777', 'primary', 'community', 54.5, -3.5) ON CONFLICT DO NOTHING"
    )
    lot.admin.execute("DELETE FROM leader_specialisms WHERE leader_id = %s", leader)
    claim = (
        "INSERT INTO leader_specialisms (id, alliance_id, leader_id, specialism_id, claimed_on, version) "
        "VALUES (gen_random_uuid(), %(alliance)s, %(leader)s, %(specialism)s, '2014-09-01', 1)"
    )
    values = {"alliance": lot.alliance, "leader": leader[0], "specialism": lot.specialisms[0]}
    _one_waits_for_the_other(broker_database, lot, (move, values), (claim, values))
    kept = lot.admin.execute("SELECT latitude FROM search_rows WHERE leader_id = %s", leader)
    assert kept.fetchall() == [(54.5,)]


@pytest.mark.parametrize("order", [1, -1], ids=["the school changes first", "the leader works there first"])
def test_a_school_that_changes_while_somebody_first_works_there_is_helped_as_what_it_becomes(
    broker_database: ServiceDatabase, lot: Lot, order: int
) -> None:
    while not (
        found := lot.admin.execute(
            "SELECT leader_id, id, host_school_urn FROM deployments deployment "
            "JOIN schools ON urn = host_school_urn AND type <> 'academy' "
            "WHERE alliance_id = %s AND NOT EXISTS ("
            "SELECT FROM deployments WHERE leader_id = deployment.leader_id AND first_day_on IS NOT NULL)",
            [lot.alliance],
        ).fetchone()
    ):
        lot.leaders(5)
    leader, deployment, urn = found
    changes = (
        ("UPDATE schools SET phase = 'nursery', type = 'academy' WHERE urn = %s", [urn]),
        ("UPDATE deployments SET first_day_on = starts_on WHERE id = %s", [deployment]),
    )
    _one_waits_for_the_other(broker_database, lot, *changes[::order])
    kept = lot.admin.execute("SELECT helped FROM search_profiles WHERE leader_id = %s", [leader])
    assert kept.fetchone() == ({"nursery/academy": 1},)


def _one_waits_for_the_other(database: ServiceDatabase, lot: Lot, *changes: tuple[str, Any]) -> None:
    url = database.app_url.replace("+psycopg", "")
    with psycopg.connect(url) as first, psycopg.connect(url) as second:
        for connection in (first, second):
            connection.execute("SELECT set_config('app.tenants', '*', true)")
        first.execute(*changes[0])
        waiting = threading.Thread(target=second.execute, args=changes[1])
        waiting.start()
        _until_it_waits(lot.admin, second.info.backend_pid)
        first.commit()
        waiting.join()
        second.commit()


def _until_it_waits(admin: "psycopg.Connection[Any]", pid: int) -> None:
    blocked = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
    for _ in range(10_000):
        if admin.execute(blocked, [pid]).fetchone() == (True,):
            return
    raise AssertionError("the second change does not wait for the first")


def test_an_alliance_sees_its_own_rows_alone(app: "psycopg.Connection[Any]") -> None:
    app.rollback()
    app.execute("SELECT set_config('app.tenants', %s, true)", [str(UUID(int=1))])
    assert app.execute("SELECT count(*) FROM search_rows").fetchone() == (0,)
    assert app.execute("SELECT count(*) FROM search_profiles").fetchone() == (0,)
