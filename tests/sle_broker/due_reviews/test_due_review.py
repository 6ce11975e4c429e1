from datetime import date

import pytest

from sle_broker.deployments.deployment import Deployment, record_review
from sle_broker.deployments.life_cycle import DeploymentState
from sle_broker.deployments.visit import Review
from sle_broker.designations.academic_year import AcademicYear
from sle_broker.designations.half_term import half_terms_of
from sle_broker.due_reviews.due_review import DueReview, due_review
from tests.sle_broker.builders import TODAY, a_deployment_in, step_on

S = DeploymentState
AUTUMN_1, AUTUMN_2, SPRING_1, SPRING_2, *_ = half_terms_of(AcademicYear(2014))
BEGAN_ON = date(2014, 10, 29)


def reviewed(*on: date) -> Deployment:
    deployment = a_deployment_in(S.UNDER_WAY)
    for day in on:
        deployment = record_review(deployment, Review(day, "On course."), today=TODAY)
    return deployment


def test_the_first_review_is_due_in_the_half_term_in_which_it_begins() -> None:
    assert due_review(reviewed(), BEGAN_ON) == DueReview(AUTUMN_1, None)
    assert due_review(reviewed(), date(2014, 10, 28)) is None


def test_a_half_term_without_a_review_is_overdue_when_it_is_over() -> None:
    due = DueReview(AUTUMN_1, None)
    assert not due.is_overdue(AUTUMN_1.last_day)
    assert due.is_overdue(AUTUMN_2.first_day)
    assert due_review(reviewed(), SPRING_1.first_day) == due


def test_the_next_review_is_due_in_the_half_term_after_the_last() -> None:
    deployment = reviewed(AUTUMN_1.last_day)
    assert due_review(deployment, AUTUMN_1.last_day) is None
    assert due_review(deployment, AUTUMN_2.first_day) == DueReview(AUTUMN_2, AUTUMN_1.last_day)
    again = reviewed(AUTUMN_1.last_day, AUTUMN_2.first_day)
    assert due_review(again, AUTUMN_2.last_day) is None
    assert due_review(again, SPRING_1.first_day) == DueReview(SPRING_1, AUTUMN_2.first_day)


def test_what_came_after_the_day_is_not_looked_at() -> None:
    deployment = reviewed(SPRING_1.first_day)
    assert due_review(deployment, AUTUMN_2.last_day) == DueReview(AUTUMN_1, None)
    closed = step_on(deployment, S.CLOSING_MEETING_HELD, SPRING_2.first_day)
    assert due_review(closed, AUTUMN_2.last_day) == DueReview(AUTUMN_1, None)


def test_a_pause_asks_for_no_review() -> None:
    paused = step_on(reviewed(), S.PAUSED, date(2014, 11, 10))
    assert due_review(paused, AUTUMN_2.last_day) is None
    resumed = step_on(paused, S.UNDER_WAY, SPRING_2.first_day)
    assert due_review(resumed, SPRING_2.last_day) == DueReview(SPRING_2, None)


@pytest.mark.parametrize("state", [state for state in S if state is not S.UNDER_WAY])
def test_only_what_is_under_way_is_reviewed(state: DeploymentState) -> None:
    assert due_review(a_deployment_in(state), TODAY) is None
