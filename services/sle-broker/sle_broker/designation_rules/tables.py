"""The tables of an alliance's kinds of leader and of its rules about designating."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class LeaderKindRow(Base):
    """One kind of leader. Without an alliance it is national, and every alliance may read it."""

    __tablename__ = "leader_kinds"
    __table_args__ = (UniqueConstraint("alliance_id", "code", postgresql_nulls_not_distinct=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID | None]
    code: Mapped[str]
    name: Mapped[str]
    needs_mentor: Mapped[bool]


class DesignationRuleRow(Base):
    """One decision of an alliance. It is never changed: a later one follows it."""

    __tablename__ = "designation_rules"
    __table_args__ = (
        CheckConstraint("lapses_after_years BETWEEN 1 AND 10", name="years_are_a_few"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    from_on: Mapped[date]
    designates_on_need: Mapped[bool]
    lapses_after_years: Mapped[int | None]
    decided_by: Mapped[str] = mapped_column(info={"personal": True})
