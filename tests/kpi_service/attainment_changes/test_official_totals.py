"""Attainment and its gap at key stage 2, added up over every school of two local authorities, beside the official row
of totals in the same files.

The files publish whole percentages, and nothing of a group of fewer than six pupils. So a total does not follow from
the schools: what follows is between which figures it must lie, and there it lies, exactly and of every authority.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

import pytest

from kpi_service.attainment_changes import store
from kpi_service.attainment_changes.change import TOPICS, PublishedRecord, add_up
from kpi_service.definitions.kpi_definition import Disaggregation
from kpi_service.official_files.attainment import Attainment, Figure, Level
from kpi_service.official_files.file_year import FileYear
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.attainment_changes.official_cells import (
    DISADVANTAGED,
    OTHERS,
    WHOLE,
    reaching,
    read_cells,
)
from tests.kpi_service.builders import Alliance
from tests.kpi_service.inspections.files_taken_over import forget_everything, record_schools, take_over
from tests.kpi_service.official_files.files import facts_in_file, official

WHOSE = {
    Figure.RWM_EXPECTED: WHOLE,
    Figure.RWM_EXPECTED_DISADVANTAGED: DISADVANTAGED,
    Figure.RWM_EXPECTED_OTHERS: OTHERS,
}
FILES = [("850", 2016), ("850", 2017), ("850", 2018), ("936", 2016), ("936", 2017)]
PAIRS = [(authority, year) for authority, year in FILES if (authority, year - 1) in FILES]
KEY_STAGE_2 = [topic for topic in TOPICS if topic.key_stage is Disaggregation.KEY_STAGE_2]


def file_name(authority: str, starting: int) -> str:
    return f"{starting}-{starting + 1}_{authority}_ks2final.csv"


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no figure."""
    yield
    forget_everything(kpis)


def reached_by(who: str, pair: tuple[int, int]) -> int:
    """Of a pair of disadvantaged pupils and others, those who are meant."""
    return {WHOLE: sum(pair), DISADVANTAGED: pair[0], OTHERS: pair[1]}[who]


@pytest.mark.parametrize(("authority", "starting"), FILES)
def test_the_official_totals_lie_where_the_schools_say_they_must(authority: str, starting: int) -> None:
    schools, totals = read_cells(official(file_name(authority, starting)))
    possible = [school.possible() for school in schools]
    disadvantaged, others = totals.pupils[DISADVANTAGED] or 0, totals.pupils[OTHERS] or 0
    assert sum(school.pupils[WHOLE] or 0 for school in schools) == totals.pupils[WHOLE] == disadvantaged + others
    for who in (WHOLE, DISADVANTAGED, OTHERS):
        counts = [[reached_by(who, pair) for pair in each] for each in possible]
        lowest, highest = sum(map(min, counts)), sum(map(max, counts))
        official_counts = reaching(totals.pupils[who] or 0, totals.percent[who])
        assert max(lowest, official_counts[0]) <= min(highest, official_counts[-1]), (who, lowest, highest)
    gaps = [
        [Fraction(100 * pair[1], others) - Fraction(100 * pair[0], disadvantaged) for pair in each] for each in possible
    ]
    low, high = sum(map(min, gaps)), sum(map(max, gaps))
    gap = (totals.percent[OTHERS] or 0) - (totals.percent[DISADVANTAGED] or 0)
    # Each of the two percentages is rounded, so their difference may be one point off.
    assert low - 1 <= gap <= high + 1


@pytest.mark.parametrize(("authority", "starting"), PAIRS)
def test_what_is_counted_is_what_is_published_of_both_years(kpis: Database, authority: str, starting: int) -> None:
    years = FileYear(starting - 1), FileYear(starting)
    files = {year: official(file_name(authority, year.starting)) for year in years}
    by_urn = [{school.urn: school for school in read_cells(files[year])[0]} for year in years]
    records = counted_records(kpis, [fact for year in years for fact in facts_in_file(files[year], year)], years[1])
    for topic in KEY_STAGE_2:
        sums = add_up(topic, records, years[1]).sums
        both = [
            urn
            for urn in by_urn[0].keys() & by_urn[1].keys()
            if all(of[urn].published(WHOSE[figure]) for of in by_urn for figure in topic.figures)
        ]
        for figure in topic.figures:
            who = WHOSE[figure]
            for year, of in zip(years, by_urn, strict=True):
                published = [one for urn in both if (one := of[urn].published(who))]
                found = sums[figure, year]
                assert found.pupils == sum(pupils for pupils, _ in published)
                assert found.numerator == sum(Fraction(pupils * percent, 100) for pupils, percent in published)


def counted_records(database: Database, told: Sequence[object], year: FileYear) -> Sequence[PublishedRecord]:
    """What the service counts where every school of the files is in one alliance."""
    facts = [fact for fact in told if isinstance(fact, Attainment)]
    schools = sorted({fact.code for fact in facts if fact.level is Level.SCHOOL})
    record_schools(database, schools)
    alliance = Alliance(database)
    for urn in schools:
        alliance.join(urn, date(2011, 9, 1))
    take_over(database, facts)
    with database.transaction(EVERY_TENANT) as session:
        return store.records_of(session, alliance.alliance_id, year, year.last_day)
