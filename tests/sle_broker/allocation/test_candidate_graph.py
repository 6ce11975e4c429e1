from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import numpy as np

from service_kit.life_cycle import Step
from sle_broker.allocation.candidate_graph import CandidateGraph, candidate_graph
from sle_broker.allocation.open_brokerage import LeaderOnOffer, OpenBrokerage, OpenLine
from sle_broker.allocation.problem import Ints
from sle_broker.availability.availability import Availability
from sle_broker.deployments.booking import BookedYear, Booking, LeaderHasNoDaysLeft, refuse_overbooking
from sle_broker.deployments.free_days import HeldDays
from sle_broker.designations.academic_year import AcademicYear, academic_year_of
from sle_broker.designations.designation import Designation, WithdrawalReason
from sle_broker.designations.half_term import half_terms_of
from sle_broker.designations.leader import Leader
from sle_broker.lending.agreement import LendingAgreement, LendingAgreementReason, LendingAgreementState, Side
from sle_broker.matching.blocking import BlockingReason, block
from sle_broker.matching.candidate import Search
from sle_broker.matching.distance import Location
from sle_broker.matching.scoring import score
from sle_broker.matching_weights.weights import Weights
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase
from sle_broker.support_requests.support_request import Window
from tests.sle_broker.builders import ATTENDANCE, MATHEMATICS, PHONICS

AS_OF = date(2015, 1, 7)
HALF_TERMS = (*half_terms_of(AcademicYear(2014)), *half_terms_of(AcademicYear(2015)))
AREAS = (PHONICS, MATHEMATICS, ATTENDANCE)
ALLIANCE, ANOTHER = UUID(int=90), UUID(int=91)
LENDING = (ANOTHER, ALLIANCE)
URNS = [str(number) for number in range(100_001, 100_009)]
KINDS = (("primary", "community"), ("secondary", "academy"), None)
LEADER_KINDS = ("sle", "sle", "sle", "nle", "writing_lead")


def a_day(chance: Random, first: int, last: int) -> date:
    return AS_OF + timedelta(days=chance.randint(first, last))


def a_place(chance: Random) -> Location | None:
    return None if chance.random() < 0.1 else Location(53 + chance.random(), -1.5 + chance.random())


def held(chance: Random, year: int) -> HeldDays:
    days = [AcademicYear(year).first_day + timedelta(days=chance.randint(0, 364)) for _ in range(2)]
    return HeldDays(min(days), max(days), Decimal(chance.randint(1, 5)) / 2)


