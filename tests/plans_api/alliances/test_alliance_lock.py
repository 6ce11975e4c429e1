"""Who waits for whom at an alliance: whoever changes it or joins it; not whoever writes beside it."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from plans_api.access.roles import Role
from plans_api.alliances import store
from plans_api.alliances.use_cases import begin_membership
from plans_api.schools.tables import SchoolRow
from service_kit import clock
from service_kit.access import Caller, Grant, Permission
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import ServiceDatabase

OPERATOR = Caller("i", "operator", frozenset(), (Grant("operator", None),), Permission("", frozenset({Role.OPERATOR})))


@pytest.fixture
def database(plans_database: ServiceDatabase) -> Iterator[Database]:
    """plans-api's own database, where nobody waits long for a lock."""
    settings = ServiceSettings(database_url=plans_database.app_url, token_issuer="i", lock_timeout_ms=200)
    database = Database(make_engine(settings))
    yield database
    database.engine.dispose()


@pytest.fixture
def alliance(database: Database) -> UUID:
    """An alliance led by school 100000."""
    school = SchoolRow(
        urn="100000", name="A", phase="primary", type="x", local_authority_code="201", status="open", version=1
    )
    with database.transaction(EVERY_TENANT) as session:
        session.merge(school)
        session.flush()
        row = store.add_alliance(session, "Harbour Lights", None, ("100000",))
    return row.id


def test_rows_of_an_alliance_are_written_while_it_is_being_changed(database: Database, alliance: UUID) -> None:
    with database.transaction(EVERY_TENANT) as changing:
        store.get_alliance(changing, alliance, for_update=True)
        with database.transaction(EVERY_TENANT) as joining:
            store.add_membership(joining, alliance, "100000", date(2013, 9, 1), None)


def test_schools_join_an_alliance_one_after_the_other(database: Database, alliance: UUID) -> None:
    def join(session: Session, day: date) -> None:
        begin_membership(UnitOfWork(session, OPERATOR, clock.now()), alliance, "100000", day, day)

    with database.transaction(EVERY_TENANT) as first:
        join(first, date(2013, 9, 1))
        with pytest.raises(OperationalError, match="lock timeout"), database.transaction(EVERY_TENANT) as second:
            join(second, date(2014, 9, 1))


def test_an_alliance_is_changed_by_one_at_a_time(database: Database, alliance: UUID) -> None:
    with database.transaction(EVERY_TENANT) as first:
        store.get_alliance(first, alliance, for_update=True)
        with pytest.raises(OperationalError, match="lock timeout"), database.transaction(EVERY_TENANT) as second:
            store.get_alliance(second, alliance, for_update=True)
