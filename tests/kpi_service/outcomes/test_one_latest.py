"""Of everything that was said of one thing, one is the latest: the index that sees to it holds the ended ones too."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from kpi_service.official_files.attainment import Attainment, Figure, Level, Unit
from kpi_service.official_files.cell import Grade
from kpi_service.official_files.facts import Fact
from kpi_service.official_files.file_year import FileYear
from kpi_service.official_files.inspections import Inspection
from kpi_service.outcomes.tables import AttainmentRow, InspectionRow
from service_kit.database import EVERY_TENANT, Database, table_of
from tests.kpi_service.inspections.files_taken_over import HANDED_IN_ON, forget_everything, take_over

URN, INSPECTED_ON, YEAR = "100001", date(2015, 3, 1), FileYear(2016)
TOLD: dict[type[InspectionRow] | type[AttainmentRow], list[Fact]] = {
    InspectionRow: [
        Inspection(URN, INSPECTED_ON, grade) for grade in (Grade.GOOD, Grade.OUTSTANDING, Grade.INADEQUATE)
    ],
    AttainmentRow: [
        Attainment(Level.SCHOOL, URN, YEAR, Figure.RWM_EXPECTED, Unit.PERCENT, Decimal(percent), 30)
        for percent in (50, 60, 70)
    ],
}


@pytest.fixture(autouse=True)
def empty(kpis: Database) -> Iterator[None]:
    """Every test begins and ends with nothing told."""
    forget_everything(kpis)
    yield
    forget_everything(kpis)


@pytest.mark.parametrize("row", TOLD)
def test_what_is_restated_twice_on_one_day_has_one_latest_and_no_second_is_let_in(
    kpis: Database, row: type[InspectionRow] | type[AttainmentRow]
) -> None:
    for fact in TOLD[row]:
        take_over(kpis, [fact])
    with kpis.transaction(EVERY_TENANT) as session:
        periods = session.execute(select(row.known_from_on, row.known_to_on).order_by(row.id)).all()
        latest = session.scalars(select(row).where(row.known_to_on.is_(None))).one()
        again = {told.name: getattr(latest, told.name) for told in table_of(row).columns if told.name != "id"}
    own_day = INSPECTED_ON if row is InspectionRow else YEAR.last_day
    assert periods == [(own_day, HANDED_IN_ON), (HANDED_IN_ON, HANDED_IN_ON), (HANDED_IN_ON, None)]
    with pytest.raises(IntegrityError, match="_latest"), kpis.transaction(EVERY_TENANT) as session:
        session.execute(insert(row).values(**again))
