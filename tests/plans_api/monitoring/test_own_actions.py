"""A plan lead writes the action points they lead, and what belongs to them; all else is for administrators."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from plans_api.access.roles import Role
from plans_api.bookings.routes import router as bookings
from plans_api.permissions import MATRIX
from plans_api.success_measures.routes import router as measures
from service_kit.access import Permission
from tests.people import People, SignedIn
from tests.plans_api.importing import everything
from tests.plans_api.monitoring.test_plan_through_the_year import CONDITION, Plan
from tests.running import House

Write = Callable[[SignedIn, Plan, int], httpx.Response]


@pytest.fixture
def plan(admin: SignedIn, alliance: str) -> Plan:
    """A plan of two action points, of which R Example leads the first."""
    return Plan(admin, alliance)


@pytest.fixture
def lead(plan: Plan, people: People, house: House) -> SignedIn:
    """R Example, who signs in as a plan lead."""
    someone = people.client(plan.alliance, "plan_lead")
    body = {"alliance_id": plan.alliance, "lead": "R Example", "issuer": house.url("plans-api")}
    plan.client.post("/v1/lead-names", json=body | {"subject": someone.client_id}).raise_for_status()
    return someone


def say(who: SignedIn, plan: Plan, point: int) -> httpx.Response:
    body = {"milestone_id": plan.milestone(point, 1), "status": "under_way", "on": "2014-11-03", "note": "Two sent"}
    return who.post("/v1/milestone-statuses", json=body | {"evidence": ["https://example.org/letter"]})


def change_date(who: SignedIn, plan: Plan, point: int) -> httpx.Response:
    value = plan.points[point]["dates"][0]
    headers = {"If-Match": f'"{value["version"]}"'}
    body = {"text": "July 2015", "reason": "replanned"}
    return who.patch(f"/v1/date-values/{value['id']}", json=body, headers=headers)


def record_actual(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    of = None if point is None else plan.points[point]["id"]
    measure = {"plan_id": plan.id, "action_point_id": of, "title": "Places", "conditions": [CONDITION]}
    made = plan.client.post("/v1/success-measures", json=measure).raise_for_status().json()
    body = {"measure_id": made["id"], "position": 1, "as_of": "2014-11-03", "value": "3"}
    return who.post("/v1/success-actuals", json=body)


def begin_programme(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    of = None if point is None else plan.points[point]["id"]
    body = {"alliance_id": plan.alliance, "kind": "conference", "title": "A conference", "action_point_id": of}
    return who.post("/v1/programmes", json=body)


def plan_run(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    programme = begin_programme(plan.client, plan, point).raise_for_status().json()["id"]
    body = {"programme_id": programme, "title": "A run", "begins_on": "2014-11-03", "ends_on": "2014-11-04"}
    return who.post("/v1/programme-runs", json=body)


def nominate(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    run = plan_run(plan.client, plan, point).raise_for_status().json()["id"]
    body = {"run_id": run, "nominating_body": "A trust", "on": "2014-11-03", "people": [{}]}
    return who.post("/v1/nominations", json=body)


def booked(plan: Plan, point: int | None) -> tuple[str, list[str]]:
    """A run that has begun, and the people who hold a place on it."""
    made = nominate(plan.client, plan, point).raise_for_status().json()["items"]
    run, people = made[0]["run_id"], [one["id"] for one in made]
    body = {"run_id": run, "nomination_ids": people, "on": "2014-11-03"}
    plan.client.post("/v1/bookings", json=body).raise_for_status()
    return run, people


def book(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    [made] = nominate(plan.client, plan, point).raise_for_status().json()["items"]
    body = {"run_id": made["run_id"], "nomination_ids": [made["id"]], "on": "2014-11-03"}
    return who.post("/v1/bookings", json=body)


def decline(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    [made] = nominate(plan.client, plan, point).raise_for_status().json()["items"]
    body = {"to": "declined", "on": "2014-11-03", "reason": "not_eligible"}
    return who.post(f"/v1/nominations/{made['id']}/transitions", json=body, headers={"If-Match": '"1"'})


def record_attendance(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    run, people = booked(plan, point)
    return who.post("/v1/attendance-registers", json={"run_id": run, "on": "2014-11-03", "nomination_ids": people})


def record_outcomes(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    run, people = booked(plan, point)
    outcomes = [{"nomination_id": one, "kind": "completed", "on": "2014-11-04"} for one in people]
    return who.post("/v1/outcomes", json={"run_id": run, "outcomes": outcomes})


def record_evaluation(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    run, _ = booked(plan, point)
    body = {"run_id": run, "asked_on": "2014-11-04", "question": "Was it good?", "respondents": 1, "satisfied": 1}
    return who.post("/v1/evaluations", json=body)


def issue_invoice(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    run = plan_run(plan.client, plan, point).raise_for_status().json()["id"]
    body = {"run_id": run, "billed_to": "A trust", "amount": "100.00", "currency": "GBP"}
    return who.post("/v1/invoices", json=body | {"issued_on": "2014-11-03", "due_on": "2014-12-03"})


def settle_invoice(who: SignedIn, plan: Plan, point: int | None) -> httpx.Response:
    path = issue_invoice(plan.client, plan, point).raise_for_status().headers["Location"]
    body = {"to": "paid", "on": "2014-11-20"}
    return who.post(f"{path}/transitions", json=body, headers={"If-Match": '"1"'})


OF_A_RUN: tuple[Write, ...] = (
    nominate, book, decline, record_attendance, record_outcomes, record_evaluation, issue_invoice, settle_invoice,
)  # fmt: skip
OF_AN_ACTION: tuple[Write, ...] = (say, change_date, record_actual, begin_programme, plan_run, *OF_A_RUN)
BOOKINGS_AND_MEASURES = {
    "nominate_people": nominate,
    "book_places": book,
    "transition_nomination": decline,
    "record_attendance": record_attendance,
    "record_outcomes": record_outcomes,
    "record_evaluation": record_evaluation,
    "issue_invoice": issue_invoice,
    "transition_invoice": settle_invoice,
    "record_success_actual": record_actual,
}
"""What of bookings and success measures a plan lead may write."""


@pytest.mark.parametrize("write", OF_AN_ACTION)
def test_a_plan_lead_writes_their_own_actions_only(plan: Plan, lead: SignedIn, write: Write) -> None:
    own = write(lead, plan, 0)
    assert own.is_success, own.text
    refused = write(lead, plan, 1)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "Ask an administrator of the alliance" in refused.json()["detail"]
    assert write(plan.client, plan, 1).is_success


def test_every_write_of_bookings_and_success_measures_is_tried_from_both_sides() -> None:
    routes = (route for router in (bookings, measures) for route in router.routes if isinstance(route, APIRoute))
    writes = (route.name for route in routes if route.methods != {"GET"})
    open_to_leads = {name for name in writes if Role.PLAN_LEAD in (MATRIX[name] or Permission("", frozenset())).roles}
    assert open_to_leads == BOOKINGS_AND_MEASURES.keys()
    assert set(BOOKINGS_AND_MEASURES.values()) <= set(OF_AN_ACTION)


@pytest.mark.parametrize("write", [record_actual, begin_programme, plan_run, *OF_A_RUN])
def test_what_belongs_to_no_action_point_is_for_administrators(plan: Plan, lead: SignedIn, write: Any) -> None:
    assert write(lead, plan, None).status_code == 403


def test_a_lead_who_is_said_to_be_somebody_else_leads_no_more(
    plan: Plan, lead: SignedIn, people: People, house: House
) -> None:
    other = people.client(plan.alliance, "plan_lead")
    body = {"alliance_id": plan.alliance, "lead": "R Example", "issuer": house.url("plans-api")}
    plan.client.post("/v1/lead-names", json=body | {"subject": other.client_id}).raise_for_status()
    assert [say(who, plan, 0).status_code for who in (lead, other)] == [403, 201]


def test_a_lead_moves_no_programme_to_an_action_of_somebody_else(plan: Plan, lead: SignedIn) -> None:
    made = begin_programme(lead, plan, 0)
    path, headers = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    for target in (plan.points[1]["id"], None):
        assert lead.patch(path, json={"action_point_id": target}, headers=headers).status_code == 403
    assert lead.patch(path, json={"title": "Ours"}, headers=headers).status_code == 200


def test_every_other_write_of_a_plan_is_refused_to_a_plan_lead_and_says_whom_to_ask(plan: Plan, lead: SignedIn) -> None:
    finding = everything(plan.client, "/v1/findings", plan_id=plan.id)[0]["id"]
    point = plan.points[0]["id"]
    first = {"If-Match": '"1"'}
    writes: dict[str, tuple[str, str, dict[str, Any]]] = {
        "change_plan": ("PATCH", plan.path, {"title": "Ours"}),
        "transition_plan": ("POST", f"{plan.path}/transitions", {"to": "agreed", "on": "2014-09-15"}),
        "override_rag": ("POST", "/v1/rag-overrides", {"action_point_id": point, "rag": "green", "reason": "x"}),
        "record_plan_review": (
            "POST", "/v1/plan-reviews", {"plan_id": plan.id, "held_on": "2014-11-03", "minutes": "x"},
        ),
        "set_success_measure": (
            "POST", "/v1/success-measures", {"plan_id": plan.id, "title": "x", "conditions": [CONDITION]},
        ),
        "transition_finding": ("POST", f"/v1/findings/{finding}/transitions", {"to": "dismissed"}),
        "name_lead": (
            "POST", "/v1/lead-names", {"alliance_id": plan.alliance, "lead": "x", "issuer": "x", "subject": "x"},
        ),
        "carry_plan_forward": ("POST", "/v1/plan-carry-forwards", {"plan_id": plan.id, "title": "Next"}),
    }  # fmt: skip
    for operation, (method, path, body) in writes.items():
        answer = lead.request(method, path, json=body, headers=first)
        assert (operation, answer.status_code, answer.json()["code"]) == (operation, 403, "forbidden")
        assert "administrator" in answer.json()["detail"], operation
    assert everything(plan.client, "/v1/plan-changes", plan_id=plan.id) == []
