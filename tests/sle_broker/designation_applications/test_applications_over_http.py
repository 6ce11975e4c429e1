from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from service_kit.clock import day_of, now
from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, Json, created, done, eventually, if_match
from tests.sle_broker.designation_applications.applying import DAYS, Applying


@pytest.fixture(scope="module")
def applying(brokerage: Brokerage) -> Applying:
    return Applying.at(brokerage)


@pytest.fixture(scope="module")
def autumn(applying: Applying) -> Json:
    """A round with every eligibility rule."""
    return applying.round(
        eligibility={
            "years_of_leadership": 2,
            "home_school_judgement": 2,
            "specialism": "claimed",
            "head_support": True,
        },
        lapses_after_years=4,
    )


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("on", "is_received"),
    [("2014-09-14", False), ("2014-09-15", True), ("2014-10-17", True), ("2014-10-18", False)],
)
def test_an_application_is_received_in_the_rounds_window(
    applying: Applying, autumn: Json, on: str, is_received: bool
) -> None:
    answer = applying.submit(applying.body(autumn, submitted_on=on))
    if is_received:
        assert created(answer)["steps"] == [{"state": "submitted", "on": on, "reason": None}]
    else:
        assert refusal(answer) == (409, "application-outside-window")


def test_a_refusal_outside_the_window_names_the_next_round_or_says_that_there_is_none(people: People) -> None:
    applying = Applying.at(Brokerage.open(people))
    autumn = applying.round()
    spring = applying.round(name="2015-spring", opens_on="2015-01-12", closes_on="2015-02-06")
    named = {key: spring[key] for key in ("id", "name", "opens_on", "closes_on")}
    for on, next_round in (
        ("2014-09-14", {key: autumn[key] for key in named}),
        ("2014-10-18", named),
        ("2015-02-06", named),
        ("2015-02-07", None),
    ):
        refused = applying.submit(applying.body(autumn, submitted_on=on))
        assert refusal(refused) == (409, "application-outside-window")
        assert refused.json()["next_round"] == next_round
    assert done(applying.admin.get("/v1/designation-applications"))["items"] == []


def test_whoever_is_not_eligible_learns_every_rule_not_met(applying: Applying, autumn: Json) -> None:
    body = applying.body(autumn, years_of_leadership=1, home_school_judgement=3, head_supports=False)
    body["applicant"] |= {"specialisms": []}
    refused = applying.submit(body)
    assert refusal(refused) == (422, "not-eligible")
    rules = ["years_of_leadership", "home_school_judgement", "specialism", "head_support"]
    assert refused.json()["rules"] == rules
    assert len(refused.json()["errors"]) == 4


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "nle"}, "kind-not-in-round"),
        ({"referee_urns": ["999999"]}, "school-not-known"),
        ({"applicant": None}, "validation-failed"),
        ({"submitted_on": "2199-01-01"}, "date-not-yet-come"),
    ],
)
def test_an_application_that_cannot_be_is_refused(
    applying: Applying, autumn: Json, facts: dict[str, Any], code: str
) -> None:
    assert refusal(applying.submit(applying.body(autumn, **facts))) == (422, code)


def test_somebody_who_was_no_leader_goes_the_whole_way(applying: Applying, autumn: Json) -> None:
    application = applying.application(autumn, "designated")
    broker = applying.brokerage.broker
    leader = done(broker.get(f"/v1/leaders/{application['leader_id']}"))
    assert (leader["name"], leader["kind"], leader["phases"]) == ("Bea Carr", "sle", ["primary"])
    [held] = done(broker.get("/v1/leader-specialisms", params={"leader_id": leader["id"]}))["items"]
    assert (held["specialism"]["code"], held["claimed_on"]) == ("phonics", DAYS["submitted"])
    made = done(broker.get(f"/v1/designations/{application['designation_id']}"))
    assert (made["leader_id"], made["round"]) == (leader["id"], "2014-autumn")
    assert (made["designated_on"], made["due_to_lapse_on"]) == (DAYS["designated"], "2018-11-03")
    trained = done(applying.step(application, "trained"))
    assert [step["state"] for step in trained["steps"]] == [
        "submitted",
        "references_received",
        "assessed",
        "approved",
        "designated",
        "trained",
    ]
    assert done(broker.get(f"/v1/designations/{made['id']}"))["trained_on"] == DAYS["trained"]


