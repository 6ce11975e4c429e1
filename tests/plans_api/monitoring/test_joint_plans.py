"""A plan that several alliances have jointly: its owner writes it, the parties read it, and nobody else sees it."""

from uuid import uuid4

from tests.people import People
from tests.plans_api.importing import A_PLAN, everything, send
from tests.plans_api.milestone_dates.test_dates_over_http import HALF_TERMS
from tests.plans_api.monitoring.test_plan_through_the_year import CONDITION, Plan


def test_the_parties_read_a_joint_plan_and_its_owner_alone_writes_it(people: People) -> None:
    owner, party = people.alliance(), people.alliance()
    plan = Plan(people.client(owner, "alliance_admin"), owner)
    plan.say(0, 1, "done")
    measure = {"plan_id": plan.id, "title": "Places", "conditions": [CONDITION]}
    measured = plan.client.post("/v1/success-measures", json=measure).headers["Location"]
    reader, stranger = (people.client(one, "alliance_admin") for one in (party, people.alliance()))
    review = {"plan_id": plan.id, "held_on": "2014-11-03", "minutes": "One late."}
    plan.client.post("/v1/plan-reviews", json=review).raise_for_status()
    value = plan.points[0]["dates"][0]
    slip = {"text": "November 2014", "reason": "slipped"}
    plan.client.patch(f"/v1/date-values/{value['id']}", json=slip, headers={"If-Match": '"1"'}).raise_for_status()
    paths = [
        plan.path,
        f"{plan.path}/progress",
        f"{plan.path}/coverage",
        f"/v1/action-points/{plan.points[0]['id']}",
        measured,
    ]
    assert [reader.get(path).status_code for path in paths] == [404] * 5
    lists = {"/v1/milestone-statuses": 1, "/v1/plan-reviews": 1, "/v1/date-changes": 1, "/v1/plan-changes": 4}
    assert [everything(reader, path) for path in lists] == [[]] * 4

    etag = plan.client.get(plan.path).headers["ETag"]
    shared = plan.client.patch(plan.path, json={"party_ids": [party]}, headers={"If-Match": etag})
    assert (shared.status_code, shared.json()["party_ids"]) == (200, [party])
    assert shared.headers["ETag"] != etag
    for path in paths:
        assert reader.get(path).json() == plan.client.get(path).json()
    assert [item["id"] for item in reader.get("/v1/plans").json()["items"]] == [plan.id]
    assert everything(reader, "/v1/action-points") == everything(plan.client, "/v1/action-points")
    for path, count in lists.items():
        assert everything(reader, path, plan_id=plan.id) == everything(plan.client, path, plan_id=plan.id)
        assert len(everything(reader, path)) == count + (path == "/v1/plan-changes")
        assert everything(stranger, path) == []
    assert [stranger.get(path).status_code for path in paths] == [404] * 5
    assert stranger.get("/v1/plans").json()["items"] == []

    change = reader.patch(plan.path, json={"title": "Ours"}, headers={"If-Match": shared.headers["ETag"]})
    assert change.status_code == 404
    status = {"milestone_id": plan.milestone(0, 1), "status": "missed", "on": "2014-11-03"}
    assert reader.post("/v1/milestone-statuses", json=status).status_code == 404
    assert reader.post("/v1/plan-reviews", json=review).status_code == 404

    etag = plan.client.get(plan.path).headers["ETag"]
    plan.client.patch(plan.path, json={"party_ids": []}, headers={"If-Match": etag})
    assert [reader.get(path).status_code for path in paths] == [404] * 5
    assert [everything(reader, path) for path in lists] == [[]] * 4


def test_a_plan_is_shared_with_alliances_that_there_are(people: People) -> None:
    owner = people.alliance()
    plan = Plan(people.client(owner, "alliance_admin"), owner)
    etag = plan.client.get(plan.path).headers["ETag"]
    refused = plan.client.patch(plan.path, json={"party_ids": [str(uuid4())]}, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["code"]) == (422, "alliance-not-known")


def test_the_terms_of_a_joint_plan_are_its_owners_for_whoever_reads_it(people: People) -> None:
    owner, party = people.alliance(), people.alliance()
    admin, reader = (people.client(one, "alliance_admin") for one in (owner, party))
    early = [{"from_on": "2014-09-01", "to_on": "2014-10-03"}, {"from_on": "2014-10-13", "to_on": "2014-12-19"}]
    for client, alliance, half_terms in ((admin, owner, [*early, *HALF_TERMS[2:]]), (reader, party, HALF_TERMS)):
        body = {"alliance_id": alliance, "academic_year": "2014/15", "half_terms": half_terms}
        client.post("/v1/term-calendars", json=body).raise_for_status()
    plan_id = send(admin, owner, A_PLAN.replace(b"October 2014<br>Spring term", b"On-going")).json()["plan_id"]
    etag = admin.get(f"/v1/plans/{plan_id}").headers["ETag"]
    admin.patch(f"/v1/plans/{plan_id}", json={"party_ids": [party]}, headers={"If-Match": etag}).raise_for_status()
    review = {"plan_id": plan_id, "held_on": "2014-10-02", "minutes": "All is well."}
    admin.post("/v1/plan-reviews", json=review).raise_for_status()
    # The owner's second half-term has begun; the party's own, and the usual one, have not.
    for client in (admin, reader):
        asked = {"as_of": "2014-10-20"}
        progress = client.get(f"/v1/plans/{plan_id}/progress", params=asked).json()
        assert len(progress["due_for_review"]) == 1
        assert [one["due"] for one in everything(client, "/v1/due-milestones", plan_id=plan_id, **asked)] == [
            "for_review"
        ]
    assert [one["alliance_id"] for one in everything(reader, "/v1/term-calendars")] == [party]
