"""Brokerage rounds over HTTP: asked for, solved, accepted."""

from typing import Any

import httpx

from tests.people import SignedIn
from tests.sle_broker.brokerage import Brokerage, Json, done, eventually, if_match

WORKER = "sle-broker-worker"


def ask(brokerage: Brokerage, **facts: Any) -> Json:
    """A new round of the alliance, unless others are named."""
    body = {"alliance_ids": [brokerage.alliance_id], "as_of": "2015-01-07", "time_limit_seconds": 20} | facts
    answer = brokerage.broker.post("/v1/brokerage-rounds", json=body)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    asked: Json = answer.json()
    assert answer.headers["Location"] == f"/v1/brokerage-rounds/{asked['id']}"
    return asked


def ended(brokerage: Brokerage, round_: Json) -> Json:
    """The round, once it is neither waiting nor running."""
    path = f"/v1/brokerage-rounds/{round_['id']}"
    return eventually(
        lambda: done(brokerage.broker.get(path)), lambda one: one["state"] not in ("waiting", "running"), 90.0
    )


def proposals(brokerage: Brokerage, round_: Json) -> list[Json]:
    """What the round proposes."""
    found: list[Json] = done(brokerage.broker.get(f"/v1/brokerage-rounds/{round_['id']}/proposals"))["items"]
    return found


def accept(broker: SignedIn, round_: Json, **body: Any) -> list[Json]:
    """What became of the proposals accepted, all unless some are named."""
    path = f"/v1/brokerage-rounds/{round_['id']}/acceptances"
    items: list[Json] = done(broker.post(path, json={"on": "2015-01-07"} | body))["items"]
    return items


def cancel(broker: SignedIn, round_: Json) -> httpx.Response:
    """The round cancelled, as it was read."""
    path = f"/v1/brokerage-rounds/{round_['id']}/transitions"
    return broker.post(path, json={"to": "cancelled"}, headers=if_match(round_))
