"""One deployment in each state, and everything that can be asked of it: what its state stands against is 409 with what
it allows, and changes nothing."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentState
from tests.people import SignedIn
from tests.sle_broker.brokerage import MAIN_PATH, Brokerage, Json, done, if_match

ON = "2015-02-02"
ASIDE = {
    "declined": ("proposed", "not_the_right_match"),
    "cancelled": ("agreed", "no_longer_needed"),
    "paused": ("under_way", "leader_absent"),
    "ended_early": ("under_way", "objectives_met_early"),
}
BEGUN = {"under_way", "paused", "closing_meeting_held", "evaluated", "closed", "ended_early"}
EVENTS: dict[str, set[str]] = {
    "agreements": {"meeting_held"},
    "reviews": {"under_way"},
    "outcomes": {"closing_meeting_held"},
    "evaluation-releases": {"evaluated", "closed", "ended_early"},
    "first-day-corrections": BEGUN,
    "terms": {"proposed", "released", "meeting_held"},
    "visits": {"under_way"},
    "feedback": BEGUN,
    "children": BEGUN,
}


@pytest.fixture(scope="module")
def host(brokerage: Brokerage) -> SignedIn:
    return brokerage.someone("school", brokerage.host_school_urn)


def in_state(brokerage: Brokerage, state: str) -> Json:
    if state in MAIN_PATH:
        return brokerage.deployment(state)
    last_on_path, reason = ASIDE[state]
    deployment = brokerage.deployment(last_on_path)
    return done(brokerage.move(deployment, "deployments", state, "2015-01-20", reason=reason))


def ask(brokerage: Brokerage, host: SignedIn, deployment: Json, event: str) -> httpx.Response:
    broker, id = brokerage.broker, deployment["id"]
    objective = {"objective_id": deployment["objectives"][0]["id"], "outcome": "met"}
    bodies: dict[str, Json] = {
        "agreements": {"party": "leader", "on": ON},
        "reviews": {"on": ON, "finding": "On course."},
        "outcomes": {"outcomes": [objective]},
        "evaluation-releases": {"on": ON},
        "first-day-corrections": {"on": "2015-01-09", "reason": "mistyped", "note": "A slip."},
    }
    if event in bodies:
        return brokerage.on(deployment, event, **bodies[event])
    if event == "terms":
        return broker.patch(f"/v1/deployments/{id}", json={"days": 2.5}, headers=if_match(deployment))
    if event == "visits":
        return broker.post("/v1/visits", json={"deployment_id": id, "on": ON, "days": 1})
    if event == "feedback":
        said = {"deployment_id": id, "given_by": "host_school", "on": ON, "rating": "positive", "text": "Calm."}
        return host.post("/v1/feedback", json=said)
    child = brokerage.proposal({"id": deployment["leader_id"]}, {"id": deployment["support_request_id"]})
    return broker.post("/v1/deployments", json=child | {"proposed_on": ON, "extends_deployment_id": id})


def everything_about(brokerage: Brokerage, deployment: Json) -> list[Any]:
    about = {"deployment_id": deployment["id"]}
    request = {"support_request_id": deployment["support_request_id"]}
    broker = brokerage.broker
    return [
        done(broker.get(f"/v1/deployments/{deployment['id']}")),
        done(broker.get("/v1/deployments", params=request)),
        done(broker.get("/v1/visits", params=about)),
        done(broker.get("/v1/feedback", params=about)),
    ]


def refusals(brokerage: Brokerage, host: SignedIn, deployment: Json) -> Iterator[httpx.Response]:
    state = deployment["state"]
    for to in DeploymentState:
        if to not in LIFE_CYCLE.moves[DeploymentState(state)]:
            yield brokerage.move(deployment, "deployments", to, ON)
    for event, permitted in EVENTS.items():
        if state not in permitted:
            yield ask(brokerage, host, deployment, event)


# An offer is made by another alliance and answered at its own address: see `test_lending_over_http.py`.
@pytest.mark.parametrize("state", [*MAIN_PATH, *ASIDE])
def test_what_a_state_stands_against_is_refused_and_changes_nothing(
    brokerage: Brokerage, host: SignedIn, state: str
) -> None:
    deployment = in_state(brokerage, state)
    before = everything_about(brokerage, deployment)
    assert before[0] == deployment
    for refused in refusals(brokerage, host, deployment):
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (409, "state-conflict"), problem
        assert (problem["current"], problem["allowed"]) == (state, deployment["allowed"])
    assert everything_about(brokerage, deployment) == before


@pytest.mark.parametrize("event", EVENTS)
def test_what_a_state_permits_is_done(brokerage: Brokerage, host: SignedIn, event: str) -> None:
    state = sorted(EVENTS[event])[0]
    assert ask(brokerage, host, in_state(brokerage, state), event).is_success
