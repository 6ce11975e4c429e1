from typing import Any

import pytest

from tests.people import People
from tests.sle_broker.brokerage import Brokerage, created, done, if_match
from tests.sle_broker.designation_applications.applying import Applying


@pytest.fixture(scope="module")
def applying(brokerage: Brokerage) -> Applying:
    return Applying.at(brokerage)


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_round_is_planned_by_an_administrator_and_read_by_all_it_is_for(applying: Applying) -> None:
    planned = applying.round(
        kinds=["sle", "lle"],
        target={"number": 12, "agreed_on": "2014-09-15"},
        eligibility={"years_of_leadership": 2},
        references_needed=2,
        lapses_after_years=4,
    )
    brokerage = applying.brokerage
    readers = [brokerage.broker, brokerage.someone("school", brokerage.host_school_urn), applying.applicant()]
    for reader in readers:
        assert done(reader.get(f"/v1/designation-rounds/{planned['id']}")) == planned
        assert done(reader.get("/v1/designation-rounds"))["items"] == [planned]
    assert brokerage.broker.post("/v1/designation-rounds", json=applying.round_body()).status_code == 403
    stranger = Brokerage.open(brokerage.people).broker
    assert stranger.get(f"/v1/designation-rounds/{planned['id']}").status_code == 404
    again = applying.admin.post("/v1/designation-rounds", json=applying.round_body())
    assert refusal(again) == (409, "duplicate")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"closes_on": "2014-09-14"}, "dates-out-of-order"),
        ({"kinds": ["juggler"]}, "leader-kind-not-in-list"),
        ({"kinds": []}, "validation-failed"),
        ({"target": {"number": 12, "agreed_on": "2199-01-01"}}, "date-not-yet-come"),
        ({"target": {"number": -1, "agreed_on": "2014-09-15"}}, "validation-failed"),
        ({"eligibility": {"home_school_judgement": 5}}, "validation-failed"),
        ({"references_needed": 6}, "validation-failed"),
    ],
)
def test_a_round_that_cannot_be_is_refused(applying: Applying, facts: dict[str, Any], code: str) -> None:
    body = applying.round_body(name="never") | facts
    assert refusal(applying.admin.post("/v1/designation-rounds", json=body)) == (422, code)


def test_a_round_is_prolonged_and_a_target_agreed_anew_keeps_the_one_before(applying: Applying) -> None:
    planned = applying.round(name="prolonged", target={"number": 12, "agreed_on": "2014-09-15"})
    late = applying.body(planned, submitted_on="2014-10-24")
    assert refusal(applying.submit(late)) == (409, "application-outside-window")
    path = f"/v1/designation-rounds/{planned['id']}"
    longer = done(applying.admin.patch(path, json={"closes_on": "2014-10-24"}, headers=if_match(planned)))
    assert longer == planned | {"closes_on": "2014-10-24", "version": 2}
    created(applying.submit(late))
    for body in ({"closes_on": "2014-09-14"}, {"references_needed": None}, {"name": "other"}):
        assert applying.admin.patch(path, json=body, headers=if_match(longer)).status_code == 422
    target = {"number": 15, "agreed_on": "2014-12-01"}
    agreed = done(applying.admin.post(f"{path}/targets", json=target, headers=if_match(longer)))
    assert agreed["targets"] == [{"number": 12, "agreed_on": "2014-09-15"}, target]
    again = applying.admin.post(f"{path}/targets", json=target, headers=if_match(agreed))
    assert refusal(again) == (422, "target-agreed-before")
    other = {"number": 18, "agreed_on": "2014-12-02"}
    unseen = applying.admin.post(f"{path}/targets", json=other, headers=if_match(longer))
    assert refusal(unseen) == (412, "version-mismatch")


def test_a_round_that_asks_for_two_references_waits_for_both(applying: Applying) -> None:
    planned = applying.round(name="two references", references_needed=2)
    assert refusal(applying.submit(applying.body(planned))) == (422, "too-few-referees")
    brokerage = applying.brokerage
    referees = [brokerage.home_school_urn, brokerage.host_school_urn]
    application = created(applying.submit(applying.body(planned, referee_urns=referees)))
    for asked in applying.references(applying.admin, application):
        assert refusal(applying.move(application, "references_received")) == (409, "too-few-references")
        done(applying.give(asked))
        application = applying.read(application)
    assert done(applying.move(application, "references_received"))["state"] == "references_received"


