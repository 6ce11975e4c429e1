"""Writers whose transactions commit in another order than they began: what breaks `WHERE id > cursor`."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from service_kit.clock import now
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.outbox import put_events
from service_kit.settings import ServiceSettings

AGGREGATES = 64
EVENTS_IN_A_TRANSACTION = 5

_COUNT_ON = text("UPDATE counters SET version = version + :more WHERE id = :id RETURNING version")


def write_events(settings: ServiceSettings, writers: list[int], transactions: int) -> None:
    """Each of `writers` commits so many transactions of five events of one aggregate, at its own uneven pace."""
    engine = make_engine(settings)
    database = Database(engine)

    def write(writer: int) -> None:
        chance = random.Random(writer)  # noqa: S311 -- a repeatable unevenness, not a secret
        for _ in range(transactions):
            with database.transaction(EVERY_TENANT) as session:
                counter = {"id": chance.randrange(AGGREGATES), "more": EVENTS_IN_A_TRANSACTION}
                newest: int = session.execute(_COUNT_ON, counter).scalar_one()
                for version in range(newest - EVENTS_IN_A_TRANSACTION + 1, newest + 1):
                    data = {"version": version}
                    subject = str(counter["id"])
                    put_events(session, event="counted", tenant=None, at=now(), happened={subject: data})
                time.sleep(chance.choice([0, 0.001, 0.002, 0.005, 0.02]))

    with ThreadPoolExecutor(len(writers)) as pool:
        list(pool.map(write, writers))
    engine.dispose()
