"""KPI B8b: on which side of each boundary a designation counts."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kpi_service.measures.rate import Rate
from kpi_service.measures.target import ResultState
from service_kit.database import Database
from tests.kpi_service.builders import RECORDED_AT, Alliance, Designated
from tests.kpi_service.results.asking import answers, b8b

DESIGNATED_ON = date(2014, 11, 30)
LAST_DAY = date(2015, 2, 28)
LONG_AFTER = date(2015, 12, 31)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def alliance(kpis: Database) -> Alliance:
    return Alliance(kpis)


def counted_as(alliance: Alliance, as_of: date = LONG_AFTER) -> dict[str, int]:
    return dict(Counter(clock.counted_as.value for clock in b8b(alliance, as_of).clocks))


def test_deployed_within_three_months_counts_in_numerator_and_denominator(alliance: Alliance) -> None:
    leader = alliance.designate(DESIGNATED_ON).leader_id
    alliance.begin(leader, date(2015, 1, 12))
    result = b8b(alliance, LONG_AFTER)
    assert (result.rate, result.state) == (Rate(1, 1), ResultState.MET)


def test_the_last_day_still_counts(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, LAST_DAY)
    assert counted_as(alliance) == {"within": 1}


def test_a_day_late_is_late(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, LAST_DAY + ONE_DAY)
    result = b8b(alliance, LONG_AFTER)
    assert (result.rate, result.state) == (Rate(0, 1), ResultState.NOT_MET)
    assert counted_as(alliance) == {"late": 1}


def test_in_a_leap_year_february_has_its_29th(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(date(2015, 11, 30)).leader_id, date(2016, 2, 29))
    assert counted_as(alliance, date(2016, 12, 31)) == {"within": 1}


def test_deployed_on_the_day_of_designation_is_within(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, DESIGNATED_ON)
    assert counted_as(alliance) == {"within": 1}


def test_a_deployment_before_the_designation_does_not_stop_its_clock(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, DESIGNATED_ON - ONE_DAY)
    assert counted_as(alliance) == {"not_deployed": 1}


def test_the_agreed_date_is_reported_and_does_not_count(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, LAST_DAY + ONE_DAY, agreed_on=date(2014, 12, 10))
    (clock,) = b8b(alliance, LONG_AFTER).clocks
    assert (clock.counted_as, clock.agreed_on) == ("late", date(2014, 12, 10))


def test_until_the_three_months_end_a_designation_is_pending_and_counts_nowhere(alliance: Alliance) -> None:
    alliance.designate(DESIGNATED_ON)
    for as_of in (DESIGNATED_ON, LAST_DAY):
        result = b8b(alliance, as_of)
        assert (result.rate, result.state) == (Rate(0, 0), ResultState.NO_DATA)
        assert counted_as(alliance, as_of) == {"pending": 1}


def test_on_the_last_day_itself_no_day_is_left_and_it_is_still_pending(alliance: Alliance) -> None:
    alliance.designate(DESIGNATED_ON)
    (clock,) = b8b(alliance, LAST_DAY).clocks
    assert (clock.counted_as, clock.days_left) == ("pending", 0)


def test_the_day_after_the_last_it_counts_against(alliance: Alliance) -> None:
    alliance.designate(DESIGNATED_ON)
    assert counted_as(alliance, LAST_DAY + ONE_DAY) == {"not_deployed": 1}


def test_before_the_designation_there_is_nothing(alliance: Alliance) -> None:
    alliance.designate(DESIGNATED_ON)
    assert b8b(alliance, DESIGNATED_ON - ONE_DAY).clocks == []


def test_a_first_day_after_the_day_asked_about_has_not_happened(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, date(2015, 1, 12))
    assert counted_as(alliance, date(2015, 1, 11)) == {"pending": 1}
    assert counted_as(alliance, date(2015, 1, 12)) == {"within": 1}


@pytest.mark.parametrize(
    ("withdrawn_on", "expected"),
    [(DESIGNATED_ON + ONE_DAY, "excluded"), (LAST_DAY, "excluded"), (LAST_DAY + ONE_DAY, "not_deployed")],
)
def test_withdrawn_before_the_three_months_end_and_never_deployed_is_excluded(
    alliance: Alliance, withdrawn_on: date, expected: str
) -> None:
    alliance.withdraw(alliance.designate(DESIGNATED_ON), withdrawn_on)
    result = b8b(alliance, LONG_AFTER)
    assert [(clock.counted_as, clock.withdrawn_on) for clock in result.clocks] == [(expected, withdrawn_on)]
    assert result.rate.denominator == (0 if expected == "excluded" else 1)


def test_a_withdrawal_after_the_day_asked_about_has_not_happened(alliance: Alliance) -> None:
    alliance.withdraw(alliance.designate(DESIGNATED_ON), date(2015, 1, 12))
    (clock,) = b8b(alliance, date(2015, 1, 11)).clocks
    assert (clock.counted_as, clock.withdrawn_on) == ("pending", None)


def test_withdrawn_after_a_deployment_in_time_still_counts_as_within(alliance: Alliance) -> None:
    made = alliance.designate(DESIGNATED_ON)
    alliance.begin(made.leader_id, date(2015, 1, 12))
    alliance.withdraw(made, date(2015, 1, 13))
    assert counted_as(alliance) == {"within": 1}


def test_a_first_day_on_or_after_the_withdrawal_is_not_the_designations(alliance: Alliance) -> None:
    made = alliance.designate(DESIGNATED_ON)
    alliance.withdraw(made, date(2015, 1, 12))
    alliance.begin(made.leader_id, date(2015, 1, 12))
    assert counted_as(alliance) == {"excluded": 1}


def test_a_lapse_excuses_nothing(alliance: Alliance) -> None:
    alliance.lapse(alliance.designate(DESIGNATED_ON), LAST_DAY)
    assert counted_as(alliance) == {"not_deployed": 1}


def test_a_first_day_on_or_after_the_lapse_is_not_the_designations(alliance: Alliance) -> None:
    for lapsed_on in (date(2015, 1, 12), date(2015, 1, 13)):
        made = alliance.designate(DESIGNATED_ON)
        alliance.lapse(made, lapsed_on)
        alliance.begin(made.leader_id, date(2015, 1, 12))
    assert counted_as(alliance) == {"not_deployed": 1, "within": 1}


@pytest.mark.parametrize("recorded_on", [None, date(2015, 1, 12), date(2015, 1, 20)])
def test_a_designation_lapses_by_itself_on_the_day_it_is_due_to(alliance: Alliance, recorded_on: date | None) -> None:
    for due_to_lapse_on in (date(2015, 1, 12), date(2015, 1, 13)):
        made = alliance.designate(DESIGNATED_ON, due_to_lapse_on=due_to_lapse_on)
        alliance.begin(made.leader_id, date(2015, 1, 12))
        if recorded_on is not None:
            alliance.lapse(made, max(recorded_on, due_to_lapse_on))
    assert counted_as(alliance) == {"not_deployed": 1, "within": 1}


def test_a_lapse_recorded_before_it_was_due_counts_from_its_day(alliance: Alliance) -> None:
    made = alliance.designate(DESIGNATED_ON, due_to_lapse_on=date(2017, 11, 30))
    alliance.lapse(made, date(2015, 1, 12))
    alliance.begin(made.leader_id, date(2015, 1, 12))
    assert counted_as(alliance) == {"not_deployed": 1}


def test_a_renewal_neither_counts_nor_restarts_the_clock(alliance: Alliance) -> None:
    made = alliance.designate(date(2014, 1, 31))
    alliance.designate(DESIGNATED_ON, leader_id=made.leader_id, renews_designation_id=made.designation_id)
    alliance.begin(made.leader_id, date(2015, 1, 12))
    result = b8b(alliance, LONG_AFTER)
    assert [(clock.designation_id, clock.counted_as) for clock in result.clocks] == [(made.designation_id, "late")]


def test_designated_afresh_after_a_withdrawal_has_a_clock_of_its_own(alliance: Alliance) -> None:
    first = alliance.designate(date(2012, 9, 3))
    alliance.begin(first.leader_id, date(2012, 10, 1))
    alliance.withdraw(first, date(2013, 9, 2))
    alliance.designate(DESIGNATED_ON, leader_id=first.leader_id)
    assert [clock.counted_as for clock in b8b(alliance, LONG_AFTER).clocks] == ["within", "not_deployed"]


def test_an_extension_is_not_a_first_deployment(alliance: Alliance) -> None:
    made = alliance.designate(DESIGNATED_ON)
    parent = alliance.begin(made.leader_id, date(2014, 10, 6))
    alliance.begin(made.leader_id, date(2015, 1, 12), extends_deployment_id=parent)
    assert counted_as(alliance) == {"not_deployed": 1}


def test_only_the_first_of_several_deployments_counts(alliance: Alliance) -> None:
    made = alliance.designate(DESIGNATED_ON)
    alliance.begin(made.leader_id, date(2015, 3, 2))
    first = alliance.begin(made.leader_id, date(2015, 2, 2))
    (clock,) = b8b(alliance, LONG_AFTER).clocks
    assert (clock.counted_as, clock.deployment_id) == ("within", first)


@pytest.mark.parametrize("kind", ["nle", "lle"])
def test_only_specialist_leaders_have_a_clock(alliance: Alliance, kind: str) -> None:
    alliance.designate(DESIGNATED_ON, kind=kind)
    assert b8b(alliance, LONG_AFTER).clocks == []


def test_an_alliance_without_designations_has_no_data_and_no_percentage(alliance: Alliance) -> None:
    result = b8b(alliance, LONG_AFTER)
    assert (result.rate, result.rate.percent, result.state) == (Rate(0, 0), None, ResultState.NO_DATA)
    assert result.data_as_of is None


def test_exactly_half_meets_the_target(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, LAST_DAY)
    alliance.designate(DESIGNATED_ON)
    result = b8b(alliance, LONG_AFTER)
    assert (result.rate, result.state) == (Rate(1, 2), ResultState.MET)
    assert result.definition.terms.target.value == Decimal(50)


def test_another_alliances_facts_are_not_counted(alliance: Alliance, kpis: Database) -> None:
    made = alliance.designate(DESIGNATED_ON)
    another = Alliance(kpis)
    another.begin(made.leader_id, date(2015, 1, 12))
    another.designate(DESIGNATED_ON)
    assert counted_as(alliance) == {"not_deployed": 1}


def designated_in_two_rounds(alliance: Alliance) -> tuple[Designated, Designated]:
    spring = alliance.designate(date(2014, 3, 31), round="2014 spring")
    autumn = alliance.designate(date(2014, 9, 1), round="2014 autumn")
    return spring, autumn


def test_one_round_may_be_asked_for(alliance: Alliance) -> None:
    _, autumn = designated_in_two_rounds(alliance)
    (clock,) = b8b(alliance, LONG_AFTER, round="2014 autumn").clocks
    assert clock.designation_id == autumn.designation_id
    assert b8b(alliance, LONG_AFTER, round="2013 autumn").state is ResultState.NO_DATA


def test_a_period_has_its_first_day_and_not_the_day_it_ends_before(alliance: Alliance) -> None:
    spring, autumn = designated_in_two_rounds(alliance)

    def designated(designated_from: date | None, designated_to: date | None) -> set[object]:
        result = b8b(alliance, LONG_AFTER, designated_from=designated_from, designated_to=designated_to)
        return {clock.designation_id for clock in result.clocks}

    assert designated(date(2014, 9, 1), date(2015, 9, 1)) == {autumn.designation_id}
    assert designated(date(2013, 9, 1), date(2014, 9, 1)) == {spring.designation_id}
    assert designated(date(2014, 3, 31), None) == {spring.designation_id, autumn.designation_id}


def test_kpis_that_have_no_rounds_are_not_answered_for_one(alliance: Alliance) -> None:
    answered = answers(alliance, LONG_AFTER, round="2014 autumn")
    assert [result.definition.terms.code for result in answered] == ["B8b"]


def test_a_day_that_has_not_come_is_not_judged(alliance: Alliance) -> None:
    alliance.begin(alliance.designate(DESIGNATED_ON).leader_id, LAST_DAY)
    result = b8b(alliance, LONG_AFTER, today=LONG_AFTER - ONE_DAY)
    assert (result.rate, result.state) == (Rate(1, 1), ResultState.NOT_YET_DUE)


def test_before_the_definition_was_in_force_nothing_is_answered(alliance: Alliance) -> None:
    assert answers(alliance, date(2011, 8, 31)) == []


def test_the_data_are_as_new_as_the_newest_fact_of_the_alliance(alliance: Alliance, kpis: Database) -> None:
    later, latest = datetime(2015, 4, 1, tzinfo=UTC), datetime(2015, 4, 2, tzinfo=UTC)
    made = alliance.designate(DESIGNATED_ON)
    assert b8b(alliance, LONG_AFTER).data_as_of == RECORDED_AT
    alliance.begin(made.leader_id, date(2015, 3, 2), at=later)
    assert b8b(alliance, LONG_AFTER).data_as_of == later
    alliance.withdraw(made, date(2015, 4, 1), at=latest)
    Alliance(kpis).designate(DESIGNATED_ON, at=datetime(2015, 5, 1, tzinfo=UTC))
    assert b8b(alliance, LONG_AFTER).data_as_of == latest


def test_asking_again_for_a_past_day_gives_the_same_answer(alliance: Alliance) -> None:
    made = alliance.designate(DESIGNATED_ON)
    past = b8b(alliance, LAST_DAY)
    alliance.begin(made.leader_id, LAST_DAY + ONE_DAY)
    alliance.designate(date(2015, 3, 31))
    again = b8b(alliance, LAST_DAY)
    assert (again.rate, again.state, again.clocks) == (past.rate, past.state, past.clocks)
