"""The tables of what leaders offer of an academic year."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base

_IN_HALVES = "days >= 0 AND mod(days * 2, 1) = 0"


class LeaderAllowanceRow(Base):
    """A leader's allowance for the academic year that begins in a calendar year, where it is not their usual one."""

    __tablename__ = "leader_allowances"
    __table_args__ = (CheckConstraint(_IN_HALVES, name="days_are_in_halves"),)

    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id"), primary_key=True)
    academic_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alliance_id: Mapped[UUID]
    days: Mapped[Decimal]


class HalfTermAvailabilityRow(Base):
    """On how many days of a half-term a leader has said they can be lent."""

    __tablename__ = "half_term_availability"
    __table_args__ = (
        CheckConstraint(
            "half_term IN ('autumn_1', 'autumn_2', 'spring_1', 'spring_2', 'summer_1', 'summer_2')",
            name="half_term_is_known",
        ),
        CheckConstraint(_IN_HALVES, name="days_are_in_halves"),
    )

    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id"), primary_key=True)
    academic_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    half_term: Mapped[str] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    days: Mapped[Decimal]
