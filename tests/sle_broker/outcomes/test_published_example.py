"""The outcomes that one alliance published, counted again from records.

Source: Impact of Teaching Schools, National College for Teaching and Leadership, March 2014, the Pioneer Teaching
School Alliance: of 21 deployments so far, 15 led to improved inspection outcomes, to improved results in national
tests, or to both; of the supported schools inspected since, 70 per cent moved from "requires improvement" to "good",
and the other 30 per cent at least kept their category.
"""

from typing import Any

import httpx
import pytest

from tests.people import People
from tests.sle_broker.brokerage import Brokerage, Json, done, if_match

DEPLOYMENTS = 21
MOVED_UP, STAYED, BETTER_RESULTS = 7, 3, 8
"""The report gives shares and a total: ten inspected is the fewest that has 70 and 30 per cent in whole schools, and
leaves eight of the fifteen to have improved by their results alone."""


def record(brokerage: Brokerage, deployment: Json, **outcome: Any) -> httpx.Response:
    path = f"/v1/deployments/{deployment['id']}/outcome"
    return brokerage.broker.put(path, json=outcome, headers=if_match(deployment))


def inspected(deployment: Json, before: str, after: str) -> Json:
    return {
        "urn": deployment["host_school_urn"],
        "inspected_on": "2015-06-10",
        "previous_grade": before,
        "grade": after,
    }


def results(before: float, after: float) -> Json:
    return {"measure": "Level 4 in reading, writing and mathematics", "before": before, "after": after}


@pytest.fixture(scope="module")
def brokerage(people: People) -> Brokerage:
    """An alliance with all that it reported, entered as records."""
    brokerage = Brokerage.open(people)
    schools = people.schools(DEPLOYMENTS)
    brokerage.someone("auditor")
    leaders = [brokerage.leader() for _ in range(5)]
    deployments = [
        brokerage.deployment("evaluated", leaders[number % len(leaders)], brokerage.request(host_school_urn=urn))
        for number, urn in enumerate(schools)
    ]
    moved_up, others = deployments[:MOVED_UP], deployments[MOVED_UP:]
    for number, deployment in enumerate(moved_up):
        # One school improved in both ways, and counts once.
        both = {"results": results(61, 74)} if number == 0 else {}
        outcome = {"inspection": inspected(deployment, "requires improvement", "good")} | both
        done(record(brokerage, deployment, **outcome))
    for deployment, grade in zip(others[:STAYED], ("satisfactory", "2", "1"), strict=True):
        done(
            record(
                brokerage,
                deployment,
                inspection=inspected(deployment, grade, "3" if grade == "satisfactory" else grade),
            )
        )
    for deployment in others[STAYED : STAYED + BETTER_RESULTS]:
        done(record(brokerage, deployment, results=results(58.5, 67)))
    return brokerage


def register(brokerage: Brokerage, **filters: Any) -> Json:
    params = {"alliance_id": brokerage.alliance_id} | filters
    return done(brokerage.broker.get("/v1/outcome-register", params=params))


def test_the_register_gives_the_published_figures(brokerage: Brokerage) -> None:
    counted = register(brokerage)
    assert counted["deployments"]["all"] == 21
    assert counted["improved_by_inspection_or_results"] == 15
    schools = counted["schools"]
    assert schools["improved"] / schools["inspected"] == pytest.approx(0.70)
    assert schools["maintained"] / schools["inspected"] == pytest.approx(0.30)
    assert schools["declined"] == 0
    assert {"previous_grade": 3, "grade": 2, "deployments": 7} in counted["moves"]


def test_every_figure_has_its_denominator_and_its_records(brokerage: Brokerage) -> None:
    counted = register(brokerage, limit=50)
    tally = {"all": 21, "inspected": 10, "improved": 7, "maintained": 3, "declined": 0, "not_yet_inspected": 11}
    assert counted["deployments"] == counted["schools"] == tally
    assert sum(move["deployments"] for move in counted["moves"]) == 10
    assert len(counted["items"]) == 21
    outcomes = [one["outcome"] for one in counted["items"] if one["outcome"] is not None]
    by_inspection = [one["inspection"] for one in outcomes if one["inspection"] is not None]
    assert [one["outcome"] for one in by_inspection].count("improved") == 7
    assert all(one["is_derived"] for one in by_inspection)
    assert len(outcomes) == 18


def test_the_trace_comes_in_pages_with_the_same_counts(brokerage: Brokerage) -> None:
    seen, cursor = [], None
    while True:
        page = register(brokerage, limit=8, **({} if cursor is None else {"cursor": cursor}))
        assert page["deployments"]["all"] == 21
        seen += [one["deployment_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 21


def test_only_what_began_in_the_time_is_counted(brokerage: Brokerage) -> None:
    assert register(brokerage, began_from="2015-01-10", began_to="2015-01-11")["deployments"]["all"] == 21
    for outside in ({"began_from": "2015-01-11"}, {"began_to": "2015-01-10"}):
        empty = register(brokerage, **outside)
        assert (empty["deployments"]["all"], empty["improved_by_inspection_or_results"]) == (0, 0)
        assert (empty["items"], empty["moves"]) == ([], [])
