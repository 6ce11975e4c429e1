"""The replica of schools, alliances and memberships. Source: the feed of plans-api."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class SchoolRow(Base):
    """One school. The register is public: it belongs to no alliance."""

    __tablename__ = "schools"

    urn: Mapped[str] = mapped_column(primary_key=True)
    closed_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class AllianceRow(Base):
    """One alliance. Its name is not known until plans-api has told it once more since names are kept."""

    __tablename__ = "alliances"

    alliance_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    cohort: Mapped[int | None]
    recorded_at: Mapped[datetime]


class TimeInAllianceRow(Base):
    """From when to when a school was in an alliance, without saying in which: what is said of all schools that are in
    none must be the same whoever asks. It belongs to no alliance."""

    __tablename__ = "times_in_alliances"
    __table_args__ = (Index(None, "urn"),)

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    urn: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class MembershipRow(Base):
    """One membership. Its school and alliance need not have arrived yet, so nothing refers to them."""

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "alliance_id", "urn"),)

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    urn: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