def test_training_that_was_recorded_on_the_designation_is_the_same_training(applying: Applying, autumn: Json) -> None:
    application = applying.application(autumn, "designated")
    path = f"/v1/designations/{application['designation_id']}"
    made = done(applying.admin.get(path))
    done(applying.admin.post(f"{path}/training", json={"on": "2014-12-04"}, headers=if_match(made)))
    assert refusal(applying.step(application, "trained")) == (409, "already-trained")
    assert done(applying.move(application, "trained", on="2014-12-04"))["state"] == "trained"


def test_a_designation_that_is_refused_leaves_no_leader_behind(applying: Applying, autumn: Json) -> None:
    application = applying.application(autumn, "approved")
    before = len(done(applying.admin.get("/v1/leaders", params={"limit": 200}))["items"])
    nothing = "0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071"
    assert applying.step(application, "designated", need_id=nothing).status_code == 404
    assert len(done(applying.admin.get("/v1/leaders", params={"limit": 200}))["items"]) == before
    assert applying.read(application) == application


def test_of_many_who_designate_an_applicant_at_the_same_moment_one_does(applying: Applying, autumn: Json) -> None:
    application = applying.application(autumn, "approved")
    before = len(done(applying.admin.get("/v1/leaders", params={"limit": 200}))["items"])

    def designate(_: int) -> int:
        return applying.step(application, "designated").status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(designate, range(8))) == [200, *[412] * 7]
    assert len(done(applying.admin.get("/v1/leaders", params={"limit": 200}))["items"]) == before + 1


def test_what_the_state_does_not_allow_is_refused_with_what_it_does_and_changes_nothing(
    applying: Applying, autumn: Json
) -> None:
    application = applying.application(autumn)
    for to in ("approved", "declined", "appealed", "appeal_upheld", "trained"):
        refused = applying.move(application, to)
        assert refusal(refused) == (409, "state-conflict")
        assert (refused.json()["current"], refused.json()["allowed"]) == (
            "submitted",
            ["references_received", "withdrawn"],
        )
    for to in ("assessed", "designated"):
        assert refusal(applying.step(application, to)) == (409, "state-conflict")
    assert refusal(applying.move(application, "references_received")) == (409, "too-few-references")
    assert applying.read(application) == application


def test_whoever_was_declined_appeals_and_is_designated(applying: Applying, autumn: Json) -> None:
    application = applying.application(autumn, "references_received")
    application = done(applying.step(application, "assessed", rating="red"))
    assert refusal(applying.move(application, "approved")) == (409, "panel-rated-red")
    application = done(applying.move(application, "declined", reason="panel_said_no"))
    for to in ("appealed", "appeal_upheld"):
        application = done(applying.move(application, to))
    assert done(applying.step(application, "designated"))["designation_id"]


def test_a_leader_applies_once_in_a_round_and_again_after_withdrawing(applying: Applying, autumn: Json) -> None:
    leader = applying.brokerage.leader(None, specialisms=[{"code": "phonics", "claimed_on": "2014-09-01"}])
    body = applying.body(autumn, applicant=None, leader_id=leader["id"])
    application = created(applying.submit(body))
    assert application["name"] == leader["name"]
    assert refusal(applying.submit(body)) == (409, "already-applied")
    assert done(applying.move(application, "withdrawn", reason="changed_their_mind"))["state"] == "withdrawn"
    created(applying.submit(body))


def test_a_designated_leader_is_renewed_and_does_not_apply(applying: Applying, autumn: Json) -> None:
    leader = applying.brokerage.leader(None)
    made = applying.brokerage.designation(leader, "2014-09-01")
    body = applying.body(autumn, applicant=None, leader_id=leader["id"])
    refused = applying.submit(body)
    assert refusal(refused) == (409, "already-designated")
    assert made["id"] in refused.json()["detail"]
    done(applying.brokerage.move(made, "designations", "lapsed", "2014-09-02"))
    created(applying.submit(body))


def test_an_apprentice_becomes_a_specialist_leader(applying: Applying, autumn: Json) -> None:
    brokerage = applying.brokerage
    kind = {"alliance_id": brokerage.alliance_id, "code": "apprentice", "name": "Apprentice", "needs_mentor": True}
    created(applying.admin.post("/v1/leader-kinds", json=kind))
    apprentice = brokerage.leader(None, kind="apprentice", mentor_id=brokerage.leader()["id"])
    application = created(applying.submit(applying.body(autumn, applicant=None, leader_id=apprentice["id"])))
    for to in ("references_received", "assessed", "approved", "designated"):
        application = done(applying.step(application, to))
    assert done(applying.admin.get(f"/v1/leaders/{apprentice['id']}"))["kind"] == "sle"
    assert done(applying.admin.get(f"/v1/designations/{application['designation_id']}"))["kind"] == "sle"


