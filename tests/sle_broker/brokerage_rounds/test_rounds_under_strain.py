"""Rounds accepted by many at the same moment at two processes, and rounds whose worker is killed while it solves."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.bench.brokerage_database import ALLIANCE, load
from tests.bench.brokerage_instances import SIZES, instance
from tests.chaos.two_doors import two_doors
from tests.people import People, SignedIn
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, Json, arrived, done, eventually
from tests.sle_broker.brokerage_rounds.rounds import WORKER, ask, cancel, ended, proposals

CLIENTS = 64
LEVELS = ("urgent_requests", "first_deployments", "fit")
OPEN_SINCE = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND xact_start < %s"
)


@pytest.fixture(scope="module")
def doors(people: People, house: House) -> Iterator[list[httpx.Client]]:
    people.operator("sle-broker")
    yield from two_doors(house)


@pytest.fixture(scope="module")
def region(people: People, house: House) -> Brokerage:
    """An alliance with a thousand leaders and fifteen hundred requests: a round of it takes seconds."""
    broker = people.nobody("sle-broker")
    urn = people.school()
    arrived(people.client(people.alliance(lead_school_urns=[urn]), "broker", "sle-broker"))
    with psycopg.connect(house.stores["sle-broker"].admin_url, autocommit=True) as admin:
        admin.execute(
            "INSERT INTO role_grants (role_grant_id, issuer, subject, role, alliance_id) VALUES (%s, %s, %s, %s, %s)",
            [uuid4(), house.url("plans-api"), broker.client_id, "broker", ALLIANCE],
        )
        drawn = instance(SIZES["regional"])
        # Another test may have drawn some of the same schools.
        admin.execute("DELETE FROM schools WHERE urn = ANY(%s)", [drawn.schools.urns.astype(str).tolist()])
    load(house.stores["sle-broker"].admin_url, drawn)
    return Brokerage(people, str(ALLIANCE), arrived(broker), urn, urn)


def accept_at(door: httpx.Client, broker: SignedIn, round_: Json, ids: list[str]) -> httpx.Response:
    """The answer to one client, who asks again, with the same key, as long as the service is too busy."""
    headers = {"Authorization": broker.authorization, "Idempotency-Key": str(uuid4())}
    body = {"on": "2015-01-07", "proposal_ids": ids}
    path = f"/v1/brokerage-rounds/{round_['id']}/acceptances"
    return eventually(
        lambda: door.post(path, json=body, headers=headers),
        lambda answer: answer.status_code != httpx.codes.SERVICE_UNAVAILABLE,
        seconds=120,
    )


def test_many_who_accept_overlapping_parts_of_two_rounds_book_nobody_twice(
    people: People, doors: list[httpx.Client]
) -> None:
    brokerage = Brokerage.open(people)
    for place in range(6):
        brokerage.leader(allowance_days=10)
        for _ in range(2):
            brokerage.request(people_wanted=1 + place % 2)
    rounds = [ended(brokerage, ask(brokerage)) for _ in range(2)]
    wanted = [[one["id"] for one in proposals(brokerage, round_)] for round_ in rounds]
    assert [len(ids) for ids in wanted] == [12, 12]
    start = threading.Barrier(CLIENTS)

    def one_client(number: int) -> httpx.Response:
        ids = wanted[number % 2]
        first = number % len(ids)
        some = [*ids[first:], *ids[:first]][: 4 + number % 5]
        start.wait()
        return accept_at(doors[number // 2 % 2], brokerage.broker, rounds[number % 2], some)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(one_client, range(CLIENTS)))
    assert Counter(answer.status_code for answer in answers) == {200: CLIENTS}
    items = [item for answer in answers for item in answer.json()["items"]]
    codes = Counter(item["code"] for item in items)
    assert codes.keys() <= {None, "nobody-wanted-any-more", "leader-no-longer-offered"}
    deployments = done(brokerage.broker.get("/v1/deployments", params={"limit": 100}))["items"]
    assert {one["id"] for one in deployments} == {item["deployment_id"] for item in items if item["deployment_id"]}
    assert max(Counter(one["leader_id"] for one in deployments).values()) <= 2
    requests = done(brokerage.broker.get("/v1/support-requests", params={"limit": 100}))["items"]
    places = {one["id"]: one["people_wanted"] for one in requests}
    sent = Counter(one["support_request_id"] for one in deployments)
    assert all(count <= places[request_id] for request_id, count in sent.items())
    assert len(deployments) >= 10


def is_solving(region: Brokerage, round_: Json) -> Json:
    path = f"/v1/brokerage-rounds/{round_['id']}"
    return eventually(
        lambda: done(region.broker.get(path)), lambda one: (one["progress"] or {}).get("level") is not None
    )


def test_a_round_whose_worker_is_killed_while_it_solves_is_taken_up_again_and_has_one_result(
    region: Brokerage, house: House
) -> None:
    round_ = ask(region)
    assert is_solving(region, round_)["state"] == "running"
    house.kill(WORKER)
    house.start(WORKER)
    with psycopg.connect(house.stores["sle-broker"].admin_url, autocommit=True) as admin:
        # As if the patience with the worker that is gone were over.
        silent = "UPDATE jobs SET beat_at = now() - interval '1 minute' WHERE id = %s AND state = 'running'"
        assert admin.execute(silent, [round_["id"]]).rowcount == 1
        assert ended(region, round_)["state"] == "done"
        found = admin.execute(
            "SELECT attempts, (SELECT count(*) FROM"
            " (SELECT type, subject FROM feed UNION ALL SELECT type, subject FROM outbox_pending) each"
            " WHERE type = 'brokerage-round-solved' AND subject = %(id)s) FROM jobs WHERE id = %(id)s::uuid",
            {"id": round_["id"]},
        ).fetchone()
        assert found == (2, 1)
        twice = admin.execute(
            "SELECT support_request_id, leader_id FROM brokerage_proposals WHERE brokerage_round_id = %s"
            " GROUP BY 1, 2 HAVING count(*) > 1",
            [round_["id"]],
        )
        assert twice.fetchall() == []


@pytest.mark.parametrize("reached", ["nothing", "urgent_requests", "fit"])
def test_a_round_is_cancelled_while_it_is_read_or_solved_and_proposes_nothing(region: Brokerage, reached: str) -> None:
    round_ = ask(region)
    path = f"/v1/brokerage-rounds/{round_['id']}"
    running = eventually(
        lambda: done(region.broker.get(path)),
        lambda one: one["state"] == "running" and _has_come_to(one, reached),
    )
    assert done(cancel(region.broker, running))["state"] == "running"
    assert ended(region, round_)["state"] == "cancelled"
    assert proposals(region, round_) == []


def _has_come_to(round_: Json, level: str) -> bool:
    levels = ("nothing", *LEVELS, "travel")
    return levels.index((round_["progress"] or {}).get("level") or "nothing") >= levels.index(level)


def test_a_round_whose_time_is_over_proposes_the_best_it_has_found_and_says_how_far_from_the_bound_it_may_be(
    region: Brokerage,
) -> None:
    round_ = ended(region, ask(region, time_limit_seconds=1))
    assert round_["state"] == "done", round_
    found = {one["level"]: one for one in round_["levels"]}
    reached = [level for level in LEVELS if level in found]
    assert reached == list(LEVELS[: len(reached)]) != []
    for way in ("first_come", "clock_aware"):
        assert [found[level]["value"] for level in reached] >= [round_[way][level] for level in reached]
    for one in found.values():
        assert one["is_optimal"] == (one["value"] >= one["bound"])
        assert one["gap_percent"] >= 0
        assert (one["gap_percent"] == 0) == one["is_optimal"]
    assert not all(one["is_optimal"] for one in found.values())
    assert len(proposals(region, round_)) > 0


def test_no_transaction_is_open_while_a_round_is_solved(region: Brokerage, house: House) -> None:
    """The worker is held still while it is looked at. It may have been held in a transaction of a moment, and is looked
    at again then; one that a round holds open would be there each time."""
    round_ = ask(region)
    is_solving(region, round_)
    group = house.running[WORKER].group
    with psycopg.connect(house.stores["sle-broker"].admin_url, autocommit=True) as admin:

        def has_none_open() -> bool:
            os.killpg(group, signal.SIGSTOP)
            try:
                [since] = admin.execute("SELECT clock_timestamp()").fetchone() or [None]
                [state] = admin.execute("SELECT state FROM jobs WHERE id = %s", [round_["id"]]).fetchone() or [None]
                assert state == "running"
                for _ in range(20):
                    if admin.execute(OPEN_SINCE, [since]).fetchone() == (0,):
                        return True
                    time.sleep(0.02)
                return False
            finally:
                os.killpg(group, signal.SIGCONT)

        eventually(has_none_open, bool)
    assert ended(region, round_)["state"] == "done"
