"""How many rows the house holds, once everything that was recorded has reached everybody who follows it."""

import psycopg
from psycopg import sql

from tests.deploy_local.waiting import wait_until
from tests.running import PACKAGES, House

FOLLOWED_BY = {"plans-api": ("sle-broker", "kpi-service"), "sle-broker": ("kpi-service",), "kpi-service": ()}

RowCounts = dict[str, int]


def settled_rows(house: House) -> RowCounts:
    """The rows of every table by `service.table`, read when no event is under way any more.

    Of the audit log the changes are counted: that somebody looked is noted each time they look. The keys of requests
    are not counted: an import that changes nothing has one too.
    """
    wait_until(lambda: is_settled(house), seconds=60)
    return {name: rows for service in PACKAGES for name, rows in _rows(house, service).items()}


def is_settled(house: House) -> bool:
    """Whether everything that was recorded has reached everybody who follows it."""
    return all(_is_settled(house, service) for service in PACKAGES)


def _is_settled(house: House, service: str) -> bool:
    with psycopg.connect(house.stores[service].admin_url) as connection:
        pending, head = connection.execute(
            "SELECT (SELECT count(*) FROM outbox_pending), (SELECT position FROM feed_head)"
        ).fetchone() or (0, 0)
    return pending == 0 and all(_cursor(house, follower, service) == head for follower in FOLLOWED_BY[service])


def _cursor(house: House, follower: str, feed: str) -> int | None:
    with psycopg.connect(house.stores[follower].admin_url) as connection:
        row = connection.execute("SELECT position FROM feed_cursors WHERE feed = %s", [feed]).fetchone()
    return None if row is None else int(row[0])


def _rows(house: House, service: str) -> RowCounts:
    with psycopg.connect(house.stores[service].admin_url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'idempotency_keys'"
        ).fetchall()
        counts: RowCounts = {}
        for (table,) in tables:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            if table == "audit_log":
                query += sql.SQL(" WHERE action NOT LIKE '%-read'")
            (counts[f"{service}.{table}"],) = connection.execute(query).fetchone() or (0,)
    return counts
