"""kpi-service behind the other two: what they record is answered here, through their feeds."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest

from tests.people import People, SignedIn

Answer = TypeVar("Answer")
WITHIN_SECONDS = 60.0
"""A role that is revoked stops working within a minute; everything else is much quicker."""


def eventually(ask: Callable[[], Answer], is_right: Callable[[Answer], bool]) -> Answer:
    """The first answer that is right. Fails with the last one where none is in time."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while not is_right(answer := ask()):
        assert time.monotonic() < deadline, f"still {answer}"
        time.sleep(0.1)
    return answer


@pytest.fixture(scope="module")
def alliance_id(people: People) -> str:
    return people.alliance(cohort=7)


@pytest.fixture(scope="module")
def broker(people: People, alliance_id: str) -> SignedIn:
    return people.client(alliance_id, "broker", "sle-broker")


@pytest.fixture(scope="module")
def results(people: People, alliance_id: str) -> SignedIn:
    return people.client(alliance_id, "broker", "kpi-service")


def created(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    thing: dict[str, Any] = answer.json()
    return thing


def result_of(client: SignedIn, alliance_id: str, kpi: str) -> dict[str, Any]:
    """The alliance's result, empty until the caller's role and the alliance have arrived."""
    answer = client.get(f"/v1/alliances/{alliance_id}/results", params={"kpi": kpi})
    assert answer.status_code in (200, 403, 404), answer.text
    result: dict[str, Any] = answer.json()["items"][0] if answer.status_code == 200 else {}
    return result


def test_a_membership_is_counted(people: People, results: SignedIn, alliance_id: str) -> None:
    membership = {"alliance_id": alliance_id, "urn": people.school(), "from_on": "2013-09-01"}
    created(people.operator().post("/v1/memberships", json=membership))
    result = eventually(lambda: result_of(results, alliance_id, "B7"), lambda found: found.get("value") == 1)
    assert [school["urn"] for school in result["trace"]] == [membership["urn"]]


def test_a_designation_is_pending_until_it_is_withdrawn(
    people: People, broker: SignedIn, results: SignedIn, alliance_id: str
) -> None:
    today = datetime.now(UTC).date()
    urn = people.school()
    leader = {"alliance_id": alliance_id, "kind": "sle", "name": "Asha Bell", "home_school_urn": urn, "phases": []}
    # The broker's own replica may not have the school, or the caller's role, just yet.
    answer = eventually(lambda: broker.post("/v1/leaders", json=leader), lambda found: found.status_code == 201)
    designation = {"leader_id": answer.json()["id"], "designated_on": str(today - timedelta(10)), "round": "Autumn"}
    made = broker.post("/v1/designations", json=designation)
    designation_id = created(made)["id"]

    def b8b() -> dict[str, Any]:
        return result_of(results, alliance_id, "B8b")

    result = eventually(b8b, lambda found: bool(found.get("pending")))
    assert [(pending["designation_id"], pending["designated_on"]) for pending in result["pending"]] == [
        (designation_id, designation["designated_on"])
    ]
    assert (result["denominator"], result["state"]) == (0, "no_data")
    withdrawal = {"to": "withdrawn", "on": str(today), "reason": "stood_down"}
    moved = broker.post(
        f"/v1/designations/{designation_id}/transitions", json=withdrawal, headers={"If-Match": made.headers["ETag"]}
    )
    assert moved.status_code == 200, moved.text
    result = eventually(b8b, lambda found: bool(found.get("excluded")))
    assert (result["pending"], result["excluded"][0]["on"]) == ([], str(today))


def test_a_revoked_role_stops_working_here_too(people: People, alliance_id: str) -> None:
    operator = people.operator()
    auditor = people.client(alliance_id, "auditor", "kpi-service")
    eventually(lambda: result_of(auditor, alliance_id, "B7"), bool)
    page = operator.get("/v1/role-grants", params={"alliance_id": alliance_id}).json()
    (grant,) = (grant for grant in page["items"] if grant["subject"] == auditor.client_id)
    revoked = operator.post(
        f"/v1/role-grants/{grant['id']}/transitions",
        json={"to": "revoked", "on": str(datetime.now(UTC).date())},
        headers={"If-Match": f'"{grant["version"]}"'},
    )
    assert revoked.status_code == 200, revoked.text
    refused = eventually(
        lambda: auditor.get(f"/v1/alliances/{alliance_id}/results"), lambda answer: answer.status_code != 200
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