def test_designated_and_trained_are_compared_with_the_target_round_by_round(people: People) -> None:
    brokerage = Brokerage.open(people)
    applying = Applying.at(brokerage)
    autumn = applying.round(target={"number": 3, "agreed_on": "2014-09-15"})
    applying.round(name="2015-spring", opens_on="2015-01-12", closes_on="2015-02-06")
    trained = done(applying.step(applying.application(autumn, "designated"), "trained"))
    leader = brokerage.leader(None)
    directly = brokerage.designation(leader, "2014-11-10")
    in_error = brokerage.designation(brokerage.leader(None), "2014-11-10")
    done(brokerage.move(in_error, "designations", "withdrawn", "2014-11-11", reason="recorded_in_error"))
    brokerage.designation(leader, "2015-11-10", renews_designation_id=directly["id"])

    def counts(as_of: str) -> list[tuple[Any, ...]]:
        found = done(brokerage.broker.get("/v1/designation-round-counts", params={"as_of": as_of}))["items"]
        return [(one["name"], one["target"], one["designated"], one["trained"]) for one in found]

    assert counts("2014-09-14") == [("2014-autumn", None, 0, 0), ("2015-spring", None, 0, 0)]
    assert counts("2014-11-09")[0] == ("2014-autumn", 3, 1, 0)
    assert counts("2014-11-10")[0] == ("2014-autumn", 3, 3, 0)
    assert counts("2014-12-05")[0] == ("2014-autumn", 3, 2, 1)
    assert counts("2016-08-31") == [("2014-autumn", 3, 2, 1), ("2015-spring", None, 0, 0)]
    assert trained["state"] == "trained"


def test_needs_and_designations_are_compared_by_specialism_and_phase_as_of_a_day(people: People) -> None:
    brokerage = Brokerage.open(people)
    forecast = {
        "alliance_id": brokerage.alliance_id,
        "host_school_urn": brokerage.host_school_urn,
        "kind": "predicted",
        "source": "forecast",
        "arisen_on": "2014-10-01",
        "phase": "primary",
    }
    phonics = created(brokerage.broker.post("/v1/needs", json=forecast | {"specialism": "phonics"}))
    created(brokerage.broker.post("/v1/needs", json=forecast | {"specialism": "mathematics"}))
    leader = brokerage.leader(
        None,
        specialisms=[
            {"code": "phonics", "claimed_on": "2014-09-01"},
            {"code": "attendance", "claimed_on": "2014-09-01"},
        ],
    )
    made = brokerage.designation(leader, "2014-11-03")

    def cover(as_of: str) -> dict[str, tuple[int, int, str | None]]:
        params = {"alliance_id": brokerage.alliance_id, "as_of": as_of}
        found = done(brokerage.broker.get("/v1/need-cover", params=params))["cover"]
        said = {
            (True, False): "need without designation",
            (False, True): "designation without need",
            (False, False): None,
        }
        return {
            one["specialism"]: (
                len(one["predicted_need_ids"]),
                len(one["leader_ids"]),
                said[one["is_need_without_designation"], one["is_designation_without_need"]],
            )
            for one in found
        }

    assert cover("2014-09-30") == {}
    assert cover("2014-11-02") == {
        "mathematics": (1, 0, "need without designation"),
        "phonics": (1, 0, "need without designation"),
    }
    assert cover("2014-11-03") == {
        "attendance": (0, 1, "designation without need"),
        "mathematics": (1, 0, "need without designation"),
        "phonics": (1, 1, None),
    }
    done(brokerage.move(phonics, "needs", "ended", "2015-01-05", reason="met"))
    assert cover("2015-01-04")["phonics"] == (1, 1, None)
    assert cover("2015-01-05")["phonics"] == (0, 1, "designation without need")
    done(brokerage.move(made, "designations", "withdrawn", "2015-02-02", reason="stood_down"))
    assert cover("2015-02-02") == {"mathematics": (1, 0, "need without designation")}
    stranger = Brokerage.open(people).broker
    assert stranger.get("/v1/need-cover", params={"alliance_id": brokerage.alliance_id}).status_code == 404


def test_designations_that_cite_no_need_are_listed(people: People) -> None:
    brokerage = Brokerage.open(people)
    need = {
        "alliance_id": brokerage.alliance_id,
        "host_school_urn": brokerage.host_school_urn,
        "kind": "predicted",
        "source": "forecast",
        "arisen_on": "2014-10-01",
        "phase": "primary",
        "specialism": "phonics",
    }
    cited = created(brokerage.broker.post("/v1/needs", json=need))
    with_need = brokerage.designation(brokerage.leader(None), need_id=cited["id"])
    without = brokerage.designation(brokerage.leader(None))

    def listed(cites_need: bool) -> list[str]:
        params = {"cites_need": cites_need}
        return [one["id"] for one in done(brokerage.broker.get("/v1/designations", params=params))["items"]]

    assert listed(True) == [with_need["id"]]
    assert listed(False) == [without["id"]]
