from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from sle_broker.deployments.agreement import Direction
from sle_broker.deployments.deployment import DeploymentKind
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.outcomes.outcome import (
    DeploymentOutcome,
    Grade,
    GradeNotUnderstood,
    Inspection,
    NothingToGoBy,
    Outcome,
    OutcomeAgainstGrades,
    OutcomeNotSaid,
    OutcomeOfChild,
    Results,
    read_grade,
    refuse_outcome,
)
from tests.sle_broker.builders import HOST_URN, TODAY, a_deployment_in, an_id

S = DeploymentState
IMPROVED, MAINTAINED, DECLINED = Outcome
INSPECTED_ON = date(2015, 6, 10)


def inspected(
    before: Grade | None, after: Grade | None, said: Outcome | None = None, on: date = INSPECTED_ON
) -> Inspection:
    return Inspection(HOST_URN, on, before, after, said)


def an_outcome(on: date = INSPECTED_ON) -> DeploymentOutcome:
    return DeploymentOutcome(an_id(10), inspected(Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, on=on), None)


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("1", Grade.OUTSTANDING),
        ("Outstanding", Grade.OUTSTANDING),
        ("2", Grade.GOOD),
        ("3", Grade.REQUIRES_IMPROVEMENT),
        ("satisfactory", Grade.REQUIRES_IMPROVEMENT),
        (" Requires  improvement ", Grade.REQUIRES_IMPROVEMENT),
        ("requires_improvement", Grade.REQUIRES_IMPROVEMENT),
        ("4", Grade.INADEQUATE),
        ("special measures", Grade.INADEQUATE),
        ("", None),
        (" ", None),
        ("0", None),
        ("8", None),
        ("9", None),
    ],
)
def test_a_grade_is_read_as_inspections_write_it(written: str, grade: Grade | None) -> None:
    assert read_grade(written) is grade


@pytest.mark.parametrize("written", ["5", "-1", "3.5", "33", "fair", "n/a"])
def test_what_is_no_grade_is_not_read_as_one(written: str) -> None:
    with pytest.raises(GradeNotUnderstood):
        read_grade(written)


@pytest.mark.parametrize(("before", "after"), list(product(Grade, Grade)))
def test_the_outcome_follows_from_the_grades(before: Grade, after: Grade) -> None:
    expected = MAINTAINED if before == after else IMPROVED if after < before else DECLINED
    assert inspected(before, after).outcome is expected
    assert inspected(before, after).is_derived
    assert inspected(before, after, expected).outcome is expected
    for other in {IMPROVED, MAINTAINED, DECLINED} - {expected}:
        with pytest.raises(OutcomeAgainstGrades):
            inspected(before, after, other)


def test_satisfactory_to_requires_improvement_is_no_change() -> None:
    assert inspected(read_grade("satisfactory"), read_grade("requires improvement")).outcome is MAINTAINED


@pytest.mark.parametrize(("before", "after"), [(None, Grade.GOOD), (Grade.GOOD, None), (None, None)])
def test_where_a_grade_is_not_known_the_outcome_is_said(before: Grade | None, after: Grade | None) -> None:
    assert inspected(before, after, DECLINED).outcome is DECLINED
    assert not inspected(before, after, DECLINED).is_derived
    with pytest.raises(OutcomeNotSaid):
        inspected(before, after)


@pytest.mark.parametrize(
    ("before", "after", "better", "outcome"),
    [
        ("62", "79", Direction.RISE, IMPROVED),
        ("62", "62.0", Direction.RISE, MAINTAINED),
        ("62", "61.5", Direction.RISE, DECLINED),
        ("5.1", "4.2", Direction.FALL, IMPROVED),
        ("5.1", "6", Direction.FALL, DECLINED),
    ],
)
def test_results_improve_the_better_way(before: str, after: str, better: Direction, outcome: Outcome) -> None:
    assert Results("Absence", Decimal(before), Decimal(after), better).outcome is outcome


def test_an_outcome_comes_from_something() -> None:
    with pytest.raises(NothingToGoBy):
        DeploymentOutcome(an_id(10), None, None)


@pytest.mark.parametrize("state", S)
def test_an_outcome_is_recorded_once_the_deployment_is_evaluated(state: DeploymentState) -> None:
    if state in (S.EVALUATED, S.CLOSED):
        refuse_outcome(an_outcome(), a_deployment_in(state), today=TODAY)
    else:
        with pytest.raises(StateConflict):
            refuse_outcome(an_outcome(), a_deployment_in(state), today=TODAY)


def test_only_an_inspection_since_the_deployment_began_tells_of_it() -> None:
    closed = a_deployment_in(S.CLOSED)
    assert closed.first_day_on_site == date(2014, 10, 29)
    refuse_outcome(an_outcome(date(2014, 10, 29)), closed, today=TODAY)
    with pytest.raises(DatesOutOfOrder):
        refuse_outcome(an_outcome(date(2014, 10, 28)), closed, today=TODAY)
    with pytest.raises(DateNotYetCome):
        refuse_outcome(an_outcome(), closed, today=date(2015, 6, 9))


def test_what_became_of_the_school_belongs_to_the_commission() -> None:
    child = replace(a_deployment_in(S.CLOSED), kind=DeploymentKind.FOLLOW_ON, extends_deployment_id=an_id(9))
    with pytest.raises(OutcomeOfChild):
        refuse_outcome(an_outcome(), child, today=TODAY)
