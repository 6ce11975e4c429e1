"""The table of what corrected documents said differently."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class PlanDifferenceRow(Base):
    """What a corrected document said differently of one action point. Its words may name people."""

    __tablename__ = "plan_differences"
    __table_args__ = (CheckConstraint("kind IN ('added', 'changed', 'gone')", name="kind_is_known"),)

    plan_correction_id: Mapped[UUID] = mapped_column(ForeignKey("plan_corrections.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    action_point_id: Mapped[UUID] = mapped_column(ForeignKey("action_points.id"))
    kind: Mapped[str]
    title: Mapped[str]
    row_before: Mapped[int | None]
    row_after: Mapped[int | None]
    cells: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info={"personal": True})
