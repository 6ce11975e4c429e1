import threading

import psycopg
import pytest

from tests.people import People
from tests.running import House
from tests.sle_broker.brokerage import Brokerage, Json, created, done, if_match
from tests.sle_broker.brokerage_rounds.rounds import WORKER, accept, ask, cancel, ended, proposals


@pytest.fixture
def brokerage(people: People) -> Brokerage:
    return Brokerage.open(people)


def test_a_round_proposes_the_best_for_all_and_says_how_good_it_is(brokerage: Brokerage) -> None:
    waiting, settled = brokerage.leader("2014-11-03"), brokerage.leader("2012-11-03")
    urgent, routine = brokerage.request(urgency="urgent"), brokerage.request()
    round_ = ended(brokerage, ask(brokerage))
    assert round_["state"] == "done", round_
    found = proposals(brokerage, round_)
    assert {one["support_request_id"] for one in found} == {urgent["id"], routine["id"]}
    assert {one["leader_id"] for one in found if one["is_first_deployment"]} == {waiting["id"]}
    assert {one["leader_id"] for one in found} <= {waiting["id"], settled["id"]}
    assert all(level["is_optimal"] and level["gap_percent"] == 0 for level in round_["levels"])
    values = {level["level"]: level["value"] for level in round_["levels"]}
    assert (values["urgent_requests"], values["first_deployments"]) == (1, 1)
    assert values["fit"] == sum(one["total"] for one in found) >= round_["first_come"]["fit"]
    for one in found:
        assert one["total"] == sum(part["points"] for part in one["parts"])
        shortlist = brokerage.shortlist({"id": one["support_request_id"]}, as_of="2015-01-07")
        totals = {candidate["leader_id"]: candidate["total"] for candidate in shortlist["candidates"]}
        assert totals[one["leader_id"]] == one["total"]


def test_accepted_proposals_hold_days_and_accepting_twice_changes_nothing(brokerage: Brokerage) -> None:
    brokerage.leader()
    brokerage.request()
    round_ = ended(brokerage, ask(brokerage))
    [item] = accept(brokerage.broker, round_)
    deployment = done(brokerage.broker.get(f"/v1/deployments/{item['deployment_id']}"))
    assert (deployment["state"], deployment["days"]) == ("proposed", 5)
    assert accept(brokerage.broker, round_) == [item]
    assert [one["id"] for one in done(brokerage.broker.get("/v1/deployments"))["items"]] == [deployment["id"]]
    assert proposals(brokerage, round_)[0]["deployment_id"] == deployment["id"]


def test_what_has_changed_is_refused_by_itself_and_the_rest_goes_through(brokerage: Brokerage) -> None:
    leaders = [brokerage.leader(allowance_days=5) for _ in range(3)]
    requests = [brokerage.request() for _ in range(3)]
    round_ = ended(brokerage, ask(brokerage))
    found = {one["leader_id"]: one for one in proposals(brokerage, round_)}
    assert found.keys() == {one["id"] for one in leaders}
    changed = done(brokerage.broker.get(f"/v1/leaders/{leaders[0]['id']}"))
    conflict = {"conflicts": [brokerage.host_school_urn]}
    done(brokerage.broker.patch(f"/v1/leaders/{changed['id']}", json=conflict, headers=if_match(changed)))
    asked = next(one for one in requests if one["id"] == found[leaders[1]["id"]]["support_request_id"])
    done(brokerage.move(asked, "support-requests", "closed", "2015-01-07", reason="need_met_elsewhere"))
    codes = {
        next(leader for leader, one in found.items() if one["id"] == item["proposal_id"]): item["code"]
        for item in accept(brokerage.broker, round_)
    }
    assert codes == {
        leaders[0]["id"]: "leader-no-longer-offered",
        leaders[1]["id"]: "nobody-wanted-any-more",
        leaders[2]["id"]: None,
    }


def test_two_brokers_who_accept_at_the_same_moment_accept_each_proposal_once(brokerage: Brokerage) -> None:
    for _ in range(6):
        brokerage.leader()
        brokerage.request()
    rounds = [ended(brokerage, ask(brokerage)) for _ in range(2)]
    other = brokerage.someone("broker")
    items: list[list[Json]] = []
    threads = [
        threading.Thread(target=lambda by=by, one=one: items.append(accept(by, one)))
        for by, one in (
            (brokerage.broker, rounds[0]),
            (other, rounds[1]),
            (other, rounds[0]),
            (brokerage.broker, rounds[1]),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(items) == 4
    deployments = done(brokerage.broker.get("/v1/deployments"))["items"]
    per_request = [one["support_request_id"] for one in deployments]
    assert len(per_request) == len(set(per_request)) == 6


def test_a_round_whose_worker_was_killed_is_taken_up_again(brokerage: Brokerage, house: House) -> None:
    brokerage.leader()
    brokerage.request()
    house.kill(WORKER)
    round_ = ask(brokerage)
    with psycopg.connect(house.stores["sle-broker"].admin_url, autocommit=True) as admin:
        admin.execute(
            "UPDATE jobs SET state = 'running', attempts = 1, beat_at = now() - interval '1 minute' WHERE id = %s",
            [round_["id"]],
        )
    house.start(WORKER)
    assert ended(brokerage, round_)["state"] == "done"
    assert len(proposals(brokerage, round_)) == 1


def test_a_round_that_waits_can_be_cancelled_and_what_has_ended_cannot(brokerage: Brokerage, house: House) -> None:
    house.kill(WORKER)
    round_ = ask(brokerage)
    cancelled = done(cancel(brokerage.broker, round_))
    assert (cancelled["state"], cancelled["version"]) == ("cancelled", round_["version"] + 1)
    house.start(WORKER)
    stale = cancel(brokerage.broker, round_)
    assert (stale.status_code, stale.json()["code"]) == (412, "version-mismatch")
    again = cancel(brokerage.broker, cancelled)
    assert (again.status_code, again.json()["code"]) == (409, "state-conflict")


def test_nothing_open_gives_a_round_without_proposals(brokerage: Brokerage) -> None:
    round_ = ended(brokerage, ask(brokerage))
    assert (round_["state"], proposals(brokerage, round_)) == ("done", [])


def test_who_is_not_broker_in_each_alliance_asks_for_no_round(people: People, brokerage: Brokerage) -> None:
    other = Brokerage.open(people)
    body = {"alliance_ids": [brokerage.alliance_id, other.alliance_id]}
    assert brokerage.broker.post("/v1/brokerage-rounds", json=body).status_code == 404
    round_ = ask(brokerage)
    assert other.broker.get(f"/v1/brokerage-rounds/{round_['id']}").status_code == 404
    leader = brokerage.someone("leader", created(brokerage.broker.post("/v1/leaders", json=_leader(brokerage)))["id"])
    assert leader.get(f"/v1/brokerage-rounds/{round_['id']}/proposals").status_code == 403


def _leader(brokerage: Brokerage) -> Json:
    return {
        "alliance_id": brokerage.alliance_id,
        "kind": "sle",
        "name": "Asha Bell",
        "home_school_urn": brokerage.home_school_urn,
        "phases": ["primary"],
    }
