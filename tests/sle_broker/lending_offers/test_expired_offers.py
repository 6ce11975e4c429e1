"""An offer that nobody answered in time is recorded as expired and told, once, whether or not anybody asks."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine

from service_kit.access import Caller, Grant, Permission
from service_kit.clock import now
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database
from sle_broker.availability.store import availability_of
from sle_broker.deployments.booking import Booking, LeaderHasNoDaysLeft
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.store import booked_year, get_deployment
from sle_broker.deployments.use_cases import book
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.designation import LeaderNotDesignated
from sle_broker.designations.store import get_leader
from sle_broker.worker import offers_to_expire
from tests.databases import ServiceDatabase
from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import done, eventually
from tests.sle_broker.lending_offers.two_alliances import TwoAlliances, expire_in
from tests.sle_broker.matching.pools import LONG_AGO, Lot

EVERYBODY = Caller("", "", frozenset(), (Grant("broker", None),), Permission("", frozenset({"broker"})))
WORKER = """
import sys
from sqlalchemy import create_engine
from service_kit.database import Database
from sle_broker.worker import offers_to_expire
chore, told = offers_to_expire(Database(create_engine(sys.argv[1]))), 0
print("ready", flush=True)
sys.stdin.readline()
while chore.do():
    told += 1
print(told)
"""


def test_an_offer_that_nobody_touches_expires_by_itself_and_is_told_once(people: People, house: House) -> None:
    two = TwoAlliances.open(people)
    leader, asked = two.lender.leader(), two.asked()
    offer = two.offer(leader, asked)
    admin_url = house.stores["sle-broker"].admin_url
    with psycopg.connect(admin_url, autocommit=True) as admin:
        expire_in(admin, offer, 0)
    path = f"/v1/lending-offers/{offer['id']}"
    seen = eventually(lambda: done(two.borrower.broker.get(path)), lambda one: one["version"] == 2)
    assert seen["state"] == "expired"
    late = two.answer(offer, "accepted")
    assert (late.status_code, late.json()["code"]) == (409, "offer-expired")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        told = eventually(lambda: events(admin, offer["id"]), lambda found: found != [])
    [(tenant, data)] = told
    assert (str(tenant), data["deployment_id"]) == (two.lender.alliance_id, offer["id"])
    assert data["leader_id"] == leader["id"]


def events(admin: "psycopg.Connection[Any]", deployment_id: str) -> list[tuple[Any, ...]]:
    return admin.execute(
        "SELECT tenant_id, data FROM feed WHERE type = 'lending-offer-expired' AND subject = %s", [deployment_id]
    ).fetchall()


def test_of_two_workers_at_once_each_offer_is_told_by_one(broker_database: ServiceDatabase) -> None:
    lot = Lot(6, broker_database.admin_url, settled_on=date(2014, 12, 19))
    lot.leaders(40)
    lot.admin.execute("UPDATE deployments SET held_until = %s WHERE state = 'offered'", [LONG_AGO])
    [(expired,)] = lot.admin.execute("SELECT count(*) FROM deployments WHERE state = 'offered'").fetchall()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, broker_database.app_url], stdin=-1, stdout=-1, stderr=-1, text=True
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    told = 0
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        out, err = worker.communicate(timeout=60)
        assert worker.returncode == 0, err
        told += int(out)
    outbox = lot.admin.execute("SELECT subject FROM outbox_pending WHERE type = 'lending-offer-expired'").fetchall()
    left = lot.admin.execute("SELECT count(*) FROM deployments WHERE held_until IS NOT NULL").fetchone()
    lot.admin.close()
    assert told == len(outbox) == len(set(outbox)) == expired > 5
    assert left == (0,)


def one_expired(lot: Lot) -> tuple[Any, ...]:
    """An offer that nobody answered in time, by its id, and the leader's."""
    expired = lot.admin.execute(
        """
        UPDATE deployments SET held_until = %s WHERE id IN (
            SELECT deployment.id FROM deployments deployment JOIN leaders ON leaders.id = leader_id
            WHERE state = 'offered' AND leaders.alliance_id = %s ORDER BY deployment.id LIMIT 1
        ) RETURNING id, leader_id
        """,
        [LONG_AGO, lot.alliance],
    ).fetchone()
    assert expired is not None
    return expired


