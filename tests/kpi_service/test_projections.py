"""What the events of the feeds become, and that telling them again changes nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import Table, select
from sqlalchemy.exc import NoResultFound

from kpi_service import projections
from kpi_service.access.store import read_grants
from kpi_service.facts.tables import DeploymentRow, VisitRow
from kpi_service.schools.store import alliance_name
from kpi_service.tables import Base
from service_kit.access import Grant, Reach
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import RECORDED_AT, Alliance, link_schools, record_school, tell

ISSUER = "http://issuer.example"


def grant_role(database: Database, subject: str, role: str, **more: Any) -> dict[str, Any]:
    data = {"role_grant_id": uuid4(), "issuer": ISSUER, "subject": subject, "role": role}
    data |= {"alliance_id": None, "party": None} | more
    tell(database, "role-granted", data)
    return data


def grants_of(database: Database, subject: str) -> list[Grant]:
    with database.transaction(EVERY_TENANT) as session:
        return list(read_grants(session, ISSUER, subject))


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables that the feeds fill, in the order of their keys."""
    others = {"kpi_definitions", "comparator_versions", "uploads"}
    filled = [
        table
        for table in Base.metadata.sorted_tables
        if table.name == "school_links" or (table.name not in others and "upload_id" not in table.columns)
    ]
    with database.transaction(EVERY_TENANT) as session:
        return {table.name: list(session.execute(_in_order(table)).all()) for table in filled}


def _in_order(table: Table) -> Any:
    return select(table).order_by(*table.primary_key)


def tell_all(alliance: Alliance) -> None:
    """One event of each kind, with the same ids whenever it is called for one alliance."""
    database, leader_id = alliance.database, alliance.alliance_id
    record_school(database, "100001", closed_on=date(2015, 8, 31))
    for name in ("alliance-registered", "alliance-changed"):
        alliance.tell(name, name="An alliance", cohort=2, lead_school_urns=["100001"])
    membership = {"membership_id": leader_id, "urn": "100001", "from_on": date(2013, 9, 1)}
    alliance.tell("membership-began", **membership, to_on=None)
    alliance.tell("membership-ended", **membership, to_on=date(2015, 7, 31))
    made = {"designation_id": leader_id, "leader_id": leader_id}
    alliance.tell(
        "designation-made",
        **made,
        kind="sle",
        round="2014 autumn",
        designated_on=date(2014, 11, 30),
        renews_designation_id=None,
        due_to_lapse_on=date(2017, 11, 30),
    )
    alliance.tell("designation-trained", **made, trained_on=date(2015, 1, 19))
    alliance.tell("designation-withdrawn", **made, withdrawn_on=date(2015, 7, 31))
    alliance.tell("designation-lapsed", **made, lapsed_on=date(2015, 7, 31))
    link_schools(database, "100001", "100002", on=date(2015, 9, 1))
    begun = {"deployment_id": leader_id, "leader_id": leader_id, "agreed_on": None, "extends_deployment_id": None}
    alliance.tell("deployment-begun", **begun, first_day_on=date(2015, 1, 12))
    alliance.visit(leader_id, date(2015, 1, 19), 0.5, deployment_id=leader_id)
    alliance.count_run(leader_id, "2013/14", completed=11, employment_known=11, employed_early=9)
    a_week_later = RECORDED_AT + timedelta(days=7)
    alliance.count_run(leader_id, "2013/14", completed=12, employment_known=11, employed_early=9, at=a_week_later)
    grant = {"role_grant_id": leader_id, "issuer": ISSUER, "subject": "someone", "role": "broker", "party": None}
    alliance.tell("role-granted", **grant)


def test_telling_everything_again_changes_nothing(kpis: Database) -> None:
    alliance = Alliance(kpis)
    tell_all(alliance)
    first = everything(kpis)
    assert all(first.values())
    tell_all(alliance)
    assert everything(kpis) == first


def test_an_event_that_no_indicator_counts_is_passed_over(kpis: Database) -> None:
    before = everything(kpis)
    tell(kpis, "plan-imported", {"plan_id": uuid4()})
    tell(kpis, "deployment-resumed", {"deployment_id": uuid4(), "on": "2015-03-02"})
    tell(kpis, "something-of-a-later-release", {"anything": [1, 2, 3]})
    assert everything(kpis) == before


def test_an_event_may_have_gained_members(kpis: Database) -> None:
    grant_role(kpis, "newcomer", "operator", granted_by="somebody")
    assert grants_of(kpis, "newcomer") == [Grant("operator", None, None)]


