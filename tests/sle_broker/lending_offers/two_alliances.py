"""Two alliances that lend to each other: what a test needs to be there before what it is about."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import psycopg

from service_kit.clock import day_of, now
from sle_broker.designations.academic_year import academic_year_of
from tests.people import People, SignedIn
from tests.sle_broker.brokerage import Brokerage, Json, created, done, if_match

TODAY = str(day_of(now()))
LAST_DAY = str(academic_year_of(day_of(now())).last_day)


@dataclass(frozen=True)
class TwoAlliances:
    """A borrower that has no leader of its own, and a lender."""

    borrower: Brokerage
    lender: Brokerage
    agreement: Json

    @classmethod
    def open(cls, people: People) -> "TwoAlliances":
        """Two new alliances with an agreement in force."""
        borrower, lender = Brokerage.open(people), Brokerage.open(people)
        body = agreement_body(lender, borrower)
        agreement = created(borrower.broker.post("/v1/lending-agreements", json=body))
        return cls(borrower, lender, agree(lender, agreement))

    def asked(self, **facts: Any) -> Json:
        """The lender is asked for a leader, for a new request unless one is named."""
        body = {"lending_agreement_id": self.agreement["id"]} | facts
        body.setdefault("support_request_id", self.borrower.request()["id"])
        return created(self.borrower.broker.post("/v1/lending-requests", json=body))

    def offer_body(self, leader: Json, asked: Json, **facts: Any) -> Json:
        """The body of an offer of three days from today on, held for an hour."""
        return {
            "lending_request_id": asked["id"],
            "leader_id": leader["id"],
            "days": 3,
            "starts_on": TODAY,
            "ends_on": LAST_DAY,
            "expires_at": in_seconds(3600),
        } | facts

    def offer(self, leader: Json | None = None, asked: Json | None = None, **facts: Any) -> Json:
        """A leader (a new one unless given) on offer."""
        body = self.offer_body(leader or self.lender.leader(), asked or self.asked(), **facts)
        return created(self.lender.broker.post("/v1/lending-offers", json=body))

    def answer(self, offer: Json, to: str, by: SignedIn | None = None, **more: Any) -> httpx.Response:
        """The borrower's answer unless somebody else gives it."""
        path = f"/v1/lending-offers/{offer['id']}/transitions"
        body = {"to": to, "on": TODAY} | more
        return (by or self.borrower.broker).post(path, json=body, headers=if_match(offer))

    def days_left(self, leader: Json) -> str:
        """What the lender is told is left of a leader's year, by a booking that asks for too much."""
        request = self.lender.request()
        body = self.lender.proposal(leader, request, days=99.5, starts_on=TODAY, ends_on=TODAY, proposed_on=None)
        refused = self.lender.broker.post("/v1/deployments", json=body).json()
        assert refused["code"] == "leader-has-no-days-left", refused
        return str(refused["days_left"])


def agreement_body(lender: Brokerage, borrower: Brokerage, **facts: Any) -> Json:
    """The body of an agreement without an end, proposed by the borrower."""
    return {
        "lender_alliance_id": lender.alliance_id,
        "borrower_alliance_id": borrower.alliance_id,
        "from_on": "2015-01-05",
        "proposed_by": "borrower",
        "proposed_on": "2015-01-05",
    } | facts


def agree(side: Brokerage, agreement: Json) -> Json:
    """One side agrees."""
    return done(side.move(agreement, "lending-agreements", "agreed", "2015-01-06"))


def expire_in(admin: "psycopg.Connection[Any]", offer: Json, seconds: float) -> None:
    """An offer's time is up so soon, as if it had been made for no longer."""
    with admin.transaction():
        until = admin.execute(
            "UPDATE deployments SET held_until = clock_timestamp() + make_interval(secs => %s) WHERE id = %s "
            "RETURNING held_until",
            [seconds, offer["id"]],
        ).fetchone()
        assert until is not None
        admin.execute("UPDATE lending_offers SET expires_at = %s WHERE id = %s", [*until, offer["id"]])


def in_seconds(seconds: float) -> str:
    """An instant ahead."""
    return (now() + timedelta(seconds=seconds)).isoformat()
