"""Every alliance counted in one statement, beside each alliance asked for alone."""

from datetime import date

from kpi_service.measures.deployment_clock import DesignatedIn
from kpi_service.measures.rate import Rate
from kpi_service.measures.school_count import SchoolCount
from kpi_service.measures.store import (
    count_member_schools,
    count_schools_nationally,
    deployment_rates_by_alliance,
    read_deployment_clocks,
)
from kpi_service.measures.target import year_before
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import Alliance, record_school

DAY = date(2015, 8, 31)
DESIGNATED_ON = date(2014, 9, 1)


def test_deployment_rates(kpis: Database) -> None:
    one, other, idle = Alliance(kpis), Alliance(kpis), Alliance(kpis)
    one.begin(one.designate(DESIGNATED_ON).leader_id, date(2014, 10, 1))
    one.designate(DESIGNATED_ON)
    other.begin(other.designate(DESIGNATED_ON).leader_id, date(2015, 3, 1))
    other.designate(DESIGNATED_ON, kind="nle")
    one.designate(date(2015, 9, 1))
    with kpis.transaction(EVERY_TENANT) as session:
        found = deployment_rates_by_alliance(session, DAY)
        for alliance in (one, other):
            alone, _ = read_deployment_clocks(session, alliance.alliance_id, DesignatedIn(), DAY)
            assert found[alliance.alliance_id] == alone
    assert (found[one.alliance_id], found[other.alliance_id]) == (Rate(1, 2), Rate(0, 1))
    assert idle.alliance_id not in found


def test_school_counts(kpis: Database) -> None:
    one, other, empty = Alliance(kpis), Alliance(kpis), Alliance(kpis)
    record_school(kpis, "200002", closed_on=date(2015, 1, 1))
    for urn in ("200001", "200001", "200002"):
        one.join(urn, date(2013, 9, 1))
    other.join("200001", date(2015, 1, 1))
    other.join("200003", date(2010, 1, 1), date(2012, 8, 31))
    with kpis.transaction(EVERY_TENANT) as session:
        found = count_schools_nationally(session, DAY, year_before(DAY)).alliances
        for alliance in (one, other):
            alone, _ = count_member_schools(session, alliance.alliance_id, DAY, year_before(DAY))
            assert found[alliance.alliance_id] == alone
    assert (found[one.alliance_id], found[other.alliance_id]) == (SchoolCount(1, 2), SchoolCount(1, 0))
    assert empty.alliance_id not in found