def a_leader(chance: Random, number: int) -> LeaderOnOffer:
    id = UUID(int=1_000 + number)
    away_from = a_day(chance, -20, 60) if chance.random() < 0.3 else None
    said = chance.choice((0, 0.8, 1))
    designations = []
    for place in range(chance.choice((0, 1, 1, 1, 2))):
        made = a_day(chance, -110, 20) if place == 0 else a_day(chance, -900, -120)
        ended = made + timedelta(days=chance.randint(0, 200)) if chance.random() < 0.25 else None
        reason = None if ended is None else WithdrawalReason.STOOD_DOWN
        kind = chance.choice(LEADER_KINDS)
        renews = UUID(int=5) if chance.random() < 0.2 else None
        made_id = UUID(int=number * 10 + place)
        designation = Designation(
            made_id, id, kind, made, renews_designation_id=renews, withdrawn_on=ended, withdrawal_reason=reason
        )
        designations.append(designation.as_of(AS_OF))
    return LeaderOnOffer(
        leader=Leader(
            id,
            chance.choice(LEADER_KINDS),
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
        taken={year: tuple(held(chance, year) for _ in range(chance.choice((0, 1, 2, 4)))) for year in (2014, 2015)},
        said={term: Decimal(chance.randint(0, 8)) / 2 for term in HALF_TERMS if chance.random() < said},
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
    kind = chance.choice((None, None, "sle", "writing_lead"))
    return OpenLine(
        search=Search(
            request_id=UUID(int=2_000 + number),
            line_number=1,
            host_school_urn=chance.choice(URNS),
            host_location=a_place(chance),
            leader_kind=kind,
            areas=areas,
            phase=chance.choice(list(Phase)),
            days_wanted=Decimal(chance.randint(1, 16)) / 2,
            window=Window(first, max(first, AS_OF) + timedelta(days=chance.randint(0, 250))),
            as_of=AS_OF,
        ),
        alliance_id=chance.choice((ALLIANCE, ALLIANCE, ANOTHER)),
        is_urgent=chance.random() < 0.5,
        submitted_on=date(2015, 1, 5),
        host_kind=chance.choice(KINDS),
        places=chance.randint(1, 3),
        sent=frozenset({UUID(int=1_000 + chance.randint(0, 9))}),
        weights=weights,
    )


def a_brokerage(seed: int) -> OpenBrokerage:
    chance = Random(seed)
    leaders = [a_leader(chance, number) for number in range(10)]
    lines = [a_line(chance, number) for number in range(10)]
    return OpenBrokerage.of(leaders, lines, HALF_TERMS, AS_OF, [an_agreement(chance, *LENDING) for _ in range(2)])


def an_agreement(chance: Random, lender: UUID, borrower: UUID) -> LendingAgreement:
    first = a_day(chance, -30, 60)
    state = chance.choice((LendingAgreementState.AGREED, LendingAgreementState.AGREED, LendingAgreementState.ENDED))
    last = first + timedelta(days=chance.randint(0, 120)) if chance.random() < 0.5 else None
    steps = (Step[LendingAgreementState, LendingAgreementReason](state, AS_OF),)
    return LendingAgreement(UUID(int=first.toordinal()), lender, borrower, first, last, Side.LENDER, steps)


Edges = dict[tuple[UUID, UUID, int], tuple[int, int, bool]]


def edges(brokerage: OpenBrokerage, graph: CandidateGraph) -> Edges:
    problem = graph.problem
    rows = zip(
        problem.leader, problem.line, graph.half_term, problem.fit, problem.km, graph.is_lent.tolist(), strict=True
    )
    return {
        (brokerage.leaders[leader].leader.id, brokerage.lines[line].search.request_id, int(term)): (
            int(fit),
            int(km),
            is_lent,
        )
        for leader, line, term, fit, km, is_lent in rows
    }


def pair_by_pair(brokerage: OpenBrokerage, reasons: Counter[BlockingReason]) -> Edges:
    """What the rules for one pair say of every pair; `reasons` counts why there are no others."""
    found: Edges = {}
    for leader in brokerage.leaders:
        for line in brokerage.lines:
            if leader.leader.id in line.sent:
                continue
            for place, half_term in enumerate(brokerage.half_terms):
                search = line.search_within(half_term)
                if search is None:
                    continue
                is_lent = leader.alliance_id != line.alliance_id
                if is_lent and brokerage.agreement_to_lend(leader, line, search.first_day) is None:
                    continue
                candidate = leader.candidate(line, search)
                blocked = block(candidate, search)
                if blocked is not None:
                    reasons[blocked.reason] += 1
                    continue
                fit = sum(part.points for part in score(candidate, search, line.weights))
                key = leader.leader.id, line.search.request_id, place
                found[key] = fit, search.whole_km_to(candidate) or 0, is_lent
    return found


def test_the_graph_has_exactly_the_pairs_and_the_points_that_matching_gives_one_by_one() -> None:
    reasons: Counter[BlockingReason] = Counter()
    own = lent = 0
    for seed in range(50):
        brokerage = a_brokerage(seed)
        expected = pair_by_pair(brokerage, reasons)
        assert edges(brokerage, candidate_graph(brokerage)) == expected, seed
        lent += sum(is_lent for _, _, is_lent in expected.values())
        own += sum(not is_lent for _, _, is_lent in expected.values())
    assert own > 500
    assert lent > 50
    assert min(reasons[reason] for reason in BlockingReason) > 10


def test_what_keeps_the_limits_of_a_round_can_be_booked_and_what_does_not_cannot() -> None:
    chance, kept = np.random.default_rng(7), Counter[bool]()
    for seed in range(60):
        brokerage = a_brokerage(seed)
        graph = candidate_graph(brokerage)
        for leader in np.unique(graph.problem.leader).tolist():
            mine = np.flatnonzero(graph.problem.leader == leader)
            chosen = np.sort(chance.choice(mine, min(len(mine), 4), replace=False))
            is_kept = keeps_half_terms(graph, chosen)
            assert can_be_booked(brokerage, graph, chosen) == is_kept, (seed, leader)
            kept[is_kept] += 1
    assert min(kept[True], kept[False]) > 25


def keeps_half_terms(graph: CandidateGraph, chosen: Ints) -> bool:
    """Whether a choice keeps the limits of half-terms and runs of them, whatever else it does."""
    problem = graph.problem
    in_block = np.bincount(problem.block[chosen], problem.half_days[chosen], len(problem.capacity))
    in_span = np.bincount(
        problem.span_blocks[:, 0], in_block[problem.span_blocks[:, 1]], minlength=len(problem.span_capacity)
    )
    return bool((in_block <= problem.capacity).all() and (in_span <= problem.span_capacity).all())


def can_be_booked(brokerage: OpenBrokerage, graph: CandidateGraph, chosen: Ints) -> bool:
    """Whether all of it can be booked, one after the other, as deployments are."""
    leader = brokerage.leaders[graph.problem.leader[chosen[0]]]
    booked = {year: list(taken) for year, taken in leader.taken.items()}
    for edge in chosen.tolist():
        line = brokerage.lines[graph.problem.line[edge]]
        search = line.search_within(brokerage.half_terms[graph.half_term[edge]])
        assert search is not None
        booking = Booking(search.window.earliest_start_on, search.window.latest_finish_on, search.days_wanted)
        year = academic_year_of(booking.starts_on).starting
        availability = Availability(leader.allowance_days(year), leader.said)
        try:
            refuse_overbooking(
                booking,
                availability=availability,
                booked=BookedYear(tuple(booked[year]), frozenset(), frozenset()),
            )
        except LeaderHasNoDaysLeft:
            return False
        booked[year].append(HeldDays(booking.starts_on, booking.ends_on, booking.days))
    return True


def test_the_order_in_which_leaders_and_requests_come_changes_nothing() -> None:
    brokerage = a_brokerage(1)
    other = OpenBrokerage.of(
        reversed(brokerage.leaders), reversed(brokerage.lines), HALF_TERMS, AS_OF, brokerage.lending
    )
    assert edges(brokerage, candidate_graph(brokerage)) == edges(other, candidate_graph(other))
    assert (candidate_graph(brokerage).problem.fit == candidate_graph(other).problem.fit).all()
