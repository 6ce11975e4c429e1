"""The tables of what was imported and what was odd about it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from plans_api.plans.tables import DateValueRow
from plans_api.tables import Base


class PlanDocumentRow(Base):
    """A plan's document, byte for byte. The same bytes are the same plan of an alliance."""

    __tablename__ = "plan_documents"
    __table_args__ = (
        UniqueConstraint("alliance_id", "sha256"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_is_whole"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    sha256: Mapped[bytes]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(info={"personal": True})
    imported_at: Mapped[datetime]


class PlanCorrectionRow(Base):
    """A later document of a plan, byte for byte, that corrects the one before it."""

    __tablename__ = "plan_corrections"
    __table_args__ = (
        Index(None, "plan_id", "id"),
        Index(None, "alliance_id", "sha256"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_is_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    sha256: Mapped[bytes]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(info={"personal": True})
    corrected_at: Mapped[datetime]
    unchanged: Mapped[int]


class FindingRow(Base):
    """An anomaly of a plan's document, and how far it is settled. Its words may name people. `date_value_id` and
    `milestone_id` are what it is about, wherever that has come to stand; it may have gone from the plan since."""

    __tablename__ = "findings"
    __table_args__ = (
        Index(None, "plan_id", "position", unique=True),
        CheckConstraint("severity IN ('info', 'warning', 'needs_decision')", name="severity_is_known"),
        CheckConstraint("state IN ('open', 'accepted', 'edited', 'dismissed', 'outdated')", name="state_is_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    position: Mapped[int]
    code: Mapped[str]
    severity: Mapped[str]
    row: Mapped[int]
    column: Mapped[str]
    text: Mapped[str] = mapped_column(info={"personal": True})
    proposal: Mapped[str] = mapped_column(info={"personal": True})
    plan_column: Mapped[str | None]
    date_position: Mapped[int | None]
    date_value_id: Mapped[UUID | None] = mapped_column()
    milestone_id: Mapped[UUID | None]
    replacement: Mapped[str | None] = mapped_column(info={"personal": True})
    action_point_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_points.id"))
    state: Mapped[str] = mapped_column(server_default="open")
    version: Mapped[int] = mapped_column(server_default="1")

    present_date_position: Mapped[int | None] = column_property(
        select(DateValueRow.position).where(DateValueRow.id == date_value_id).scalar_subquery()
    )

    __mapper_args__ = {"version_id_col": version}
