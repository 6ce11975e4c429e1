"""The tables of what programme runs add up to. Source: the feed of plans-api."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class _Told:
    """What was told of a run, and from which day it counts; `year` is the calendar year its academic year begins in."""

    alliance_id: Mapped[UUID]
    programme_kind: Mapped[str]
    trains_teachers: Mapped[bool]
    year: Mapped[int]
    completed: Mapped[int]
    employment_known: Mapped[int]
    employed_early: Mapped[int]
    recorded_at: Mapped[datetime]


class ProgrammeRunRow(_Told, Base):
    """One run of a programme, as it was last told of."""

    __tablename__ = "programme_runs"
    __table_args__ = (Index(None, "alliance_id", "year"),)

    programme_run_id: Mapped[UUID] = mapped_column(primary_key=True)
    known_from_on: Mapped[date] = mapped_column(server_default=text("'1900-01-01'"))


class EarlierProgrammeRunRow(_Told, Base):
    """One run as it was told of before it was told of otherwise, from `known_to_on` on."""

    __tablename__ = "earlier_programme_runs"
    __table_args__ = (Index(None, "alliance_id", "year"),)

    programme_run_id: Mapped[UUID] = mapped_column(primary_key=True)
    known_from_on: Mapped[date] = mapped_column(primary_key=True)
    known_to_on: Mapped[date]
