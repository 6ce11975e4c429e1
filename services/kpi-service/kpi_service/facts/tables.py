"""The tables of facts about leaders. Source: the feed of sle-broker."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from kpi_service.tables import Base


class DesignationRow(Base):
    """One designation, with the last day that is within three months of it: SQL only compares days. `lapsed_on` is the
    day on which it was due to lapse, or was recorded to have lapsed before that."""

    __tablename__ = "designations"
    __table_args__ = (Index(None, "alliance_id", "designated_on"),)

    designation_id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    leader_id: Mapped[UUID]
    kind: Mapped[str]
    round: Mapped[str | None]
    designated_on: Mapped[date]
    last_day_on: Mapped[date]
    renews_designation_id: Mapped[UUID | None]
    withdrawn_on: Mapped[date | None]
    lapsed_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class DeploymentRow(Base):
    """One deployment that has begun."""

    __tablename__ = "deployments"
    __table_args__ = (Index(None, "alliance_id", "leader_id", "first_day_on"),)

    deployment_id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    leader_id: Mapped[UUID]
    first_day_on: Mapped[date]
    agreed_on: Mapped[date | None]
    extends_deployment_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class VisitRow(Base):
    """One visit in a deployment, and the days it took."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "alliance_id", "visited_on"),)

    deployment_id: Mapped[UUID] = mapped_column(primary_key=True)
    visited_on: Mapped[date] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    leader_id: Mapped[UUID]
    days: Mapped[Decimal]
    recorded_at: Mapped[datetime]
