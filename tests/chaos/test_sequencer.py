"""Nothing is lost, doubled or turned round between a commit and its reader, whichever commit comes first."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Flag

import psycopg
import pytest
from sqlalchemy.orm import Session

from service_kit.follower import Event, FeedClient, Follower
from tests.chaos.event_writers import EVENTS_IN_A_TRANSACTION, FAMILIES, write_events
from tests.chaos.killable import begin, share_out
from tests.databases import Databases
from tests.service_kit.issuer import CLIENT_ID, Issuer
from tests.service_kit.notes_house import NotesHouse, open_notes_house
from tests.service_kit.notes_worker import reset, work

EVENTS, WRITERS, PROCESSES = 24_000, 16, 4
SECONDS = 60

# The naive reader gets the very rows the outbox gets, with the very same ids.
_PLANT = """
    CREATE TABLE families (id int PRIMARY KEY, version int NOT NULL DEFAULT 0);
    INSERT INTO families SELECT generate_series(0, %d);
    CREATE TABLE naive_events (id bigint PRIMARY KEY);
    CREATE FUNCTION copy_event() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO naive_events VALUES (NEW.id); RETURN NULL; END $$;
    CREATE TRIGGER copy_event AFTER INSERT ON outbox_pending FOR EACH ROW EXECUTE FUNCTION copy_event();
"""


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Iterator[NotesHouse]:
    """A notes service with families beside its notes."""
    issuer = Issuer()
    with open_notes_house(databases, issuer, tmp_path) as house:
        with psycopg.connect(house.store.owner_url.replace("+psycopg", "", 1)) as owner:
            owner.execute((_PLANT % (FAMILIES - 1)).encode())
        house.grant(CLIENT_ID, "service")
        yield house
    issuer.stop()


def read_naively(house: NotesHouse, stop: Flag) -> int:
    """How many events a reader of `WHERE id > cursor` has ever seen."""
    seen = cursor = 0
    with psycopg.connect(house.store.admin_url, autocommit=True) as connection:
        last_turn = False
        while not last_turn:
            last_turn = stop.is_set()
            query = "SELECT count(*), coalesce(max(id), %s) FROM naive_events WHERE id > %s"
            found = connection.execute(query, [cursor, cursor]).fetchone()
            assert found is not None
            seen, cursor = seen + found[0], found[1]
            time.sleep(0.005)
    return seen


def write_all(house: NotesHouse) -> None:
    """All events, by all writers, in some processes to use every core."""
    each = EVENTS // WRITERS // EVENTS_IN_A_TRANSACTION
    of_process = [list(range(first, WRITERS, PROCESSES)) for first in range(PROCESSES)]
    share_out(write_events, [house.settings()] * PROCESSES, of_process, [each] * PROCESSES)


def kill_sequencers(house: NotesHouse, stop: Flag) -> int:
    """Two sequencers stand by each other; one of them is killed again and again, each time after the feed has grown.
    Answers how often."""
    chance = random.Random(24)
    sequencers, kills, grown_to = [begin(work, house.settings()) for _ in range(2)], 0, 0
    while not stop.wait(chance.uniform(0.02, 0.2)):
        ((position,),) = house.rows("SELECT position FROM feed_head")
        if position == grown_to:
            continue
        grown_to = position
        killed = sequencers.pop(chance.randrange(2))
        killed.kill()
        killed.join()
        sequencers.append(begin(work, house.settings()))
        kills += 1
    for left in sequencers:
        left.terminate()
        left.join()
    return kills


def test_24000_events_of_16_writers_reach_the_reader_once_and_in_order(house: NotesHouse) -> None:
    began = time.monotonic()
    seen: dict[str, list[int]] = defaultdict(list)

    def collect(_session: Session, event: Event) -> None:
        seen[event.subject].append(event.data["version"])

    written, done = Flag(), Flag()
    feed = house.start("feed")
    with ThreadPoolExecutor(3) as pool, house.signed_in(feed.url, CLIENT_ID) as reader:
        follower = Follower("notes", house.database, FeedClient(reader), collect, reset, limit=1_000, wait=1)
        naive = pool.submit(read_naively, house, written)
        killing = pool.submit(kill_sequencers, house, done)
        writing = pool.submit(write_all, house)
        try:
            while sum(map(len, seen.values())) < EVENTS and time.monotonic() < began + SECONDS:
                follower.step()
                if writing.done():
                    writing.result()
                    written.set()
        finally:
            written.set()
            done.set()

    assert sum(map(len, seen.values())) == EVENTS
    assert len(seen) == FAMILIES * EVENTS_IN_A_TRANSACTION
    for versions in seen.values():
        assert versions == list(range(1, len(versions) + 1))
    assert house.rows("SELECT count(*), min(position), max(position) FROM feed") == [(EVENTS, 1, EVENTS)]
    assert house.rows("SELECT position FROM feed_head") == [(EVENTS,)]
    assert house.rows("SELECT count(*) FROM outbox_pending") == [(0,)]
    assert house.rows("SELECT count(*) FROM naive_events") == [(EVENTS,)]
    assert naive.result() < EVENTS, "the naive reader lost nothing: the run did not try the sequencer"
    assert killing.result() >= 3
