"""What earns points, how many, and the fact that is shown for them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sle_broker.designations.designation import LeaderKind
from sle_broker.matching.candidate import Candidate, Search
from sle_broker.matching.scoring import Criterion, ScorePart, score
from sle_broker.matching_weights.weights import DEFAULT_WEIGHTS, Weights
from sle_broker.specialisms.specialism import Phase
from tests.sle_broker.builders import HOME, MATHEMATICS, PHONICS, a_candidate, a_designation, a_search, an_id, holds


def part(criterion: Criterion, candidate: Candidate, search: Search, weights: Weights = DEFAULT_WEIGHTS) -> ScorePart:
    (found,) = [part for part in score(candidate, search, weights) if part.criterion is criterion]
    return found


def test_every_criterion_is_answered_once_and_in_order() -> None:
    assert [part.criterion for part in score(a_candidate(), a_search(), DEFAULT_WEIGHTS)] == list(Criterion)


def test_the_default_weights_are_thousandths_of_the_best_there_could_be() -> None:
    best = a_candidate(
        home_location=HOME,
        days_left=Decimal(15),
        like_schools_helped=5,
        objectives_met=4,
        objectives_judged=4,
    )
    last_day_of_the_clock = date(2015, 2, 3)
    parts = score(best, a_search(last_day_of_the_clock, host=HOME), DEFAULT_WEIGHTS)
    assert all(part.points == part.out_of for part in parts)
    assert sum(part.points for part in parts) == 1000


PHONICS_VALIDATED, PHONICS_CLAIMED = (
    holds(PHONICS, validated=date(2014, 11, 3)),
    holds(PHONICS, claimed=date(2014, 9, 1)),
)


@pytest.mark.parametrize(
    ("specialisms", "points", "fact"),
    [
        ((PHONICS_VALIDATED,), 150, "validated in Phonics on 2014-11-03; does not hold Mathematics"),
        ((PHONICS_CLAIMED,), 75, "claimed in Phonics on 2014-09-01; does not hold Mathematics"),
        (
            (holds(MATHEMATICS, claimed=date(2014, 9, 1)), PHONICS_VALIDATED),
            225,
            "validated in Phonics on 2014-11-03; claimed in Mathematics on 2014-09-01",
        ),
        (
            (PHONICS_CLAIMED, PHONICS_VALIDATED),
            150,
            "validated in Phonics on 2014-11-03; does not hold Mathematics",
        ),
    ],
)
def test_each_specialism_asked_for_counts_alike_and_a_claim_for_half(specialisms: Any, points: int, fact: str) -> None:
    earned = part(Criterion.SPECIALISM, a_candidate(specialisms=specialisms), a_search(areas=(PHONICS, MATHEMATICS)))
    assert earned == ScorePart(Criterion.SPECIALISM, points, 300, fact)


@pytest.mark.parametrize(
    ("criterion", "changes", "points", "fact"),
    [
        (Criterion.PHASE, {}, 100, "works in primary"),
        (Criterion.PHASE, {"phases": frozenset({Phase.SECONDARY})}, 0, "does not work in primary"),
        (Criterion.DISTANCE, {}, 121, "15 km"),
        (Criterion.DISTANCE, {"home_location": None}, 0, "location not recorded"),
        (Criterion.DAYS, {}, 60, "9 of 15 days left, 6 free in this window"),
        (Criterion.DAYS, {"days_left": Decimal("7.5")}, 50, "7.5 of 15 days left, 6 free in this window"),
        (Criterion.DAYS, {"days_left": Decimal(20)}, 100, "20 of 15 days left, 6 free in this window"),
        (Criterion.LOAD, {}, 100, "no open deployments"),
        (Criterion.LOAD, {"open_deployments": 1}, 75, "1 open deployment"),
        (Criterion.LOAD, {"open_deployments": 9}, 0, "9 open deployments"),
        (Criterion.EXPERIENCE, {}, 0, "no schools like this one helped before"),
        (Criterion.EXPERIENCE, {"like_schools_helped": 1}, 10, "1 school like this one helped before"),
        (Criterion.EXPERIENCE, {"like_schools_helped": 8}, 50, "8 schools like this one helped before"),
        (Criterion.EVALUATIONS, {}, 0, "no deployment evaluated yet"),
        (
            Criterion.EVALUATIONS,
            {"objectives_met": 2, "objectives_judged": 3},
            33,
            "2 of 3 objectives met in evaluated deployments",
        ),
    ],
)
def test_a_fact_earns_its_points(criterion: Criterion, changes: dict[str, Any], points: int, fact: str) -> None:
    earned = part(criterion, a_candidate(**changes), a_search())
    assert (earned.points, earned.fact) == (points, fact)


def test_a_host_school_without_a_location_is_said_to_have_none() -> None:
    assert part(Criterion.DISTANCE, a_candidate(), a_search(host=None)).fact == "location not recorded"


@pytest.mark.parametrize(
    ("as_of", "changes", "points", "fact"),
    [
        (date(2014, 11, 3), {}, 0, "designated today, not yet deployed: 92 days left on the clock"),
        (date(2015, 1, 13), {}, 115, "designated 71 days ago, not yet deployed: 21 days left on the clock"),
        (date(2015, 2, 2), {}, 148, "designated 91 days ago, not yet deployed: 1 day left on the clock"),
        (date(2015, 2, 3), {}, 150, "designated 92 days ago, not yet deployed: no days left on the clock"),
        (date(2015, 2, 4), {}, 0, "designated 93 days ago, not yet deployed: the clock ended 1 day ago"),
        (date(2015, 1, 13), {"first_days_on_site": (date(2014, 12, 1),)}, 0, "first deployed on 2014-12-01"),
        (
            date(2015, 1, 13),
            {"designations": (a_designation(renews_designation_id=an_id(8)),)},
            0,
            "no deployment clock to meet",
        ),
        (date(2015, 1, 13), {"designations": (a_designation(kind=LeaderKind.NLE),)}, 0, "no deployment clock to meet"),
        (date(2015, 1, 5), {"designations": (a_designation(date(2015, 1, 8)),)}, 0, "to be designated on 2015-01-08"),
    ],
)
def test_the_nearer_the_end_of_the_clock_the_more_it_counts(
    as_of: date, changes: dict[str, Any], points: int, fact: str
) -> None:
    earned = part(Criterion.CLOCK, a_candidate(**changes), a_search(as_of))
    assert earned == ScorePart(Criterion.CLOCK, points, 150, fact)


def test_help_that_begins_after_the_clock_ends_earns_nothing_for_it() -> None:
    search = a_search(date(2014, 11, 24))
    early = a_candidate(designations=(a_designation(date(2014, 10, 10)),))
    earned = part(Criterion.CLOCK, early, search)
    assert search.first_day > date(2015, 1, 10)
    assert earned.points == 0
    assert earned.fact.endswith("not yet deployed: this help begins after the clock ends on 2015-01-10")


def test_a_renewed_leader_who_was_never_deployed_keeps_the_clock_of_the_first_designation() -> None:
    first = a_designation(date(2014, 11, 3))
    renewal = a_designation(date(2015, 1, 1), id=an_id(8), renews_designation_id=first.id)
    assert part(Criterion.CLOCK, a_candidate(designations=(first, renewal)), a_search(date(2015, 1, 13))).points == 115


def test_an_alliance_may_weigh_otherwise() -> None:
    weights = replace(DEFAULT_WEIGHTS, distance=1000, far_km=30)
    assert part(Criterion.DISTANCE, a_candidate(), a_search(), weights) == ScorePart(
        Criterion.DISTANCE, 500, 1000, "15 km"
    )
