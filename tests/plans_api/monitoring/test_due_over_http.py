"""What is overdue, due soon and due for review, over a plan and over an alliance."""

from typing import Any

import pytest

from tests.people import People, SignedIn
from tests.plans_api.importing import A_PLAN, everything, send
from tests.plans_api.monitoring.test_plan_through_the_year import DAYS, Plan

ONGOING = A_PLAN.replace(b"October 2014<br>Spring term", b"On-going").replace(b"October 2015", b"TBC")


@pytest.fixture
def plan(admin: SignedIn, alliance: str) -> Plan:
    """A plan with milestones in October and in the spring term, and one in October of the next year."""
    return Plan(admin, alliance)


def due(client: SignedIn, as_of: str, **asked: Any) -> list[tuple[str, str, list[str]]]:
    items = everything(client, "/v1/due-milestones", as_of=as_of, **asked)
    return [(one["due"], one["date"]["text"], [each["text"] for each in one["milestones"]]) for one in items]


def test_what_is_overdue_and_due_soon_is_listed_by_its_last_day_until_it_is_done(plan: Plan) -> None:
    october = ("overdue", "October 2014", ["Hold an open day."])
    spring = ("due_within", "Spring term", ["Tell the schools."])
    assert due(plan.client, "2014-11-03", plan_id=plan.id) == [october]
    assert due(plan.client, "2014-10-31", plan_id=plan.id) == [("due_within", *october[1:])]
    assert due(plan.client, "2014-10-02", plan_id=plan.id) == []
    assert due(plan.client, "2014-11-03", alliance_id=plan.alliance, days=200, limit=1) == [october, spring]
    assert due(plan.client, "2014-11-03", plan_id=plan.id, days=200, due="due_within") == [spring]
    plan.say(0, 1, "done", "2014-11-04")
    assert due(plan.client, "2014-11-03", plan_id=plan.id) == [october]
    assert due(plan.client, "2014-11-04", plan_id=plan.id) == []
    plan.say(0, 2, "dropped", "2014-11-05")
    assert [each[1] for each in due(plan.client, "2199-12-31", plan_id=plan.id)] == ["October 2015"]
    plan.move(*DAYS)
    assert due(plan.client, "2199-12-31", plan_id=plan.id) == []


def test_what_is_ongoing_is_due_for_review_each_half_term_and_what_has_no_day_is_not(
    admin: SignedIn, alliance: str
) -> None:
    plan_id = send(admin, alliance, ONGOING).json()["plan_id"]
    ongoing = ("for_review", "On-going", ["Hold an open day.", "Tell the schools."])
    assert due(admin, "2014-10-13", alliance_id=alliance) == [ongoing]
    review = {"plan_id": plan_id, "held_on": "2014-10-06", "minutes": "x"}
    admin.post("/v1/plan-reviews", json=review).raise_for_status()
    assert due(admin, "2014-10-05", plan_id=plan_id) == [ongoing]
    assert due(admin, "2014-10-13", plan_id=plan_id) == []
    assert due(admin, "2014-11-10", plan_id=plan_id) == [ongoing]
    assert due(admin, "2014-11-10", plan_id=plan_id, due=["overdue", "due_within"]) == []
    progress = admin.get(f"/v1/plans/{plan_id}/progress", params={"as_of": "2014-11-10"}).json()
    assert len(progress["due_for_review"]) == 1


def test_what_is_due_is_told_to_the_alliance_and_the_parties_alone(plan: Plan, people: People) -> None:
    party = people.alliance()
    reader, stranger = (people.client(one, "auditor") for one in (party, people.alliance()))
    assert due(reader, "2014-11-03") == due(stranger, "2014-11-03") == []
    etag = plan.client.get(plan.path).headers["ETag"]
    plan.client.patch(plan.path, json={"party_ids": [party]}, headers={"If-Match": etag}).raise_for_status()
    assert len(due(reader, "2014-11-03")) == 1
    assert due(stranger, "2014-11-03", plan_id=plan.id) == []
    for asked in ({"days": "367"}, {"due": "late"}, {"as_of": "0000-01-01"}):
        assert plan.client.get("/v1/due-milestones", params=asked).status_code == 422
    for day in ("0001-01-01", "9999-12-31", "1999-12-31"):
        assert plan.client.get("/v1/due-milestones", params={"as_of": day}).status_code in (200, 422)