def test_an_event_that_lacks_what_is_counted_is_refused(kpis: Database) -> None:
    with pytest.raises(ValidationError):
        Alliance(kpis).tell("designation-made", designation_id=uuid4())


@pytest.mark.parametrize("ended", ["withdrawn", "lapsed", "trained"])
def test_what_happens_to_a_designation_that_was_never_made_is_refused(kpis: Database, ended: str) -> None:
    with pytest.raises(NoResultFound):
        Alliance(kpis).tell(f"designation-{ended}", designation_id=uuid4(), **{f"{ended}_on": date(2015, 1, 12)})


def test_an_alliance_is_called_as_it_was_last_told(kpis: Database) -> None:
    alliance = Alliance(kpis)
    alliance.tell("alliance-changed", name="Seven Rivers", cohort=2, lead_school_urns=["100001"])
    with kpis.transaction(EVERY_TENANT) as session:
        assert alliance_name(session, alliance.alliance_id) == "Seven Rivers"
        assert alliance_name(session, uuid4()) is None


def test_an_alliance_is_named_to_its_own_people_alone(kpis: Database) -> None:
    own, other = Alliance(kpis), Alliance(kpis)
    with kpis.transaction(Reach(everywhere=False, tenants=frozenset({own.alliance_id}), parties={})) as session:
        assert alliance_name(session, own.alliance_id) == "An alliance"
        assert alliance_name(session, other.alliance_id) is None


def first_days(database: Database, leader_id: UUID) -> list[tuple[UUID, date]]:
    """The first days on site that are known of a leader, with the alliance whose clock they stop."""
    row = DeploymentRow
    with database.transaction(EVERY_TENANT) as session:
        known = session.execute(select(row.alliance_id, row.first_day_on).where(row.leader_id == leader_id))
        return [(alliance_id, first_day_on) for alliance_id, first_day_on in known]


def test_a_corrected_first_day_takes_the_place_of_the_one_told_before(kpis: Database) -> None:
    alliance, leader_id = Alliance(kpis), uuid4()
    deployment_id = alliance.begin(leader_id, date(2015, 1, 21))
    corrected = {
        "first_day_on": date(2015, 1, 12),
        "was_first_day_on": date(2015, 1, 21),
        "reason": "recorded_in_error",
    }
    told = {"deployment_id": deployment_id, "leader_id": leader_id, "agreed_on": None, "extends_deployment_id": None}
    alliance.tell("deployment-first-day-corrected", **told, **corrected)
    assert first_days(kpis, leader_id) == [(alliance.alliance_id, date(2015, 1, 12))]


def test_a_lent_leader_stops_the_clock_of_the_alliance_that_lends_them(kpis: Database) -> None:
    lender, borrower, leader_id = Alliance(kpis), Alliance(kpis), uuid4()
    borrower.begin(leader_id, date(2015, 1, 12), lender_alliance_id=lender.alliance_id)
    assert first_days(kpis, leader_id) == [(lender.alliance_id, date(2015, 1, 12))]


def test_the_days_of_a_lent_leader_are_those_of_the_alliance_that_lends_them(kpis: Database) -> None:
    lender, borrower, leader_id = Alliance(kpis), Alliance(kpis), uuid4()
    borrower.visit(leader_id, date(2015, 1, 19), 0.5, lender_alliance_id=lender.alliance_id)
    with kpis.transaction(EVERY_TENANT) as session:
        visits = select(VisitRow.alliance_id, VisitRow.days).where(VisitRow.leader_id == leader_id)
        assert list(map(tuple, session.execute(visits))) == [(lender.alliance_id, Decimal("0.5"))]


def test_a_revoked_role_is_held_no_longer(kpis: Database) -> None:
    alliance = Alliance(kpis)
    kept = grant_role(kpis, "head", "school", alliance_id=alliance.alliance_id, party="100001")
    revoked = grant_role(kpis, "head", "auditor")
    assert len(grants_of(kpis, "head")) == 2
    tell(kpis, "role-revoked", revoked)
    assert grants_of(kpis, "head") == [Grant("school", kept["alliance_id"], "100001")]


def test_each_feed_starts_again_without_touching_what_came_from_the_other(kpis: Database) -> None:
    tell_all(Alliance(kpis))
    from_broker = {"designations", "deployments", "visits"}
    with kpis.transaction(EVERY_TENANT) as session:
        projections.reset_sle_broker(session)
    assert {name for name, rows in everything(kpis).items() if not rows} == from_broker
    tell_all(Alliance(kpis))
    with kpis.transaction(EVERY_TENANT) as session:
        projections.reset_plans_api(session)
    assert {name for name, rows in everything(kpis).items() if rows} == from_broker
