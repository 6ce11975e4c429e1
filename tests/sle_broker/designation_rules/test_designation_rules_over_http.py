from typing import Any

import pytest

from tests.people import People, SignedIn
from tests.sle_broker.brokerage import Brokerage, Json, created, done, if_match
from tests.sle_broker.designation_applications.applying import Applying

PHONICS_PRIMARY = {"specialism": "phonics", "phase": "primary"}


@pytest.fixture(scope="module")
def admin(brokerage: Brokerage) -> SignedIn:
    return brokerage.someone("alliance_admin")


@pytest.fixture(scope="module")
def ple(brokerage: Brokerage) -> str:
    """The code of a kind of leader that works beside a mentor."""
    body = {"alliance_id": brokerage.alliance_id, "code": "ple", "name": "Plymouth lead educator", "needs_mentor": True}
    kind = created(brokerage.broker.post("/v1/leader-kinds", json=body))
    return str(kind["code"])


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def decide(admin: SignedIn, alliance_id: str, **rule: Any) -> Json:
    body = {"alliance_id": alliance_id, "designates_on_need": False} | rule
    return created(admin.post("/v1/designation-rules", json=body))


def need(brokerage: Brokerage, **facts: Any) -> Json:
    body = {
        "alliance_id": brokerage.alliance_id,
        "host_school_urn": brokerage.host_school_urn,
        "kind": "predicted",
        "source": "forecast",
        "arisen_on": "2014-10-01",
    }
    return created(brokerage.broker.post("/v1/needs", json=body | PHONICS_PRIMARY | facts))


def designate(brokerage: Brokerage, leader: Json, on: str = "2014-11-03", **facts: Any) -> Any:
    body = {"leader_id": leader["id"], "designated_on": on} | facts
    return brokerage.broker.post("/v1/designations", json=body)


def known_elsewhere(brokerage: Brokerage) -> Brokerage:
    """Another alliance, where the broker is broker too: nothing but the rule keeps the two apart."""
    other = Brokerage.open(brokerage.people)
    brokerage.people.grant(brokerage.broker, other.alliance_id, "broker")
    other.someone("auditor")
    return other


def test_an_alliances_own_kind_works_like_any_other_and_has_no_clock(brokerage: Brokerage, ple: str) -> None:
    mentor = brokerage.leader()
    apprentice = brokerage.leader("2014-11-03", kind=ple, mentor_id=mentor["id"])
    assert (apprentice["kind"], apprentice["mentor_id"]) == ("ple", mentor["id"])
    listed = done(brokerage.broker.get("/v1/leaders", params={"kind": ple}))["items"]
    assert [one["id"] for one in listed] == [apprentice["id"]]
    [made] = done(brokerage.broker.get("/v1/designations", params={"kind": ple}))["items"]
    assert (made["leader_id"], made["kind"]) == (apprentice["id"], "ple")
    shortlist = brokerage.shortlist(brokerage.request())
    clocks = {
        one["leader_id"]: next(part for part in one["parts"] if part["criterion"] == "clock")
        for one in shortlist["candidates"]
    }
    assert clocks[apprentice["id"]]["fact"] == "no deployment clock to meet"
    assert clocks[mentor["id"]]["points"] > 0


def test_the_kinds_are_the_national_ones_and_the_alliances_own(brokerage: Brokerage, ple: str) -> None:
    def codes(reader: SignedIn) -> list[str]:
        return [one["code"] for one in done(reader.get("/v1/leader-kinds"))["items"]]

    assert codes(brokerage.broker) == ["lle", "nle", ple, "sle"]
    stranger = Brokerage.open(brokerage.people)
    assert codes(stranger.broker) == ["lle", "nle", "sle"]
    body = {"alliance_id": stranger.alliance_id, "name": "Asha", "home_school_urn": stranger.home_school_urn}
    refused = stranger.broker.post("/v1/leaders", json=body | {"kind": ple, "phases": []})
    assert refusal(refused) == (422, "leader-kind-not-in-list")


@pytest.mark.parametrize(("code", "refused_as"), [("sle", "leader-kind-is-national"), ("ple", "duplicate")])
def test_a_code_means_one_kind(brokerage: Brokerage, ple: str, code: str, refused_as: str) -> None:
    body = {"alliance_id": brokerage.alliance_id, "code": code, "name": "Another"}
    assert refusal(brokerage.broker.post("/v1/leader-kinds", json=body)) == (409, refused_as)


