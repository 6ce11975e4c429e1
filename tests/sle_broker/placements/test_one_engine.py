"""Deployments and placements are one engine in two vocabularies: the same functions, and a table of words."""

from datetime import date, timedelta
from decimal import Decimal
from types import ModuleType

import pytest

from service_kit.errors import StateConflict
from sle_broker.deployments import deployment as deployment_rules
from sle_broker.deployments import use_cases as deployment_use_cases
from sle_broker.deployments.agreement import Judgement, ObjectiveOutcome, Party
from sle_broker.deployments.arrangement import DEPLOYMENT
from sle_broker.deployments.deployment import DaysUsedExceedDaysAgreed, Deployment, agree, move, record_visit
from sle_broker.deployments.life_cycle import LIFE_CYCLE, DeploymentState
from sle_broker.deployments.visit import Visit
from sle_broker.evaluations import evaluation
from sle_broker.evaluations import use_cases as evaluation_use_cases
from sle_broker.evaluations.evaluation import judge_objectives
from sle_broker.matching import shortlist as matching
from sle_broker.matching import store as matching_store
from sle_broker.placement_matches import match
from sle_broker.placements import use_cases as placement_use_cases
from sle_broker.placements.placement_kind import ARRANGEMENT, TERMS, PlacementKind
from tests.sle_broker.builders import TODAY, a_deployment, a_deployment_in
from tests.sle_broker.placements.placement_builders import PROPOSED_ON, an_engine

S = DeploymentState
PATH = [S.RELEASED, S.AGREED, S.UNDER_WAY, S.CLOSING_MEETING_HELD, S.CLOSED]


def ready_for(engine: Deployment, to: DeploymentState, on: date) -> Deployment:
    if to is S.AGREED:
        for party in Party:
            engine = agree(engine, party, on, today=TODAY)
    if to is S.CLOSED:
        met = Judgement(ObjectiveOutcome.MET)
        engine = judge_objectives(engine, {aim.id: met for aim in engine.objectives})
    return engine


def brought_to(state: DeploymentState, kind: PlacementKind = PlacementKind.RESIDENCY) -> Deployment:
    engine, on = an_engine(kind), PROPOSED_ON
    for to in PATH[: PATH.index(state) + 1]:
        on += timedelta(weeks=1)
        engine = move(ready_for(engine, to, on), to, on, today=TODAY)
    return engine


def test_both_run_on_the_same_functions() -> None:
    shared: list[tuple[ModuleType, str, tuple[ModuleType, ...]]] = [
        (deployment_rules, "move", (deployment_use_cases, placement_use_cases)),
        (deployment_rules, "agree", (deployment_use_cases, placement_use_cases)),
        (deployment_rules, "record_visit", (deployment_use_cases, placement_use_cases)),
        (evaluation, "judge_objectives", (evaluation_use_cases, placement_use_cases)),
        (deployment_use_cases, "SPEAKERS", (placement_use_cases,)),
        (matching, "shortlist", (matching_store, match)),
    ]
    for home, name, users in shared:
        for user in users:
            assert getattr(user, name) is getattr(home, name), (user, name)
    assert type(an_engine()) is type(a_deployment())


@pytest.mark.parametrize("kind", PlacementKind)
def test_a_placement_goes_its_way_without_meeting_and_without_an_evaluation_apart(kind: PlacementKind) -> None:
    closed = brought_to(S.CLOSED, kind)
    say = TERMS[kind].vocabulary.say
    closing = {
        PlacementKind.RESIDENCY: "closing_presentation_held",
        PlacementKind.COACHING: "closing_conversation_held",
        PlacementKind.SHADOWING: "debriefing_held",
    }[kind]
    assert [say(step.state) for step in closed.steps] == [
        "proposed",
        "released",
        "agreed",
        "under_way",
        closing,
        "closed",
    ]


def test_every_step_of_a_placement_is_one_of_a_deployment_or_goes_around_what_is_left_out() -> None:
    left_out = LIFE_CYCLE.moves.keys() - ARRANGEMENT.life_cycle.moves.keys()
    assert left_out == {S.MEETING_HELD, S.EVALUATED, S.OFFERED, S.WITHDRAWN, S.EXPIRED}
    around = {S.RELEASED: S.AGREED, S.CLOSING_MEETING_HELD: S.CLOSED}
    for state, row in ARRANGEMENT.life_cycle.moves.items():
        assert left_out.isdisjoint(row)
        for to, reasons in row.items():
            if around.get(state) is not to:
                assert LIFE_CYCLE.moves[state][to] == reasons


@pytest.mark.parametrize("kind", PlacementKind)
def test_every_state_reason_and_party_has_one_word_and_leads_back(kind: PlacementKind) -> None:
    vocabulary = TERMS[kind].vocabulary
    for state, row in ARRANGEMENT.life_cycle.moves.items():
        for word in (state, *row, *(reason for reasons in row.values() for reason in reasons)):
            said = vocabulary.say(word)
            assert "leader" not in said
            assert vocabulary.engine_word(said) == word
    assert [vocabulary.say(party) for party in Party] == ["applicant", "home_head", "host_head"]


def test_what_is_refused_is_refused_in_words_of_the_kind() -> None:
    under_way = brought_to(S.UNDER_WAY)
    with pytest.raises(StateConflict) as refused:
        move(under_way, S.CLOSED, TODAY, today=TODAY)
    said = TERMS[PlacementKind.RESIDENCY].vocabulary.refusal(refused.value)
    assert (said.code, said.members["allowed"][0]) == ("state-conflict", "closing_presentation_held")
    assert refused.value.members["allowed"][0] == "closing_meeting_held"
    with pytest.raises(StateConflict) as refused:
        record_visit(an_engine(), Visit(TODAY, Decimal(1)), today=TODAY)
    said = TERMS[PlacementKind.COACHING].vocabulary.refusal(refused.value)
    assert said.detail == "A session is recorded while the placement is under way."


@pytest.mark.parametrize("kind", PlacementKind)
def test_days_used_are_never_more_than_days_agreed(kind: PlacementKind) -> None:
    engine = brought_to(S.UNDER_WAY, kind)
    first = engine.first_day_on_site
    assert first is not None
    for day in range(3):
        engine = record_visit(engine, Visit(first + timedelta(days=day), Decimal(1)), today=TODAY)
    with pytest.raises(DaysUsedExceedDaysAgreed):
        record_visit(engine, Visit(first + timedelta(days=3), Decimal("0.5")), today=TODAY)


def test_a_placement_stops_no_clock() -> None:
    assert a_deployment_in(S.UNDER_WAY).counts_for_clock
    assert DEPLOYMENT.stops_clock
    assert brought_to(S.UNDER_WAY).first_day_on_site is not None
    assert not brought_to(S.UNDER_WAY).counts_for_clock
