"""Changing an alliance, or importing its plan, holds up nobody who writes beside it."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from plans_api.alliances import store
from plans_api.schools.tables import SchoolRow
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import ServiceDatabase


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


def test_a_school_joins_while_the_alliance_is_being_changed(database: Database, alliance: UUID) -> None:
    with database.transaction(EVERY_TENANT) as changing:
        store.get_alliance(changing, alliance, for_update=True)
        with database.transaction(EVERY_TENANT) as joining:
            store.add_membership(joining, alliance, "100000", date(2013, 9, 1), None)


def test_an_alliance_is_changed_by_one_at_a_time(database: Database, alliance: UUID) -> None:
    with database.transaction(EVERY_TENANT) as first:
        store.get_alliance(first, alliance, for_update=True)
        with pytest.raises(OperationalError, match="lock timeout"), database.transaction(EVERY_TENANT) as second:
            store.get_alliance(second, alliance, for_update=True)
