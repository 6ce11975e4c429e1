"""A plan from its draft to its end, through the API of plans-api."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from service_kit.openapi import operations
from tests.contracts.applications import applications
from tests.people import People, SignedIn
from tests.plans_api.importing import A_PLAN, everything, send
from tests.plans_api.programmes.builders import new_run
from tests.plans_api.telling import told
from tests.running import House

CONDITION = {"label": "Places filled", "unit": "places", "direction": "at_least", "target": "3"}
DAYS = {"agreed": "2014-09-15", "under_way": "2014-09-22", "reviewed": "2015-07-06", "closed": "2015-07-20"}
NOT_OF_A_PLAN = {
    "record_programme_kind", "record_programme", "change_programme", "plan_programme_run", "change_programme_run",
    "transition_programme_run", "book_places", "record_attendance", "record_outcomes", "record_evaluation",
    "issue_invoice", "transition_invoice", "nominate_people", "transition_nomination", "import_register",
    "send_register", "register_alliance", "import_directory", "change_alliance", "begin_membership",
    "transition_membership", "register_client", "transition_client", "record_person", "grant_role",
    "transition_role_grant", "give_token", "search_schools", "name_lead", "record_term_calendar",
    "change_term_calendar", "import_plan", "carry_plan_forward",
    "open_calendar_feed", "transition_calendar_feed",
}  # fmt: skip
"""Writes that write nothing of a plan that exists: of something else, or a new plan."""


class Plan:
    """An imported plan, and who runs it."""

    def __init__(self, admin: SignedIn, alliance: str) -> None:
        self.client, self.alliance = admin, alliance
        self.id = str(send(admin, alliance, A_PLAN).raise_for_status().json()["plan_id"])
        self.path = f"/v1/plans/{self.id}"
        self.points = everything(admin, "/v1/action-points", plan_id=self.id)

    def move(self, *states: str) -> httpx.Response:
        """Takes these steps."""
        for state in states:
            etag = self.client.get(self.path).headers["ETag"]
            step = {"to": state, "on": DAYS[state]}
            answer = self.client.post(f"{self.path}/transitions", json=step, headers={"If-Match": etag})
        return answer

    def say(self, point: int, position: int, status: str, on: str = "2014-11-03", **more: Any) -> httpx.Response:
        """Says how far a milestone is."""
        body = {"milestone_id": self.milestone(point, position), "status": status, "on": on}
        return self.client.post("/v1/milestone-statuses", json=body | more)

    def milestone(self, point: int, position: int) -> str:
        """The id of a milestone, as it stood when the plan came in."""
        return str(self.points[point]["milestones"][position - 1]["id"])

    def progress(self, as_of: str | None = None) -> dict[str, Any]:
        """How the plan stands on a day, or today."""
        params = {} if as_of is None else {"as_of": as_of}
        return dict(self.client.get(f"{self.path}/progress", params=params).raise_for_status().json())


@pytest.fixture
def plan(admin: SignedIn, alliance: str) -> Plan:
    """A plan of two action points: the first with milestones in October and the spring term, the second in 2015/16."""
    return Plan(admin, alliance)


def test_a_plan_takes_the_steps_of_its_life_and_no_other(plan: Plan) -> None:
    assert plan.client.get(plan.path).json()["state"] == "draft"
    skipped = plan.move("closed")
    assert (skipped.status_code, skipped.json()["code"]) == (409, "state-conflict")
    assert (skipped.json()["current"], skipped.json()["allowed"]) == ("draft", ["agreed"])
    done = plan.move(*DAYS)
    assert (done.status_code, done.json()["state"], done.json()["state_on"]) == (200, "closed", DAYS["closed"])
    kinds = [item["what"] for item in everything(plan.client, "/v1/plan-changes", plan_id=plan.id)]
    assert kinds == ["plan-agreed", "plan-begun", "plan-reviewed", "plan-closed"]


def test_a_late_milestone_makes_its_action_point_red_until_it_is_done(plan: Plan, house: House) -> None:
    assert [point["rag"] for point in plan.progress("2014-11-01")["action_points"]] == ["red", "green"]
    assert plan.progress("2014-11-01")["counts"] == {"red": 1, "amber": 0, "green": 1}
    evidence = ["https://example.org/open-day"]
    said = plan.say(0, 1, "done", note="Held", evidence=evidence)
    assert (said.status_code, said.json()["evidence"]) == (201, evidence)
    plan.say(0, 2, "under_way", "2015-01-12")
    last = date.fromisoformat(plan.points[0]["dates"][1]["latest"])
    now = plan.progress(str(last))["action_points"][0]
    assert (now["rag"], [one["rag"] for one in now["milestones"]]) == ("green", ["green", "green"])
    late = plan.progress(str(last + timedelta(days=1)))
    assert (late["action_points"][0]["rag"], late["action_points"][0]["milestones"][1]["reason"]) == (
        "red",
        f"late since {last}",
    )
    assert late["rule"].startswith("Red: a milestone is missed")
    [first, _] = told(house, "milestone-status-recorded", plan.alliance)
    assert (first["status"], first["milestone_id"]) == ("done", plan.milestone(0, 1))
    assert "Held" not in str(first)


def test_an_override_is_shown_beside_what_the_rule_derives_and_is_taken_back(plan: Plan) -> None:
    body = {"action_point_id": plan.points[0]["id"], "rag": "amber", "reason": "The open day is on Friday"}
    assert plan.client.post("/v1/rag-overrides", json=body).status_code == 201
    shown = plan.progress()["action_points"][0]
    assert (shown["rag"], shown["derived"], shown["override_reason"]) == ("amber", "red", "The open day is on Friday")
    assert plan.progress("2014-11-01")["action_points"][0]["override_reason"] is None
    plan.client.post("/v1/rag-overrides", json=body | {"rag": None, "reason": "It was not"})
    assert plan.progress()["action_points"][0]["rag"] == "red"


def test_progress_as_of_a_day_knows_what_was_said_of_that_day_and_before(plan: Plan) -> None:
    plan.say(0, 1, "under_way", "2014-10-06")
    plan.say(0, 1, "done", "2014-11-10")
    plan.say(0, 1, "not_started", "2014-09-15")
    days = {"2014-09-14": None, "2014-09-15": "2014-09-15", "2014-11-09": "2014-10-06", "2014-11-10": "2014-11-10"}
    first = {day: plan.progress(day)["action_points"][0]["milestones"][0] for day in days}
    assert {day: one["on"] for day, one in first.items()} == days
    assert [one["status"] for one in first.values()] == ["not_started", "not_started", "under_way", "done"]
    assert [one["rag"] for one in first.values()][2:] == ["red", "green"]
    review = {"plan_id": plan.id, "held_on": "2014-11-10", "minutes": "x"}
    plan.client.post("/v1/plan-reviews", json=review).raise_for_status()
    assert [plan.progress(day)["reviewed_on"] for day in ("2014-11-09", "2014-11-10")] == [None, "2014-11-10"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"evidence": ["javascript:alert(1)"]}, 422, "validation-failed"),
        ({"evidence": ["https://example.org/a b"]}, 422, "validation-failed"),
        ({"note": "a\x00b"}, 422, "validation-failed"),
        ({"on": "2199-12-31"}, 422, "date-not-yet-come"),
        ({"milestone_id": str(uuid4())}, 404, "not-found"),
        ({"status": "finished"}, 422, "validation-failed"),
    ],
)
def test_a_status_that_cannot_be_is_refused(plan: Plan, change: dict[str, Any], status: int, code: str) -> None:
    body = {"milestone_id": plan.milestone(0, 1), "status": "done", "on": "2014-11-03"} | change
    answer = plan.client.post("/v1/milestone-statuses", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_closed_plan_refuses_every_write(plan: Plan, people: People) -> None:
    point = plan.points[0]
    measure = {"plan_id": plan.id, "title": "Places", "conditions": [CONDITION]}
    set_before = plan.client.post("/v1/success-measures", json=measure).json()["id"]
    plan.move(*DAYS)
    etag = {"If-Match": plan.client.get(plan.path).headers["ETag"]}
    finding = everything(plan.client, "/v1/findings", plan_id=plan.id)[0]["id"]
    first_version = {"If-Match": '"1"'}
    date_path = f"/v1/date-values/{point['dates'][0]['id']}"
    status = {"milestone_id": plan.milestone(0, 1), "status": "done", "on": "2014-11-03"}
    override = {"action_point_id": point["id"], "rag": "green", "reason": "x"}
    review = {"plan_id": plan.id, "held_on": "2014-11-03", "minutes": "x"}
    actual = {"measure_id": set_before, "position": 1, "as_of": "2014-11-03", "value": "3"}
    writes: dict[str, tuple[str, str, dict[str, Any]]] = {
        "change_plan": ("PATCH", plan.path, {"title": "Another"}),
        "transition_plan": ("POST", f"{plan.path}/transitions", {"to": "draft", "on": "2015-07-21"}),
        "record_milestone_status": ("POST", "/v1/milestone-statuses", status),
        "override_rag": ("POST", "/v1/rag-overrides", override),
        "record_plan_review": ("POST", "/v1/plan-reviews", review),
        "set_success_measure": ("POST", "/v1/success-measures", measure),
        "record_success_actual": ("POST", "/v1/success-actuals", actual),
        "transition_finding": ("POST", f"/v1/findings/{finding}/transitions", {"to": "dismissed"}),
        "change_date": ("PATCH", date_path, {"text": "November 2014", "reason": "slipped"}),
    }
    known = {
        str(operation["operationId"])
        for method, _, operation in operations(applications()["plans-api"].openapi())
        if method.upper() != "GET"
    }
    assert known - NOT_OF_A_PLAN == {*writes, "correct_plan"}, "say of every write whether it writes a plan"
    for operation, (method, path, body) in writes.items():
        answer = plan.client.request(
            method, path, json=body, headers=etag if operation in ("change_plan", "transition_plan") else first_version
        )
        code = "state-conflict" if operation == "transition_plan" else "plan-is-closed"
        assert (operation, answer.status_code, answer.json()["code"]) == (operation, 409, code)
    corrected = plan.client.post(
        "/v1/plan-corrections",
        params={"plan_id": plan.id},
        content=A_PLAN.replace(b"October 2014", b"November 2014"),
        headers={"Content-Type": "text/markdown"},
    )
    assert (corrected.status_code, corrected.json()["code"]) == (409, "plan-is-closed")


def test_a_review_is_of_its_half_term_and_ongoing_dates_are_then_not_due(people: People) -> None:
    alliance = people.alliance()
    admin = people.client(alliance, "alliance_admin")
    plan_id = send(admin, alliance, A_PLAN.replace(b"October 2014<br>Spring term", b"On-going")).json()["plan_id"]
    path = f"/v1/plans/{plan_id}/progress"
    due = admin.get(path, params={"as_of": "2014-10-13"}).json()
    assert len(due["due_for_review"]) == 1
    review = {"plan_id": plan_id, "held_on": "2014-10-06", "minutes": "All is well."}
    held = admin.post("/v1/plan-reviews", json=review)
    assert (held.status_code, held.json()["half_term_from"]) == (201, "2014-09-01")
    assert admin.get(path, params={"as_of": "2014-10-13"}).json()["due_for_review"] == []
    assert len(admin.get(path, params={"as_of": "2014-11-10"}).json()["due_for_review"]) == 1
    assert admin.get("/v1/plan-reviews", params={"plan_id": plan_id}).json()["items"] == [held.json()]


def test_what_is_left_is_carried_forward_with_links_back(plan: Plan) -> None:
    plan.say(0, 1, "done")
    plan.say(1, 1, "dropped")
    plan.move(*DAYS)
    body = {"plan_id": plan.id, "title": "Action plan 2015/16"}
    carried = plan.client.post("/v1/plan-carry-forwards", json=body)
    assert (carried.status_code, carried.json()["academic_year"], carried.json()["state"]) == (201, "2015/16", "draft")
    assert carried.json()["carried_from_id"] == plan.id
    detail = plan.client.get(carried.headers["Location"]).json()
    assert len(detail["sections"]) == 1
    [point] = everything(plan.client, "/v1/action-points", plan_id=carried.json()["id"])
    assert point["carried_from_id"] == plan.points[0]["id"]
    [milestone] = point["milestones"]
    assert (milestone["text"], milestone["carried_from_id"]) == ("Tell the schools.", plan.milestone(0, 2))
    assert [(one["text"], one["outside_year"]) for one in point["dates"]] == [
        ("October 2014", True),
        ("Spring term", True),
    ]
    assert plan.client.get(plan.path).json()["state"] == "closed"
    nothing = plan.client.post("/v1/plan-carry-forwards", json=body | {"action_point_ids": [plan.points[1]["id"]]})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing-to-carry-forward")


def test_coverage_and_kpi_set(plan: Plan) -> None:
    change = {"kpi_set": "A", "kpi_set_version": "2014"}
    lone = plan.client.patch(plan.path, json={"kpi_set": "A"}, headers={"If-Match": '"1"'})
    assert lone.status_code == 422
    changed = plan.client.patch(plan.path, json=change, headers={"If-Match": '"1"'})
    assert (changed.json()["kpi_set"], changed.json()["kpi_set_version"]) == ("A", "2014")
    coverage = plan.client.get(f"{plan.path}/coverage", params={"fewest_actions": 1}).json()
    assert coverage["thin_kpis"] == {"1": 0, "2": 0, "5": 0, "6": 0}
    assert coverage["actions_that_say_none"] == [plan.points[1]["id"]]


def test_every_link_names_its_set_and_version_which_may_be_another_than_the_plans(
    people: People, admin: SignedIn, alliance: str
) -> None:
    content = A_PLAN.replace(b"3,4,", b"3; set B 2015: 8b, 1a; set A: 1")
    imported = send(admin, alliance, content).json()
    path = f"/v1/plans/{imported['plan_id']}"

    def links(answer: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
        return [(link["code"], link["kpi_set"], link["kpi_set_version"]) for link in answer["kpi_links"]]

    own = [("8b", "B", "2015"), ("1a", "B", "2015")]
    [point, _] = everything(admin, "/v1/action-points", plan_id=imported["plan_id"])
    assert links(point) == [("3", None, None), *own, ("1", "A", None)]
    change = {"kpi_set": "A", "kpi_set_version": "2014"}
    admin.patch(path, json=change, headers={"If-Match": '"1"'}).raise_for_status()
    told = [("3", "A", "2014"), *own, ("1", "A", "2014")]
    [point, _] = everything(admin, "/v1/action-points", plan_id=imported["plan_id"])
    [in_brief, _] = admin.get(path).json()["sections"][0]["action_points"]
    alone = admin.get(f"/v1/action-points/{point['id']}").json()
    assert links(point) == links(in_brief) == links(alone) == told
    coverage = admin.get(f"{path}/coverage", params={"fewest_actions": 1}).json()
    assert (coverage["kpi_set"], coverage["kpi_set_version"]) == ("A", "2014")
    assert (coverage["thin_kpis"].keys(), coverage["unknown_kpis"]) == ({"2", "4", "5", "6"}, [])
    exported = admin.get(f"{path}/document", params={"format": "csv"}).content.decode()
    assert "3; set B 2015: 8b, 1a; set A: 1" in exported


def test_a_lead_finds_their_actions(plan: Plan, people: People, house: House) -> None:
    lead = people.client(plan.alliance, "plan_lead")
    assert lead.get("/v1/my-actions").json()["items"] == []
    body = {"alliance_id": plan.alliance, "lead": "R Example", "issuer": house.url("plans-api")}
    named = plan.client.post("/v1/lead-names", json=body | {"subject": lead.client_id})
    assert named.status_code == 201, named.text
    mine = lead.get("/v1/my-actions").json()["items"]
    assert [item["action_point_id"] for item in mine] == [plan.points[0]["id"]]
    plan.move(*DAYS)
    assert lead.get("/v1/my-actions").json()["items"] == []


def test_what_changed_between_two_instants(plan: Plan) -> None:
    plan.say(0, 1, "under_way")
    plan.say(0, 1, "done")
    changes = everything(plan.client, "/v1/plan-changes", plan_id=plan.id)
    assert [(one["before"], one["after"]) for one in changes] == [("not_started", "under_way"), ("under_way", "done")]
    second = changes[1]["changed_at"]
    before = everything(plan.client, "/v1/plan-changes", plan_id=plan.id, changed_to=second)
    since = everything(plan.client, "/v1/plan-changes", plan_id=plan.id, changed_from=second)
    assert (before, since) == (changes[:1], changes[1:])


def test_a_joint_measure_takes_its_figures_from_a_run_and_needs_both(people: People) -> None:
    run = new_run(people, "school_direct")
    everybody = run.nominated(people.school(), 20)
    run.book(everybody)
    run.record(everybody, "completed")
    run.record(everybody, "employed")
    run.record(everybody[:18], "graded", grade="good")
    plan = Plan(run.client, run.alliance)
    two = [CONDITION | {"unit": "per cent", "target": "95", "label": label} for label in ("Employed", "Good")]
    body = {"plan_id": plan.id, "title": "Employed and good", "conditions": two}
    made = run.client.post("/v1/success-measures", json=body)
    actual = {"measure_id": made.json()["id"], "as_of": "2014-08-31", "run_id": run.id}
    for position, figure in ((1, "employed"), (2, "employed_and_good")):
        said = run.client.post("/v1/success-actuals", json=actual | {"position": position, "figure": figure})
        assert said.status_code == 201, said.text
    result = run.client.get(made.headers["Location"]).json()
    assert result["verdict"] == "not_met"
    assert [(one["numerator"], one["denominator"]) for one in result["actuals"]] == [(20, 20), (18, 20)]
    run.record(everybody[18:], "graded", grade="outstanding")
    run.client.post("/v1/success-actuals", json=actual | {"position": 2, "figure": "employed_and_good"})
    assert run.client.get(made.headers["Location"]).json()["verdict"] == "met"
    assert run.client.get(made.headers["Location"], params={"as_of": "2014-08-30"}).json()["verdict"] == "no_data"