def test_whoever_applies_for_themselves_does_so_today_and_sees_nobody_elses(applying: Applying, autumn: Json) -> None:
    applying.application(autumn)
    today = day_of(now())
    open_now = applying.round(
        name="open now", opens_on=str(today - timedelta(days=7)), closes_on=str(today + timedelta(days=7))
    )
    applicant, another = applying.applicant(), applying.applicant()
    yesterday = str(today - timedelta(days=1))
    late = applying.body(open_now, submitted_on=yesterday)
    assert refusal(applying.submit(late, applicant)) == (403, "forbidden")
    body = applying.body(open_now) | {"submitted_on": None}
    own = created(applying.submit(body, applicant))
    assert [one["id"] for one in done(applicant.get("/v1/designation-applications"))["items"]] == [own["id"]]
    assert another.get(f"/v1/designation-applications/{own['id']}").status_code == 404
    of_a_leader = body | {"applicant": None, "leader_id": applying.brokerage.leader()["id"]}
    assert applying.submit(of_a_leader, applicant).status_code == 404
    for to in ("references_received", "approved"):
        assert refusal(applying.move(own, to, applicant, on=str(today))) == (403, "forbidden")
    assert refusal(applying.on(own, "assessment", applicant, on=str(today), rating="green", notes="Good.")) == (
        403,
        "forbidden",
    )
    withdrawn = applying.move(own, "withdrawn", applicant, on=str(today), reason="changed_their_mind")
    assert done(withdrawn)["state"] == "withdrawn"


def test_a_school_writes_the_references_asked_of_it_and_of_nobody_else(applying: Applying, autumn: Json) -> None:
    urn = applying.brokerage.school()
    application = created(applying.submit(applying.body(autumn, referee_urns=[urn])))
    other = applying.application(autumn)
    school = applying.brokerage.someone("school", urn)
    [asked] = done(school.get("/v1/designation-references"))["items"]
    assert (asked["application_id"], asked["applicant_name"], asked["text"]) == (application["id"], "Bea Carr", None)
    assert asked["is_awaited"]
    [anothers] = applying.references(applying.admin, other)
    assert school.get(f"/v1/designation-references/{anothers['id']}").status_code == 404
    assert applying.give(anothers, school).status_code == 404
    assert school.get(f"/v1/designation-applications/{application['id']}").status_code == 403
    given = done(applying.give(asked, school))
    assert (given["supports"], given["given_on"], given["version"]) == (True, "2014-10-01", 2)
    assert not given["is_awaited"]
    assert refusal(applying.give(given, school)) == (409, "reference-already-given")
    assert refusal(applying.give(asked, school)) == (412, "version-mismatch")
    assert refusal(applying.move(application, "references_received")) == (412, "version-mismatch")
    assert done(applying.move(applying.read(application), "references_received"))["references_given"] == 1


def test_a_reference_that_arrives_while_the_applicant_withdraws_is_refused(
    applying: Applying, autumn: Json, house: House
) -> None:
    """The reference waits for the withdrawal, and then sees it."""
    application = applying.application(autumn)
    [asked] = applying.references(applying.admin, application)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(house.stores["sle-broker"].admin_url) as withdrawal, ThreadPoolExecutor(1) as pool:
        withdrawal.execute(
            "UPDATE designation_applications SET state = 'withdrawn', version = 2 WHERE id = %s", [application["id"]]
        )
        withdrawal.execute(
            'INSERT INTO designation_application_steps (application_id, position, alliance_id, state, "on", reason) '
            "VALUES (%s, 1, %s, 'withdrawn', '2014-09-21', 'changed_their_mind')",
            [application["id"], application["alliance_id"]],
        )
        answer = pool.submit(applying.give, asked)
        with psycopg.connect(house.stores["sle-broker"].admin_url, autocommit=True) as watching:
            eventually(lambda: watching.execute(waiting).fetchone(), lambda found: found == (1,))
        withdrawal.commit()
        refused = answer.result()
    assert refusal(refused) == (409, "state-conflict")
    assert refused.json()["current"] == "withdrawn"
    [asked] = applying.references(applying.admin, application)
    assert (asked["given_on"], asked["is_awaited"]) == (None, False)


