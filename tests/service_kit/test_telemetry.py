"""What the house tells about itself: enough to follow one request anywhere, and nothing that is nobody's business."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import key, lines_of, note, until

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def test_a_trace_is_continued_with_a_span_of_our_own_and_goes_on_with_the_event(
    notes: Notes, writer: httpx.Client, tenant: UUID
) -> None:
    made = writer.post("/v1/notes", json=note(tenant), headers=key() | {"traceparent": PARENT})
    ours = re.fullmatch(rf"00-{TRACE}-([0-9a-f]{{16}})-01", made.headers["traceparent"])
    assert ours is not None
    assert ours[1] != "b7ad6b7169203331"
    stored = "SELECT trace_parent FROM {} WHERE subject = %s"
    for _ in until(60, "the event is in the feed"):
        if found := notes.house.rows(stored.format("feed"), [made.json()["id"]]):
            break
    assert found == [(made.headers["traceparent"],)]


@pytest.mark.parametrize(
    "parent", ["", "garbage", f"00-{TRACE}-b7ad6b7169203331", PARENT.upper(), f"00-{TRACE}-{'0' * 16}-01"]
)
def test_without_a_trace_one_begins(notes: Notes, parent: str) -> None:
    begun = httpx.get(f"{notes.first.url}/livez", headers={"traceparent": parent}).headers["traceparent"]
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", begun)
    assert TRACE not in begun


def test_a_request_id_is_echoed_in_every_answer(notes: Notes, writer: httpx.Client) -> None:
    asked = {"X-Request-Id": "my.request_id-1"}
    for path in ("/livez", "/v1/notes", "/v1/nowhere", f"/v1/notes/{uuid4()}", "/v1/defects"):
        assert writer.get(path, headers=asked).headers["x-request-id"] == "my.request_id-1"
    assert httpx.get(f"{notes.first.url}/v1/notes", headers=asked).json()["request_id"] == "my.request_id-1"


@pytest.mark.parametrize("asked", ["short", "x" * 129, "with space", 'quote"quote', "ünïcödé-id"])
def test_a_request_id_we_cannot_use_is_replaced(notes: Notes, asked: str) -> None:
    given = httpx.get(f"{notes.first.url}/livez", headers={b"X-Request-Id": asked.encode()}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", given)


def test_an_audit_row_names_who_what_and_in_which_request(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    made = writer.post("/v1/notes", json=note(tenant), headers=key()).json()
    read = writer.get(f"/v1/notes/{made['id']}")
    rows = notes.house.rows(
        "SELECT action, issuer, who, subject, tenant_id, request_id FROM audit_log WHERE tenant_id = %s ORDER BY id",
        [tenant],
    )
    assert [row[0] for row in rows] == ["note-written", "note-read"]
    assert {row[1:5] for row in rows} == {(notes.house.issuer.url, made["author"], made["id"], tenant)}
    assert rows[1][5] == read.headers["x-request-id"]


def test_requests_are_counted_by_route_and_never_by_address(notes: Notes, writer: httpx.Client) -> None:
    def count() -> float:
        metrics = httpx.get(f"{notes.first.url}/metrics")
        assert metrics.headers["content-type"].startswith("text/plain; version=")
        line = re.search(
            r'^http_requests_total\{method="GET",route="/v1/notes/\{note_id\}",status="404"\} (.+)$', metrics.text, re.M
        )
        assert "http_request_seconds_bucket" in metrics.text
        return float(line[1]) if line else 0

    before, wanted = count(), uuid4()
    writer.get(f"/v1/notes/{wanted}")
    for _ in until(60, "the request is counted"):
        if count() == before + 1:
            break
    assert str(wanted) not in httpx.get(f"{notes.first.url}/metrics").text


def test_logs_are_json_and_hold_no_token_and_no_query(notes: Notes, writer: httpx.Client, tenant: UUID) -> None:
    answer = writer.get("/v1/notes", params={"author": "somebody-private"})
    writer.get("/v1/defects")
    writer.post("/v1/notes", json=note(tenant, text="words-private"), headers=key())
    httpx.get(f"{notes.first.url}/v1/notes", headers={"Authorization": "Bearer a-forged-token"})
    (mine,) = notes.first.logged(answer)
    assert mine.keys() == {
        "service", "event", "level", "timestamp", "request_id", "trace_parent", "method", "route", "status", "ms"
    }  # fmt: skip
    assert (mine["event"], mine["route"], mine["status"], mine["service"]) == ("request", "/v1/notes", 200, "notes")
    folder = notes.first.process.log.parent
    for log in folder.glob("*.log"):
        assert {line["service"] for line in lines_of(log)} <= {"notes", "notes-worker"}, log
        said = log.read_text()
        for private in ("somebody-private", "words-private", "a-forged-token", "eyJ", "only-for-tests"):
            assert private not in said, log
