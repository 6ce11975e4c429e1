"""A follower that is killed in the middle of anything goes on where its copy ends."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from service_kit.access import Caller, Grant, Permission
from service_kit.clock import now
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT
from service_kit.outbox import move_to_feed
from tests.chaos.killable import begin
from tests.databases import Databases
from tests.service_kit.issuer import CLIENT_ID, Issuer
from tests.service_kit.notes_house import NotesHouse, open_notes_house, until
from tests.service_kit.notes_service import change_note, write_note
from tests.service_kit.notes_worker import work

KILLS = 40
EVENTS_BETWEEN_KILLS = 60
WRITER = Caller("issuer", "writer", frozenset(), (Grant("writer", None),), Permission("", frozenset({"writer"})))


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A token issuer."""
    issuer = Issuer()
    yield issuer
    issuer.stop()


@pytest.fixture
def source(databases: Databases, issuer: Issuer, tmp_path: Path) -> Iterator[NotesHouse]:
    """The notes service that is followed."""
    with open_notes_house(databases, issuer, tmp_path / "source") as house:
        house.grant(CLIENT_ID, "service")
        yield house


@pytest.fixture
def copy(databases: Databases, issuer: Issuer, tmp_path: Path) -> Iterator[NotesHouse]:
    """The database that follows."""
    with open_notes_house(databases, issuer, tmp_path / "copy") as house:
        yield house


def write(source: NotesHouse, tenants: list[UUID], events: int) -> None:
    """So many events in the feed: notes of all tenants, written and changed."""
    with source.database.transaction(EVERY_TENANT) as session:
        unit = UnitOfWork(session, WRITER, now())
        for number in range(events // 2):
            row = write_note(unit, tenants[number % len(tenants)], f"Title {uuid4()}", "Words.")
            change_note(unit, row.id, "Words" * (number + 1), row.version)
    with source.database.transaction(EVERY_TENANT) as session:
        assert move_to_feed(session) == events


def place(copy: NotesHouse) -> int:
    """How far the copy has read."""
    rows = copy.rows("SELECT position FROM feed_cursors")
    return int(rows[0][0]) if rows else 0


def test_a_follower_killed_forty_times_ends_with_what_a_recomputation_gives(
    source: NotesHouse, copy: NotesHouse
) -> None:
    chance, tenants = random.Random(40), [uuid4() for _ in range(5)]
    feed = source.start("feed")
    told = copy.settings(notes_url=feed.url, batch=5)
    in_the_middle = written = 0
    for _ in range(KILLS):
        write(source, tenants, EVENTS_BETWEEN_KILLS)
        written += EVENTS_BETWEEN_KILLS
        before = place(copy)
        follower = begin(work, told)
        for _ in until(60, "the follower reads"):
            if place(copy) > before:
                break
        time.sleep(chance.uniform(0, 0.05))
        follower.kill()
        follower.join()
        in_the_middle += place(copy) < written
    assert in_the_middle >= KILLS // 2, "most had read everything before they were killed"

    last = begin(work, copy.settings(notes_url=feed.url))
    try:
        for _ in until(60, "the copy is whole"):
            if place(copy) == written:
                break
    finally:
        last.terminate()
        last.join()
    assert last.exitcode == 0
    recomputed = source.rows(
        "SELECT tenant_id, count(*), sum(version - 1), sum(length(text)) FROM notes GROUP BY 1 ORDER BY 1"
    )
    assert copy.rows("SELECT * FROM tenant_totals ORDER BY 1") == recomputed
    assert len(recomputed) == len(tenants)
