"""The tables of support requests."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sle_broker.specialisms.tables import SpecialismRow
from sle_broker.tables import Base


class SupportRequestAreaRow(Base):
    """An area of need, in the version of the list under which it was asked for."""

    __tablename__ = "support_request_areas"

    support_request_id: Mapped[UUID] = mapped_column(ForeignKey("support_requests.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    specialism_id: Mapped[UUID] = mapped_column(ForeignKey("specialisms.id"))
    specialism: Mapped[SpecialismRow] = relationship(lazy="joined", innerjoin=True)


class SupportRequestStepRow(Base):
    """A state that a request reached."""

    __tablename__ = "support_request_steps"

    support_request_id: Mapped[UUID] = mapped_column(ForeignKey("support_requests.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    state: Mapped[str]
    on: Mapped[date]
    reason: Mapped[str | None]


class SupportRequestRow(Base):
    """One request. `state` is that of its last step."""

    __tablename__ = "support_requests"
    __table_args__ = (
        CheckConstraint("days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name="days_are_in_halves"),
        CheckConstraint("latest_finish_on >= earliest_start_on", name="window_in_order"),
        CheckConstraint("people_wanted >= 1", name="somebody_is_wanted"),
        Index(None, "alliance_id", "state", "id"),
        Index(None, "alliance_id", "host_school_urn"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    host_school_urn: Mapped[str]
    phase: Mapped[str]
    days_wanted: Mapped[Decimal]
    earliest_start_on: Mapped[date]
    latest_finish_on: Mapped[date]
    people_wanted: Mapped[int]
    urgency: Mapped[str]
    asked_by: Mapped[str]
    paid_by: Mapped[str]
    programme_id: Mapped[UUID | None]
    context: Mapped[str]
    submitted_by: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column()
    areas: Mapped[list[SupportRequestAreaRow]] = relationship(order_by=SupportRequestAreaRow.position, lazy="selectin")
    steps: Mapped[list[SupportRequestStepRow]] = relationship(order_by=SupportRequestStepRow.position, lazy="selectin")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads it so
