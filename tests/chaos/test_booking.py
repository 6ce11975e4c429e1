"""64 clients want a leader's last day at the same moment, from two processes, fifty times over: one gets it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.chaos.two_doors import two_doors
from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import Brokerage

CLIENTS = 64
ROUNDS = 50


@pytest.fixture(scope="module")
def brokerage(people: People) -> Brokerage:
    return Brokerage.open(people)


@pytest.fixture(scope="module")
def doors(house: House, brokerage: Brokerage) -> Iterator[list[httpx.Client]]:
    """The broker at two processes that serve the same database."""
    yield from two_doors(house, {"Authorization": brokerage.broker.authorization})


def test_a_leaders_last_day_is_booked_once(house: House, brokerage: Brokerage, doors: list[httpx.Client]) -> None:
    request = brokerage.request()
    leaders = [brokerage.leader(allowance_days=1) for _ in range(ROUNDS)]
    ready = Barrier(CLIENTS)

    def book(client: int) -> list[tuple[int, str]]:
        answers = []
        for leader in leaders:
            body = brokerage.proposal(leader, request, days=1)
            ready.wait(timeout=60)
            key = {"Idempotency-Key": str(uuid4())}
            answer = doors[client % len(doors)].post("/v1/deployments", json=body, headers=key)
            answers.append((answer.status_code, answer.json().get("code", "booked")))
        return answers

    with ThreadPoolExecutor(CLIENTS) as pool:
        by_client = list(pool.map(book, range(CLIENTS)))
    # Only who waited for the leader's row can say so: the constraint that stands behind it has a code of its own.
    once = Counter({(201, "booked"): 1, (409, "leader-has-no-days-left"): CLIENTS - 1})
    assert [Counter(round_) for round_ in zip(*by_client, strict=True)] == [once] * ROUNDS
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        booked = admin.execute(
            "SELECT leader_id::text, count(*), sum(days_held)::int FROM deployments WHERE support_request_id = %s "
            "GROUP BY leader_id",
            [request["id"]],
        ).fetchall()
    assert sorted(booked) == sorted((leader["id"], 1, 1) for leader in leaders)
