from datetime import date
from decimal import Decimal

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import StateConflict
from sle_broker.deployments.deployment import Deployment, OutsideAcademicYear, record_review, record_visit
from sle_broker.deployments.first_day import NothingToCorrect, correct_first_day
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.visit import FirstDayCorrection, FirstDayCorrectionReason, Review, Visit
from tests.sle_broker.builders import TODAY, a_deployment_in, step_on

S = DeploymentState
AGREED_ON, BEGAN_ON, VISITED_ON = date(2014, 10, 22), date(2014, 10, 29), date(2014, 11, 10)
REASON = FirstDayCorrectionReason.VISIT_DID_NOT_TAKE_PLACE
BEGUN = {S.UNDER_WAY, S.PAUSED, S.CLOSING_MEETING_HELD, S.EVALUATED, S.CLOSED, S.ENDED_EARLY}


def corrected(deployment: Deployment, on: date, today: date = TODAY) -> Deployment:
    return correct_first_day(deployment, on, today=today, reason=REASON, note="Snow.")


def visited() -> Deployment:
    return record_visit(a_deployment_in(S.UNDER_WAY), Visit(VISITED_ON, Decimal(1)), today=TODAY)


def test_what_was_recorded_before_is_kept_with_the_reason() -> None:
    once = corrected(visited(), date(2014, 11, 3))
    assert once.first_day_on_site == date(2014, 11, 3)
    assert once.first_day_corrections == (FirstDayCorrection(BEGAN_ON, TODAY, REASON, "Snow."),)
    assert [step.state for step in once.steps] == [step.state for step in visited().steps]
    twice = corrected(once, VISITED_ON)
    assert [made.was_on for made in twice.first_day_corrections] == [BEGAN_ON, date(2014, 11, 3)]


@pytest.mark.parametrize("state", S)
def test_only_what_has_begun_has_a_first_day_to_correct(state: DeploymentState) -> None:
    if state in BEGUN:
        assert corrected(a_deployment_in(state), AGREED_ON).first_day_on_site == AGREED_ON
    else:
        with pytest.raises(StateConflict):
            corrected(a_deployment_in(state), AGREED_ON)


def test_the_corrected_day_keeps_its_place() -> None:
    assert corrected(visited(), AGREED_ON).first_day_on_site == AGREED_ON
    assert corrected(visited(), VISITED_ON).first_day_on_site == VISITED_ON
    with pytest.raises(DatesOutOfOrder):
        corrected(visited(), date(2014, 10, 21))
    with pytest.raises(DatesOutOfOrder):
        corrected(visited(), date(2014, 11, 11))
    reviewed = record_review(a_deployment_in(S.UNDER_WAY), Review(date(2014, 12, 1), "On course."), today=TODAY)
    with pytest.raises(DatesOutOfOrder):
        corrected(reviewed, date(2014, 12, 2))
    paused = step_on(a_deployment_in(S.UNDER_WAY), S.PAUSED, date(2014, 12, 1))
    with pytest.raises(DatesOutOfOrder):
        corrected(step_on(paused, S.UNDER_WAY, date(2015, 1, 12)), date(2014, 12, 2))


def test_a_correction_says_something_else_that_can_be() -> None:
    with pytest.raises(NothingToCorrect):
        corrected(visited(), BEGAN_ON)
    with pytest.raises(DateNotYetCome):
        corrected(a_deployment_in(S.UNDER_WAY), date(2014, 11, 5), today=date(2014, 11, 4))
    with pytest.raises(OutsideAcademicYear):
        corrected(a_deployment_in(S.UNDER_WAY), date(2015, 9, 1), today=date(2015, 9, 1))


def test_a_resumption_is_not_the_first_day() -> None:
    paused = step_on(a_deployment_in(S.UNDER_WAY), S.PAUSED, date(2014, 12, 1))
    resumed = corrected(step_on(paused, S.UNDER_WAY, date(2015, 1, 12)), AGREED_ON)
    assert [step.on for step in resumed.steps[-3:]] == [AGREED_ON, date(2014, 12, 1), date(2015, 1, 12)]
