from typing import Any

import pytest

from tests.people import People
from tests.sle_broker.brokerage import Brokerage, Json, done

AS_OF = "2015-01-14"


@pytest.fixture
def brokerage(people: People) -> Brokerage:
    """A brokerage whose designations are all a test's own."""
    return Brokerage.open(people)


def clock(brokerage: Brokerage, as_of: str = AS_OF, **more: Any) -> Json:
    params = more | {"alliance_id": brokerage.alliance_id, "as_of": as_of}
    return done(brokerage.broker.get("/v1/deployment-clock", params=params))


def test_the_report_counts_every_designation_once(brokerage: Brokerage) -> None:
    brokerage.deployment("under_way", brokerage.leader("2014-11-03"), days=1)
    brokerage.deployment("under_way", brokerage.leader("2014-09-01"), days=1)
    overdue, pending = brokerage.leader("2014-10-13"), brokerage.leader("2014-10-14")
    national = brokerage.leader("2014-11-03", kind="nle")
    withdrawn = brokerage.leader(None)
    designation = brokerage.designation(withdrawn, "2014-11-30")
    done(brokerage.move(designation, "designations", "withdrawn", "2015-01-05", reason="stood_down"))
    report = clock(brokerage)
    counts = {name: report[name] for name in ("within", "late", "overdue", "pending", "excluded")}
    assert counts == {"within": 1, "late": 1, "overdue": 1, "pending": 1, "excluded": 2}
    assert (report["numerator"], report["denominator"], report["rate"], report["is_met"]) == (1, 3, 0.3333, False)
    assert {one["reason"]: one["designations"] for one in report["exclusions"]} == {
        "not_a_specialist_leader": 1,
        "withdrawn_before_the_clock_ended": 1,
    }
    assert "KPI B8b" in report["rule"]
    [waiting] = report["items"]
    assert (waiting["leader_id"], waiting["begins_by"], waiting["days_left"]) == (pending["id"], "2015-01-14", 0)
    params = {"alliance_id": brokerage.alliance_id, "as_of": AS_OF, "state": ["overdue", "excluded"]}
    behind = done(brokerage.broker.get("/v1/clock-readings", params=params))["items"]
    assert {one["leader_id"]: one["state"] for one in behind} == {
        overdue["id"]: "overdue",
        national["id"]: "excluded",
        withdrawn["id"]: "excluded",
    }


def test_each_pending_leader_has_the_open_lines_that_fit_best_first(brokerage: Brokerage) -> None:
    leader = brokerage.leader("2014-11-03")
    near = brokerage.request(earliest_start_on="2015-01-19")
    half = brokerage.request(areas=["phonics", "mathematics"])
    brokerage.request(areas=["mathematics"])
    brokerage.request(earliest_start_on="2015-02-04")
    brokerage.request("submitted")
    brokerage.request("matched")
    brokerage.request(host_school_urn=brokerage.home_school_urn)
    package = brokerage.request(
        areas=["attendance"],
        also_wanted=[
            {"areas": ["phonics"], "days_wanted": 2, "people": "staff"},
            {"areas": ["phonics"], "days_wanted": 2, "leader_kind": "sle"},
        ],
    )
    [waiting] = clock(brokerage)["items"]
    assert waiting["leader_id"] == leader["id"]
    assert [(one["support_request_id"], one["line"]) for one in waiting["fits"]] == [
        (near["id"], 1),
        (package["id"], 3),
        (half["id"], 1),
    ]
    for one in waiting["fits"]:
        assert one["total"] == sum(part["points"] for part in one["parts"])
    [same] = brokerage.shortlist(near, as_of=AS_OF)["candidates"]
    assert waiting["fits"][0]["parts"] == same["parts"]
    assert waiting["fitting"] == 3


def test_a_leader_will_miss_the_clock_unless_something_begins_by_its_last_day(brokerage: Brokerage) -> None:
    leader = brokerage.leader("2014-11-03")
    assert [(one["will_miss"], one["planned_start_on"]) for one in clock(brokerage)["items"]] == [(True, None)]
    brokerage.deployment("agreed", leader, days=1, starts_on="2015-02-09")
    assert [(one["will_miss"], one["planned_start_on"]) for one in clock(brokerage)["items"]] == [(True, "2015-02-09")]
    brokerage.deployment("agreed", leader, days=1, starts_on="2015-02-03")
    assert [(one["will_miss"], one["planned_start_on"]) for one in clock(brokerage)["items"]] == [(False, "2015-02-03")]
    assert [one["planned_start_on"] for one in clock(brokerage, as_of="2015-01-05")["items"]] == [None]


def test_the_pending_come_by_page_and_who_ends_first_is_first(brokerage: Brokerage) -> None:
    last, first = brokerage.leader("2014-12-01"), brokerage.leader("2014-11-03")
    page = clock(brokerage, limit=1)
    rest = clock(brokerage, limit=1, cursor=page["next_cursor"])
    assert [one["leader_id"] for one in (*page["items"], *rest["items"])] == [first["id"], last["id"]]
    assert (page["pending"], rest["pending"], rest["next_cursor"]) == (2, 2, None)


def test_who_may_read_the_clock(people: People, brokerage: Brokerage) -> None:
    params = {"alliance_id": brokerage.alliance_id}
    leader = brokerage.someone("leader", brokerage.leader()["id"])
    stranger = Brokerage.open(people).broker
    for path in ("/v1/deployment-clock", "/v1/clock-readings"):
        assert brokerage.someone("auditor").get(path, params=params).status_code == 200
        assert leader.get(path, params=params).status_code == 403
        assert stranger.get(path, params=params).status_code == 404
        assert brokerage.broker.get(path).status_code == 422
