"""The broker's copies of what plans-api records are what plans-api records, through its feed."""

from typing import Any

import psycopg

from tests.bench.brokerage_database import ALLIANCE
from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, arrived, created, done, eventually, if_match

# Other tests draw schools straight into the broker's database, all below the URNs that `people` gives, and an alliance.
NOT_DRAWN = f"alliance_id IS DISTINCT FROM '{ALLIANCE}'"
COPIES = {
    "schools": "SELECT urn, phase, type, latitude, longitude, local_authority_code FROM schools "
    "WHERE urn > '900000' ORDER BY urn",
    "memberships": "SELECT {id}, alliance_id, urn, from_on, to_on FROM memberships ORDER BY 1",
    "role_grants": "SELECT {id}, issuer, subject, role, alliance_id, party FROM role_grants WHERE {held} ORDER BY 1",
}


def rows(house: House, service: str, statement: str) -> list[Any]:
    with psycopg.connect(house.stores[service].admin_url) as admin:
        return admin.execute(statement.encode()).fetchall()


def alliances(house: House) -> tuple[list[Any], list[Any]]:
    source = "SELECT id, array_remove(ARRAY[lead_school_urn, second_lead_school_urn], NULL) FROM alliances ORDER BY 1"
    copy = "SELECT alliance_id, lead_school_urns FROM alliances WHERE {held} ORDER BY 1"
    return rows(house, "plans-api", source), rows(house, "sle-broker", copy.format(held=NOT_DRAWN))


def source_and_copy(house: House, table: str) -> tuple[list[Any], list[Any]]:
    statement = COPIES[table]
    source = statement.format(id="id", held="revoked_on IS NULL")
    copy = statement.format(id=f"{table.removesuffix('s')}_id", held=NOT_DRAWN)
    return rows(house, "plans-api", source), rows(house, "sle-broker", copy)


def test_what_was_recorded_changed_and_ended_is_the_same_here(people: People, house: House) -> None:
    brokerage = Brokerage.open(people)
    operator = people.operator()
    people.school(URN=brokerage.home_school_urn, latitude="53.10")
    lead = {"lead_school_urns": [brokerage.host_school_urn]}
    alliance = done(operator.get(f"/v1/alliances/{brokerage.alliance_id}"))
    done(operator.patch(f"/v1/alliances/{alliance['id']}", json=lead, headers=if_match(alliance)))
    begun = {"alliance_id": brokerage.alliance_id, "urn": brokerage.home_school_urn, "from_on": "2013-09-01"}
    membership = created(operator.post("/v1/memberships", json=begun))
    path = f"/v1/memberships/{membership['id']}/transitions"
    done(operator.post(path, json={"to": "ended", "on": "2015-08-31"}, headers=if_match(membership)))
    brokerage.someone("auditor")
    for table in COPIES:
        source, copy = source_and_copy(house, table)
        assert source == copy
        assert copy
    assert alliances(house)[0] == alliances(house)[1] != []


def test_a_role_that_is_revoked_stops_working_here(people: People) -> None:
    brokerage = Brokerage.open(people)
    auditor = people.nobody("sle-broker", brokerage.alliance_id)
    grant_id = people.grant(auditor, brokerage.alliance_id, "auditor")
    arrived(auditor)
    revoked = people.operator().post(
        f"/v1/role-grants/{grant_id}/transitions",
        json={"to": "revoked", "on": "2015-08-31"},
        headers={"If-Match": '"1"'},
    )
    assert revoked.status_code == 200, revoked.text
    refused = eventually(lambda: auditor.get("/v1/specialisms"), lambda answer: answer.status_code != 200)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
