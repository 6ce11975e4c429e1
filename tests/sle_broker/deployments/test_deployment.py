from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from service_kit.errors import Duplicate, StateConflict
from sle_broker.deployments.agreement import (
    AgreementIncomplete,
    NoObjectiveAgreed,
    Party,
)
from sle_broker.deployments.deployment import (
    DaysUsedExceedDaysAgreed,
    Deployment,
    DeploymentKind,
    OutsideAcademicYear,
    SentToOwnSchool,
    agree,
    change_terms,
    extend,
    move,
    proposed,
    record_review,
    record_visit,
)
from sle_broker.deployments.life_cycle import DeploymentReason, DeploymentState
from sle_broker.deployments.visit import Review, Visit, VisitLongerThanADay
from sle_broker.designations.days import DaysNotInHalves
from tests.sle_broker.builders import (
    HOME_URN,
    TODAY,
    a_booking,
    a_deployment,
    a_deployment_in,
    an_id,
    an_objective,
    step_on,
)

S = DeploymentState
MEETING_ON, BEGAN_ON = date(2014, 10, 15), date(2014, 10, 29)
LATER = date(2015, 3, 2)


def visited(*days: str) -> Deployment:
    deployment = a_deployment_in(S.UNDER_WAY)
    for number, used in enumerate(days):
        deployment = record_visit(deployment, Visit(date(2014, 11, 3 + number), Decimal(used)), today=TODAY)
    return deployment


def test_a_leader_is_never_sent_to_their_own_school() -> None:
    with pytest.raises(SentToOwnSchool):
        a_deployment(host_school_urn=HOME_URN)


# Agreement


@pytest.mark.parametrize("silent", Party)
def test_it_is_not_agreed_until_the_leader_and_both_heads_have_agreed(silent: Party) -> None:
    deployment = a_deployment_in(S.MEETING_HELD)
    for party in Party:
        if party is not silent:
            deployment = agree(deployment, party, MEETING_ON, today=TODAY)
    with pytest.raises(AgreementIncomplete) as refused:
        move(deployment, S.AGREED, MEETING_ON, today=TODAY)
    assert refused.value.members == {"missing": [silent]}
    assert move(agree(deployment, silent, MEETING_ON, today=TODAY), S.AGREED, MEETING_ON, today=TODAY).state is S.AGREED


def test_it_is_not_agreed_without_an_objective() -> None:
    with pytest.raises(NoObjectiveAgreed):
        step_on(a_deployment_in(S.MEETING_HELD, objectives=()), S.AGREED, LATER)


def test_nobody_agrees_before_the_meeting_or_after_the_agreement() -> None:
    for state in [state for state in S if state is not S.MEETING_HELD]:
        with pytest.raises(StateConflict):
            agree(a_deployment_in(state), Party.LEADER, LATER, today=TODAY)
    with pytest.raises(DatesOutOfOrder):
        agree(a_deployment_in(S.MEETING_HELD), Party.LEADER, date(2014, 10, 14), today=TODAY)
    with pytest.raises(DateNotYetCome):
        agree(a_deployment_in(S.MEETING_HELD), Party.LEADER, LATER, today=date(2015, 3, 1))


def test_changed_terms_are_put_to_everybody_again() -> None:
    deployment = agree(a_deployment_in(S.MEETING_HELD), Party.LEADER, MEETING_ON, today=TODAY)
    more_days, another = a_booking(days=Decimal(5)), an_objective(21)
    changed = change_terms(deployment, booking=more_days)
    assert (changed.booking, changed.objectives, changed.agreements) == (more_days, deployment.objectives, ())
    changed = change_terms(deployment, objectives=(another,))
    assert (changed.booking, changed.objectives, changed.agreements) == (deployment.booking, (another,), ())


@pytest.mark.parametrize("state", [state for state in S if state not in {S.PROPOSED, S.RELEASED, S.MEETING_HELD}])
def test_terms_are_settled_once_agreed(state: DeploymentState) -> None:
    with pytest.raises(StateConflict):
        change_terms(a_deployment_in(state), booking=a_booking(days=Decimal(5)))


# Dates


def test_a_step_is_not_dated_before_the_one_before_it() -> None:
    deployment = a_deployment_in(S.RELEASED)
    released_on = deployment.steps[-1].on
    assert move(deployment, S.MEETING_HELD, released_on, today=TODAY).state is S.MEETING_HELD
    with pytest.raises(DatesOutOfOrder):
        move(deployment, S.MEETING_HELD, date(2014, 10, 7), today=TODAY)


