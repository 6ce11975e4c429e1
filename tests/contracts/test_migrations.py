"""Each service's history builds exactly the tables its code describes, and can be taken back."""

import psycopg
import pytest

from tests.contracts.applications import SERVICES
from tests.databases import Databases, migrate


@pytest.mark.parametrize("service", SERVICES)
def test_upgrade_then_check_then_downgrade_then_upgrade(service: str, databases: Databases) -> None:
    database = databases.empty(service)
    migrate(service, database, "upgrade", "head")
    migrate(service, database, "check")
    migrate(service, database, "downgrade", "base")
    with psycopg.connect(database.admin_url) as admin:
        left = admin.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'public' AND relkind IN ('r', 'v', 'S') AND relname NOT LIKE 'alembic%'"
        ).fetchall()
    assert left == []
    migrate(service, database, "upgrade", "head")
