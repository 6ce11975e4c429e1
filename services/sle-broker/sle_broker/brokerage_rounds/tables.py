"""The tables of brokerage rounds and of what they propose."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from sle_broker.tables import Base


class BrokerageRoundRow(Base):
    """One round. It is worked on as the job of the same id; `levels`, `first_come` and `clock_aware` are there once it
    has been solved, and `lent_levels` where alliances of it lend to each other."""

    __tablename__ = "brokerage_rounds"
    __table_args__ = (
        CheckConstraint("time_limit_seconds BETWEEN 1 AND 600", name="time_limit_is_minutes"),
        Index(None, "alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    alliance_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    as_of: Mapped[date]
    time_limit_seconds: Mapped[int]
    asked_at: Mapped[datetime]
    weights_versions: Mapped[list[int] | None] = mapped_column(JSONB)
    cancel_asked_at: Mapped[datetime | None]
    levels: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    lent_levels: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    first_come: Mapped[list[int] | None] = mapped_column(JSONB)
    clock_aware: Mapped[list[int] | None] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ProposalRow(Base):
    """One leader proposed for one line of a request, with the days to be booked; once accepted, its deployment."""

    __tablename__ = "brokerage_proposals"
    __table_args__ = (Index(None, "brokerage_round_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    brokerage_round_id: Mapped[UUID] = mapped_column(ForeignKey("brokerage_rounds.id"))
    support_request_id: Mapped[UUID] = mapped_column(ForeignKey("support_requests.id"))
    line_number: Mapped[int]
    leader_id: Mapped[UUID] = mapped_column(ForeignKey("leaders.id"))
    lender_alliance_id: Mapped[UUID | None]
    days: Mapped[Decimal]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    is_first_deployment: Mapped[bool]
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, info={"personal": True})
    deployment_id: Mapped[UUID | None] = mapped_column(ForeignKey("deployments.id"))

    @property
    def total(self) -> int:
        """The sum of the points of its parts."""
        return sum(part["points"] for part in self.parts)
