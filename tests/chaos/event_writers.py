"""Writers whose transactions commit in another order than they began: what breaks `WHERE id > cursor`."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from service_kit.clock import now
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.outbox import put_events
from service_kit.settings import ServiceSettings

FAMILIES = 64
EVENTS_IN_A_TRANSACTION = 10

_COUNT_ON = text("UPDATE families SET version = version + 1 WHERE id = :id RETURNING version")


def write_events(settings: ServiceSettings, writers: list[int], transactions: int) -> None:
    """Each of `writers` commits so many transactions, at its own uneven pace; one changes every member of a family."""
    engine = make_engine(settings)
    database = Database(engine)

    def write(writer: int) -> None:
        chance = random.Random(writer)
        for _ in range(transactions):
            with database.transaction(EVERY_TENANT) as session:
                family = chance.randrange(FAMILIES)
                version: int = session.execute(_COUNT_ON, {"id": family}).scalar_one()
                members = [f"{family}-{member}" for member in range(EVENTS_IN_A_TRANSACTION)]
                happened = {member: {"version": version} for member in members}
                put_events(session, event="changed", tenant=None, at=now(), happened=happened)
                time.sleep(chance.choice([0, 0.001, 0.002, 0.005, 0.02]))

    with ThreadPoolExecutor(len(writers)) as pool:
        list(pool.map(write, writers))
    engine.dispose()
