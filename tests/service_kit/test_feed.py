"""What happened, in one dense order; who reads it keeps its place and its copy together or not at all."""

import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.orm import Session

from service_kit.access import Caller, Grant
from service_kit.clock import now
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT
from service_kit.follower import Event, FeedClient, FeedGap, Follower
from service_kit.outbox import move_to_feed
from tests.databases import Databases
from tests.service_kit.issuer import CLIENT_ID, Issuer
from tests.service_kit.notes_house import NotesHouse, NotesProcess, open_notes_house, until
from tests.service_kit.notes_service import MATRIX, change_note, write_note
from tests.service_kit.notes_worker import apply, reset

WRITER = Caller("issuer", "writer", frozenset(), (Grant("writer", None),), MATRIX["submit_note"])  # type: ignore[arg-type]


@dataclass(frozen=True)
class Source:
    """The notes service that is followed. It has no sequencer but the test."""

    house: NotesHouse
    process: NotesProcess
    reader: httpx.Client

    def write(self, tenant: UUID, notes: int = 1) -> list[str]:
        """Notes written and, each, changed once; answers their ids."""
        with self.house.database.transaction(EVERY_TENANT) as session:
            work = UnitOfWork(session, WRITER, now())
            rows = [write_note(work, tenant, f"Title {uuid4()}", "Words.") for _ in range(notes)]
            for row in rows:
                change_note(work, row.id, "More words.", row.version)
            return [str(row.id) for row in rows]

    def sequence(self) -> int:
        """Numbers what was written into the feed."""
        with self.house.database.transaction(EVERY_TENANT) as session:
            return move_to_feed(session)

    def totals(self) -> list[Any]:
        """The followers' totals, recomputed from what they are the totals of."""
        return self.house.rows(
            "SELECT tenant_id, count(*), sum(version - 1), sum(length(text)) FROM notes GROUP BY tenant_id ORDER BY 1"
        )


@dataclass(frozen=True)
class Copy:
    """A database that follows."""

    house: NotesHouse
    follower: Follower

    def catch_up(self) -> None:
        """Steps until there is no more."""
        for _ in until(60, "the copy is whole"):
            if self.follower.step() == 0 and self.follower.step() == 0:
                return

    def totals(self) -> list[Any]:
        """What was made of the events."""
        return self.house.rows("SELECT tenant_id, notes, changes, letters FROM tenant_totals ORDER BY 1")

    def cursor(self) -> tuple[int, int]:
        """How far it has read: epoch and position."""
        (found,) = self.house.rows("SELECT epoch, position FROM feed_cursors")
        return (found[0], found[1])


@pytest.fixture(scope="module")
def source(databases: Databases, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """A notes service of this module's own."""
    with open_notes_house(databases, issuer, tmp_path_factory.mktemp("source")) as house:
        process = house.start("source")
        house.grant(CLIENT_ID, "service")
        with house.signed_in(process.url, CLIENT_ID) as reader:
            yield Source(house, process, reader)


@pytest.fixture
def copy(
    databases: Databases, issuer: Issuer, source: Source, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Copy]:
    """An empty database that follows the source, a few events at a time and without waiting."""
    with open_notes_house(databases, issuer, tmp_path_factory.mktemp("copy")) as house:
        yield Copy(house, Follower("notes", house.database, FeedClient(source.reader), apply, reset, limit=7, wait=0))


def read(source: Source, **query: Any) -> list[dict[str, Any]]:
    answer = source.reader.get("/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    events: list[dict[str, Any]] = answer.json()
    return events


def test_an_event_is_a_thin_cloud_event(source: Source, tenant: UUID) -> None:
    (note_id,) = source.write(tenant)
    assert source.sequence() >= 2
    written, changed = read(source, limit=1_000)[-2:]
    assert written.keys() == {"specversion", "id", "source", "type", "subject", "time", "data"}
    assert (written["specversion"], written["source"], written["subject"]) == ("1.0", "/notes", note_id)
    assert (written["type"], changed["type"]) == ("uk.tsa.notes.note-written.v1", "uk.tsa.notes.note-changed.v1")
    assert written["data"] == {"note_id": note_id, "tenant_id": str(tenant), "letters_more": 6}
    assert re.fullmatch(r"1-[0-9]{20}", written["id"])
    assert int(changed["id"].split("-")[1]) == int(written["id"].split("-")[1]) + 1


def test_nothing_is_in_the_feed_before_it_is_committed_and_numbered(source: Source, tenant: UUID) -> None:
    source.sequence()
    before = read(source, limit=1_000)
    with source.house.database.transaction(EVERY_TENANT) as session:
        write_note(UnitOfWork(session, WRITER, now()), tenant, "Open", "Words.")
        session.flush()
        assert source.sequence() == 0
    assert read(source, limit=1_000) == before
    assert source.sequence() == 1
    assert len(read(source, limit=1_000)) == len(before) + 1
    assert source.sequence() == 0


def test_pages_of_the_feed_are_the_feed(source: Source, tenant: UUID) -> None:
    source.write(tenant, 5)
    source.sequence()
    whole = read(source, limit=1_000)
    for limit in (1, 4):
        walked: list[dict[str, Any]] = []
        while batch := read(source, limit=limit, **({"after": walked[-1]["id"]} if walked else {})):
            walked += batch
        assert walked == whole


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 1_001}, {"wait": 21}, {"wait": -1}, {"wait": "nan"}, {"after": "x" * 41}]
)
def test_what_a_reader_may_ask_for_is_bounded(source: Source, query: dict[str, Any]) -> None:
    assert source.reader.get("/v1/events", params=query).status_code == 422