def test_an_apprentice_is_registered_with_a_designated_leader_of_the_alliance_as_mentor(
    brokerage: Brokerage, ple: str
) -> None:
    stranger = known_elsewhere(brokerage)
    mentor = brokerage.leader()
    apprentice = brokerage.leader(None, kind=ple, mentor_id=mentor["id"])
    body = {
        "alliance_id": brokerage.alliance_id,
        "kind": ple,
        "name": "Asha Bell",
        "home_school_urn": brokerage.home_school_urn,
        "phases": [],
    }
    for mentor_id, code in (
        (None, "mentor-needed"),
        (brokerage.leader(None)["id"], "mentor-not-designated"),
        (stranger.leader()["id"], "mentor-not-designated"),
        ("0198c1d2-a7e1-7c3f-8a1b-2c3d4e5f6071", "mentor-not-designated"),
        (apprentice["id"], "mentor-is-mentored"),
    ):
        assert refusal(brokerage.broker.post("/v1/leaders", json=body | {"mentor_id": mentor_id})) == (422, code)
    path = f"/v1/leaders/{apprentice['id']}"
    for mentor_id, code in ((None, "mentor-needed"), (apprentice["id"], "mentor-is-themselves")):
        changed = brokerage.broker.patch(path, json={"mentor_id": mentor_id}, headers=if_match(apprentice))
        assert refusal(changed) == (422, code)


def test_a_mentor_is_designated_on_the_day_of_the_apprentices_designation(brokerage: Brokerage, ple: str) -> None:
    mentor = brokerage.leader("2014-11-03")
    apprentice = brokerage.leader(None, kind=ple, mentor_id=mentor["id"])
    assert refusal(designate(brokerage, apprentice, "2014-11-02")) == (422, "mentor-not-designated")
    assert created(designate(brokerage, apprentice, "2014-11-03"))["kind"] == ple


def test_while_designating_on_need_a_designation_cites_one_the_leader_can_serve(people: People) -> None:
    brokerage = Brokerage.open(people)
    decide(brokerage.someone("alliance_admin"), brokerage.alliance_id, from_on="2014-09-01", designates_on_need=True)
    leader = brokerage.leader(None)
    assert refusal(designate(brokerage, leader)) == (422, "need-not-cited")
    for facts in ({"specialism": "mathematics"}, {"phase": "secondary"}):
        assert refusal(designate(brokerage, leader, need_id=need(brokerage, **facts)["id"])) == (
            422,
            "need-not-served",
        )
    forecast = need(brokerage)
    assert refusal(designate(brokerage, leader, "2014-09-30", need_id=forecast["id"])) == (422, "need-not-open")
    elsewhere = known_elsewhere(brokerage)
    assert designate(brokerage, leader, need_id=need(elsewhere)["id"]).status_code == 404
    made = created(designate(brokerage, leader, need_id=forecast["id"]))
    assert made["need_id"] == forecast["id"]
    renewal = created(designate(brokerage, leader, "2015-11-03", renews_designation_id=made["id"]))
    assert renewal["need_id"] is None
    before_the_rule = brokerage.leader(None)
    assert created(designate(brokerage, before_the_rule, "2014-08-31"))["need_id"] is None


def test_an_applicant_is_designated_on_need_too_and_without_once_the_rule_is_off(people: People) -> None:
    brokerage = Brokerage.open(people)
    applying = Applying.at(brokerage)
    decide(applying.admin, brokerage.alliance_id, from_on="2014-09-01", designates_on_need=True)
    autumn = applying.round()
    application = applying.application(autumn, "approved")
    assert refusal(applying.step(application, "designated")) == (422, "need-not-cited")
    assert applying.read(application) == application
    designated = done(applying.step(application, "designated", need_id=need(brokerage)["id"]))
    assert designated["state"] == "designated"
    second = applying.application(autumn, "approved")
    assert refusal(applying.step(second, "designated")) == (422, "need-not-cited")
    decide(applying.admin, brokerage.alliance_id, from_on="2014-11-01", designates_on_need=False)
    assert done(applying.step(second, "designated"))["state"] == "designated"


