"""Programmes and those who take part in them, through the API of plans-api."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.people import People
from tests.plans_api.programmes.builders import BEGINS, ENDS, new_run
from tests.plans_api.telling import told
from tests.running import House


def test_kinds_of_programme_are_data(people: People) -> None:
    operator = people.operator()
    kind = f"kind_{uuid4().hex[:8]}"
    body = {"code": kind, "name": "A new kind", "trains_teachers": True}
    assert operator.post("/v1/programme-kinds", json=body).status_code == 201
    again = operator.post("/v1/programme-kinds", json=body | {"name": "Renamed"})
    assert (again.status_code, again.json()["name"]) == (200, "Renamed")
    kinds = {item["code"]: item for item in operator.get("/v1/programme-kinds").json()["items"]}
    assert kinds[kind]["trains_teachers"] is True
    assert {"scitt", "school_direct", "masters", "visitor_day"} < set(kinds)
    body = {"alliance_id": people.alliance(), "kind": "no_kind", "title": "A programme"}
    unknown = operator.post("/v1/programmes", json=body)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "programme-kind-not-known")


def test_a_run_is_planned_changed_and_moved_on(people: People) -> None:
    run = new_run(people, places=[{"place_type": "fee", "requested": 8, "offered": 8}], nomination_limit=3)
    read = run.client.get(run.path)
    assert (read.json()["state"], read.json()["state_on"]) == ("planned", BEGINS)
    change = {"places": [{"place_type": "salaried", "offered": 5, "amount": "25000.00", "currency": "GBP"}]}
    changed = run.client.patch(run.path, json=change, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    assert [row["place_type"] for row in changed.json()["places"]] == ["salaried"]
    assert changed.headers["ETag"] != read.headers["ETag"]
    step = {"to": "under_way", "on": BEGINS}
    stale = run.client.post(f"{run.path}/transitions", json=step, headers={"If-Match": read.headers["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    begun = run.client.post(f"{run.path}/transitions", json=step, headers={"If-Match": changed.headers["ETag"]})
    assert (begun.status_code, begun.json()["state"]) == (200, "under_way")
    cancelled = {"to": "cancelled", "on": ENDS, "reason": "no_funding"}
    ended = run.client.post(f"{run.path}/transitions", json=cancelled, headers={"If-Match": begun.headers["ETag"]})
    assert ended.json()["state"] == "cancelled"
    refused = run.nominate(people.school())
    assert (refused.status_code, refused.json()["code"]) == (409, "run-is-cancelled")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_on": "2012-09-02"}, "run-ends-before-it-begins"),
        ({"places": [{"place_type": "fee"}, {"place_type": "fee"}]}, "place-type-named-twice"),
        ({"places": [{"place_type": "fee", "amount": "1.00"}]}, "validation-failed"),
        ({"places": [{"place_type": "fee", "offered": 10**12}]}, "validation-failed"),
    ],
)
def test_a_run_that_cannot_be_is_refused_by_name(people: People, change: dict[str, object], code: str) -> None:
    run = new_run(people)
    etag = run.client.get(run.path).headers["ETag"]
    answer = run.client.patch(run.path, json=change, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_body_nominates_at_most_three_and_a_withdrawal_makes_room(people: People) -> None:
    run, trust = new_run(people, "leadership_programme", nomination_limit=3), "Ebor Academy Trust"
    first = run.nominated(trust, 3)
    over = run.nominate("ebor  academy TRUST")
    assert (over.status_code, over.json()["code"]) == (409, "nomination-limit-reached")
    assert run.nominate("Another Trust").status_code == 201
    path = f"/v1/nominations/{first[0]}"
    step = {"to": "withdrawn", "on": BEGINS, "reason": "by_person"}
    gone = run.client.post(f"{path}/transitions", json=step, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    assert run.nominate(trust).status_code == 201


def test_of_many_nominations_at_once_no_more_than_the_limit_stand(people: People) -> None:
    run = new_run(people, "leadership_programme", nomination_limit=3)
    clients = [people.client(run.alliance, "alliance_admin") for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: run.nominate("A Trust", client=clients[number % 2]), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    assert run.figures()["nominated"] == 3


def test_places_are_booked_by_type_and_the_last_one_once(people: People) -> None:
    places = [{"place_type": "fee", "offered": 2}, {"place_type": "salaried", "offered": 1}]
    run = new_run(people, places=places)
    some = run.nominated(people.school(), 4)
    assert run.book(some[:2], "fee").status_code == 201
    full = run.book(some[2:3], "fee")
    assert (full.status_code, full.json()["code"]) == (409, "no-place-left")
    other = run.book(some[2:3], "free")
    assert (other.status_code, other.json()["code"]) == (422, "place-type-not-offered")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: run.book([one], "salaried"), some[2:]))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    twice = run.book(some[:1], "salaried")
    assert twice.status_code == 409
    assert run.figures()["booked"] == 3


def test_outcomes_and_attendance_are_of_people_who_hold_a_place(people: People) -> None:
    run = new_run(people)
    booked, only_nominated = run.nominated(people.school(), 2)
    run.book([booked])
    refused = run.record([booked, only_nominated], "completed")
    assert (refused.status_code, refused.json()["code"]) == (422, "outcome-is-of-a-booking")
    assert run.figures()["completed"] == 0
    stranger = run.record([str(uuid4())], "completed")
    assert (stranger.status_code, stranger.json()["code"]) == (422, "not-on-this-run")
    early = run.record([booked], "completed", on="2012-09-02")
    assert (early.status_code, early.json()["code"]) == (422, "dates-out-of-order")
    day = {"run_id": run.id, "on": "2012-09-10", "nomination_ids": [booked]}
    assert run.client.post("/v1/attendance-registers", json=day).status_code == 201
    assert run.client.post("/v1/attendance-registers", json=day | {"nomination_ids": []}).status_code == 201
    assert run.figures()["attendance"] == [{"on": "2012-09-10", "attended": 0}]


def test_an_outcome_is_corrected_and_the_old_one_stays_on_record(people: People) -> None:
    run = new_run(people)
    some = run.nominated(people.school(), 2)
    run.book(some)
    run.record(some, "graded", grade="outstanding")
    same = run.record(some, "graded", grade="outstanding")
    assert (same.status_code, same.json()["items"]) == (201, [])
    run.record(some[:1], "graded", grade="good")
    run.record(some[1:], "graded", achieved=None)
    figures = run.figures()
    assert (figures["graded"], figures["grades"]["good"], figures["grades"]["outstanding"]) == (1, 1, 0)
    kept = run.client.get("/v1/outcomes", params={"run_id": run.id}).json()["items"]
    assert [(item["grade"], item["replaced_at"] is None) for item in kept] == [
        ("outstanding", False),
        ("outstanding", False),
        ("good", True),
        (None, True),
    ]


def test_what_the_feed_tells_from_its_beginning_are_the_figures(people: People, house: House) -> None:
    run = new_run(people, "scitt")
    some = run.nominated(people.school(), 3)
    run.book(some)
    run.record(some, "completed")
    run.record(some[:2], "employed", on="2013-09-01")
    run.record(some[1:2], "employed", achieved=False)
    counted: dict[str, dict[str, object]] = {}
    for data in told(house, "programme-run-counted", run.alliance):
        counted[str(data["programme_run_id"])] = data
    figures = run.figures()
    names = ("booked", "completed", "employment_known", "employed", "employed_early", "employed_within_alliance")
    assert {name: counted[run.id][name] for name in names} == {name: figures[name] for name in names}
    assert (counted[run.id]["employed"], counted[run.id]["employment_known"]) == (1, 2)
    assert counted[run.id]["academic_year"] == "2012/13"
    assert counted[run.id]["trains_teachers"] is True
    [planned] = told(house, "programme-run-planned", run.alliance)
    assert planned["programme_kind"] == "scitt"
    step = {"headers": {"If-Match": '"1"'}, "json": {"kind": "visitor_day"}}
    run.client.patch(f"/v1/programmes/{planned['programme_id']}", **step)  # type: ignore[arg-type]
    assert told(house, "programme-run-counted", run.alliance)[-1]["trains_teachers"] is False


def test_events_name_nobody_and_judge_nobody(people: People, house: House) -> None:
    run = new_run(people, "scitt")
    [one] = run.nominated(people.school())
    run.book([one])
    run.record([one], "graded", grade="inadequate")
    events = ("person-nominated", "place-booked", "outcomes-recorded", "programme-run-counted")
    text = repr([told(house, event, run.alliance) for event in events])
    assert "Person 0" not in text
    assert "inadequate" not in text


def test_invoices_are_issued_and_settled(people: People) -> None:
    run = new_run(people, "network")
    body = {"run_id": run.id, "billed_to": people.school(), "amount": "1500.00", "currency": "GBP"}
    days = {"issued_on": "2012-09-03", "due_on": "2012-10-03"}
    issued = run.client.post("/v1/invoices", json=body | days)
    assert (issued.status_code, issued.json()["amount"]) == (201, "1500.00")
    step = {"to": "paid", "on": "2012-09-20"}
    path = issued.headers["Location"]
    paid = run.client.post(f"{path}/transitions", json=step, headers={"If-Match": issued.headers["ETag"]})
    assert (paid.json()["state"], paid.json()["state_on"]) == ("paid", "2012-09-20")
    again = run.client.post(f"{path}/transitions", json=step, headers={"If-Match": paid.headers["ETag"]})
    assert (again.status_code, again.json()["code"]) == (409, "state-conflict")
    late = run.client.post("/v1/invoices", json=body | days | {"due_on": "2012-09-02"})
    assert (late.status_code, late.json()["code"]) == (422, "invoice-due-before-issue")
    assert run.client.get("/v1/invoices", params={"run_id": run.id}).json()["items"] == [paid.json()]


def test_a_school_nominates_for_itself_and_sees_its_own(people: People) -> None:
    run = new_run(people)
    own, other = people.schools(2)
    run.nominated(other)
    school = people.client(run.alliance, "school", party=own)
    assert run.nominate(own, client=school).status_code == 201
    assert run.nominate(other, client=school).status_code == 404
    seen = school.get("/v1/nominations").json()["items"]
    assert [item["nominating_body"] for item in seen] == [own]
    assert school.get(f"{run.path}/figures").status_code == 403


def test_another_alliances_programme_is_not_there(people: People) -> None:
    run, stranger = new_run(people), people.client(people.alliance(), "alliance_admin")
    for path in (run.path, f"{run.path}/figures"):
        assert stranger.get(path).status_code == 404
    assert run.nominate(people.school(), client=stranger).status_code == 404
    assert stranger.get("/v1/nominations").json()["items"] == []
