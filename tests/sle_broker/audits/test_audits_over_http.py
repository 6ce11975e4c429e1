import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.people import People
from tests.running import House
from tests.sle_broker.audits.auditing import SCALE, AuditedSchool, answer, form, form_body, today
from tests.sle_broker.brokerage import Brokerage, Json, created, done


@pytest.fixture(scope="module")
def school(brokerage: Brokerage) -> AuditedSchool:
    return AuditedSchool.of(brokerage)


def test_a_form_is_read_as_it_was_published_and_its_next_version_supersedes_it(
    brokerage: Brokerage, school: AuditedSchool
) -> None:
    first = form(brokerage, "phonics", "mathematics", code="versioned")
    assert (first["version"], first["scale"]) == (1, SCALE)
    assert [one["specialism"]["code"] for one in first["questions"]] == ["phonics", "mathematics"]
    second = form(brokerage, "phonics", code="versioned", title="Shorter")
    assert (second["version"], second["title"]) == (2, "Shorter")
    for reader in (brokerage.broker, school.client):
        assert done(reader.get(f"/v1/audit-forms/{first['id']}")) == first
        listed = done(reader.get("/v1/audit-forms", params={"limit": 200}))["items"]
        assert [one for one in listed if one["code"] == "versioned"] == [second]
    body = {"audit_form_id": first["id"], "school_urn": school.urn, "phase": "primary"}
    refused = school.client.post("/v1/audit-submissions", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "form-superseded")


def test_the_database_refuses_every_change_of_a_published_form(brokerage: Brokerage, house: House) -> None:
    published = form(brokerage, code="for-good")
    with psycopg.connect(house.stores["sle-broker"].owner_url.replace("+psycopg", "")) as owner:
        owner.execute("SET app.tenants = '*'")
        owner.commit()
        for change in (
            "UPDATE audit_forms SET title = 'Changed'",
            "DELETE FROM audit_questions",
            "UPDATE audit_questions SET text = 'Changed'",
        ):
            with pytest.raises(psycopg.errors.RaiseException):
                owner.execute(change.encode())
            owner.rollback()
    assert done(brokerage.broker.get(f"/v1/audit-forms/{published['id']}")) == published


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"scale": SCALE | {"need_at": 5}}, "scale-not-whole"),
        ({"scale": SCALE | {"need_at": 1}}, "scale-not-whole"),
        ({"scale": SCALE | {"lowest": 10**30}}, "validation-failed"),
        ({"questions": []}, "validation-failed"),
        ({"questions": [{"text": "\0", "specialism": "phonics"}]}, "validation-failed"),
        ({"questions": [{"text": "How good?", "specialism": "juggling"}]}, "specialism-not-in-list"),
        ({"questions": [{"text": "How good?", "specialism": "phonics"}] * 201}, "validation-failed"),
    ],
)
def test_a_form_that_cannot_be_is_refused(brokerage: Brokerage, facts: dict[str, Any], code: str) -> None:
    answered = brokerage.broker.post("/v1/audit-forms", json=form_body(brokerage, **facts))
    assert (answered.status_code, answered.json()["code"]) == (422, code)


