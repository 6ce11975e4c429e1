from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from sle_broker.allocation.candidate_graph import CandidateGraph, candidate_graph
from sle_broker.allocation.open_brokerage import LeaderOnOffer, OpenBrokerage, OpenLine
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.designation import Designation, LeaderKind, WithdrawalReason
from sle_broker.designations.half_term import half_terms_of
from sle_broker.designations.leader import Leader
from sle_broker.matching.blocking import block
from sle_broker.matching.distance import Location
from sle_broker.matching.scoring import score
from sle_broker.matching_weights.weights import Weights
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase
from sle_broker.support_requests.line import SupportRequestLine
from sle_broker.support_requests.support_request import SupportRequest, Urgency, Window, submitted
from tests.sle_broker.builders import ATTENDANCE, MATHEMATICS, PHONICS, TODAY

AS_OF = date(2015, 1, 7)
HALF_TERMS = (*half_terms_of(AcademicYear(2014)), *half_terms_of(AcademicYear(2015)))
AREAS = (PHONICS, MATHEMATICS, ATTENDANCE)
ALLIANCE, ANOTHER = UUID(int=90), UUID(int=91)
URNS = [str(number) for number in range(100_001, 100_009)]
KINDS = (("primary", "community"), ("secondary", "academy"), None)


def a_day(chance: Random, first: int, last: int) -> date:
    return AS_OF + timedelta(days=chance.randint(first, last))


def a_place(chance: Random) -> Location | None:
    return None if chance.random() < 0.1 else Location(53 + chance.random(), -1.5 + chance.random())


def a_leader(chance: Random, number: int) -> LeaderOnOffer:
    id = UUID(int=1_000 + number)
    away_from = a_day(chance, -20, 60) if chance.random() < 0.3 else None
    designations = []
    for place in range(chance.choice((0, 1, 1, 1, 2))):
        made = a_day(chance, -110, 20) if place == 0 else a_day(chance, -900, -120)
        ended = made + timedelta(days=chance.randint(0, 200)) if chance.random() < 0.25 else None
        reason = None if ended is None else WithdrawalReason.STOOD_DOWN
        kind = chance.choice((LeaderKind.SLE, LeaderKind.SLE, LeaderKind.NLE))
        renews = UUID(int=5) if chance.random() < 0.2 else None
        made_id = UUID(int=number * 10 + place)
        designation = Designation(made_id, id, kind, made, None, renews, None, ended, reason)
        designations.append(designation.as_of(AS_OF))
    return LeaderOnOffer(
        leader=Leader(
            id,
            chance.choice(list(LeaderKind)),
            "Asha Bell",
            chance.choice(URNS),
            frozenset(chance.sample(list(Phase), chance.randint(0, 2))),
            Decimal(chance.choice((4, 15, 20))),
            chance.choice((None, 10, 30, 60)),
            frozenset(chance.sample(URNS, chance.choice((0, 0, 1)))),
            away_from,
            None if away_from is None else away_from + timedelta(days=chance.randint(0, 90)),
        ),
        alliance_id=chance.choice((ALLIANCE, ALLIANCE, ANOTHER)),
        home_location=a_place(chance),
        designations=tuple(designations),
        specialisms=tuple(
            LeaderSpecialism(
                UUID(int=7), id, area, date(2014, 9, 1), chance.choice((None, date(2014, 10, 1))), "head", "-"
            )
            for area in AREAS
            if chance.random() < 0.6
        ),
        days_held={2014: Decimal(chance.choice((0, 1, 3))), 2015: Decimal(chance.choice((0, 2)))},
        first_days_on_site=tuple(a_day(chance, -100, 0) for _ in range(chance.choice((0, 0, 1)))),
        open_deployments=chance.randint(0, 5),
        schools_helped={kind: chance.randint(1, 7) for kind in KINDS if kind and chance.random() < 0.5},
        objectives_met=(judged := chance.randint(0, 5)) and chance.randint(0, judged),
        objectives_judged=judged,
    )


