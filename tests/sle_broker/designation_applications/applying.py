"""Applying over HTTP: a round, applications in it, and the way from one state to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.people import SignedIn
from tests.sle_broker.brokerage import Brokerage, Json, arrived, created, done, if_match

DAYS: Mapping[str, str] = {
    "submitted": "2014-09-20",
    "references_received": "2014-10-02",
    "assessed": "2014-10-24",
    "approved": "2014-10-28",
    "declined": "2014-10-28",
    "appealed": "2014-10-30",
    "designated": "2014-11-03",
    "trained": "2014-12-05",
}
"""The day on which an application of the tests reaches each state."""


@dataclass(frozen=True)
class Applying:
    """An alliance's brokerage with its administrator, who runs the rounds."""

    brokerage: Brokerage
    admin: SignedIn

    @classmethod
    def at(cls, brokerage: Brokerage) -> "Applying":
        """With a new administrator."""
        return cls(brokerage, brokerage.someone("alliance_admin"))

    def applicant(self) -> SignedIn:
        """Somebody who is no leader yet, with the role of one for what they submit themselves."""
        people = self.brokerage.people
        someone = people.nobody("sle-broker", self.brokerage.alliance_id)
        people.grant(someone, self.brokerage.alliance_id, "leader", someone.client_id)
        return arrived(someone)

    def round_body(self, **facts: Any) -> Json:
        """The body of the round of autumn 2014."""
        return {
            "alliance_id": self.brokerage.alliance_id,
            "name": "2014-autumn",
            "kinds": ["sle"],
            "opens_on": "2014-09-15",
            "closes_on": "2014-10-17",
        } | facts

    def round(self, **facts: Any) -> Json:
        """A round."""
        return created(self.admin.post("/v1/designation-rounds", json=self.round_body(**facts)))

    def body(self, round_: Json, **facts: Any) -> Json:
        """The body of an application by somebody who is no leader yet."""
        return {
            "round_id": round_["id"],
            "applicant": {
                "name": "Bea Carr",
                "home_school_urn": self.brokerage.home_school_urn,
                "phases": ["primary"],
                "specialisms": ["phonics"],
            },
            "kind": "sle",
            "years_of_leadership": 3,
            "home_school_judgement": 2,
            "head_supports": True,
            "submitted_on": DAYS["submitted"],
        } | facts

    def submit(self, body: Json, by: SignedIn | None = None) -> httpx.Response:
        """An application sent."""
        return (by or self.admin).post("/v1/designation-applications", json=body)

    def application(self, round_: Json, state: str = "submitted", **facts: Any) -> Json:
        """An application brought to a state on the way to the designation."""
        application = created(self.submit(self.body(round_, **facts)))
        for to in ("references_received", "assessed", "approved", "designated"):
            if application["state"] == state:
                break
            application = done(self.step(application, to))
        return application

    def step(self, application: Json, to: str, **more: Any) -> httpx.Response:
        """One step on, with all that the step asks for."""
        if to == "references_received":
            [asked] = self.references(self.admin, application)
            done(self.give(asked))
            application = self.read(application)
        if to == "assessed":
            found = {"rating": "green", "notes": "Strong in phonics."} | more
            return self.on(application, "assessment", on=DAYS[to], **found)
        if to == "designated":
            return self.on(application, "designations", **{"on": DAYS[to]} | more)
        return self.move(application, to, **more)

    def move(self, application: Json, to: str, by: SignedIn | None = None, **more: Any) -> httpx.Response:
        """A transition."""
        return self.brokerage.move(
            application,
            "designation-applications",
            to,
            more.pop("on", DAYS.get(to, "2014-11-01")),
            by or self.admin,
            **more,
        )

    def on(self, application: Json, what: str, by: SignedIn | None = None, **body: Any) -> httpx.Response:
        """Something recorded on an application."""
        path = f"/v1/designation-applications/{application['id']}/{what}"
        return (by or self.admin).post(path, json=body, headers=if_match(application))

    def references(self, reader: SignedIn, application: Json) -> list[Json]:
        """The references of an application, as far as somebody may read them."""
        found = reader.get("/v1/designation-references", params={"application_id": application["id"]})
        items: list[Json] = done(found)["items"]
        return items

    def give(self, reference: Json, by: SignedIn | None = None, **facts: Any) -> httpx.Response:
        """A reference given."""
        body = {"to": "given", "on": "2014-10-01", "supports": True, "text": "She has led it for years."} | facts
        path = f"/v1/designation-references/{reference['id']}/transitions"
        return (by or self.admin).post(path, json=body, headers=if_match(reference))

    def read(self, application: Json, by: SignedIn | None = None) -> Json:
        """The application as it is now."""
        return done((by or self.admin).get(f"/v1/designation-applications/{application['id']}"))
