"""The database goes away and comes back: no request hangs or lies, and nobody has to restart anything."""

import time
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.databases import Databases
from tests.service_kit.issuer import CLIENT_ID, Issuer
from tests.service_kit.notes_house import NotesHouse, key, note, open_notes_house, until
from tsa_local.embedded_postgres import EmbeddedPostgres


@pytest.fixture
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server that may be stopped."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("own"), durable=False) as server:
        yield server


@pytest.fixture
def house(
    own_postgres: EmbeddedPostgres, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NotesHouse]:
    """The notes service on that server."""
    with open_notes_house(Databases(own_postgres.admin_url), issuer, tmp_path_factory.mktemp("outage")) as house:
        yield house


def test_the_service_outlives_an_outage_of_its_database(own_postgres: EmbeddedPostgres, house: NotesHouse) -> None:
    api, worker, tenant = house.start("api"), house.start_worker("worker"), uuid4()
    body, once = note(tenant), key()
    house.grant(CLIENT_ID, "service")
    with house.client(api.url, "writer", tenant) as writer, house.signed_in(api.url, CLIENT_ID) as reader:
        first = writer.post("/v1/notes", json=body, headers=once)
        assert first.status_code == 201

        own_postgres.stop()
        for _ in range(3):
            began = time.monotonic()
            for answer in (writer.get("/v1/notes"), writer.post("/v1/notes", json=note(tenant), headers=key())):
                assert (answer.status_code, answer.json()["code"]) == (503, "dependency-unavailable")
                assert int(answer.headers["retry-after"]) >= 1
                assert "127.0.0.1" not in answer.text
            assert time.monotonic() - began < 20
        assert httpx.get(f"{api.url}/livez").status_code == 200
        ready = httpx.get(f"{api.url}/readyz")
        assert (ready.status_code, ready.json()["code"]) == (503, "dependency-unavailable")

        own_postgres.start()
        for _ in until(60, "the service has recovered"):
            if writer.get("/v1/notes").status_code == 200:
                break
        assert httpx.get(f"{api.url}/readyz").status_code == 200
        again = writer.post("/v1/notes", json=body, headers=once)
        assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
        second = writer.post("/v1/notes", json=note(tenant), headers=key())
        assert second.status_code == 201
        for _ in until(60, "the worker has recovered"):
            if len(reader.get("/v1/events").json()) == 2:
                break
    assert worker.exit_code() is None
    assert {line["service"] for line in api.log()} == {"notes"}
