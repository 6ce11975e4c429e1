"""The table of what was decided about findings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from plans_api.tables import Base


class FindingDecisionRow(Base):
    """One decision about a finding: what, by whom, when, in which words. A later one stands beside it."""

    __tablename__ = "finding_decisions"
    __table_args__ = (Index(None, "plan_id", "id"), Index(None, "finding_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID] = mapped_column(ForeignKey("alliances.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    state: Mapped[str]
    text: Mapped[str | None] = mapped_column(info={"personal": True})
    note: Mapped[str | None] = mapped_column(info={"personal": True})
    decided_at: Mapped[datetime]
    issuer: Mapped[str]
    decided_by: Mapped[str] = mapped_column(info={"personal": True})
