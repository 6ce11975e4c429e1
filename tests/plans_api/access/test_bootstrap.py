"""The platform's first clients: made once, given a new secret when they are told one, and never brought back."""

from collections.abc import Iterator

import psycopg
import pytest
from pydantic import SecretStr

from plans_api.access import store, use_cases
from plans_api.access.client_secret import is_right
from plans_api.access.roles import Role
from plans_api.bootstrap import BootstrapClient, bootstrap
from service_kit import clock
from service_kit.access import Caller, Grant, Permission
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings
from tests.databases import ServiceDatabase

ISSUER = "https://issuer.example"
OPERATOR = Caller(
    ISSUER, "bootstrap", frozenset(), (Grant("operator", None),), Permission("", frozenset({Role.OPERATOR}))
)


@pytest.fixture
def database(plans_database: ServiceDatabase) -> Iterator[Database]:
    """plans-api's own database."""
    database = Database(make_engine(ServiceSettings(database_url=plans_database.app_url, token_issuer=ISSUER)))
    yield database
    database.engine.dispose()


def start_with(database: Database, client_id: str, secret: str) -> None:
    client = BootstrapClient(client_id=client_id, client_secret=SecretStr(secret), role=Role.SERVICE)
    with database.transaction(EVERY_TENANT) as session:
        bootstrap(UnitOfWork(session, OPERATOR, clock.now()), [client])


def told(plans_database: ServiceDatabase) -> list[str]:
    """The events so far, in the order written; no worker moves them here."""
    with psycopg.connect(plans_database.admin_url) as admin:
        return [str(name) for (name,) in admin.execute("SELECT type FROM outbox_pending ORDER BY id")]


def test_a_start_makes_what_is_missing_and_the_next_changes_nothing(
    database: Database, plans_database: ServiceDatabase
) -> None:
    before = told(plans_database)
    for _ in range(2):
        start_with(database, "first", "1" * 32)
    assert told(plans_database) == [*before, "client-registered", "role-granted"]


def test_a_new_secret_takes_the_place_of_the_old(database: Database, plans_database: ServiceDatabase) -> None:
    start_with(database, "second", "1" * 32)
    start_with(database, "second", "2" * 32)
    assert told(plans_database)[-1] == "client-secret-renewed"
    with database.transaction(EVERY_TENANT) as session:
        row = store.find_client(session, "second")
        assert row is not None
        assert is_right("2" * 32, row.secret_salt, row.secret_digest)


def test_a_client_that_was_disabled_stays_so_and_is_granted_nothing(database: Database) -> None:
    start_with(database, "third", "1" * 32)
    with database.transaction(EVERY_TENANT) as session:
        use_cases.disable_client(UnitOfWork(session, OPERATOR, clock.now()), "third", 1, ISSUER)
    start_with(database, "third", "2" * 32)
    with database.transaction(EVERY_TENANT) as session:
        row = store.find_client(session, "third")
        assert row is not None
        assert (row.state, is_right("1" * 32, row.secret_salt, row.secret_digest)) == ("disabled", True)
        assert store.read_grants(session, ISSUER, "third") == []
