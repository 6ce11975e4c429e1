"""The tables of success measures. What was reached is added and never changed."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plans_api.tables import Base


class SuccessMeasureRow(Base):
    """A success measure of a plan, perhaps of one of its action points."""

    __tablename__ = "success_measures"
    __table_args__ = (Index(None, "plan_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    action_point_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_points.id"))
    title: Mapped[str]
    due_on: Mapped[date | None]

    conditions: Mapped[list["MeasureConditionRow"]] = relationship(
        order_by="MeasureConditionRow.position", lazy="selectin"
    )


class MeasureConditionRow(Base):
    """One condition of a measure."""

    __tablename__ = "measure_conditions"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("success_measures.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    label: Mapped[str]
    unit: Mapped[str]
    direction: Mapped[str]
    target: Mapped[Decimal] = mapped_column(Numeric(14, 4))


class MeasureActualRow(Base):
    """What was reached of one condition, as of a day, and from where that is known."""

    __tablename__ = "measure_actuals"
    __table_args__ = (
        CheckConstraint("(numerator IS NULL) = (denominator IS NULL)", name="counts_are_whole"),
        CheckConstraint("(value IS NULL) <> (numerator IS NULL)", name="said_one_way"),
        CheckConstraint("numerator <= denominator", name="not_more_than_all"),
        Index(None, "measure_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("success_measures.id"))
    position: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    numerator: Mapped[int | None]
    denominator: Mapped[int | None]
    as_of: Mapped[date]
    source: Mapped[str | None]
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme_runs.id"))
    figure: Mapped[str | None]
    recorded_at: Mapped[datetime]
