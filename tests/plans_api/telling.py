"""What plans-api has told in its feed, to see what a follower would make of it."""

from typing import Any

import psycopg

from tests.running import House

_TOLD = """
    SELECT data FROM (
        SELECT 0 AS waits, position AS place, type, tenant_id, data FROM feed
        UNION ALL SELECT 1, id, type, tenant_id, data FROM outbox_pending
    ) told
    WHERE type = %(event)s AND tenant_id IS NOT DISTINCT FROM %(alliance)s::uuid
    ORDER BY waits, place
"""


def told(house: House, event: str, alliance: str | None = None) -> list[dict[str, Any]]:
    """The data of every event of this name of an alliance (None: of the platform), oldest first. What waits in the
    outbox comes after the feed, as it will."""
    with psycopg.connect(house.stores["plans-api"].admin_url) as admin:
        asked = {"event": event, "alliance": alliance}
        return [data for (data,) in admin.execute(_TOLD, asked)]
