"""Of an inspection that was told of otherwise, the word that holds on the day counts, wherever its row stands."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from kpi_service.inspections.change import Judgement
from kpi_service.inspections.store import Population, inspected_schools
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.inspections import Inspection
from service_kit.database import EVERY_TENANT, Database
from tests.kpi_service.inspections.files_taken_over import HANDED_IN_ON, forget_everything, record_schools, take_over

FIRST, LATEST = date(2010, 3, 1), date(2014, 3, 1)
RESTATED_ON = HANDED_IN_ON + timedelta(days=1)


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins with no school and no inspection."""
    yield
    forget_everything(kpis)


def latest_grades(database: Database, on: date) -> set[Grade | None]:
    """The latest grade of every school."""
    with database.transaction(EVERY_TENANT) as session:
        schools = inspected_schools(session, Population.NATION, Judgement.OVERALL, on)
    return {school.latest.grade if school.latest else None for school in schools}


@pytest.mark.parametrize("last_written", ["known_to_on IS NOT NULL", "known_to_on IS NULL"])
def test_only_the_word_that_holds_on_the_day_counts(kpis: Database, last_written: str) -> None:
    urns = [str(number) for number in range(100_001, 100_041)]
    record_schools(kpis, urns)
    take_over(kpis, [Inspection(urn, FIRST, Grade(3)) for urn in urns])
    for grade, on in ((2, HANDED_IN_ON), (4, RESTATED_ON)):
        take_over(kpis, [Inspection(urn, LATEST, Grade(grade)) for urn in urns], on=on)
    with kpis.transaction(EVERY_TENANT) as session:
        # The rows of one day tie: which comes first of them follows from where they stand, and that must not matter.
        session.execute(text(f"UPDATE inspections SET line = line WHERE {last_written}"))
    assert latest_grades(kpis, HANDED_IN_ON) == {Grade.GOOD}
    assert latest_grades(kpis, RESTATED_ON) == {Grade.INADEQUATE}
