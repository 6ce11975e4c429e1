"""A change names the version it was decided on; of two made at once, one is told to read again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import httpx
import pytest

from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import key, note


def test_a_thing_is_given_out_with_its_version(writer: httpx.Client, tenant: UUID) -> None:
    made = writer.post("/v1/notes", json=note(tenant), headers=key())
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    read = writer.get(made.headers["location"])
    assert (read.status_code, read.headers["etag"]) == (200, '"1"')
    changed = writer.patch(made.headers["location"], json={"text": "New."}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["text"]) == (200, '"2"', "New.")


def test_a_change_without_a_version_is_refused(writer: httpx.Client, tenant: UUID) -> None:
    made = writer.post("/v1/notes", json=note(tenant), headers=key())
    for header in ({}, {"If-Match": "*"}):
        answer = writer.patch(made.headers["location"], json={"text": "New."}, headers=header)
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required")


@pytest.mark.parametrize(
    "stale",
    ['"2"', '"0"', '"-1"', 'W/"1"', "1", '"x"', '"1", "2"', '"01"', '"999999999999999999"', '"9999999999999999999"'],
)
def test_a_change_decided_on_another_version_is_refused(writer: httpx.Client, tenant: UUID, stale: str) -> None:
    made = writer.post("/v1/notes", json=note(tenant), headers=key())
    answer = writer.patch(made.headers["location"], json={"text": "New."}, headers={"If-Match": stale})
    assert (answer.status_code, answer.json()["code"]) == (412, "version-mismatch")
    assert writer.get(made.headers["location"]).json() == made.json()


def test_of_two_processes_changing_one_thing_at_once_exactly_one_wins(
    notes: Notes, writer: httpx.Client, tenant: UUID
) -> None:
    made = writer.post("/v1/notes", json=note(tenant), headers=key()).json()
    racers, rounds = 8, 15
    barrier = Barrier(racers)
    clients = [
        notes.house.client(process.url, "writer", tenant)
        for process in (notes.first, notes.second)
        for _ in range(racers // 2)
    ]

    def race(client: httpx.Client) -> list[int]:
        answers = []
        for version in range(1, rounds + 1):
            barrier.wait()
            change = {"text": f"{version}"}
            answers.append(
                client.patch(f"/v1/notes/{made['id']}", json=change, headers={"If-Match": f'"{version}"'}).status_code
            )
        return answers

    with ThreadPoolExecutor(racers) as pool:
        by_racer = list(pool.map(race, clients))
    for client in clients:
        client.close()
    for answers in zip(*by_racer, strict=True):
        assert sorted(answers) == [200] + [412] * (racers - 1)
    assert writer.get(f"/v1/notes/{made['id']}").json()["version"] == rounds + 1
    changes = "SELECT count(*) FROM audit_log WHERE subject = %s AND action = 'note-changed'"
    assert notes.house.rows(changes, [made["id"]]) == [(rounds,)]
