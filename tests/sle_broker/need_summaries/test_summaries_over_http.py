from typing import Any

import pytest

from tests.people import People, SignedIn
from tests.sle_broker.audits.auditing import AuditedSchool, form
from tests.sle_broker.brokerage import Brokerage, Json, created, done


def summary_of(brokerage: Brokerage, by: SignedIn | None = None) -> Json:
    return done((by or brokerage.broker).get(f"/v1/alliances/{brokerage.alliance_id}/need-summary"))


def refer(brokerage: Brokerage, urns: list[str], specialism: str, **facts: Any) -> list[Json]:
    body = {
        "alliance_id": brokerage.alliance_id,
        "specialism": specialism,
        "phase": "primary",
        "kind": "actual",
        "source": "referral",
        "referred_by": "local_authority",
        "arisen_on": "2015-01-05",
    } | facts
    return [created(brokerage.broker.post("/v1/needs", json=body | {"host_school_urn": urn})) for urn in urns]


def by_code(summary: Json) -> dict[str, Json]:
    return {one["code"]: one for one in summary["specialisms"]}


def test_demand_stands_beside_supply_and_small_figures_are_hidden(people: People) -> None:
    brokerage = Brokerage.open(people)
    near, far = people.schools(5, LA="335"), people.schools(5, LA="336")
    few = people.schools(2, LA="334")
    brokerage.someone("auditor")
    refer(brokerage, near + far, "phonics")
    refer(brokerage, near[:2] + far[:2], "phonics", source="forecast", referred_by=None, kind="predicted")
    refer(brokerage, near + few, "mathematics")
    ended = refer(brokerage, near[:2], "governance")
    for need in ended:
        done(brokerage.move(need, "needs", "ended", "2015-01-06", reason="met"))
    brokerage.leader()
    brokerage.leader(designated_on=None)
    brokerage.leader(specialisms=[{"code": "attendance", "claimed_on": "2014-09-01"}])

    summary = summary_of(brokerage)
    assert (summary["minimum_count"], summary["needs"]) == (5, 17)
    found = by_code(summary)
    assert found.keys() == {"phonics", "mathematics", "attendance"}
    assert (found["phonics"]["needs"], found["phonics"]["leaders"], found["phonics"]["leaders_validated"]) == (10, 1, 0)
    assert (found["attendance"]["needs"], found["attendance"]["leaders"], found["attendance"]["phases"]) == (0, 1, [])
    assert found["mathematics"]["leaders"] == 0
    [mathematics] = found["mathematics"]["phases"]
    hidden = {one["local_authority_code"] for one in mathematics["local_authorities"] if one["needs"] is None}
    assert hidden == {"334", "335"}
    authorities = {one["local_authority_code"]: one["needs"] for one in summary["local_authorities"]}
    assert (authorities["334"], authorities["336"]) == (None, 5)


def test_an_audit_counts_while_it_is_shared_and_its_withdrawal_is_obeyed_at_once(people: People) -> None:
    brokerage = Brokerage.open(people)
    asked = form(brokerage, "phonics")
    schools = [AuditedSchool.of(brokerage) for _ in range(5)]
    protocols = []
    for school in schools:
        school.audit(asked, 4)
        assert summary_of(brokerage)["specialisms"] == []
    for school, scope in zip(schools, ["aggregate", "aggregate", "scores", "whole", "aggregate"], strict=True):
        protocols.append(school.share(scope=scope))
    summary = summary_of(brokerage)
    assert (summary["needs"], by_code(summary)["phonics"]["needs"]) == (5, 5)
    schools[0].withdraw(protocols[0])
    summary = summary_of(brokerage)
    assert (summary["needs"], by_code(summary)["phonics"]["needs"]) == (None, None)


def test_a_school_that_shares_with_others_is_not_counted_for_the_alliance(people: People) -> None:
    brokerage = Brokerage.open(people)
    school = AuditedSchool.of(brokerage)
    school.audit(form(brokerage), 4)
    school.share({"kind": "school", "reference": brokerage.host_school_urn})
    assert summary_of(brokerage)["specialisms"] == []


def test_an_alliance_sets_how_many_schools_stand_behind_a_figure(people: People) -> None:
    brokerage = Brokerage.open(people)
    admin = brokerage.someone("alliance_admin")
    path = f"/v1/minimum-counts/{brokerage.alliance_id}"
    first = brokerage.broker.get(path)
    assert (first.json()["minimum_count"], first.headers["ETag"]) == (5, '"1"')
    urns = people.schools(4)
    brokerage.someone("auditor")
    refer(brokerage, urns, "phonics")
    assert summary_of(brokerage)["needs"] is None

    def put(count: int, version: int, by: SignedIn = admin) -> Any:
        return by.put(path, json={"minimum_count": count}, headers={"If-Match": f'"{version}"'})

    assert (put(2, 1).status_code, put(2, 1).json()["code"]) == (422, "validation-failed")
    assert put(4, 1, brokerage.broker).status_code == 403
    assert done(put(4, 1))["version"] == 2
    assert (put(3, 1).status_code, put(3, 1).json()["code"]) == (412, "version-mismatch")
    assert done(put(4, 2))["version"] == 2
    assert summary_of(brokerage)["needs"] == 4
    assert done(put(6, 2))["version"] == 3
    assert summary_of(brokerage)["needs"] is None


@pytest.mark.parametrize("role", ["alliance_admin", "auditor", "plan_lead"])
def test_who_works_for_the_alliance_reads_the_summary(brokerage: Brokerage, role: str) -> None:
    assert summary_of(brokerage, brokerage.someone(role)) == summary_of(brokerage)


def test_nobody_else_reads_the_summary(people: People, brokerage: Brokerage) -> None:
    path = f"/v1/alliances/{brokerage.alliance_id}/need-summary"
    assert brokerage.someone("school", brokerage.host_school_urn).get(path).status_code == 403
    assert brokerage.someone("partner_system").get(path).status_code == 403
    assert Brokerage.open(people).broker.get(path).status_code == 404
    nowhere = "/v1/alliances/0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071/need-summary"
    assert people.operator("sle-broker").get(nowhere).status_code == 404