@pytest.fixture(scope="module")
def papers(applying: Applying, autumn: Json) -> dict[str, Any]:
    """Two assessed applications of one person who applied themselves, recorded by the alliance: one whose papers were
    released to them and one whose were not; and everybody who might read them."""
    leader = applying.brokerage.leader(None, specialisms=[{"code": "phonics", "claimed_on": "2014-09-01"}])
    later = applying.round(name="later")
    found = {}
    for name, round_ in (("kept", autumn), ("released", later)):
        body = applying.body(round_, applicant=None, leader_id=leader["id"])
        application = created(applying.submit(body))
        for to in ("references_received", "assessed"):
            application = done(applying.step(application, to))
        found[name] = application
    found["released"] = done(applying.on(found["released"], "releases", on="2014-10-25"))
    someone = applying.brokerage.someone
    return found | {
        "alliance_admin": applying.admin,
        "auditor": someone("auditor"),
        "broker": applying.brokerage.broker,
        "plan_lead": someone("plan_lead"),
        "leader": someone("leader", leader["id"]),
        "another leader": someone("leader", applying.brokerage.leader()["id"]),
        "school": someone("school", applying.brokerage.home_school_urn),
        "another school": someone("school", applying.brokerage.host_school_urn),
        "partner_system": someone("partner_system"),
    }


@pytest.mark.parametrize(
    ("who", "notes", "notes_released", "references", "references_released"),
    [
        ("alliance_admin", 200, 200, 1, 1),
        ("auditor", 200, 200, 1, 1),
        ("broker", 403, 403, None, None),
        ("plan_lead", 403, 403, None, None),
        ("leader", 403, 200, 0, 1),
        ("another leader", 404, 404, 0, 0),
        ("school", 403, 403, 1, 1),
        ("another school", 403, 403, 0, 0),
        ("partner_system", 403, 403, None, None),
    ],
)
def test_panel_notes_and_references_are_read_by_few_and_by_the_applicant_once_released(
    applying: Applying,
    papers: dict[str, Any],
    who: str,
    notes: int,
    notes_released: int,
    references: int | None,
    references_released: int | None,
) -> None:
    reader = papers[who]
    for name, status, count in (
        ("kept", notes, references),
        ("released", notes_released, references_released),
    ):
        application = papers[name]
        answer = reader.get(f"/v1/designation-applications/{application['id']}/assessment")
        assert answer.status_code == status, name
        assert ("Strong in phonics." in answer.text) is (status == 200)
        listed = reader.get("/v1/designation-references", params={"application_id": application["id"]})
        if count is None:
            assert listed.status_code == 403
        else:
            assert len(done(listed)["items"]) == count
        [reference] = applying.references(applying.admin, application)
        read = reader.get(f"/v1/designation-references/{reference['id']}")
        assert (read.status_code == 200) is bool(count), name
        assert ("She has led it" in read.text) is bool(count)


@pytest.mark.parametrize("who", ["alliance_admin", "auditor", "broker", "leader"])
def test_an_application_says_nothing_of_what_the_panel_wrote(papers: dict[str, Any], who: str) -> None:
    answer = papers[who].get(f"/v1/designation-applications/{papers['kept']['id']}")
    assert answer.status_code == 200
    assert "green" not in answer.text
    assert "Strong" not in answer.text


def test_every_reading_of_notes_and_references_is_recorded(
    applying: Applying, papers: dict[str, Any], house: House
) -> None:
    reader, application = applying.brokerage.someone("auditor"), papers["kept"]
    done(reader.get(f"/v1/designation-applications/{application['id']}/assessment"))
    [reference] = applying.references(reader, application)
    done(reader.get(f"/v1/designation-references/{reference['id']}"))
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        rows = admin.execute(
            "SELECT action, subject FROM audit_log WHERE who = %s ORDER BY id", [reader.client_id]
        ).fetchall()
    assert rows == [
        ("designation-assessment-read", application["id"]),
        ("designation-reference-read", reference["id"]),
        ("designation-reference-read", reference["id"]),
    ]


def test_the_feed_tells_of_decisions_and_of_no_judgement(
    applying: Applying, papers: dict[str, Any], house: House
) -> None:
    application = papers["released"]
    with psycopg.connect(house.stores["sle-broker"].admin_url) as admin:
        told = admin.execute(
            "SELECT type, data::text FROM (TABLE outbox_pending) AS p (id, type, subject, tenant_id, occurred_at, "
            "trace_parent, data) WHERE subject = %s UNION ALL SELECT type, data::text FROM feed WHERE subject = %s",
            [application["id"]] * 2,
        ).fetchall()
    assert {name for name, _ in told} == {
        "designation-application-submitted",
        "designation-application-reference-given",
        "designation-application-references-received",
        "designation-application-assessed",
        "designation-application-papers-released",
    }
    assert all(word not in data for _, data in told for word in ("green", "Strong", "Asha", "supports", "led it"))