def a_line(chance: Random, number: int) -> OpenLine:
    first = a_day(chance, -30, 120)
    weights = chance.choice(
        (Weights(), Weights(specialism=211, distance=7, far_km=33, claimed_percent=30, heavy_load=3))
    )
    areas = tuple(chance.sample(AREAS, chance.choice((1, 1, 2, 3))))
    kind = chance.choice((None, None, LeaderKind.SLE))
    return OpenLine(
        request=SupportRequest(
            id=UUID(int=2_000 + number),
            host_school_urn=chance.choice(URNS),
            lines=(SupportRequestLine(1, areas, Decimal(chance.randint(1, 16)) / 2, leader_kind=kind),),
            phase=chance.choice(list(Phase)),
            window=Window(first, max(first, AS_OF) + timedelta(days=chance.randint(0, 250))),
            submitted_by="head",
            steps=(submitted(date(2015, 1, 5), today=TODAY),),
            urgency=chance.choice(list(Urgency)),
        ),
        alliance_id=chance.choice((ALLIANCE, ALLIANCE, ANOTHER)),
        host_location=a_place(chance),
        host_kind=chance.choice(KINDS),
        places=chance.randint(1, 3),
        sent=frozenset({UUID(int=1_000 + chance.randint(0, 9))}),
        weights=weights,
    )


def a_brokerage(seed: int) -> OpenBrokerage:
    chance = Random(seed)
    leaders = [a_leader(chance, number) for number in range(10)]
    return OpenBrokerage.of(leaders, [a_line(chance, number) for number in range(10)], HALF_TERMS, AS_OF)


def edges(brokerage: OpenBrokerage, graph: CandidateGraph) -> dict[tuple[UUID, UUID, int], tuple[int, int]]:
    problem = graph.problem
    rows = zip(problem.leader, problem.line, graph.half_term, problem.fit, problem.km, strict=True)
    return {
        (brokerage.leaders[leader].leader.id, brokerage.lines[line].request.id, int(term)): (int(fit), int(km))
        for leader, line, term, fit, km in rows
    }


def pair_by_pair(brokerage: OpenBrokerage) -> dict[tuple[UUID, UUID, int], tuple[int, int]]:
    """What the rules for one pair say of every pair."""
    found = {}
    for leader in brokerage.leaders:
        for line in brokerage.lines:
            kind = line.request.lines[0].leader_kind
            if leader.leader.id in line.sent or leader.alliance_id != line.alliance_id:
                continue
            if kind is not None and kind is not leader.leader.kind:
                continue
            for place, half_term in enumerate(brokerage.half_terms):
                search = line.search_within(half_term, brokerage.as_of)
                if search is None or block(candidate := leader.candidate(line, search), search) is not None:
                    continue
                fit = sum(part.points for part in score(candidate, search, line.weights))
                key = leader.leader.id, line.request.id, place
                found[key] = fit, search.whole_km_to(candidate) or 0
    return found


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_graph_has_exactly_the_pairs_and_the_points_that_matching_gives_one_by_one(first: int) -> None:
    seen = 0
    for seed in range(first, first + 50):
        brokerage = a_brokerage(seed)
        expected = pair_by_pair(brokerage)
        assert edges(brokerage, candidate_graph(brokerage)) == expected, seed
        seen += len(expected)
    assert seen > 500


def test_the_order_in_which_leaders_and_requests_come_changes_nothing() -> None:
    brokerage = a_brokerage(1)
    other = OpenBrokerage.of(reversed(brokerage.leaders), reversed(brokerage.lines), HALF_TERMS, AS_OF)
    assert edges(brokerage, candidate_graph(brokerage)) == edges(other, candidate_graph(other))
    assert (candidate_graph(brokerage).problem.fit == candidate_graph(other).problem.fit).all()
