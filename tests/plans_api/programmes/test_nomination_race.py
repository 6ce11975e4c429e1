"""Two processes nominate for one body at the same moment: the limit holds."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from uuid import UUID

import psycopg
import pytest

from plans_api.access.roles import Role
from plans_api.alliances.store import add_alliance
from plans_api.bookings.use_cases import nominate
from plans_api.programmes.nomination import NominationLimitReached
from plans_api.programmes.use_cases import begin_programme, plan_run
from plans_api.schools.tables import SchoolRow
from service_kit import clock
from service_kit.access import Caller, Grant, Permission
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import ServiceDatabase

OPERATOR = Caller("i", "operator", frozenset(), (Grant("operator", None),), Permission("", frozenset({Role.OPERATOR})))
LIMIT, TRIES, DAY = 3, 5, date(2012, 9, 3)


def database_at(url: str) -> Database:
    return Database(make_engine(ServiceSettings(database_url=url, token_issuer="i", lock_timeout_ms=20_000)))


def nominate_again_and_again(url: str, run_id: UUID) -> int:
    """How many of `TRIES` nominations for one body this process got through."""
    database, done = database_at(url), 0
    for _ in range(TRIES):
        try:
            with database.transaction(EVERY_TENANT) as session:
                nominate(UnitOfWork(session, OPERATOR, clock.now()), run_id, "A Trust", [None], DAY)
            done += 1
        except NominationLimitReached:
            continue
    database.engine.dispose()
    return done


@pytest.fixture
def runs(plans_database: ServiceDatabase) -> Iterator[list[UUID]]:
    """Runs that take at most three from each body."""
    database = database_at(plans_database.app_url)
    with database.transaction(EVERY_TENANT) as session:
        work = UnitOfWork(session, OPERATOR, clock.now())
        session.add(
            SchoolRow(
                urn="100000", name="A", phase="primary", type="x", local_authority_code="201", status="open", version=1
            )
        )
        session.flush()
        alliance = add_alliance(session, "Ebor", None, ("100000",))
        session.flush()
        programme = begin_programme(work, alliance.id, "leadership_programme", "Emerging leaders", None)
        made = [plan_run(work, programme.id, f"Run {n}", DAY, DAY, LIMIT, []).id for n in range(10)]
    yield made
    database.engine.dispose()


def test_two_processes_never_nominate_more_than_the_limit(plans_database: ServiceDatabase, runs: list[UUID]) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for run in runs:
            both = [pool.submit(nominate_again_and_again, plans_database.app_url, run) for _ in range(2)]
            assert sum(one.result() for one in both) == LIMIT
    with psycopg.connect(plans_database.admin_url) as admin:
        counts = admin.execute("SELECT count(*) FROM nominations GROUP BY run_id").fetchall()
    assert counts == [(LIMIT,)] * len(runs)