def test_it_is_not_agreed_before_the_last_party_has_agreed() -> None:
    deployment = a_deployment_in(S.MEETING_HELD)
    for party, on in zip(Party, (date(2014, 10, 20), date(2014, 10, 22), date(2014, 10, 21)), strict=True):
        deployment = agree(deployment, party, on, today=TODAY)
    with pytest.raises(DatesOutOfOrder):
        move(deployment, S.AGREED, date(2014, 10, 21), today=TODAY)
    assert move(deployment, S.AGREED, date(2014, 10, 22), today=TODAY).state is S.AGREED


def test_the_closing_meeting_is_not_held_before_the_last_visit_or_review() -> None:
    deployment = record_review(visited("1"), Review(date(2014, 12, 1), "On course."), today=TODAY)
    with pytest.raises(DatesOutOfOrder):
        move(deployment, S.CLOSING_MEETING_HELD, date(2014, 11, 30), today=TODAY)
    assert deployment.last_recorded_on == date(2014, 12, 1)


def test_what_has_not_happened_yet_is_not_recorded() -> None:
    with pytest.raises(DateNotYetCome):
        proposed(date(2014, 10, 2), today=date(2014, 10, 1))
    with pytest.raises(DateNotYetCome):
        move(a_deployment(), S.RELEASED, date(2014, 10, 3), today=date(2014, 10, 2))


def test_it_does_not_begin_in_another_year_than_its_days_are_booked_from() -> None:
    with pytest.raises(OutsideAcademicYear):
        move(a_deployment_in(S.AGREED), S.UNDER_WAY, date(2015, 9, 1), today=date(2015, 9, 1))


# On site


def test_the_first_day_on_site_is_the_day_it_came_under_way_and_stays_so_after_a_pause() -> None:
    deployment = a_deployment_in(S.UNDER_WAY)
    assert a_deployment_in(S.AGREED).first_day_on_site is None
    assert deployment.first_day_on_site == BEGAN_ON
    resumed = step_on(step_on(deployment, S.PAUSED, date(2014, 12, 1)), S.UNDER_WAY, date(2015, 1, 12))
    assert resumed.state is S.UNDER_WAY
    assert resumed.first_day_on_site == BEGAN_ON


def test_days_are_used_to_the_last_one_agreed_and_no_further() -> None:
    deployment = visited("1", "0.5", "1", "0.5")
    assert deployment.days_used == deployment.booking.days == 3
    with pytest.raises(DaysUsedExceedDaysAgreed) as refused:
        record_visit(deployment, Visit(date(2014, 12, 1), Decimal("0.5")), today=TODAY)
    assert refused.value.members == {"days_agreed": "3", "days_used": "3"}


def test_the_last_half_day_does_not_stretch_to_a_whole_one() -> None:
    with pytest.raises(DaysUsedExceedDaysAgreed):
        record_visit(visited("1", "1", "0.5"), Visit(date(2014, 12, 1), Decimal(1)), today=TODAY)


def test_a_visit_takes_half_a_day_or_a_day() -> None:
    with pytest.raises(VisitLongerThanADay):
        Visit(LATER, Decimal("1.5"))
    with pytest.raises(DaysNotInHalves):
        Visit(LATER, Decimal(0))


def test_there_is_one_visit_a_date() -> None:
    with pytest.raises(Duplicate):
        record_visit(visited("0.5"), Visit(date(2014, 11, 3), Decimal("0.5")), today=TODAY)


@pytest.mark.parametrize("state", [state for state in S if state not in {S.UNDER_WAY}])
def test_visits_and_reviews_are_recorded_while_under_way(state: DeploymentState) -> None:
    with pytest.raises(StateConflict):
        record_visit(a_deployment_in(state), Visit(LATER, Decimal(1)), today=TODAY)
    with pytest.raises(StateConflict):
        record_review(a_deployment_in(state), Review(LATER, "On course."), today=TODAY)


def test_visits_are_dated_from_the_first_day_on_site_to_today_and_in_the_year_of_the_booking() -> None:
    deployment = a_deployment_in(S.UNDER_WAY)
    assert record_visit(deployment, Visit(BEGAN_ON, Decimal(1)), today=BEGAN_ON).days_used == 1
    with pytest.raises(DatesOutOfOrder):
        record_visit(deployment, Visit(date(2014, 10, 28), Decimal(1)), today=TODAY)
    with pytest.raises(DateNotYetCome):
        record_visit(deployment, Visit(LATER, Decimal(1)), today=date(2015, 3, 1))
    with pytest.raises(OutsideAcademicYear):
        record_visit(deployment, Visit(date(2015, 9, 1), Decimal(1)), today=date(2015, 9, 1))


