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
    line_number: Mapped[int] = mapped_column(server_default="1")
    specialism_id: Mapped[UUID] = mapped_column(ForeignKey("specialisms.id"))
    specialism: Mapped[SpecialismRow] = relationship(lazy="joined", innerjoin=True)


class SupportRequestLineRow(Base):
    """A line of a package after the first, which stands in the request itself."""

    __tablename__ = "support_request_lines"
    __table_args__ = (
        CheckConstraint("number >= 2", name="first_line_is_the_requests"),
        CheckConstraint("people IN ('leaders', 'staff')", name="people_are_known"),
        CheckConstraint("people = 'leaders' OR leader_kind IS NULL", name="staff_are_not_leaders"),
        CheckConstraint("days_wanted > 0 AND mod(days_wanted * 2, 1) = 0", name="days_are_in_halves"),
        CheckConstraint("people_wanted >= 1", name="somebody_is_wanted"),
    )

    support_request_id: Mapped[UUID] = mapped_column(ForeignKey("support_requests.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    alliance_id: Mapped[UUID]
    people: Mapped[str]
    leader_kind: Mapped[str | None]
    days_wanted: Mapped[Decimal]
    people_wanted: Mapped[int]


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
    """One request. `state` is that of its last step; days, people and kind of leader are those of its first line."""

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
    leader_kind: Mapped[str | None]
    urgency: Mapped[str]
    asked_by: Mapped[str]
    asked_by_reference: Mapped[str | None]
    paid_by: Mapped[str]
    paid_by_reference: Mapped[str | None]
    programme_id: Mapped[UUID | None]
    context: Mapped[str]
    submitted_by: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column()
    areas: Mapped[list[SupportRequestAreaRow]] = relationship(order_by=SupportRequestAreaRow.position, lazy="selectin")
    more_lines: Mapped[list[SupportRequestLineRow]] = relationship(
        order_by=SupportRequestLineRow.number, lazy="selectin"
    )
    steps: Mapped[list[SupportRequestStepRow]] = relationship(order_by=SupportRequestStepRow.position, lazy="selectin")

    __mapper_args__ = {"version_id_col": version}
