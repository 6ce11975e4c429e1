"""KPIs A1 and B7: schools in alliances, of one alliance and of all of them together."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from kpi_service import projections
from kpi_service.measures.rate import shown
from kpi_service.measures.school_count import SchoolCount
from kpi_service.measures.target import ResultState
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import RECORDED_AT, Alliance, record_school
from tests.kpi_service.results.asking import a1, b7

BEFORE = date(2013, 9, 1)
A_YEAR_BEFORE = date(2014, 3, 20)
AS_OF = date(2015, 3, 20)


@pytest.fixture
def nation(kpis: Database) -> Database:
    """The database without schools and alliances: a national figure counts everything that is there."""
    with kpis.transaction(EVERY_TENANT) as session:
        projections.reset_plans_api(session)
    return kpis


def test_more_schools_than_a_year_before_meets_the_target(nation: Database) -> None:
    alliance = Alliance(nation)
    alliance.join("100001", BEFORE)
    alliance.join("100002", date(2014, 9, 1))
    result = b7(alliance, AS_OF)
    assert (result.count, result.state) == (SchoolCount(2, 1), ResultState.MET)
    assert (result.count.years.change, result.count.years.change_percent) == (Fraction(1), Fraction(100))


def test_as_many_schools_as_a_year_before_do_not(nation: Database) -> None:
    alliance = Alliance(nation)
    alliance.join("100001", BEFORE)
    assert b7(alliance, AS_OF).state is ResultState.NOT_MET


def test_an_alliance_without_a_school_on_either_day_has_no_data(nation: Database) -> None:
    alliance = Alliance(nation)
    alliance.join("100001", date(2015, 3, 21))
    assert b7(alliance, AS_OF).state is ResultState.NO_DATA


def test_an_alliance_that_has_lost_its_schools_has_not_met_the_target(nation: Database) -> None:
    alliance = Alliance(nation)
    alliance.join("100001", BEFORE, A_YEAR_BEFORE)
    result = b7(alliance, AS_OF)
    assert (result.count, result.state) == (SchoolCount(0, 1), ResultState.NOT_MET)


def test_a_new_alliance_is_up_and_by_no_percentage(nation: Database) -> None:
    alliance = Alliance(nation)
    alliance.join("100001", AS_OF)
    result = b7(alliance, AS_OF)
    assert (result.state, result.count.years.change_percent) == (ResultState.MET, None)


def test_a_membership_counts_on_its_first_and_on_its_last_day(nation: Database) -> None:
    alliance = Alliance(nation)
    alliance.join("100001", A_YEAR_BEFORE, AS_OF)
    assert b7(alliance, date(2014, 3, 19)).count.schools == 0
    assert b7(alliance, A_YEAR_BEFORE).count.schools == 1
    assert b7(alliance, AS_OF).count.schools == 1
    assert b7(alliance, date(2015, 3, 21)).count.schools == 0


def test_an_end_told_of_later_ends_the_membership(nation: Database) -> None:
    alliance = Alliance(nation)
    membership = alliance.join("100001", BEFORE)
    alliance.tell("membership-ended", membership_id=membership, urn="100001", from_on=BEFORE, to_on=date(2015, 3, 19))
    assert b7(alliance, AS_OF).count == SchoolCount(0, 1)


def test_a_school_that_left_and_came_back_counts_once_with_both_memberships(nation: Database) -> None:
    alliance = Alliance(nation)
    first = alliance.join("100001", BEFORE, date(2014, 7, 31))
    second = alliance.join("100001", date(2014, 9, 1))
    result = b7(alliance, AS_OF)
    assert result.count == SchoolCount(1, 1)
    assert [school.membership_ids for school in result.schools] == [(first, second)]


def test_a_member_that_has_closed_is_listed_and_not_counted(nation: Database) -> None:
    alliance = Alliance(nation)
    record_school(nation, "100001", closed_on=date(2015, 3, 19))
    record_school(nation, "100002", closed_on=AS_OF)
    alliance.join("100001", BEFORE)
    alliance.join("100002", BEFORE)
    result = b7(alliance, AS_OF)
    assert result.count == SchoolCount(1, 2)
    assert {school.urn: school.is_closed for school in result.schools} == {"100001": True, "100002": False}


def test_a_school_in_two_alliances_counts_once_nationally_and_once_in_each(nation: Database) -> None:
    one, another = Alliance(nation, cohort=1), Alliance(nation, cohort=1)
    for alliance in (one, another):
        alliance.join("100001", BEFORE)
    another.join("100002", date(2014, 9, 1))
    assert (b7(one, AS_OF).count, b7(another, AS_OF).count) == (SchoolCount(1, 1), SchoolCount(2, 1))
    result = a1(nation, AS_OF)
    assert result.total.years == SchoolCount(2, 1).years
    assert {cohort: judged.years for cohort, judged in result.cohorts.items()} == {1: SchoolCount(2, 1).years}


def test_a_school_in_alliances_of_two_cohorts_counts_once_in_each_cohort(nation: Database) -> None:
    for cohort in (1, 2):
        Alliance(nation, cohort=cohort).join("100001", BEFORE)
    result = a1(nation, AS_OF)
    assert result.total.years == SchoolCount(1, 1).years
    assert {cohort: judged.years for cohort, judged in result.cohorts.items()} == dict.fromkeys(
        (1, 2), SchoolCount(1, 1).years
    )


def test_up_in_total_is_not_enough_where_one_cohort_is_not_up(nation: Database) -> None:
    steady, growing = Alliance(nation, cohort=1), Alliance(nation, cohort=2)
    steady.join("100001", BEFORE)
    growing.join("100002", BEFORE)
    growing.join("100003", AS_OF)
    result = a1(nation, AS_OF)
    assert result.total.state is ResultState.MET
    assert {cohort: judged.state for cohort, judged in result.cohorts.items()} == {
        1: ResultState.NOT_MET,
        2: ResultState.MET,
    }
    assert result.state is ResultState.NOT_MET


def test_up_in_total_and_in_each_cohort_is_met(nation: Database) -> None:
    for cohort, urn in ((1, "100001"), (2, "100002")):
        Alliance(nation, cohort=cohort).join(urn, AS_OF)
    assert a1(nation, AS_OF).state is ResultState.MET


def test_an_alliance_without_a_cohort_counts_in_the_total_only(nation: Database) -> None:
    Alliance(nation).join("100001", AS_OF)
    result = a1(nation, AS_OF)
    assert (result.total.years, dict(result.cohorts)) == (SchoolCount(1, 0).years, {})


def test_a_nation_without_alliances_has_no_data(nation: Database) -> None:
    result = a1(nation, AS_OF)
    assert (result.total.years, result.state, result.data_as_of) == (SchoolCount(0, 0).years, ResultState.NO_DATA, None)


def test_a_day_that_has_not_come_is_not_judged(nation: Database) -> None:
    Alliance(nation, cohort=1).join("100001", BEFORE)
    assert a1(nation, AS_OF, today=A_YEAR_BEFORE).state is ResultState.NOT_YET_DUE


def test_a_national_figure_is_as_new_as_the_newest_cohort(nation: Database) -> None:
    alliance, later = Alliance(nation, cohort=1), datetime(2015, 4, 1, tzinfo=UTC)
    alliance.join("100001", BEFORE)
    alliance.tell("alliance-changed", later, name="An alliance", cohort=2, lead_school_urns=["100001"])
    result = a1(nation, AS_OF)
    assert (set(result.cohorts), result.data_as_of) == ({2}, later)
    assert b7(alliance, AS_OF).data_as_of == RECORDED_AT


def test_the_data_are_as_new_as_the_newest_membership_or_member_school(nation: Database) -> None:
    alliance = Alliance(nation)
    alliance.join("100001", BEFORE)
    assert b7(alliance, AS_OF).data_as_of == RECORDED_AT
    later = datetime(2015, 4, 1, tzinfo=UTC)
    record_school(nation, "100001", at=later)
    record_school(nation, "100009", at=datetime(2015, 5, 1, tzinfo=UTC))
    assert b7(alliance, AS_OF).data_as_of == later
    assert a1(nation, AS_OF).data_as_of == later


def test_a_change_is_told_in_schools_and_in_per_cent_of_the_year_before() -> None:
    fewer = SchoolCount(2, 3).years
    assert fewer.change == -1
    assert fewer.change_percent is not None
    assert shown(fewer.change_percent) == Decimal("-33.33")
