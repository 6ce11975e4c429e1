"""Programmes and runs as people make them, through the API of plans-api."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.people import People, SignedIn

BEGINS, ENDS = "2012-09-03", "2013-07-19"


@dataclass(frozen=True)
class Run:
    """A run of a new programme, and who plans it."""

    client: SignedIn
    alliance: str
    id: str
    path: str

    def nominate(self, body: str, count: int = 1, client: SignedIn | None = None) -> httpx.Response:
        """A body nominates so many people, on the run's first day."""
        people = [{"name": f"Person {number}"} for number in range(count)]
        sent = {"run_id": self.id, "nominating_body": body, "on": BEGINS, "people": people}
        return (client or self.client).post("/v1/nominations", json=sent)

    def nominated(self, body: str, count: int = 1) -> list[str]:
        """The ids of so many new nominations."""
        answer = self.nominate(body, count)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return [item["id"] for item in answer.json()["items"]]

    def book(self, nominations: list[str], place_type: str | None = None) -> httpx.Response:
        """Books places for these."""
        body = {"run_id": self.id, "nomination_ids": nominations, "place_type": place_type, "on": BEGINS}
        return self.client.post("/v1/bookings", json=body)

    def record(self, nominations: list[str], kind: str, on: str = ENDS, **more: Any) -> httpx.Response:
        """Records the same outcome of all of these."""
        outcomes = [{"nomination_id": one, "kind": kind, "on": on, **more} for one in nominations]
        return self.client.post("/v1/outcomes", json={"run_id": self.id, "outcomes": outcomes})

    def figures(self) -> dict[str, Any]:
        """What the run adds up to."""
        answer = self.client.get(f"{self.path}/figures")
        assert answer.status_code == httpx.codes.OK, answer.text
        return dict(answer.json())


def new_run(people: People, kind: str = "school_direct", client: SignedIn | None = None, **run: Any) -> Run:
    """A run of a new programme of a new alliance; it has ended already unless `run` says otherwise."""
    alliance = people.alliance()
    planner = client or people.client(alliance, "alliance_admin")
    body = {"alliance_id": alliance, "kind": kind, "title": "A programme"}
    programme = planner.post("/v1/programmes", json=body)
    assert programme.status_code == httpx.codes.CREATED, programme.text
    body = {"programme_id": programme.json()["id"], "title": "A run", "begins_on": BEGINS, "ends_on": ENDS} | run
    made = planner.post("/v1/programme-runs", json=body)
    assert made.status_code == httpx.codes.CREATED, made.text
    return Run(planner, alliance, made.json()["id"], made.headers["Location"])
