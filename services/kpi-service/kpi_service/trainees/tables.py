"""The table of what programme runs add up to. Source: the feed of plans-api."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class ProgrammeRunRow(Base):
    """One run of a programme, as it was last told of; `year` is the calendar year its academic year begins in."""

    __tablename__ = "programme_runs"
    __table_args__ = (Index(None, "alliance_id", "year"),)

    programme_run_id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    programme_kind: Mapped[str]
    trains_teachers: Mapped[bool]
    year: Mapped[int]
    completed: Mapped[int]
    employment_known: Mapped[int]
    employed_early: Mapped[int]
    recorded_at: Mapped[datetime]
