"""Audits over HTTP: schools that make them, and what they share."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from service_kit.clock import day_of, now
from tests.people import SignedIn
from tests.sle_broker.brokerage import Brokerage, Json, created, done, if_match

SCALE = {"lowest": 1, "highest": 4, "best": "lowest", "need_at": 3}


def today(days: int = 0) -> str:
    """Today in England, or so many days later, as it is written."""
    return str(day_of(now()) + timedelta(days=days))


@dataclass(frozen=True)
class AuditedSchool:
    """A school of a brokerage that has its own way in."""

    brokerage: Brokerage
    urn: str
    client: SignedIn

    @classmethod
    def of(cls, brokerage: Brokerage, **columns: str) -> "AuditedSchool":
        """A new school."""
        urn = brokerage.people.school(**columns)
        return cls(brokerage, urn, brokerage.someone("school", urn))

    @cached_property
    def itself(self) -> Json:
        """The alliance as a party."""
        return {"kind": "alliance", "reference": self.brokerage.alliance_id}

    def draft(self, form: Json, *scores: int, **facts: Any) -> Json:
        """An audit with these scores, each with a comment."""
        answers = [
            {"number": number, "score": score, "comment": f"Why {score}"}
            for number, score in enumerate(scores, start=1)
        ]
        body = {
            "audit_form_id": form["id"],
            "school_urn": self.urn,
            "phase": "primary",
            "answers": answers,
            "begun_on": "2014-09-15",
        } | facts
        return created(self.client.post("/v1/audit-submissions", json=body))

    def audit(self, form: Json, *scores: int, on: str = "2014-09-30", **facts: Any) -> Json:
        """An audit with these scores, submitted."""
        draft = self.draft(form, *scores, **facts)
        return done(self.brokerage.move(draft, "audit-submissions", "submitted", on, self.client))

    def share(self, *parties: Json, scope: str = "whole", **facts: Any) -> Json:
        """A protocol that is in force today, with the alliance itself unless other parties are given."""
        body = {
            "alliance_id": self.brokerage.alliance_id,
            "school_urn": self.urn,
            "parties": parties or [self.itself],
            "scope": scope,
            "from_on": today(-30),
            "to_on": today(30),
            "agreed_on": today(-30),
        } | facts
        return created(self.client.post("/v1/sharing-protocols", json=body))

    def withdraw(self, protocol: Json) -> Json:
        """The protocol withdrawn today."""
        return done(self.brokerage.move(protocol, "sharing-protocols", "withdrawn", today(), self.client))

    def needs(self, by: SignedIn | None = None, **params: Any) -> list[Json]:
        """The needs of the school that its audits told of, as somebody sees them: the school itself unless given."""
        asked: Json = {"source": "audit", "host_school_urn": self.urn, "limit": 200} | params
        found: list[Json] = done((by or self.client).get("/v1/needs", params=asked))["items"]
        return found


def form_body(brokerage: Brokerage, *specialisms: str, **facts: Any) -> Json:
    """The body of a form with a question on each of these specialisms."""
    return {
        "alliance_id": brokerage.alliance_id,
        "code": "self-evaluation",
        "title": "Self-evaluation",
        "scale": SCALE,
        "questions": [{"text": f"How good is {code}?", "specialism": code} for code in specialisms or ("phonics",)],
    } | facts


def form(brokerage: Brokerage, *specialisms: str, **facts: Any) -> Json:
    """A form with a question on each of these specialisms."""
    return created(brokerage.broker.post("/v1/audit-forms", json=form_body(brokerage, *specialisms, **facts)))


def answer(school: AuditedSchool, draft: Json, answers: list[Json]) -> Any:
    """Other answers to a draft."""
    path = f"/v1/audit-submissions/{draft['id']}"
    return school.client.patch(path, json={"answers": answers}, headers=if_match(draft))
