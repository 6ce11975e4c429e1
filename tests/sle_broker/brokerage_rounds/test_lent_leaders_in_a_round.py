"""Rounds of two alliances of which one lends to the other, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from service_kit.clock import day_of, now
from sle_broker.designations.half_term import half_term_of
from tests.people import People
from tests.sle_broker.brokerage import Json, done
from tests.sle_broker.brokerage_rounds.rounds import accept, ask, ended, proposals
from tests.sle_broker.lending_offers.two_alliances import TwoAlliances

TODAY = day_of(now())
# A window in one half-term that has not ended, whatever the day of the test.
FIRST_DAY = TODAY if (half_term_of(TODAY).last_day - TODAY).days > 1 else half_term_of(TODAY).last_day + timedelta(1)
LAST_DAY = half_term_of(FIRST_DAY).last_day


@pytest.fixture
def two(people: People) -> TwoAlliances:
    both = TwoAlliances.open(people)
    people.grant(both.borrower.broker, both.lender.alliance_id, "broker", None)
    both.lender.someone("auditor")
    return both


def window() -> Json:
    return {"earliest_start_on": str(FIRST_DAY), "latest_finish_on": str(LAST_DAY)}


def a_round(two: TwoAlliances, **facts: Any) -> Json:
    alliances = [two.borrower.alliance_id, two.lender.alliance_id]
    return ended(two.borrower, ask(two.borrower, alliance_ids=alliances, as_of=str(TODAY), **facts))


def borrowed(two: TwoAlliances, round_: Json) -> dict[str, str | None]:
    return {one["leader_id"]: one["lender_alliance_id"] for one in proposals(two.borrower, round_)}


def test_a_leader_is_lent_only_for_a_place_that_own_leaders_leave(two: TwoAlliances) -> None:
    own = two.borrower.leader("2012-11-03", allowance_days=5)
    lent = two.lender.leader(str(TODAY - timedelta(days=20)), allowance_days=5)
    requests = [two.borrower.request(**window()) for _ in range(2)]
    round_ = a_round(two)
    assert borrowed(two, round_) == {own["id"]: None, lent["id"]: two.lender.alliance_id}
    # The clock of the lent leader is running, and still they are sent only where no own leader is.
    assert [level["value"] for level in round_["levels"]][:2] == [0, 0]
    assert [level["value"] for level in round_["lent_levels"]][:2] == [0, 1]

    items = accept(two.borrower.broker, round_, on=str(TODAY))
    assert [item["code"] for item in items] == [None, None], items
    deployments = [done(two.borrower.broker.get(f"/v1/deployments/{one['deployment_id']}")) for one in items]
    lenders = {one["leader_id"]: one["lender_alliance_id"] for one in deployments}
    assert lenders == {own["id"]: None, lent["id"]: two.lender.alliance_id}
    assert {one["support_request_id"] for one in deployments} == {one["id"] for one in requests}
    assert {one["state"] for one in deployments} == {"proposed"}
    [offer] = done(two.lender.broker.get("/v1/lending-offers"))["items"]
    assert (offer["state"], offer["leader"]["leader_id"]) == ("accepted", lent["id"])
    [asked] = done(two.borrower.broker.get("/v1/lending-requests"))["items"]
    assert asked["closed_on"] == str(TODAY)
    assert accept(two.borrower.broker, round_, on=str(TODAY)) == items


def test_whoever_could_be_placed_at_home_is_not_lent(two: TwoAlliances) -> None:
    leader = two.lender.leader(allowance_days=5)
    two.borrower.request(urgency="urgent", **window())
    at_home = two.lender.request(**window())
    [proposal] = proposals(two.borrower, a_round(two))
    assert (proposal["leader_id"], proposal["support_request_id"]) == (leader["id"], at_home["id"])


def test_nobody_is_lent_without_an_agreement_on_the_day_and_none_that_ended_since(two: TwoAlliances) -> None:
    two.lender.leader()
    two.borrower.request(**window())
    round_ = a_round(two)
    assert len(borrowed(two, round_)) == 1
    agreement = done(two.borrower.broker.get(f"/v1/lending-agreements/{two.agreement['id']}"))
    ended_ = two.lender.move(agreement, "lending-agreements", "ended", str(TODAY), reason="no_leaders_to_lend")
    assert done(ended_)["state"] == "ended"
    [item] = accept(two.borrower.broker, round_, on=str(TODAY))
    assert (item["code"], item["deployment_id"]) == ("no-lending-agreement", None)
    assert done(two.borrower.broker.get("/v1/lending-requests"))["items"] == []
    assert borrowed(two, a_round(two)) == {}


def test_an_own_leader_who_has_become_free_since_is_placed_first_and_nothing_is_left_behind(two: TwoAlliances) -> None:
    two.lender.leader()
    two.borrower.request(**window())
    round_ = a_round(two)
    two.borrower.leader()
    [item] = accept(two.borrower.broker, round_, on=str(TODAY))
    assert item["code"] == "own-leaders-could-serve"
    assert done(two.borrower.broker.get("/v1/lending-requests"))["items"] == []
    assert done(two.borrower.broker.get("/v1/deployments"))["items"] == []


def test_own_leaders_who_could_serve_but_are_needed_elsewhere_are_said_to_be(two: TwoAlliances) -> None:
    two.borrower.leader()
    for _ in range(4):
        two.borrower.request(**window())
    two.lender.leader(allowance_days=5)
    round_ = a_round(two)
    lent = [one["id"] for one in proposals(two.borrower, round_) if one["lender_alliance_id"]]
    [item] = accept(two.borrower.broker, round_, on=str(TODAY), proposal_ids=lent)
    assert item["code"] is None, item
    [asked] = done(two.borrower.broker.get("/v1/lending-requests"))["items"]
    assert asked["own_first_reason"] == "own_leaders_needed_elsewhere"
