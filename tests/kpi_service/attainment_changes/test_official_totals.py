"""Attainment and its gap at key stage 2, added up over every school of two local authorities, beside the official row
of totals in the same files.

The files publish whole percentages: a total may be off by half a percentage point, and what is added up of the schools
by as much. Nothing is published of a group of fewer than six pupils, so a gap is of the schools that have enough of
both in both years: it stands for the authority's only within `OF_A_GAP`.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest

from kpi_service.attainment_changes import store
from kpi_service.attainment_changes.change import TOPICS, add_up
from kpi_service.definitions.kpi_definition import Disaggregation
from kpi_service.official_files.attainment import Attainment, Level
from kpi_service.official_files.file_year import FileYear
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over
from tests.kpi_service.official_files.files import facts_in_file, official

YEARS = (FileYear(2016), FileYear(2017))
OF_ATTAINMENT, OF_A_GAP = Fraction(1), Fraction(5, 2)
KEY_STAGE_2 = [topic for topic in TOPICS if topic.key_stage is Disaggregation.KEY_STAGE_2]


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no figure."""
    yield
    forget_everything(kpis)


@pytest.mark.parametrize("authority", ["850", "936"])
def test_the_sums_agree_with_the_official_totals(kpis: Database, authority: str) -> None:
    told = [
        fact
        for year in YEARS
        for fact in facts_in_file(official(f"{year.starting}-{year.starting + 1}_{authority}_ks2final.csv"), year)
        if isinstance(fact, Attainment)
    ]
    schools = sorted({fact.code for fact in told if fact.level is Level.SCHOOL})
    totals = {
        (fact.figure, fact.year): Fraction(fact.value)
        for fact in told
        if (fact.level, fact.code) == (Level.LOCAL_AUTHORITY, authority)
    }
    record_schools(kpis, schools)
    alliance = Alliance(kpis)
    for urn in schools:
        alliance.join(urn, date(2011, 9, 1))
    take_over(kpis, told)
    with kpis.transaction(EVERY_TENANT) as session:
        records = store.records_of(session, alliance.alliance_id, YEARS[1], YEARS[1].last_day)
    for topic in KEY_STAGE_2:
        found = add_up(topic, records, YEARS[1]).year_on_year
        tolerance = OF_ATTAINMENT if topic.behind is None else OF_A_GAP
        for year, value in zip(YEARS, (found.previous_value, found.value), strict=True):
            published = totals[topic.figure, year] - (0 if topic.behind is None else totals[topic.behind, year])
            assert value is not None
            assert abs(value - published) <= tolerance, (topic.measure, year, float(value), float(published))
