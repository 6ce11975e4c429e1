"""Files taken over into a database, as the worker does."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import delete, text

from kpi_service.official_files.facts import Fact
from kpi_service.outcomes.store import taking_over
from kpi_service.outcomes.tables import (
    AllianceFigureRow,
    AttainmentRow,
    CharacteristicsRow,
    HeadshipVacancyRow,
    InspectionRow,
    NationalAverageRow,
    SchoolLinkRow,
    SchoolPlaceRow,
)
from kpi_service.schools.tables import MembershipRow, SchoolRow, TimeInAllianceRow
from service_kit.database import EVERY_TENANT, Database

HANDED_IN_ON = date(2026, 1, 5)


def take_over(database: Database, facts: Iterable[Fact], on: date = HANDED_IN_ON) -> None:
    """Facts that were handed in on a day."""
    with database.transaction(EVERY_TENANT) as session:
        session.execute(text("SET LOCAL statement_timeout = '1min'"))
        now = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
        with taking_over(session, uuid4(), now=now) as taking:
            for line, fact in enumerate(facts, start=2):
                taking.tell(line, [fact])
            taking.end()


def forget_everything(database: Database) -> None:
    """No school, no membership, and nothing taken over."""
    tables = (
        *(InspectionRow, SchoolLinkRow, NationalAverageRow, AttainmentRow, HeadshipVacancyRow, AllianceFigureRow),
        *(SchoolPlaceRow, CharacteristicsRow),
        *(SchoolRow, MembershipRow, TimeInAllianceRow),
    )
    with database.transaction(EVERY_TENANT) as session:
        session.execute(text("SET LOCAL statement_timeout = '1min'"))
        for table in tables:
            session.execute(delete(table))


def record_schools(database: Database, urns: Iterable[str]) -> None:
    """Open schools of the register, many at once."""
    with database.transaction(EVERY_TENANT) as session:
        session.execute(
            text("INSERT INTO schools (urn, recorded_at) VALUES (:urn, now())"), [{"urn": urn} for urn in urns]
        )