def test_a_visit_before_a_pause_may_be_written_up_after_it() -> None:
    resumed = step_on(step_on(visited(), S.PAUSED, date(2014, 12, 1)), S.UNDER_WAY, date(2015, 1, 12))
    assert record_visit(resumed, Visit(date(2014, 11, 10), Decimal(1)), today=TODAY).days_used == 1


# Days held


@pytest.mark.parametrize("state", [S.PROPOSED, S.RELEASED, S.MEETING_HELD, S.AGREED, S.UNDER_WAY, S.PAUSED])
def test_a_deployment_holds_all_its_days_while_it_may_need_them(state: DeploymentState) -> None:
    assert a_deployment_in(state).days_held == 3


@pytest.mark.parametrize("state", [S.DECLINED, S.CANCELLED])
def test_a_deployment_that_came_to_nothing_gives_all_its_days_back(state: DeploymentState) -> None:
    assert a_deployment_in(state).days_held == 0


@pytest.mark.parametrize("end", [S.CLOSING_MEETING_HELD, S.ENDED_EARLY])
def test_days_that_were_not_used_are_given_back_when_the_visits_end(end: DeploymentState) -> None:
    assert step_on(visited("1", "0.5"), end, LATER).days_held == Decimal("1.5")


# Extensions and follow-ons

TAKEN_FURTHER = {
    S.UNDER_WAY: DeploymentKind.EXTENSION,
    S.PAUSED: DeploymentKind.EXTENSION,
    S.CLOSING_MEETING_HELD: DeploymentKind.FOLLOW_ON,
    S.EVALUATED: DeploymentKind.FOLLOW_ON,
    S.CLOSED: DeploymentKind.FOLLOW_ON,
    S.ENDED_EARLY: DeploymentKind.FOLLOW_ON,
}


def taken_further(parent: Deployment, on: date = LATER, home_school_urn: str = HOME_URN) -> Deployment:
    return extend(
        parent,
        child_id=an_id(11),
        home_school_urn=home_school_urn,
        booking=a_booking(days=Decimal(2)),
        objectives=(an_objective(),),
        on=on,
        today=TODAY,
    )


@pytest.mark.parametrize("state", S)
def test_one_that_goes_on_is_extended_and_one_that_has_ended_is_followed_on(state: DeploymentState) -> None:
    parent = a_deployment_in(state)
    if state not in TAKEN_FURTHER:
        with pytest.raises(StateConflict):
            taken_further(parent)
        return
    child = taken_further(parent)
    assert (child.extends_deployment_id, child.kind, child.state) == (parent.id, TAKEN_FURTHER[state], S.PROPOSED)
    assert (child.leader_id, child.host_school_urn) == (parent.leader_id, parent.host_school_urn)
    assert child.booking.days == 2
    assert child.days_used == 0


def test_more_help_is_released_by_the_school_that_employs_the_leader_now() -> None:
    parent = a_deployment_in(S.CLOSED)
    assert taken_further(parent, home_school_urn="100003").home_school_urn == "100003"
    with pytest.raises(SentToOwnSchool):
        taken_further(parent, home_school_urn=parent.host_school_urn)


def test_only_a_commission_counts_for_the_deployment_clock() -> None:
    parent = a_deployment_in(S.UNDER_WAY)
    assert parent.counts_for_clock
    assert not taken_further(parent).counts_for_clock


def test_more_help_is_not_proposed_before_its_parent_came_to_where_it_is() -> None:
    with pytest.raises(DatesOutOfOrder):
        taken_further(a_deployment_in(S.UNDER_WAY), on=date(2014, 10, 28))


def test_a_refused_step_leaves_the_deployment_as_it_was() -> None:
    deployment = a_deployment_in(S.MEETING_HELD)
    before = replace(deployment)
    with pytest.raises(AgreementIncomplete):
        move(deployment, S.AGREED, LATER, today=TODAY)
    with pytest.raises(StateConflict):
        move(deployment, S.UNDER_WAY, LATER, today=TODAY, reason=DeploymentReason.LEADER_ABSENT)
    assert deployment == before