def test_the_alliance_says_after_how_many_years_a_designation_is_due_to_lapse(people: People) -> None:
    brokerage = Brokerage.open(people)
    admin = brokerage.someone("alliance_admin")
    decide(admin, brokerage.alliance_id, from_on="2014-09-01", lapses_after_years=3)
    early, late = brokerage.leader(None), brokerage.leader(None)
    assert created(designate(brokerage, early, "2014-08-31"))["due_to_lapse_on"] is None
    made = created(designate(brokerage, late, "2014-11-03"))
    assert (made["due_to_lapse_on"], made["state"]) == ("2017-11-03", "lapsed")

    def due_before(day: str) -> list[str]:
        found = done(brokerage.broker.get("/v1/designations", params={"due_to_lapse_to": day}))["items"]
        return [one["id"] for one in found]

    assert due_before("2017-11-03") == []
    assert due_before("2017-11-04") == [made["id"]]
    renewal = created(designate(brokerage, late, "2017-09-01", renews_designation_id=made["id"]))
    assert due_before("2017-11-04") == []
    assert due_before("2020-09-02") == [renewal["id"]]
    done(brokerage.move(renewal, "designations", "lapsed", "2020-09-01"))
    assert due_before("2020-09-02") == []


def test_the_rules_of_an_alliance_are_its_administrators_to_decide_and_its_staffs_to_read(
    brokerage: Brokerage, admin: SignedIn
) -> None:
    rule = decide(admin, brokerage.alliance_id, from_on="2010-09-01", lapses_after_years=4)
    assert rule["decided_by"] == admin.client_id
    listed = done(brokerage.broker.get("/v1/designation-rules"))["items"]
    assert listed == [rule]
    body = {"alliance_id": brokerage.alliance_id, "from_on": "2014-09-01", "designates_on_need": True}
    assert refusal(brokerage.broker.post("/v1/designation-rules", json=body)) == (403, "forbidden")
    stranger = Brokerage.open(brokerage.people)
    assert done(stranger.broker.get("/v1/designation-rules"))["items"] == []
    assert stranger.someone("alliance_admin").post("/v1/designation-rules", json=body).status_code == 404


def test_an_apprentice_whose_mentor_is_no_longer_designated_is_listed(people: People) -> None:
    brokerage = Brokerage.open(people)
    kind = {"alliance_id": brokerage.alliance_id, "code": "ple", "name": "Lead educator", "needs_mentor": True}
    created(brokerage.broker.post("/v1/leader-kinds", json=kind))
    mentor = brokerage.leader(None)
    made = brokerage.designation(mentor)
    apprentice = brokerage.leader(None, kind="ple", mentor_id=mentor["id"])

    def unmentored() -> list[str]:
        return [
            one["id"] for one in done(brokerage.broker.get("/v1/leaders", params={"needs_new_mentor": True}))["items"]
        ]

    assert apprentice["id"] not in unmentored()
    done(brokerage.move(made, "designations", "lapsed", "2015-09-01"))
    assert apprentice["id"] in unmentored()
    other = brokerage.leader()
    path = f"/v1/leaders/{apprentice['id']}"
    done(brokerage.broker.patch(path, json={"mentor_id": other["id"]}, headers=if_match(apprentice)))
    assert apprentice["id"] not in unmentored()


def test_what_is_due_to_lapse_has_lapsed_everywhere_though_nobody_recorded_it(people: People) -> None:
    brokerage = Brokerage.open(people)
    admin = brokerage.someone("alliance_admin")
    decide(admin, brokerage.alliance_id, from_on="2010-09-01", lapses_after_years=1)
    leader = brokerage.leader()
    [made] = done(brokerage.broker.get("/v1/designations"))["items"]
    assert (made["state"], made["due_to_lapse_on"], made["lapsed_on"]) == ("lapsed", "2015-11-03", None)
    late = brokerage.proposal(leader, brokerage.request(), starts_on="2015-11-03", ends_on="2016-07-15")
    assert refusal(brokerage.broker.post("/v1/deployments", json=late)) == (409, "leader-not-designated")
    created(brokerage.broker.post("/v1/deployments", json=late | {"starts_on": "2015-11-02"}))
    withdrawn = brokerage.move(made, "designations", "withdrawn", "2015-11-03", reason="stood_down")
    assert refusal(withdrawn) == (409, "state-conflict")
    need(brokerage)
    for day, serving in (("2015-11-02", [leader["id"]]), ("2015-11-03", [])):
        asked = {"alliance_id": brokerage.alliance_id, "as_of": day}
        [phonics] = done(brokerage.broker.get("/v1/need-cover", params=asked))["cover"]
        assert phonics["leader_ids"] == serving
    summary = done(brokerage.broker.get(f"/v1/alliances/{brokerage.alliance_id}/need-summary"))
    assert [one["leaders"] for one in summary["specialisms"]] == [0]
    created(designate(brokerage, leader, "2015-11-03"))
