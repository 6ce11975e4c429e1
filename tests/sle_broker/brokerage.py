"""One alliance's brokerage over HTTP: what a test needs to be there before what it is about."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from tests.people import People, SignedIn

Answer = TypeVar("Answer")
Json = dict[str, Any]

MAIN_PATH = [
    "proposed",
    "released",
    "meeting_held",
    "agreed",
    "under_way",
    "closing_meeting_held",
    "evaluated",
    "closed",
]
DAYS = dict(zip(MAIN_PATH, [f"2015-01-{day:02}" for day in range(6, 14)], strict=True))
"""The day on which a deployment of the tests reaches each state of the main path."""


def eventually(ask: Callable[[], Answer], is_right: Callable[[Answer], bool], seconds: float = 90.0) -> Answer:
    """The first answer that is right; fails with the last one where none is in time."""
    deadline = time.monotonic() + seconds
    while not is_right(answer := ask()):
        assert time.monotonic() < deadline, f"still {answer}"
        time.sleep(0.05)
    return answer


def created(answer: httpx.Response) -> Json:
    """What was created."""
    assert answer.status_code == httpx.codes.CREATED, answer.text
    thing: Json = answer.json()
    return thing


def done(answer: httpx.Response) -> Json:
    """What the thing is now."""
    assert answer.status_code == httpx.codes.OK, answer.text
    thing: Json = answer.json()
    return thing


def if_match(thing: Json) -> dict[str, str]:
    """The header of a change of `thing` as it was read."""
    return {"If-Match": f'"{thing["version"]}"'}


def arrived(client: SignedIn) -> SignedIn:
    """The client, once the broker knows its role; what was recorded before has arrived then too."""
    eventually(lambda: client.get("/v1/specialisms", params={"limit": 1}), lambda answer: answer.status_code == 200)
    return client


@dataclass(frozen=True)
class Brokerage:
    """An alliance with its broker, a home school and a host school, all of which have arrived."""

    people: People
    alliance_id: str
    broker: SignedIn
    home_school_urn: str
    host_school_urn: str

    @classmethod
    def open(cls, people: People) -> "Brokerage":
        """A new alliance."""
        home, host = people.school(), people.school(latitude="52.60", longitude="-2.00")
        alliance_id = people.alliance(lead_school_urns=[home])
        return cls(people, alliance_id, arrived(people.client(alliance_id, "broker", "sle-broker")), home, host)

    def someone(self, role: str, party: str | None = None) -> SignedIn:
        """Somebody new with a role in the alliance, known to the broker."""
        return arrived(self.people.client(self.alliance_id, role, "sle-broker", party))

    def school(self, **columns: str) -> str:
        """The URN of a new school that has arrived."""
        urn = self.people.school(**columns)
        # The feed keeps the order: a role recorded after the school arrives after it.
        self.someone("auditor")
        return urn

    def leader(self, designated_on: str | None = "2014-11-03", **facts: Any) -> Json:
        """A leader, designated unless told otherwise."""
        body = {
            "alliance_id": self.alliance_id,
            "kind": "sle",
            "name": "Asha Bell",
            "home_school_urn": self.home_school_urn,
            "phases": ["primary"],
            "specialisms": [{"code": "phonics", "claimed_on": "2014-09-01"}],
        } | facts
        leader = created(self.broker.post("/v1/leaders", json=body))
        if designated_on is not None:
            self.designation(leader, designated_on)
        return leader

    def designation(self, leader: Json, designated_on: str = "2014-11-03", **facts: Any) -> Json:
        """A designation of a leader."""
        body = {"leader_id": leader["id"], "designated_on": designated_on, "round": "2014-autumn"} | facts
        return created(self.broker.post("/v1/designations", json=body))

    def request_body(self, **facts: Any) -> Json:
        """The body of a request for phonics in the spring of 2015."""
        return {
            "alliance_id": self.alliance_id,
            "host_school_urn": self.host_school_urn,
            "areas": ["phonics"],
            "phase": "primary",
            "days_wanted": 5,
            "earliest_start_on": "2015-01-12",
            "latest_finish_on": "2015-03-27",
            "submitted_on": "2015-01-05",
        } | facts

    def request(self, state: str = "accepted", **facts: Any) -> Json:
        """A request, accepted unless told otherwise."""
        request = created(self.broker.post("/v1/support-requests", json=self.request_body(**facts)))
        for to in ["accepted", "matched"][: ["submitted", "accepted", "matched"].index(state)]:
            request = done(self.move(request, "support-requests", to, "2015-01-06"))
        return request

    def proposal(self, leader: Json, request: Json, **facts: Any) -> Json:
        """The body of a proposal."""
        return {
            "support_request_id": request["id"],
            "leader_id": leader["id"],
            "days": 3,
            "starts_on": "2015-01-10",
            "ends_on": "2015-07-17",
            "objectives": [{"text": "Phonics is taught daily.", "measure": "Nine of ten lessons seen."}],
            "proposed_on": DAYS["proposed"],
        } | facts

    def deployment(
        self, state: str = "proposed", leader: Json | None = None, request: Json | None = None, **facts: Any
    ) -> Json:
        """A deployment of a leader for a request (new ones unless given), brought to a state of the main path."""
        body = self.proposal(leader or self.leader(), request or self.request(), **facts)
        deployment = created(self.broker.post("/v1/deployments", json=body))
        for to in MAIN_PATH[1 : MAIN_PATH.index(state) + 1]:
            deployment = self.step(deployment, to)
        return deployment

    def step(self, deployment: Json, to: str) -> Json:
        """A deployment one step on along the main path, with all that the step asks for."""
        if to == "agreed":
            deployment = self.agree(deployment)
        if to == "evaluated":
            outcomes = [{"objective_id": one["id"], "outcome": "met"} for one in deployment["objectives"]]
            deployment = done(self.on(deployment, "outcomes", outcomes=outcomes))
        return done(self.move(deployment, "deployments", to, DAYS[to]))

    def agree(self, deployment: Json) -> Json:
        """All three parties say yes."""
        for party in ("leader", "home_head", "host_head"):
            deployment = done(self.on(deployment, "agreements", party=party, on=DAYS["meeting_held"]))
        return deployment

    def on(self, deployment: Json, what: str, by: SignedIn | None = None, **body: Any) -> httpx.Response:
        """Something recorded on a deployment."""
        path = f"/v1/deployments/{deployment['id']}/{what}"
        return (by or self.broker).post(path, json=body, headers=if_match(deployment))

    def move(
        self, thing: Json, things: str, to: str, on: str, by: SignedIn | None = None, **more: Any
    ) -> httpx.Response:
        """One step of anything."""
        path = f"/v1/{things}/{thing['id']}/transitions"
        return (by or self.broker).post(path, json={"to": to, "on": on} | more, headers=if_match(thing))

    def shortlist(self, request: Json, as_of: str = "2015-01-12") -> Json:
        """The shortlist for a request."""
        return done(self.broker.get(f"/v1/support-requests/{request['id']}/shortlist", params={"as_of": as_of}))