def test_an_offer_expires_while_its_leader_is_being_booked(broker_database: ServiceDatabase) -> None:
    """Whoever books has locked the leader and will come to the offer: were the worker, who has the offer, to wait for
    the leader, neither would ever go on."""
    lot = Lot(8, broker_database.admin_url, settled_on=date(2014, 12, 19))
    lot.leaders(20)
    offer_id, leader_id = one_expired(lot)
    engine = create_engine(broker_database.app_url, connect_args={"options": "-c lock_timeout=10s"})
    database = Database(engine)
    with database.transaction(EVERY_TENANT) as booking:
        get_leader(booking, leader_id, for_update=True)
        assert offers_to_expire(database).do()
        assert get_deployment(booking, offer_id).thing.state == DeploymentState.EXPIRED
    engine.dispose()
    lot.admin.close()


def test_days_are_not_free_to_whoever_came_before_their_offer_expired(broker_database: ServiceDatabase) -> None:
    """It expires by the database's clock while they wait for their turn; whoever came as early may still accept it."""
    lot = Lot(9, broker_database.admin_url, settled_on=date(2014, 12, 19))
    lot.leaders(20)
    offer_id, leader_id = one_expired(lot)
    year = AcademicYear(2014)
    engine = create_engine(broker_database.app_url)
    with Database(engine).transaction(EVERY_TENANT) as session:
        leader = get_leader(session, leader_id, for_update=True).thing
        offer = get_deployment(session, offer_id).thing
        allowed = availability_of(session, [leader], year)[leader_id].allowance_days
        beside = booked_year(session, leader_id, year, beside=offer_id, now=LONG_AGO)
        rest = allowed - sum((held.days for held in beside.held), Decimal(0))
        last_day = Booking(date(2015, 1, 5), date(2015, 7, 31), rest)
        wanted = replace(offer, id=lot.id(), booking=last_day, held_until=None)
        with pytest.raises(LeaderHasNoDaysLeft):
            book(UnitOfWork(session, EVERYBODY, LONG_AGO - timedelta(seconds=1)), leader, wanted)
        assert get_deployment(session, offer_id).thing.state == DeploymentState.OFFERED
        assert len(book(UnitOfWork(session, EVERYBODY, LONG_AGO), leader, wanted)) == 2 * rest
    engine.dispose()
    lot.admin.close()


def test_a_booking_that_meets_an_expired_offer_tells_it_to_the_lender(broker_database: ServiceDatabase) -> None:
    """Also where whoever books works for the borrower as well. Before their designation nobody is booked, and what the
    booking met has been recorded by then."""
    lot = Lot(7, broker_database.admin_url, settled_on=date(2014, 12, 19))
    lot.leaders(20)
    offer_id, leader_id = one_expired(lot)
    engine = create_engine(broker_database.app_url)
    with Database(engine).transaction(EVERY_TENANT) as session:
        leader = get_leader(session, leader_id, for_update=True).thing
        offer = get_deployment(session, offer_id).thing
        booked = replace(offer, id=lot.id(), booking=Booking(date(1999, 11, 1), date(1999, 11, 5), Decimal(1)))
        with pytest.raises(LeaderNotDesignated):
            book(UnitOfWork(session, EVERYBODY, now()), leader, booked)
    engine.dispose()
    told = lot.admin.execute(
        "SELECT tenant_id FROM outbox_pending WHERE type = 'lending-offer-expired' AND subject = %s", [str(offer_id)]
    ).fetchall()
    lot.admin.close()
    assert told == [(lot.alliance,)]
