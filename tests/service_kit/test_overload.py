"""More than it can serve is refused at once; what was taken is served; health answers all the while."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from starlette.responses import PlainTextResponse

from service_kit.limits import InFlightCap
from tests.service_kit.conftest import Notes
from tests.service_kit.notes_house import until

POOL, CAP = 2, 8
# All of them, two at a time, are over before a connection has been waited for in vain.
NAP = 1.2


@pytest.fixture(scope="module")
def small(notes: Notes) -> str:
    """A process with few connections that gives up a statement after five seconds."""
    return notes.house.start("small", pool_size=POOL, statement_timeout_ms=5_000).url


@pytest.fixture
def reader(notes: Notes, small: str, tenant: UUID) -> Iterator[httpx.Client]:
    """Somebody who reads at the small process."""
    with notes.house.client(small, "reader", tenant) as client:
        yield client


def test_beyond_the_cap_is_refused_at_once_and_health_still_answers(small: str, reader: httpx.Client) -> None:
    with ThreadPoolExecutor(CAP) as pool:
        naps = [pool.submit(reader.get, "/v1/naps", params={"seconds": NAP}) for _ in range(CAP)]
        for _ in until(60, "the cap is reached"):
            began = time.monotonic()
            refused = httpx.get(f"{small}/v1/nowhere")
            if refused.status_code != 404:
                break
        assert time.monotonic() - began < NAP
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["request_id"] == refused.headers["x-request-id"]
        began = time.monotonic()
        assert httpx.get(f"{small}/livez").status_code == 200
        assert httpx.get(f"{small}/metrics").status_code == 200
        assert time.monotonic() - began < NAP
        assert not all(nap.done() for nap in naps)
        assert httpx.get(f"{small}/readyz", timeout=10).status_code == 200
        assert [nap.result().status_code for nap in naps] == [200] * CAP
    assert reader.get("/v1/notes").status_code == 200


@pytest.mark.parametrize(
    ("root_path", "path", "status"),
    [
        ("", "/readyz", 200),
        ("", "/plans/readyz", 503),
        ("/plans", "/plans/readyz", 200),
        ("/plans", "/plans/v1/events", 200),
        ("/plans", "/plans/v1/notes", 503),
    ],
)
def test_health_is_not_counted_behind_a_gateways_prefix_either(root_path: str, path: str, status: int) -> None:
    full = InFlightCap(PlainTextResponse("well"), cap=0)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(full, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.example") as client:
            return await client.get(path)

    assert asyncio.run(ask()).status_code == status


def test_a_statement_that_takes_too_long_is_given_up(reader: httpx.Client) -> None:
    began = time.monotonic()
    answer = reader.get("/v1/naps", params={"seconds": 30})
    assert time.monotonic() - began < 25
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"
    assert reader.get("/v1/notes").status_code == 200
