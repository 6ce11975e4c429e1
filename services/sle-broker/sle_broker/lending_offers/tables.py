"""The tables of leaders asked for and offered between alliances. Both alliances see them, and nobody else."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.deployments.tables import DeploymentRow
from sle_broker.lending.tables import BetweenAlliances
from sle_broker.tables import Base


class LendingRequestRow(BetweenAlliances, Base):
    """What a borrower asks of one lender, copied from its support request, which the lender does not see."""

    __tablename__ = "lending_requests"
    __table_args__ = (
        CheckConstraint("days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name="days_are_in_halves"),
        CheckConstraint("latest_finish_on >= earliest_start_on", name="window_in_order"),
        CheckConstraint("closed_on >= asked_on", name="asked_before_closed"),
        Index(
            "uq_lending_requests_open",
            "borrower_alliance_id",
            "support_request_id",
            "line_number",
            "lender_alliance_id",
            unique=True,
            postgresql_where="closed_on IS NULL",
        ),
        Index(None, "lender_alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    lending_agreement_id: Mapped[UUID] = mapped_column(ForeignKey("lending_agreements.id"))
    support_request_id: Mapped[UUID] = mapped_column(ForeignKey("support_requests.id"))
    host_school_urn: Mapped[str]
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text))
    phase: Mapped[str]
    days_wanted: Mapped[Decimal]
    earliest_start_on: Mapped[date]
    latest_finish_on: Mapped[date]
    urgency: Mapped[str]
    line_number: Mapped[int]
    leader_kind: Mapped[str | None]
    submitted_by: Mapped[str]
    asked_on: Mapped[date]
    own_first_reason: Mapped[str | None]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class LendingOfferRow(BetweenAlliances, Base):
    """One leader offered. What holds the days, and whether it still does, is the deployment of the same id; the profile
    is what the borrower is told, as it stood when the offer was made."""

    __tablename__ = "lending_offers"
    __table_args__ = (
        Index(None, "lending_request_id"),
        Index(None, "borrower_alliance_id", "id"),
        Index(None, "lender_alliance_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("deployments.id"), primary_key=True, sort_order=-2)
    lending_request_id: Mapped[UUID] = mapped_column(ForeignKey("lending_requests.id"))
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(info={"personal": True})
    phases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    validated: Mapped[list[str]] = mapped_column(ARRAY(Text))
    claimed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expires_at: Mapped[datetime]
    deployment: Mapped[DeploymentRow] = relationship(lazy="selectin")
