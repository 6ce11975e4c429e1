"""The tables of term calendars, and of what dates were before they were changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class TermCalendarRow(Base):
    """An alliance's term dates of one year: `days` are the first and the last day of its six half-terms, in order."""

    __tablename__ = "term_calendars"
    __table_args__ = (
        UniqueConstraint("alliance_id", "academic_year"),
        CheckConstraint("cardinality(days) = 12", name="six_half_terms"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    academic_year: Mapped[str]
    days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class DateChangeRow(Base):
    """One change of one date: the values before and after, who changed it, when, and why. Never changed itself.
    `milestone_id` is the milestone whose own date it certainly was."""

    __tablename__ = "date_changes"
    __table_args__ = (Index(None, "plan_id", "id"), Index(None, "action_point_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"))
    date_value_id: Mapped[UUID]
    milestone_id: Mapped[UUID | None]
    position: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str]
    note: Mapped[str | None] = mapped_column(info={"personal": True})
    changed_at: Mapped[datetime]
    issuer: Mapped[str]
    changed_by: Mapped[str] = mapped_column(info={"personal": True})
