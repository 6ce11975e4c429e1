"""What is in the database of plans-api, to see that nothing was written."""

from collections import Counter

import psycopg

from tests.running import House


def count_rows(house: House) -> Counter[str]:
    """How many rows each table of plans-api has. What waits in the outbox counts as in the feed already."""
    counts: Counter[str] = Counter()
    with psycopg.connect(house.stores["plans-api"].admin_url) as admin:
        # One snapshot: the worker may be moving events from the outbox to the feed.
        admin.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        tables = admin.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'public' AND relkind = 'r'"
        ).fetchall()
        for (table,) in tables:
            (rows,) = admin.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
            counts["feed" if table == "outbox_pending" else table] += rows
    return counts