def test_an_audit_is_a_draft_until_it_is_complete(brokerage: Brokerage, school: AuditedSchool) -> None:
    draft = school.draft(form(brokerage, "phonics", "mathematics", code="drafted"), 2)
    assert (draft["state"], draft["scope"], len(draft["answers"])) == ("draft", "whole", 1)
    early = brokerage.move(draft, "audit-submissions", "submitted", "2014-09-30", school.client)
    assert (early.status_code, early.json()["code"], early.json()["missing"]) == (409, "answers-not-complete", [2])
    given: list[Json] = [{"number": 2, "score": 4, "comment": "Hard."}, {"number": 1, "score": 1}]
    changed = done(answer(school, draft, given))
    assert [(one["number"], one["score"], one["comment"]) for one in changed["answers"]] == [
        (1, 1, None),
        (2, 4, "Hard."),
    ]
    assert changed["version"] == draft["version"] + 1
    stale = answer(school, draft, given)
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    submitted = done(brokerage.move(changed, "audit-submissions", "submitted", "2014-09-30", school.client))
    assert (submitted["state"], submitted["submitted_on"]) == ("submitted", "2014-09-30")
    late = answer(school, submitted, given)
    assert (late.status_code, late.json()["code"]) == (409, "state-conflict")
    assert done(school.client.get(f"/v1/audit-submissions/{draft['id']}")) == submitted


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"answers": [{"number": 2, "score": 1}]}, "answer-not-on-form"),
        ({"answers": [{"number": 1, "score": 5}]}, "answer-not-on-form"),
        ({"answers": [{"number": 1, "score": 1}, {"number": 1, "score": 2}]}, "answer-not-on-form"),
        ({"answers": [{"number": 1, "score": 10**30}]}, "validation-failed"),
        ({"answers": [{"number": 1, "score": 1, "comment": "\0"}]}, "validation-failed"),
        ({"begun_on": "2199-01-01"}, "date-not-yet-come"),
        ({"phase": "university"}, "validation-failed"),
    ],
)
def test_an_audit_that_cannot_be_is_refused(
    brokerage: Brokerage, school: AuditedSchool, facts: dict[str, Any], code: str
) -> None:
    body = {"audit_form_id": form(brokerage, code="refusing")["id"], "school_urn": school.urn, "phase": "primary"}
    answered = school.client.post("/v1/audit-submissions", json=body | facts)
    assert (answered.status_code, answered.json()["code"]) == (422, code)


def test_the_latest_audit_counts_and_needs_become_what_it_says(brokerage: Brokerage) -> None:
    school = AuditedSchool.of(brokerage)
    asked = form(brokerage, "phonics", "mathematics", "attendance", code="yearly")
    first = school.audit(asked, 4, 3, 1)
    phonics, mathematics = school.needs()
    assert [need["specialism"]["code"] for need in (phonics, mathematics)] == ["phonics", "mathematics"]
    for need in (phonics, mathematics):
        assert (need["source_reference"], need["arisen_on"], need["kind"]) == (first["id"], "2014-09-30", "actual")

    second = school.audit(asked, 3, 1, 4, on="2015-01-30")
    assert done(school.client.get(f"/v1/audit-submissions/{first['id']}"))["superseded_on"] == "2015-01-30"
    open_needs = {need["specialism"]["code"]: need for need in school.needs(state="open")}
    assert open_needs.keys() == {"phonics", "attendance"}
    assert open_needs["phonics"] == phonics
    assert open_needs["attendance"]["source_reference"] == second["id"]
    [met] = school.needs(state="ended")
    assert (met["id"], met["end_reason"], met["ended_on"]) == (mathematics["id"], "met", "2015-01-30")

    narrower = form(brokerage, "attendance", code="yearly")
    school.audit(narrower, 3, on="2015-02-27")
    ended = {need["specialism"]["code"]: need["end_reason"] for need in school.needs(state="ended")}
    assert ended == {"mathematics": "met", "phonics": "superseded"}


def test_of_two_audits_submitted_at_the_same_moment_one_counts(brokerage: Brokerage) -> None:
    school = AuditedSchool.of(brokerage)
    asked = form(brokerage, "phonics", code="at-once")
    drafts, start = [school.draft(asked, 4), school.draft(asked, 4)], threading.Barrier(2)

    def submit(draft: Json) -> int:
        start.wait(timeout=30)
        answered = brokerage.move(draft, "audit-submissions", "submitted", "2014-09-30", school.client)
        return answered.status_code

    with ThreadPoolExecutor(2) as both:
        statuses = list(both.map(submit, drafts))
    # The second came after the first, and superseded it, or at the same moment, and is to be decided anew.
    assert sorted(statuses) in ([200, 200], [200, 409])
    listed = done(school.client.get("/v1/audit-submissions"))["items"]
    assert [one["state"] for one in listed].count("submitted") == 1
    assert [need["state"] for need in school.needs()] == ["open"]


def test_an_audit_of_another_phase_stands_beside_it(brokerage: Brokerage, school: AuditedSchool) -> None:
    asked = form(brokerage, "governance", code="both-phases")
    school.audit(asked, 4)
    school.audit(asked, 1, phase="secondary")
    assert [need["state"] for need in school.needs(specialism="governance")] == ["open"]