@pytest.mark.parametrize(
    "after",
    ["", "x", "1-1", "2-00000000000000000001", "0-00000000000000000001", f"1-{10**15:020}", f"1-{10**20 - 1:020}"],
)
def test_a_place_that_is_not_in_this_feed_is_a_reset(source: Source, after: str) -> None:
    answer = source.reader.get("/v1/events", params={"after": after})
    assert (answer.status_code, answer.json()["code"]) == (409, "feed-reset")


def test_a_waiting_reader_is_woken_by_the_next_event(source: Source, tenant: UUID) -> None:
    source.sequence()
    newest = read(source, limit=1_000)[-1]["id"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(read, source, after=newest, wait=20)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.5)
        (note_id,) = source.write(tenant)
        source.sequence()
        began = time.monotonic()
        woken = waiting.result(timeout=15)
    assert time.monotonic() - began < 15
    assert [event["subject"] for event in woken] == [note_id, note_id]


def test_a_waiting_reader_is_told_in_time_that_there_is_nothing(source: Source) -> None:
    source.sequence()
    newest = read(source, limit=1_000)[-1]["id"]
    began = time.monotonic()
    assert read(source, after=newest, wait=0.5) == []
    assert 0.5 <= time.monotonic() - began < 10


def test_a_copy_is_what_its_source_is(source: Source, copy: Copy, tenant: UUID) -> None:
    source.write(tenant, 10)
    source.sequence()
    copy.catch_up()
    assert copy.totals() == source.totals()
    head = source.house.rows("SELECT epoch, position FROM feed_head")
    assert [copy.cursor()] == head


def test_a_failure_half_way_keeps_neither_the_copy_nor_the_place(source: Source, copy: Copy, tenant: UUID) -> None:
    source.write(tenant, 4)
    source.sequence()
    applied = 0

    def stumble(session: Session, event: Event) -> None:
        nonlocal applied
        apply(session, event)
        applied += 1
        if applied == 5:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replace(copy.follower, apply=stumble).step()
    assert (copy.totals(), copy.cursor()) == ([], (0, 0))
    copy.catch_up()
    assert copy.totals() == source.totals()


class BadWire(httpx.HTTPTransport):
    """A wire on which `spoil` may do what it likes with a batch of events."""

    def __init__(self, spoil: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
        super().__init__()
        self.spoil = spoil

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        return httpx.Response(answer.status_code, json=self.spoil(json.loads(answer.read())))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda events: [*events[:2], *events[3:]],
        lambda events: events[1:],
        lambda events: [*events[:2], events[1], *events[2:]],
        lambda events: [events[1], events[0], *events[2:]],
        lambda events: [*events[:2], {**events[2], "id": events[2]["id"].replace("1-", "2-", 1)}],
    ],
    ids=["one is missing", "the first is missing", "one comes twice", "two are swapped", "one is of another epoch"],
)
def test_what_does_not_follow_on_is_a_gap_and_nothing_is_applied(
    source: Source, copy: Copy, tenant: UUID, spoil: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> None:
    source.write(tenant, 4)
    source.sequence()
    bearer = {"Authorization": source.reader.headers["authorization"]}
    with httpx.Client(base_url=source.process.url, headers=bearer, transport=BadWire(spoil)) as wire:
        misled = replace(copy.follower, client=FeedClient(wire))
        with pytest.raises(FeedGap):
            misled.step()
    assert (copy.totals(), copy.cursor()) == ([], (0, 0))


def test_two_followers_of_one_copy_do_nothing_twice(source: Source, copy: Copy, tenant: UUID) -> None:
    source.write(tenant, 40)
    source.sequence()
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(copy.catch_up) for _ in range(2)]:
            done.result()
    assert copy.totals() == source.totals()


def test_a_copy_ahead_of_its_source_is_made_anew(source: Source, copy: Copy, tenant: UUID) -> None:
    source.write(tenant, 3)
    source.sequence()
    copy.catch_up()
    copy.house.rows("UPDATE feed_cursors SET position = position + 1 RETURNING 1")
    assert copy.follower.step() == 0
    assert (copy.totals(), copy.cursor()) == ([], (0, 0))
    copy.catch_up()
    assert copy.totals() == source.totals()


def test_a_copy_of_a_source_that_was_restored_is_made_anew(source: Source, copy: Copy, tenant: UUID) -> None:
    source.write(tenant, 3)
    source.sequence()
    copy.catch_up()
    before = source.house.rows("SELECT epoch FROM feed_head")[0][0]
    source.house.rows("UPDATE feed_head SET epoch = epoch + 1 RETURNING 1")
    try:
        forgotten: list[str] = []

        def reset_and_say(session: Session) -> None:
            forgotten.append("all")
            reset(session)

        assert replace(copy.follower, reset=reset_and_say).step() == 0
        assert forgotten == ["all"]
        assert copy.totals() == []
        copy.catch_up()
        assert copy.totals() == source.totals()
        assert copy.cursor()[0] == before + 1
    finally:
        source.house.rows("UPDATE feed_head SET epoch = %s RETURNING 1", [before])
