"""A write that is sent again, by whomever or whatever cut it short, happens once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from service_kit.access import Caller, Grant, Permission
from service_kit.clock import now
from service_kit.commands import Command
from service_kit.database import EVERY_TENANT
from service_kit.idempotency import IdempotencyKey, forget_old_keys
from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import NotesHouse, key, note, until
from tests.service_kit.notes_service import created, write_note

UNDER_WAY = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"


def effects(house: NotesHouse, tenant: UUID) -> tuple[int, int, int]:
    """How many notes, events and audit rows of the tenant there are."""
    (found,) = house.rows(
        """SELECT (SELECT count(*) FROM notes WHERE tenant_id = %s),
               (SELECT count(*) FROM outbox_pending WHERE tenant_id = %s)
             + (SELECT count(*) FROM feed WHERE tenant_id = %s),
               (SELECT count(*) FROM audit_log WHERE tenant_id = %s)""",
        [tenant] * 4,
    )
    return (found[0], found[1], found[2])


def test_a_write_needs_a_key(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    for header in ({}, {"Idempotency-Key": ""}):
        answer = writer.post("/v1/notes", json=note(tenant), headers=header)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")
    assert writer.post("/v1/notes", json=note(tenant), headers=key("x" * 201)).status_code == 422
    assert effects(notes.house, tenant) == (0, 0, 0)


def test_the_same_request_again_is_answered_with_the_same_bytes(
    notes: Notes, writer: httpx.Client, tenant: UUID
) -> None:
    body, again = note(tenant), key()
    first = writer.post("/v1/notes", json=body, headers=again)
    assert first.status_code == 201
    assert "idempotent-replayed" not in first.headers
    with httpx.Client(base_url=notes.second.url, headers=writer.headers) as elsewhere:
        second = elsewhere.post("/v1/notes", json=body, headers=again)
    assert second.headers["idempotent-replayed"] == "true"
    assert (second.status_code, second.content) == (first.status_code, first.content)
    for name in ("etag", "location", "content-type"):
        assert second.headers[name] == first.headers[name]
    assert effects(notes.house, tenant) == (1, 1, 1)


def test_a_key_is_for_one_request(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    again = key()
    assert writer.post("/v1/notes", json=note(tenant), headers=again).status_code == 201
    answer = writer.post("/v1/notes", json=note(tenant), headers=again)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert effects(notes.house, tenant) == (1, 1, 1)


def test_another_client_and_another_route_have_keys_of_their_own(
    notes: Notes, writer: httpx.Client, tenant: UUID
) -> None:
    again = key()
    assert writer.post("/v1/notes", json=note(tenant), headers=again).status_code == 201
    with notes.house.client(notes.first.url, "writer", tenant) as other:
        assert other.post("/v1/notes", json=note(tenant), headers=again).status_code == 201
    assert writer.post("/v1/slow-notes", json=note(tenant), headers=again).status_code == 201
    assert effects(notes.house, tenant) == (3, 3, 3)


def test_a_refused_write_leaves_its_key_free(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    again, taken = key(), note(tenant)
    writer.post("/v1/notes", json=taken, headers=key())
    assert writer.post("/v1/notes", json=taken, headers=again).status_code == 409
    assert writer.post("/v1/notes", json=note(tenant), headers=again).status_code == 201
    assert effects(notes.house, tenant) == (2, 2, 2)


def test_while_the_first_is_under_way_the_second_is_told_so(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    body, again = note(tenant), key()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(writer.post, "/v1/slow-notes", json=body, headers=again)
        with httpx.Client(base_url=notes.second.url, headers=writer.headers, timeout=30) as elsewhere:
            for _ in until(60, "the first is under way"):
                if notes.house.rows(UNDER_WAY):
                    break
            second = elsewhere.post("/v1/slow-notes", json=body, headers=again)
        assert (second.status_code, second.json()["code"]) == (409, "idempotency-in-progress")
        assert second.headers["retry-after"] == "1"
        assert first.result().status_code == 201
    assert effects(notes.house, tenant) == (1, 1, 1)


@pytest.mark.parametrize("round_", range(5))
def test_of_eight_clients_with_one_key_at_once_one_writes(
    notes: Notes, writer: httpx.Client, tenant: UUID, round_: int
) -> None:
    body, again = note(tenant), key(f"round-{round_}-{uuid4()}")
    barrier = Barrier(8)

    def send(url: str) -> list[httpx.Response]:
        with httpx.Client(base_url=url, headers=writer.headers, timeout=30) as client:
            barrier.wait()
            answers = [client.post("/v1/notes", json=body, headers=again)]
            for _ in until(60, "an answer"):
                if answers[-1].status_code != 409:
                    return answers
                answers.append(client.post("/v1/notes", json=body, headers=again))
        return answers

    with ThreadPoolExecutor(8) as pool:
        all_answers = list(pool.map(send, [notes.first.url, notes.second.url] * 4))
    last = [answers[-1] for answers in all_answers]
    assert {answer.status_code for answer in last} == {201}
    assert len({answer.content for answer in last}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in last) == 1
    waits = [answer for answers in all_answers for answer in answers[:-1]]
    assert {answer.json()["code"] for answer in waits} <= {"idempotency-in-progress"}
    assert effects(notes.house, tenant) == (1, 1, 1)


def test_a_process_that_dies_between_commit_and_answer_answers_when_asked_again(
    notes: Notes, writer: httpx.Client, tenant: UUID
) -> None:
    body, again = note(tenant), key()
    doomed = notes.house.start("doomed")
    with httpx.Client(base_url=doomed.url, headers=writer.headers, timeout=30) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/v1/fatal-notes", json=body, headers=again)
        assert doomed.process.wait(5)
        assert effects(notes.house, tenant) == (1, 1, 1)
        notes.house.start("doomed")
        answer = client.post("/v1/fatal-notes", json=body, headers=again)
    assert (answer.status_code, answer.headers["idempotent-replayed"]) == (201, "true")
    assert effects(notes.house, tenant) == (1, 1, 1)


def test_a_dry_run_answers_as_the_write_would_and_keeps_nothing(notes: Notes, tenant: UUID) -> None:
    again = IdempotencyKey("client", "route", str(uuid4()), b"the same request")
    caller = Caller("issuer", "adam", frozenset(), (Grant("writer", tenant),), Permission("", frozenset({"writer"})))
    command = Command(notes.house.database, caller, now(), again)
    for _ in range(2):
        answer = command.rehearse(lambda work: write_note(work, tenant, "Dry", "Words."), created)
        assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (201, False)
    assert effects(notes.house, tenant) == (0, 0, 0)
    assert command.execute(lambda work: write_note(work, tenant, "Dry", "Words."), created).status_code == 201
    assert effects(notes.house, tenant) == (1, 1, 1)


def test_old_keys_are_forgotten_a_few_at_a_time(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    for _ in range(3):
        assert writer.post("/v1/notes", json=note(tenant), headers=key()).status_code == 201
    me = "client = (SELECT issuer || ' ' || who FROM audit_log WHERE tenant_id = %s LIMIT 1)"
    aged = f"UPDATE idempotency_keys SET stored_at = now() - interval '8 days' WHERE {me} RETURNING 1"
    assert len(notes.house.rows(aged, [tenant])) == 3
    with notes.house.database.transaction(EVERY_TENANT) as session:
        assert [forget_old_keys(session, limit=2) for _ in range(3)] == [2, 1, 0]


def test_a_key_is_kept_seven_days(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    young, old = key(), key()
    body = note(tenant)
    assert writer.post("/v1/notes", json=body, headers=young).status_code == 201
    assert writer.post("/v1/notes", json=note(tenant), headers=old).status_code == 201
    aged = "UPDATE idempotency_keys SET stored_at = now() - interval '%s' WHERE key = '%s' RETURNING 1"
    notes.house.rows(aged % ("6 days 23:59", young["Idempotency-Key"]))
    notes.house.rows(aged % ("7 days 00:01", old["Idempotency-Key"]))
    with notes.house.database.transaction(EVERY_TENANT) as session:
        assert forget_old_keys(session) == 1
        left = session.scalars(text("SELECT key FROM idempotency_keys"))
        assert old["Idempotency-Key"] not in left.all()
    assert writer.post("/v1/notes", json=body, headers=young).headers["idempotent-replayed"] == "true"
