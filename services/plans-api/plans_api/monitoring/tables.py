"""The tables of a plan under way. What is recorded is added and never changed: the newest counts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class MilestoneStatusRow(Base):
    """How far a milestone was said to be, on which day, with notes and links to the evidence."""

    __tablename__ = "milestone_statuses"
    __table_args__ = (
        Index(None, "plan_id", "id"),
        Index(None, "action_point_id", "id"),
        Index(None, "milestone_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"))
    milestone_id: Mapped[UUID]
    status: Mapped[str]
    on: Mapped[date]
    note: Mapped[str | None]
    evidence: Mapped[list[str]] = mapped_column(ARRAY(Text))
    recorded_at: Mapped[datetime]


class RagOverrideRow(Base):
    """Somebody says otherwise than the rule, and why; `rag` None takes that back."""

    __tablename__ = "rag_overrides"
    __table_args__ = (Index(None, "action_point_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"))
    rag: Mapped[str | None]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]


class PlanReviewRow(Base):
    """A half-termly review of a plan, with its minutes."""

    __tablename__ = "plan_reviews"
    __table_args__ = (Index(None, "plan_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    held_on: Mapped[date]
    half_term_from: Mapped[date]
    minutes: Mapped[str] = mapped_column(info={"personal": True})
