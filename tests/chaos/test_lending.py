"""64 clients of two alliances accept, decline and withdraw one offer, let it expire, and book the leader's last day, at
the same moment and from two processes: one outcome, and the day is debited exactly once."""

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
from tests.sle_broker.brokerage import Json, done, if_match
from tests.sle_broker.lending_offers.two_alliances import TODAY, TwoAlliances, expire_in

CLIENTS = 64
SECONDS_LEFT = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Of the offer of each round, from the moment at which everybody begins."""


@pytest.fixture(scope="module")
def two(people: People) -> TwoAlliances:
    return TwoAlliances.open(people)


@pytest.fixture(scope="module")
def doors(house: House) -> Iterator[list[httpx.Client]]:
    yield from two_doors(house)


def attempts(two: TwoAlliances, leader: Json, offer: Json) -> list[tuple[str, str, Json, dict[str, str]]]:
    """What the clients of one round do, by turns: as whom, where, with which body and headers."""
    answer = f"/v1/lending-offers/{offer['id']}/transitions"
    own = two.lender.proposal(
        leader, two.lender.request(), days=1, starts_on=TODAY, ends_on=TODAY, proposed_on=None, objectives=[]
    )
    borrower, lender = two.borrower.broker.authorization, two.lender.broker.authorization
    version = if_match(offer)
    return [
        (borrower, answer, {"to": "accepted", "on": TODAY}, version),
        (lender, answer, {"to": "withdrawn", "on": TODAY, "reason": "leader_unavailable"}, version),
        (lender, "/v1/deployments", own, {}),
        (borrower, answer, {"to": "declined", "on": TODAY, "reason": "not_the_right_match"}, version),
    ]


@pytest.mark.parametrize("expires", [False, True], ids=["held", "expiring"])
def test_an_offer_has_one_outcome_and_its_day_is_debited_once(
    house: House, two: TwoAlliances, doors: list[httpx.Client], expires: bool
) -> None:
    leaders = [two.lender.leader(allowance_days=1) for _ in SECONDS_LEFT]
    asked = two.asked()
    offers = [two.offer(leader, asked, days=1) for leader in leaders]
    rounds = [attempts(two, leader, offer) for leader, offer in zip(leaders, offers, strict=True)]
    times_up = iter(zip(offers, SECONDS_LEFT, strict=True))

    def begin() -> None:
        if expires:
            expire_in(admin, *next(times_up))

    ready = Barrier(CLIENTS, begin)

    def act(client: int) -> list[tuple[str, int, str]]:
        answers = []
        for tries in rounds:
            who, path, body, more = tries[client % len(tries)]
            headers = more | {"Authorization": who, "Idempotency-Key": str(uuid4())}
            ready.wait(timeout=60)
            answer = doors[client // len(tries) % len(doors)].post(path, json=body, headers=headers)
            what = str(body.get("to", "booked"))
            answers.append((what, answer.status_code, answer.json().get("code", "")))
        return answers

    url = house.stores["sle-broker"].admin_url
    with psycopg.connect(url, autocommit=True) as admin, ThreadPoolExecutor(CLIENTS) as pool:
        by_client = list(pool.map(act, range(CLIENTS)))
    refusals = {"leader-has-no-days-left", "version-mismatch", "state-conflict", "offer-expired"}
    for answers in zip(*by_client, strict=True):
        assert {code for _, status, code in answers if status >= 300} <= refusals
        won = Counter(what for what, status, _ in answers if status < 300)
        # A day that was freed may be booked in the same moment; it is never both lent and booked.
        assert sum(won.values()) - won["booked"] <= 1
        assert won["booked"] <= 1
        assert not (won["accepted"] and won["booked"])
        assert sum(won.values()) >= 1 or expires
    states = [done(two.lender.broker.get(f"/v1/lending-offers/{offer['id']}"))["state"] for offer in offers]
    held = days_held(house, leaders)
    for leader, answers, state in zip(leaders, zip(*by_client, strict=True), states, strict=True):
        done_to_it = {what for what, status, _ in answers if status < 300}
        assert held.get(leader["id"], 0) == (1 if done_to_it & {"accepted", "booked"} else 0)
        assert state in (done_to_it | ({"expired"} if expires else set()))


def days_held(house: House, leaders: list[Json]) -> dict[str, int]:
    """What the leaders' deployments and unexpired offers hold now, by the leaders' ids."""
    ids = [leader["id"] for leader in leaders]
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        rows = admin.execute(
            "SELECT leader_id::text, sum(days_held)::int FROM deployments "
            "WHERE leader_id = ANY(%s) AND (held_until IS NULL OR held_until > now()) GROUP BY leader_id",
            [ids],
        ).fetchall()
    return {str(leader_id): int(days) for leader_id, days in rows}
