"""Pages together are the list: nothing twice, nothing missed, whatever is written meanwhile."""

import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import httpx
import pytest

from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import key, note


def pages(client: httpx.Client, **query: str | int) -> Iterator[list[str]]:
    """The titles of each page, by following the `Link` header, which must repeat `next_cursor`."""
    address, given = httpx.URL("/v1/notes", params=query), set[str]()
    while True:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        yield [item["title"] for item in answer.json()["items"]]
        after = answer.json()["next_cursor"]
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        if after is None:
            assert link is None
            return
        assert link is not None
        assert after not in given, "the walk stands still"
        given.add(after)
        address = httpx.URL(link[1])
        assert address.params["cursor"] == after


def write(client: httpx.Client, tenant: UUID, *titles: str) -> None:
    for title in titles:
        assert client.post("/v1/notes", json=note(tenant, title=title), headers=key()).status_code == 201


def test_all_pages_are_the_list(writer: httpx.Client, tenant: UUID) -> None:
    titles = [f"{number:02} Ü & #?" for number in range(23)]
    write(writer, tenant, *reversed(titles))
    for limit in (1, 7, 22, 23, 24):
        found = list(pages(writer, limit=limit))
        assert [title for page in found for title in page] == titles
        assert all(len(page) == limit for page in found[:-1])
        assert found[-1] != []


def test_rows_that_agree_in_the_first_key_are_all_there(notes: Notes, tenant: UUID) -> None:
    subject = f"writer-{tenant}"
    with notes.house.signed_in(notes.first.url, subject) as client:
        for each in (tenant, uuid4(), uuid4()):
            notes.house.grant(subject, "writer", each)
            write(client, each, "a", "b")
        assert [title for page in pages(client, limit=1) for title in page] == ["a"] * 3 + ["b"] * 3


def test_a_walk_under_concurrent_writes_misses_and_repeats_nothing_that_was_there(
    notes: Notes, writer: httpx.Client, tenant: UUID
) -> None:
    there = [f"{number:03}" for number in range(0, 300, 10)]
    write(writer, tenant, *there)
    with ThreadPoolExecutor(1) as pool, notes.house.client(notes.second.url, "writer", tenant) as other:
        more = [f"{number:03}" for number in range(300) if number % 10 in (3, 7)]
        writing = pool.submit(write, other, tenant, *more)
        walks = 0
        while not writing.done() or walks == 0:
            walked = [title for page in pages(writer, limit=3) for title in page]
            walks += 1
            assert walked == sorted(set(walked))
            assert set(there) <= set(walked)
        writing.result()
    assert [title for page in pages(writer, limit=200) for title in page] == sorted([*there, *more])


def test_a_list_of_nothing_is_one_empty_page(writer: httpx.Client) -> None:
    assert list(pages(writer)) == [[]]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "99999999999999999999"])
def test_a_page_has_1_to_200_items(writer: httpx.Client, limit: str) -> None:
    answer = writer.get("/v1/notes", params={"limit": limit})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")


def cursor_of(client: httpx.Client, tenant: UUID) -> str:
    write(client, tenant, "a", "b", "c")
    return str(client.get("/v1/notes", params={"limit": 1}).json()["next_cursor"])


def test_a_cursor_belongs_to_one_list_and_filter(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    cursor = cursor_of(writer, tenant)
    for query in ({"author": "eve"}, {"author": ""}):
        answer = writer.get("/v1/notes", params={**query, "cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-cursor")
    assert writer.get("/v1/notes", params={"cursor": cursor, "limit": 200}).status_code == 200
    with notes.house.client(notes.first.url, "reader", uuid4()) as stranger:
        assert stranger.get("/v1/notes", params={"cursor": cursor}).json()["items"] == []


def test_a_cursor_that_was_tampered_with_is_refused(writer: httpx.Client, tenant: UUID) -> None:
    cursor = cursor_of(writer, tenant)
    binding, (title, note_id) = json.loads(base64.urlsafe_b64decode(cursor))
    forged: list[object] = [
        [binding, [title]],
        [binding, [title, note_id, 1]],
        [binding, [title, "not an id"]],
        [binding, [7, note_id]],
        [binding, [None, None]],
        [binding, ["\0", note_id]],
        [binding, ["\ud800", note_id]],
        [binding, title],
        [binding, 7],
        ["0" * 16, [title, note_id]],
        binding,
        {},
        7,
    ]
    sent = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in forged]
    sent += ["", "x", "=", "é", cursor[:-7], base64.urlsafe_b64encode(b"[" * 1_400).decode()]
    for one in sent:
        answer = writer.get("/v1/notes", params={"cursor": one})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-cursor"), one
