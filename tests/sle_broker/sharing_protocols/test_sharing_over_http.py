"""Who reads how much of a school's audits, and of the needs that follow from them, on the day it is asked."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.people import SignedIn
from tests.sle_broker.audits.auditing import AuditedSchool, form, today
from tests.sle_broker.brokerage import Brokerage, Json, created, done

DATES = {
    "before its first day": (1, 30),
    "on its first day": (0, 30),
    "between": (-30, 30),
    "on its last day": (-30, 0),
    "after its last day": (-30, -1),
}
IN_FORCE = {"on its first day", "between", "on its last day"}


@dataclass(frozen=True)
class Audited:
    """A school with an audit, a form to make more, and those who might read it."""

    school: AuditedSchool
    audit: Json
    readers: dict[str, SignedIn]
    parties: dict[str, Json]

    def read(self, reader: str) -> Any:
        return self.readers[reader].get(f"/v1/audit-submissions/{self.audit['id']}")

    def refuses(self, reader: str) -> None:
        answer = self.read(reader)
        told = (403, "not-shared") if reader == "alliance" else (404, "not-found")
        assert (answer.status_code, answer.json()["code"]) == told

    def is_listed(self, reader: str) -> bool:
        found = done(self.readers[reader].get("/v1/audit-submissions", params={"limit": 200}))["items"]
        return self.audit["id"] in {one["id"] for one in found}


@pytest.fixture(scope="module")
def audited(brokerage: Brokerage) -> Audited:
    school, other = AuditedSchool.of(brokerage), AuditedSchool.of(brokerage)
    authority, partner = brokerage.someone("partner_system"), brokerage.someone("partner_system")
    readers = {
        "alliance": brokerage.broker,
        "school": other.client,
        "local_authority": authority,
        "other_alliance": partner,
    }
    parties: dict[str, Json] = {
        "alliance": school.itself,
        "school": {"kind": "school", "reference": other.urn},
        "local_authority": {"kind": "local_authority", "reference": "335", "client_id": authority.client_id},
        "other_alliance": {
            "kind": "alliance",
            "reference": "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6072",
            "client_id": partner.client_id,
        },
    }
    return Audited(school, school.audit(form(brokerage, "phonics", "mathematics"), 4, 1), readers, parties)


@pytest.mark.parametrize("days", DATES)
@pytest.mark.parametrize("scope", ["whole", "scores", "aggregate"])
@pytest.mark.parametrize("party", ["alliance", "school", "local_authority", "other_alliance"])
def test_a_party_reads_what_is_shared_with_it_while_the_protocol_is_in_force(
    audited: Audited, party: str, scope: str, days: str
) -> None:
    first, last = DATES[days]
    protocol = audited.school.share(audited.parties[party], scope=scope, from_on=today(first), to_on=today(last))
    assert protocol["is_in_force"] == (days in IN_FORCE)
    reads = days in IN_FORCE and scope != "aggregate"
    answer = audited.read(party)
    assert audited.is_listed(party) == reads
    assert bool(audited.school.needs(audited.readers[party])) == reads
    if reads:
        shown = done(answer)
        assert (shown["scope"], [one["score"] for one in shown["answers"]]) == (scope, [4, 1])
        comments = ["Why 4", "Why 1"] if scope == "whole" else [None, None]
        assert [one["comment"] for one in shown["answers"]] == comments
    else:
        audited.refuses(party)
    audited.school.withdraw(protocol)
    audited.refuses(party)


@pytest.mark.parametrize("party", ["alliance", "school", "local_authority", "other_alliance"])
def test_who_is_not_named_reads_nothing(audited: Audited, party: str) -> None:
    protocol = audited.school.share(audited.parties[party])
    for reader in audited.readers.keys() - {party}:
        audited.refuses(reader)
        assert not audited.is_listed(reader)
        assert audited.school.needs(audited.readers[reader]) == []
    audited.school.withdraw(protocol)
    assert not audited.is_listed(party)
    assert audited.school.needs(audited.readers[party]) == []


def test_the_school_reads_its_own_whatever_it_has_agreed_to(audited: Audited) -> None:
    shown = done(audited.school.client.get(f"/v1/audit-submissions/{audited.audit['id']}"))
    assert (shown["scope"], shown["answers"]) == ("whole", audited.audit["answers"])
    assert len(audited.school.needs()) == 1


def test_the_needs_of_an_audit_are_read_and_ended_under_a_protocol_alone(
    brokerage: Brokerage, audited: Audited
) -> None:
    [need] = audited.school.needs()
    path = f"/v1/needs/{need['id']}"
    for refused in (
        brokerage.broker.get(path),
        brokerage.move(need, "needs", "ended", today(), reason="met"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "not-shared")
    assert audited.readers["school"].get(path).status_code == 404
    protocol = audited.school.share(scope="scores")
    assert done(brokerage.broker.get(path)) == need
    audited.school.withdraw(protocol)
    assert brokerage.broker.get(path).status_code == 403


def test_everybody_who_works_for_the_alliance_reads_as_the_alliance_does_and_the_platform_reads_nothing(
    brokerage: Brokerage, audited: Audited
) -> None:
    working = [brokerage.someone(role) for role in ("alliance_admin", "auditor")]
    operator = brokerage.people.operator("sle-broker")
    path = f"/v1/audit-submissions/{audited.audit['id']}"
    assert {client.get(path).status_code for client in [*working, operator]} == {403}
    protocol = audited.school.share()
    assert {client.get(path).status_code for client in working} == {200}
    assert operator.get(path).json()["code"] == "not-shared"
    audited.school.withdraw(protocol)


def test_a_protocol_is_the_schools_to_agree_to_and_to_withdraw(brokerage: Brokerage, audited: Audited) -> None:
    protocol = audited.school.share()
    body = {
        "alliance_id": brokerage.alliance_id,
        "school_urn": audited.school.urn,
        "parties": [audited.school.itself],
        "scope": "whole",
        "from_on": today(),
        "to_on": today(),
    }
    assert brokerage.broker.post("/v1/sharing-protocols", json=body).status_code == 403
    assert audited.readers["school"].post("/v1/sharing-protocols", json=body).status_code == 404
    for somebody, status in ((brokerage.broker, 403), (audited.readers["school"], 404)):
        refused = brokerage.move(protocol, "sharing-protocols", "withdrawn", today(), somebody)
        assert refused.status_code == status
    path = f"/v1/sharing-protocols/{protocol['id']}"
    for reader in (brokerage.broker, brokerage.someone("auditor"), audited.school.client):
        assert done(reader.get(path)) == protocol
        listed = done(reader.get("/v1/sharing-protocols", params={"limit": 200}))["items"]
        assert protocol["id"] in {one["id"] for one in listed}
    assert audited.readers["school"].get(path).status_code == 404
    withdrawn = audited.school.withdraw(protocol)
    assert (withdrawn["state"], withdrawn["is_in_force"], withdrawn["withdrawn_on"]) == ("withdrawn", False, today())
    again = brokerage.move(withdrawn, "sharing-protocols", "withdrawn", today(), audited.school.client)
    assert (again.status_code, again.json()["code"]) == (409, "state-conflict")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"to_on": today(-31)}, "dates-out-of-order"),
        ({"agreed_on": today(1)}, "date-not-yet-come"),
        ({"parties": []}, "validation-failed"),
        ({"parties": [{"kind": "local_authority", "reference": "335"}]}, "party-not-whole"),
        ({"parties": [{"kind": "school", "reference": "999999"}]}, "school-not-known"),
        ({"parties": [{"kind": "school", "reference": "\0"}]}, "validation-failed"),
        ({"scope": "everything"}, "validation-failed"),
        ({"from_on": "0001-01-01"}, "validation-failed"),
    ],
)
def test_a_protocol_that_cannot_be_is_refused(audited: Audited, facts: dict[str, Any], code: str) -> None:
    body = {
        "alliance_id": audited.school.brokerage.alliance_id,
        "school_urn": audited.school.urn,
        "parties": [audited.school.itself],
        "scope": "whole",
        "from_on": today(-30),
        "to_on": today(30),
    }
    answer = audited.school.client.post("/v1/sharing-protocols", json=body | facts)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_to_share_again_a_school_agrees_anew(audited: Audited) -> None:
    audited.school.withdraw(audited.school.share())
    assert audited.read("alliance").status_code == 403
    again = audited.school.share()
    assert audited.read("alliance").status_code == 200
    audited.school.withdraw(again)


def test_a_role_at_the_school_in_another_alliance_opens_nothing_here(brokerage: Brokerage, audited: Audited) -> None:
    """Another alliance can grant a role for any URN; it counts in that alliance alone."""
    elsewhere = Brokerage.open(brokerage.people)
    somebody = elsewhere.someone("school", audited.school.urn)
    brokerage.people.grant(somebody, brokerage.alliance_id, "partner_system", somebody.client_id)
    brokerage.someone("auditor")
    path = f"/v1/audit-submissions/{audited.audit['id']}"
    assert somebody.get(path).status_code == 404
    assert done(somebody.get("/v1/audit-submissions"))["items"] == []
    assert done(somebody.get("/v1/needs", params={"source": "audit"}))["items"] == []
    assert created(
        somebody.post(
            "/v1/sharing-protocols",
            json={
                "alliance_id": elsewhere.alliance_id,
                "school_urn": audited.school.urn,
                "parties": [{"kind": "school", "reference": audited.school.urn}],
                "scope": "whole",
                "from_on": today(),
                "to_on": today(),
            },
        )
    )
    assert somebody.get(path).status_code == 404