def test_an_audit_dated_before_the_one_that_counts_is_refused(brokerage: Brokerage, school: AuditedSchool) -> None:
    asked = form(brokerage, code="in-order")
    school.audit(asked, 1)
    late = brokerage.move(school.draft(asked, 1), "audit-submissions", "submitted", "2014-09-29", school.client)
    assert (late.status_code, late.json()["code"]) == (422, "dates-out-of-order")


def test_a_school_audits_itself_alone_and_alliances_publish(people: People, brokerage: Brokerage) -> None:
    asked, school, other = form(brokerage, code="own"), AuditedSchool.of(brokerage), AuditedSchool.of(brokerage)
    body = {"audit_form_id": asked["id"], "school_urn": other.urn, "phase": "primary"}
    assert school.client.post("/v1/audit-submissions", json=body).status_code == 404
    assert brokerage.broker.post("/v1/audit-submissions", json=body).status_code == 403
    assert school.client.post("/v1/audit-forms", json=form_body(brokerage)).status_code == 403
    stranger = Brokerage.open(people)
    assert stranger.broker.get(f"/v1/audit-forms/{asked['id']}").status_code == 404
    draft = other.draft(asked, 1)
    path = f"/v1/audit-submissions/{draft['id']}"
    for somebody_else in (school.client, stranger.broker):
        assert somebody_else.get(path).status_code == 404
        assert draft["id"] not in somebody_else.get("/v1/audit-submissions").text
    moved = brokerage.move(draft, "audit-submissions", "submitted", "2014-09-30", school.client)
    assert moved.status_code == 404


def test_an_alliance_reads_no_draft_even_under_a_protocol(brokerage: Brokerage, school: AuditedSchool) -> None:
    draft = school.draft(form(brokerage, code="private-draft"), 1)
    school.share()
    refused = brokerage.broker.get(f"/v1/audit-submissions/{draft['id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-shared")
    listed = done(brokerage.broker.get("/v1/audit-submissions", params={"state": "draft"}))["items"]
    assert listed == []


def test_no_event_names_an_answer_or_a_school_with_its_need(brokerage: Brokerage, house: House) -> None:
    school = AuditedSchool.of(brokerage)
    audit = school.audit(form(brokerage, "phonics", "safeguarding", code="events"), 4, 1)
    school.audit(form(brokerage, "phonics", "safeguarding", code="events"), 1, 4, on=today())
    protocol = school.share()
    school.withdraw(protocol)
    told: list[tuple[str, dict[str, Any]]] = []
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        # In this order: what the sequencer moves between the two is seen twice and never missed.
        for table in ("outbox_pending", "feed"):
            told += admin.execute(
                f"SELECT type, data FROM {table} WHERE tenant_id = %s",
                [brokerage.alliance_id],
            ).fetchall()
    of_needs = [data for kind, data in told if kind.startswith("need-") and data["source"] == "audit"]
    assert len(of_needs) >= 3
    assert all(
        data.keys() <= {"need_id", "alliance_id", "kind", "source", "arisen_on", "ended_on", "reason"}
        for data in of_needs
    )
    of_audits = [data for kind, data in told if data.get("audit_submission_id") == audit["id"]]
    assert of_audits
    assert not any({"answers", "score", "scores", "comment", "areas"} & data.keys() for data in of_audits)
    assert {"sharing-protocol-agreed", "sharing-protocol-withdrawn"} <= {kind for kind, _ in told}


def test_every_reading_of_an_audit_is_recorded(brokerage: Brokerage, house: House, school: AuditedSchool) -> None:
    audit = school.audit(form(brokerage, code="recorded"), 1)
    school.share()
    done(brokerage.broker.get(f"/v1/audit-submissions/{audit['id']}"))
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        read = admin.execute(
            "SELECT who FROM audit_log WHERE subject = %s AND action = 'audit-read'", [audit["id"]]
        ).fetchall()
    assert read == [(brokerage.broker.client_id,)]


def test_an_audit_said_twice_is_one(brokerage: Brokerage, school: AuditedSchool) -> None:
    body = {"audit_form_id": form(brokerage, code="twice")["id"], "school_urn": school.urn, "phase": "primary"}
    key = {"Idempotency-Key": "the-same-audit-twice"}
    first = created(school.client.post("/v1/audit-submissions", json=body, headers=key))
    again = school.client.post("/v1/audit-submissions", json=body, headers=key)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first, "true")
